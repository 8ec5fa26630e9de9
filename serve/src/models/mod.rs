//! The models in use, by name, and how a newer version takes the place of one.

mod open;
mod publish;
mod registry;
#[cfg(feature = "scale-out")]
mod shelf;

pub use open::{CLASSIFIER, SHIPPED, Wanted, open, sources};
pub use publish::{PublishError, Release, publish, publish_all};
pub use publish::{check_change, read_figures};
pub use registry::{Named, Registry};
#[cfg(feature = "scale-out")]
pub use shelf::Shelf;
