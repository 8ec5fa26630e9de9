//! Ordinary text: how people write it, not how models are trained on it.
//!
//! Input: a block of text, any bytes. Output: its sentences as tokens that are spelled the way the training
//! text spells them (the manner of the One Billion Word Benchmark: `do not say "don't"` is
//! `do not say " don 't "`), each with the bytes that it stands for. Nothing is ever normalised in the text
//! itself: a gap between two tokens is a place between two bytes.
//!
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
pub mod sentences;
pub mod spacing;
mod units;

use std::ops::Range;

pub use sentences::sentences;

/// A token of ordinary text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// The bytes that it stands for.
    pub span: Range<usize>,
    /// How the training text spells it.
    pub text: Vec<u8>,
    /// Whether white space stands before it; true of the first token of a sentence.
    pub spaced: bool,
}

/// A sentence of ordinary text, or a heading, or an item of a list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sentence {
    /// Its tokens, at least one.
    pub tokens: Vec<Token>,
    /// Whether the text around it writes quotes and apostrophes curly.
    pub curly: bool,
}

impl Sentence {
    /// A sentence of tokens with a space between each two, as training text is written.
    pub fn of_line(line: &[u8]) -> Self {
        let token =
            |span: Range<usize>| Token { text: line[span.clone()].to_vec(), span, spaced: true };
        Sentence { tokens: super::tokens::spans(line).map(token).collect(), curly: false }
    }

    /// The sentence as training text is written: tokens with one space between each two.
    pub fn line(&self) -> Vec<u8> {
        let texts: Vec<&[u8]> = self.tokens.iter().map(|token| &token.text[..]).collect();
        texts.join(&b' ')
    }
}
