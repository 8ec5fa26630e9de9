//! Ordinary text: how people write it, not how models are trained on it.
//!
//! Input: a block of text, any bytes. Output: its sentences as tokens spelled as in the training text (like
//! the One Billion Word Benchmark: `do not say "don't"` is `do not say " don 't "`), each with the bytes that
//! it stands for. The text itself is never normalised: a gap between tokens is a place between two bytes.
//!
//! * [`sentence`] – a sentence and its tokens.
//! * [`blocks`] – reads a text block by block: a paragraph and the blank lines after it, of bounded size.
//! * [`mod@sentences`] – where sentences begin and end; wrapped lines are joined, but not headings and lists.
//! * `layout` – which lines are prose, and what in them is code; `attached` – whether marks stand alone.
//! * `units` – runs of characters without white space, cut into tokens; `abbreviations` – which full stop
//!   belongs to a word; `characters` – what a character is, and how the training text spells it.
//! * [`spacing`] – where exactly a word goes in a gap, and which spaces come with it.
//!
//! Laws: the spans of tokens increase and do not overlap, and every character that is neither white space nor
//! one of the marks of quotation before a line (`> `) is in one (`tests/all/laws/repair.rs`).

mod abbreviations;
mod attached;
pub mod blocks;
mod characters;
mod layout;
pub(crate) mod sentence;
pub mod sentences;
pub mod spacing;
mod units;

pub use attached::attached_mark;
pub use sentence::{Sentence, Token};
pub use sentences::sentences;
