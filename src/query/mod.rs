//! What probability does a model give to every word of a sentence?
//!
//! Input: a model and a sentence of tokens. Output: per token, and for the end of the sentence, log10 P(w | h) and
//! how much of the context counted; perplexities over many sentences. A sentence begins with `<s>` as context, or
//! with what a [`Frame`] says; where the text itself has `<s>` and `</s>`, they are passed over, as in training.
//! Unknown words count as `<unk>`. The figures are those of KenLM's `query` (`tests/peer`).
//!
//! * `scorer` – words and sentences; `batch` – a great many of them; `totals` – sums and perplexities.

mod batch;
mod scorer;
mod totals;

pub use crate::model::core::State;
pub use batch::Batch;
pub use scorer::{Frame, Scorer, Scratch, SentenceScore, WordScore};
pub use totals::Totals;
