//! A sentence with its explanation, in words.

use impute::solve::Solver;
use impute::solve::explain::Explanation;
use impute::text::printable::printable;

use super::paper;

/// How many words are named that share letters.
pub const SHARING: usize = 5;

/// One sentence and what its answer is based on.
pub struct Explained<'a> {
    pub solver: &'a Solver,
    pub sentence: &'a [u8],
    /// Its tokens, ready to be printed.
    pub words: Vec<String>,
    pub known: Explanation,
}

impl Explained<'_> {
    /// The text of a word of the model, ready to be printed.
    pub fn word(&self, id: u32) -> String {
        printable(&String::from_utf8_lossy(self.solver.word(id)))
    }

    /// The first of the words that share their letters with what is cheaper than any of them.
    pub fn shared_by(&self) -> Vec<String> {
        self.known.shared_by.iter().take(SHARING).map(|&id| self.word(id)).collect()
    }

    /// A gap between its words, as `that _ it`.
    pub fn place(&self, gap: usize, width: usize) -> String {
        let [left, right] = [0, 1].map(|i| self.words.get(gap + i).map_or("", String::as_str));
        paper::around(left, "_", right, width)
    }
}
