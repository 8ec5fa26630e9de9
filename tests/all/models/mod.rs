//! What models say, against the formulas that they come from.

mod classes;
mod formula;
mod generate;
mod make;
mod terms;
