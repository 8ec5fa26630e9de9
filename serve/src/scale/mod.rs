//! How many workers does the load ask for?

mod args;
mod hint;
mod load;
mod tell;

pub use args::Args;
pub use hint::{Aim, Hint, hint};
pub use load::{Beat, Load};
pub use tell::tell;
