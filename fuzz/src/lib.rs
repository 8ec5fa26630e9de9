//! What the fuzz targets share.
//!
//! * [`edits`] – bytes of the fuzzer → changes of the parts of a valid file.
//! * [`models`] – small models of every kind, made when a target starts; files with other parts.
//! * [`asked`] – everything that can be asked of a model.
//! * [`limit`] – an allocator that refuses requests of an absurd size.

pub mod asked;
pub mod edits;
pub mod limit;
pub mod models;
