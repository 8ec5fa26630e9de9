//! The queue that is a broker: RabbitMQ carries ids, PostgreSQL has texts and results.

mod address;
mod broken;
mod claiming;
mod consume;
mod dead;
mod declare;
mod front;
mod intake;
mod jobs;
mod ledger;
mod limit;
mod line;
mod link;
mod message;
mod names;
mod pieces;
mod postgres;
mod records;
mod relay;
mod results;
mod unbegun;
mod watch;
mod worker;

pub use broken::Broken;
pub use front::{Front, Posting};
pub use link::State;
pub use names::Names;
pub use records::{Found, Outgoing, Records};
pub use worker::{Taking, Worker};

#[cfg(test)]
mod tests;
