//! What is kept, in PostgreSQL: by many processes at once, on any machine.

mod accept;
mod address;
mod batches;
mod beats;
mod connections;
mod core;
mod counts;
mod failed;
mod feedback;
mod jobs;
mod listen;
mod looking;
mod open;
mod outbox;
mod pieces;
mod reading;
mod repost;
mod room;
mod rows;
mod schema;
mod shelf;
mod store;
mod tell;
#[cfg(test)]
mod tests;
mod turn;
mod upkeep;
mod versions;

pub use beats::{Waiting, Working};
pub use open::Postgres;
pub use outbox::{Ids, Outgoing, Posted};
pub use reading::PostgresReading;
pub use shelf::{Published, Publishing, is_what};
