//! Solving: sentence in, answer out. Which gap, which word, and is it worth changing anything?
//!
//! * [`gap`] – the score of every word of the vocabulary in one gap, and the gap's evidence.
//!   (The private module `heavy` prepares the commonest right contexts.)
//! * [`longer`] – the best candidates scored again with orders 4 and 5.
//! * [`sentence`] – the evidence of all gaps, and the candidates of the best ones.
//! * [`posterior`] – the calibrated probability of every gap and word.
//! * [`decide`] – the string with the least expected Levenshtein distance; [`stand_in`] – strings
//!   that are no words but cheaper than one.
//! * [`method`] – the two methods, `posterior` and `min-likelihood`, behind one call.
//!
//! A [`Solver`] borrows a model and is shared by all threads; each thread takes a [`Worker`] from
//! it, which owns the scratch memory.

pub mod decide;
pub mod gap;
mod heavy;
pub mod longer;
pub mod method;
pub mod posterior;
pub mod sentence;
pub mod stand_in;

use crate::error::{Error, Result};
use crate::model::Model;
use crate::model::header::Calibration;
use crate::model::view::View;
use crate::model::words::{BOS, EOS, UNK};
use crate::text::tokens;

pub use gap::{Candidate, Gap, GapScore};
pub use method::{Answer, Method};

/// A model made ready for solving.
#[derive(Debug, Clone)]
pub struct Solver<'m> {
    view: View<'m>,
    calibration: Calibration,
    /// Sum over all words of exp g, and of exp g times the word's length in characters.
    totals: [f64; 2],
    heavy: heavy::Heavy,
}

impl<'m> Solver<'m> {
    /// Prepares a model: one pass over its words, and its longest lists.
    ///
    /// # Errors
    /// The model was opened without its posting lists.
    pub fn new<D: AsRef<[u8]>>(model: &'m Model<D>) -> Result<Self> {
        let view = model.view();
        if !view.has_lists {
            return Err(Error::file(
                model.name(),
                "a model without posting lists",
                "open it with Model::open, which makes them",
            ));
        }
        let totals =
            view.lists.weights.iter().fold([0.0, 0.0], |[mass, chars], &[weight, length]| {
                let weight = f64::from(weight);
                [mass + weight, chars + weight * f64::from(length)]
            });
        let heavy = heavy::Heavy::new(&view);
        Ok(Solver { view, calibration: model.header().calibration, totals, heavy })
    }

    /// The arrays of the model.
    pub fn view(&self) -> View<'m> {
        self.view
    }

    /// The parameters in use.
    pub fn calibration(&self) -> Calibration {
        self.calibration
    }

    /// A worker with scratch memory of its own: 4 bytes a word of the vocabulary.
    pub fn worker(&self) -> Worker<'_, 'm> {
        Worker {
            solver: self,
            scores: vec![0.0; self.view.vocabulary.len()],
            met: Vec::new(),
            candidates: Vec::new(),
            threshold: 0.0,
        }
    }

    /// The ids of a sentence's tokens. The marks of its ends are no words, should it spell them.
    pub fn ids(&self, sentence: &[u8]) -> Vec<u32> {
        let id = |token| match self.view.vocabulary.id(token) {
            BOS | EOS => UNK,
            id => id,
        };
        tokens::split(sentence).map(id).collect()
    }
}

/// One thread's scratch memory.
#[derive(Debug)]
pub struct Worker<'s, 'm> {
    solver: &'s Solver<'m>,
    /// (words) product of the factors of the lists that hold the word, where several do; else 0.
    scores: Vec<f32>,
    /// The words with a score, and the part of it that the lists' sums hold already.
    met: Vec<(u32, f64)>,
    /// The best words so far, unordered, with their weights.
    candidates: Vec<(f32, u32)>,
    /// Nothing up to this weight is among the best.
    threshold: f32,
}

impl<'s, 'm> Worker<'s, 'm> {
    /// The solver that this worker belongs to.
    pub fn solver(&self) -> &'s Solver<'m> {
        self.solver
    }
}
