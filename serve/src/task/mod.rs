//! What is asked of a text, and what is answered: the words that clients, store and models share.

mod asked;
mod explained;
mod gap;
mod outcome;
pub mod rows;
mod verdict;

pub use asked::{Asked, Inserting, MOST_WORDS, Task};
pub use explained::{Change, ExplainedGap, ExplainedWord, Explanation, LikelyGap};
pub use gap::Place;
pub use outcome::{
    Alternative, Answer, Imputed, Inserted, LabelProbability, Language, Outcome, Pair, Repaired,
    Repairing,
};
pub use verdict::{Source, Verdict};
