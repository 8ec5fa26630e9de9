//! Measuring: how good is it, how sure is that, and does it know itself?
//!
//! * [`remove`] – takes one word out of each sentence, with a seed.
//! * [`pair`] – a test sentence and its solution; [`truth`] – where the missing word stood, from a test and a solution.
//! * [`distance`] – mean Levenshtein distance of a submission, rows joined by id.
//! * [`measure`] – runs the methods over sentences; [`report`] – sums up; [`bootstrap`] – intervals;
//!   [`calibration_table`] – confidence against accuracy, expected against realised distance;
//!   [`experts`] – n-grams and net, each alone.
//! * [`promise`] – fits what is promised to what was got.
//! * [`calibrate`] – fits the solver's parameters on held-out sentences, by [`log_linear`];
//!   [`alarms`] – fits when a word is missing at all; [`repairs`] – measures repairs of ordinary text;
//!   [`sample`] – takes such sentences out of a text of one's own.

pub mod alarms;
pub mod bootstrap;
pub mod calibrate;
pub mod calibration_table;
pub mod distance;
pub mod experts;
pub mod log_linear;
pub mod measure;
pub mod pair;
pub mod promise;
pub mod remove;
pub mod repairs;
pub mod report;
pub mod sample;
pub mod truth;
