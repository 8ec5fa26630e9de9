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
        Sentence { tokens: tokens::spans(line).map(token).collect(), curly: false }
    }

    /// The sentence as training text is written: tokens with one space between each two.
    pub fn line(&self) -> Vec<u8> {
        let texts: Vec<&[u8]> = self.tokens.iter().map(|token| &token.text[..]).collect();
        texts.join(&b' ')
    }
}
