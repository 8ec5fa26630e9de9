//! The API: what a client may ask over HTTP, and in which form it is answered or refused.

pub mod refusal;
