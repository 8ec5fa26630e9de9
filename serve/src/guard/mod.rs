//! What stands before every handler: who asks, from where, how often, and what the answer may be used for.
//!
//! ```text
//! request ──► request_id ──► headers ──► panics ──► origin ──► tokens ──► rate ──► handler
//! ```
//!
//! Each is a file that knows nothing of the others; [`stack`] puts them in this order.

pub mod base64;
pub mod client;
pub mod headers;
pub mod open;
pub mod origin;
pub mod panics;
pub mod rate;
pub mod request_id;
pub mod stack;
pub mod tokens;

pub use client::Client;
pub use rate::Rate;
pub use request_id::RequestId;
pub use stack::Guards;
