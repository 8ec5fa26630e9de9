//! ARPA text: the format in which language-model tools exchange backoff n-gram models.
//!
//! ```text
//! \data\
//! ngram 1=4
//! ngram 2=2
//!
//! \1-grams:
//! -2.1    <unk>   0
//! 0       <s>     -0.3
//! -0.9    </s>    0
//! -0.6    dog     -0.2
//!
//! \2-grams:
//! -0.1    <s> dog
//! -0.4    dog </s>
//!
//! \end\
//! ```
//!
//! A line is log10 p, the words, and log10 of the backoff weight. [`read()`] makes an [`Arpa`] of such
//! a text, [`write()`] writes a text from any [`Source`]: an [`Arpa`], whose numbers come out as they
//! were read, or a model's [`View`](super::view::View).
//!
//! * `tables` – a model as the text has it.
//! * `read` – lines → entries; `names` – words → ids; `complete` – adds shorter n-grams that the
//!   file left out; `trie` – sorted n-grams → the arrays of [`ArpaLevel`]; `store` – those → the
//!   sections of a model file.

mod complete;
mod flat;
mod names;
mod parse;
mod read;
mod source;
mod store;
mod tables;
mod trie;
mod write;

pub use names::LOG10_UNKNOWN;
pub use read::read;
pub use source::{Source, Visitor};
pub(crate) use store::core;
pub use tables::{Arpa, ArpaLevel};
pub use write::write;
