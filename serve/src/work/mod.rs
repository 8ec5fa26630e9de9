//! What computes: models, the threads they run on, and the desks that give them what waits.

mod compute;
mod desk;
mod explaining;
mod gate;
mod model;
mod pool;
pub mod rows;

pub use compute::Text;
pub use desk::Desk;
pub use gate::Gate;
pub use model::{Kind, Model, Source};
pub use pool::{Answers, Pool};
