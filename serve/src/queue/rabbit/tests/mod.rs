//! The queue with a real broker, and a store in memory that fails when it is told to.

mod broker;
mod dead;
mod lost;
mod poison;
mod proxy;
mod relay;
mod store;
mod taking;
