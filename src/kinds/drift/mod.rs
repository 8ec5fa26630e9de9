//! Has text drifted? Can a machine tell new lines from old ones, and by what?
//!
//! In: two texts, *old* (what a model was trained on) and *new* (what comes in now). Out: a [`Report`]: the share of
//! lines that a linear model ([`linear`](super::linear)) trained on the others assigns to the right text. Where both
//! are of one kind that is a half, however many lines there are (a classifier two-sample test: Lopez-Paz, Oquab,
//! *Revisiting Classifier Two-Sample Tests*, 2017).
//!
//! * `settings`: how many lines; `sample` – which lines: those with the lowest hashes, equally many of both.
//! * `level` – the same lines without differences of case and tokenisation; `length` – and of length.
//! * `rows` – the features of every line; `folds` – five models, each asked about what it has not seen.
//! * `measure` – accuracy, interval, area under the curve; `verdict` – what to call it, and what to do.
//! * `telling` – the words and character n-grams that tell most; `familiar` – how well a model knows both texts.
//! * `report` – all of it; `table` – as text.
//!
//! Neither the order of the lines nor the number of threads changes a bit.

mod familiar;
mod folds;
mod length;
mod level;
mod measure;
mod report;
mod rows;
mod sample;
mod settings;
mod table;
mod telling;
mod verdict;

pub use familiar::{Familiar, Rate};
pub use level::Level;
pub use measure::Measure;
pub use report::{Example, Report, Text, drift};
pub use settings::{FEWEST, LINES, Settings};
pub use telling::Telling;
pub use verdict::{Advice, Verdict};
