//! What models say, against their formulas.

mod classes;
mod formula;
mod generate;
mod make;
mod terms;
