//! How certain is a mean, or a share?
//!
//! * [`bootstrap`] – percentile bootstrap of a mean; [`wilson`] – the interval of a share.

pub mod bootstrap;
pub(crate) mod wilson;
