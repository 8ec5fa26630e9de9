//! The models in use, by name, and how a newer version takes the place of one.

mod open;
mod publish;
mod registry;

pub use open::{Wanted, open, sources};
pub use publish::{PublishError, Release, publish, publish_all};
pub use registry::{Named, Registry};
