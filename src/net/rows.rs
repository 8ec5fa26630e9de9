//! Sentences as rows: `<s>`, their tokens, `</s>`, with enough empty rows between two sentences to keep
//! them apart.

use std::ops::Range;

use super::product::BLOCK;
use super::shape::Shape;

/// No embedding: an empty row.
pub const EMPTY: u32 = u32::MAX;

/// Several sentences one after the other.
#[derive(Debug, Clone, Default)]
pub struct Rows {
    /// Empty rows before and after every sentence.
    margin: usize,
    /// (rows) which embedding, or [`EMPTY`]; a multiple of [`BLOCK`] once finished.
    pub ids: Vec<u32>,
    /// (sentences) the rows of its inner gaps: that of row r lies between the tokens r and r + 1.
    pub gaps: Vec<Range<usize>>,
}

impl Rows {
    /// No sentences yet.
    pub fn new(shape: &Shape) -> Self {
        Rows { margin: shape.margin(), ..Rows::default() }
    }

    pub fn clear(&mut self) {
        self.ids.clear();
        self.gaps.clear();
    }

    /// Adds a sentence by the embeddings of its tokens.
    pub fn push(&mut self, tokens: &[u32], shape: &Shape) {
        self.push_window(tokens, 0..tokens.len().saturating_sub(1), shape);
    }

    /// Adds as much of a sentence as the net sees from some of its inner gaps, the i-th being the one after
    /// the i-th token.
    pub fn push_window(&mut self, tokens: &[u32], gaps: Range<usize>, shape: &Shape) {
        if !self.ids.is_empty() {
            self.ids.resize(self.ids.len() + self.margin, EMPTY);
        }
        let begin = gaps.start.saturating_sub(shape.reach());
        let end = (gaps.end + 1 + shape.reach()).min(tokens.len());
        let mark = shape.mark() as u32;
        if begin == 0 {
            self.ids.push(mark);
        }
        let first = self.ids.len() + gaps.start - begin;
        self.ids.extend_from_slice(&tokens[begin..end]);
        self.gaps.push(first..first + gaps.len());
        if end == tokens.len() {
            self.ids.push(mark + 1);
        }
    }

    /// Fills up with empty rows.
    pub fn finish(&mut self) {
        self.ids.resize(self.ids.len().next_multiple_of(BLOCK), EMPTY);
    }

    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// The rows that are not empty.
    pub fn live(&self) -> impl Iterator<Item = usize> + '_ {
        self.ids.iter().enumerate().filter(|&(_, &id)| id != EMPTY).map(|(row, _)| row)
    }
}
