//! A few sentences side by side, and what to learn from them.

use super::examples::Example;
use crate::net::holes::Hole;
use crate::net::rows::Rows;
use crate::net::shape::Shape;

/// Sentences that go through the net together: their states stay in the cache.
pub(super) const TOGETHER: usize = 16;
/// Words nearer than this to the gap are not asked for: their neighbours are not the original ones.
const NEAR: usize = 2;

/// Sentences with one word removed from each.
#[derive(Debug, Clone)]
pub struct Lesson {
    /// The sentences.
    pub rows: Rows,
    /// (sentences) the place of the true gap among the inner gaps.
    pub gaps: Vec<usize>,
    /// Holes: first the gap of every sentence, then the places of the remaining words.
    pub holes: Vec<Hole>,
    /// (holes) the word that is, or was, there.
    pub words: Vec<u32>,
}

impl Lesson {
    /// None yet.
    pub fn new(shape: &Shape) -> Self {
        Lesson { rows: Rows::new(shape), gaps: vec![], holes: vec![], words: vec![] }
    }

    /// Takes new sentences. With `all`, the remaining words are asked for too.
    pub fn fill(&mut self, examples: &[Example<'_>], shape: &Shape, all: bool) {
        self.rows.clear();
        self.holes.clear();
        self.words.clear();
        let mut tokens = Vec::new();
        for example in examples {
            example.tokens(&mut tokens);
            self.rows.push(&tokens, shape);
        }
        self.rows.finish();
        self.gaps.clear();
        self.gaps.extend(examples.iter().map(Example::truth));
        for (example, gaps) in examples.iter().zip(&self.rows.gaps) {
            self.holes.push(Hole::after(gaps.start + example.truth()));
            self.words.push(example.word());
        }
        if !all {
            return;
        }
        for (gap, gaps) in self.gaps.iter().zip(&self.rows.gaps) {
            // The tokens are in the rows of the gaps and in the next one; the marks are around them.
            for row in gaps.start..gaps.end + 1 {
                let before = gaps.start + gap;
                if row + NEAR <= before || row > before + NEAR {
                    self.holes.push(Hole { left: row - 1, right: row + 1 });
                    self.words.push(self.rows.ids[row]);
                }
            }
        }
    }
}
