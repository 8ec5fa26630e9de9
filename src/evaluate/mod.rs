//! Measuring: how good is it, how sure is that, and does it know itself?
//!
//! * [`remove`] – takes one word out of each sentence, with a seed.
//! * [`pair`] – a test sentence and its solution; [`truth`] – where the missing word stood, from a test and a solution.
//! * [`distance`] – mean Levenshtein distance of a submission, rows joined by id.
//! * [`compare`] – two submissions of one test, by paired bootstrap.
//! * [`check`] – what is wrong with a submission, and where.
//! * [`measure`] – runs the methods over sentences; [`report`] – sums up; [`bootstrap`] – intervals;
//!   [`calibration_table`] – confidence against accuracy, expected against realised distance;
//!   [`coverage`] – the most confident claims; [`wilson`] – the interval of a share;
//!   [`experts`] – n-grams and net, each alone.
//! * [`examples`] – the sentences with the worst and the best answers; [`learning`] – a learning curve;
//!   [`html`] – all of it as a page.
//! * [`promise`] – fits what is promised to what was got.
//! * [`calibrate`] – fits the solver's parameters on [`held_out`] sentences, by [`log_linear`];
//!   [`alarms`] – fits when a word is missing at all; [`repairs`] – measures repairs of ordinary text;
//!   [`sample`] – takes such sentences out of a text of one's own.

pub mod alarms;
pub mod bootstrap;
pub mod calibrate;
pub mod calibration_table;
pub mod check;
pub mod compare;
pub mod coverage;
pub mod distance;
pub mod examples;
pub mod experts;
pub mod held_out;
pub mod html;
pub mod learning;
pub mod log_linear;
pub mod measure;
pub mod pair;
pub mod promise;
pub mod remove;
pub mod repairs;
pub mod report;
pub mod sample;
pub mod truth;
pub mod wilson;
