//! Measuring: how good is it, how sure is that, and does it know itself?
//!
//! * [`remove`] – takes one word out of each sentence, with a seed.
//! * [`truth`] – where the missing word stood, from a test and a solution.
//! * [`distance`] – mean Levenshtein distance of a submission, rows joined by id.
//! * [`measure`] – runs the methods over sentences; [`report`] – sums up; [`bootstrap`] – intervals.
//! * [`calibrate`] – fits the temperatures on held-out sentences.

pub mod bootstrap;
pub mod calibrate;
pub mod distance;
pub mod measure;
pub mod random;
pub mod remove;
pub mod report;
pub mod truth;
