//! Who may come in, and how much one may ask.

mod client;

pub use client::Client;
