//! What many processes do with one database at once; each test has a database of its own.

mod accepting;
mod batches;
mod broken;
mod frozen;
mod outbox;
mod said;
mod shelf;
mod speed;
mod starting;
mod trial;
mod turns;
