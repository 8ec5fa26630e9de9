//! A sentence and its tokens, with the bytes that they stand for.

use std::ops::Range;

use crate::text::tokens;

/// A token of ordinary text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// The bytes that it stands for.
    pub span: Range<usize>,
    /// How the training text spells it.
    pub text: Vec<u8>,
    /// Whether white space comes before it; true for the first token of a sentence.
    pub spaced: bool,
}

/// A sentence, heading or list item of ordinary text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sentence {
    /// Its tokens, at least one.
    pub tokens: Vec<Token>,
    /// Whether the text around it has curly quotes and apostrophes.
    pub curly: bool,
}

impl Sentence {
    /// A sentence from tokens separated by spaces, as in training text.
    pub fn of_line(line: &[u8]) -> Self {
        let token =
            |span: Range<usize>| Token { text: line[span.clone()].to_vec(), span, spaced: true };
        Sentence { tokens: tokens::spans(line).map(token).collect(), curly: false }
    }

    /// The sentence as in training text: tokens separated by single spaces.
    pub fn line(&self) -> Vec<u8> {
        let texts: Vec<&[u8]> = self.tokens.iter().map(|token| &token.text[..]).collect();
        texts.join(&b' ')
    }
}
