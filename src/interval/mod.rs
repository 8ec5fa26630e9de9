//! How certain is a mean, or a share?
//!
//! * [`bootstrap`] – percentile bootstrap of a mean; [`resample`] – how its resamples are drawn; [`wilson`] –
//!   the interval of a share.

pub mod bootstrap;
pub(crate) mod resample;
pub mod wilson;
