//! What computes: versions of models, and the threads that they run on.

mod compute;
mod explaining;
mod gate;
mod model;
mod pool;

pub use compute::{RowAnswer, Text};
pub use gate::{Entered, Gate};
pub use model::{Kind, Model, Source};
pub use pool::{Answers, Given, Pool};
