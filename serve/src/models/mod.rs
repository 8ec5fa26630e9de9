//! The models in use, by name, and how a newer version takes the place of one.

mod history;
mod publish;
mod registry;

pub use history::Version;
pub use history::of as history_of;
pub use publish::{PublishError, Release, publish, publish_all};
pub use registry::{Named, Registry};
