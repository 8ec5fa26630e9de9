//! What holds of every input, tried on many that nobody thought of.

mod backoff;
mod batch;
mod generate;
mod learned;
mod merge;
mod repair;
mod scoring;
mod train;
