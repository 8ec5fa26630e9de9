//! Ordinary text: how people write it, not how models are trained on it.
//!
//! Input: a block of text, any bytes. Output: its sentences as tokens that are spelled the way the training
//! text spells them (the manner of the One Billion Word Benchmark: `do not say "don't"` is
//! `do not say " don 't "`), each with the bytes that it stands for. Nothing is ever normalised in the text
//! itself: a gap between two tokens is a place between two bytes.
//!
//! * [`sentence`] – a sentence and its tokens.
//! * [`blocks`] – reads a text block by block: a paragraph and the blank lines behind it, of bounded size.
//! * [`mod@sentences`] – where sentences begin and end; lines that were wrapped are joined, headings and items
//!   of lists are not.
//! * `units` – runs of characters without white space, cut into tokens; `abbreviations` – which full stop
//!   belongs to a word; `characters` – what a character is, and how the training text spells it.
//! * [`spacing`] – where exactly a word goes that is put into a gap, and which spaces come with it.
//!
//! Laws: the spans of tokens rise and do not overlap, and every character that is not white space lies in
//! one (`tests/all/laws/repair.rs`).

mod abbreviations;
pub mod blocks;
mod characters;
pub(crate) mod sentence;
pub mod sentences;
pub mod spacing;
mod units;

pub use sentence::{Sentence, Token};
pub use sentences::sentences;
