//! Measuring: how good is it, how certain is that, and is it calibrated?
//!
//! * [`data`] – what is measured on; [`mod@gapped`] – whether it lacks words already; [`signature`] – everything
//!   that the figures depend on.
//! * [`measure`] – runs the methods over sentences; [`report`] – sums up;
//!   `calibration_table` – confidence against accuracy, expected against realised distance;
//!   `coverage` – the most confident claims; `experts` – n-grams and net, each alone.
//! * [`examples`] – the sentences with the worst and the best answers; [`learning`] – a learning curve.
//! * [`repairs`] – measures repairs of ordinary text.

pub(crate) mod calibration_table;
pub(crate) mod coverage;
pub mod data;
pub mod examples;
pub(crate) mod experts;
pub mod gapped;
pub mod learning;
pub mod measure;
pub mod repairs;
pub mod report;
pub mod signature;

pub use calibration_table::CalibrationTable;
pub use experts::{Expert, Opinion};
