//! What these tests stand on: the servers, a database and a virtual host of a test's own, and processes in them.

mod account;
mod place;
mod processes;
mod servers;
mod trials;

pub use account::{Account, look};
pub use place::Place;
pub use processes::{figure, front_end, worker};
pub use servers::{Server, Servers};
pub use trials::{Fate, Part, Trial, trials};
