//! A model made ready for solving.

use crate::error::{Error, ErrorKind, Result};
use crate::model::Model;
use crate::model::classes::Classes;
use crate::model::header::Calibration;
use crate::model::lists::codebook::{Codebook, LEVELS};
use crate::model::view::View;
use crate::net::Net;
use crate::solve::Worker;
use crate::solve::gap::{finder, rows};
use crate::solve::word::head;

/// How much is looked up in a sentence of a model of order 3 or less.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Effort {
    /// The evidence of all gaps from the posting lists, to within [`Solver::tolerance`]; words of the
    /// likely gaps only, the first of them scored exactly.
    #[default]
    Fast,
    /// The best words of every gap, all of them scored exactly, and none missed. Of the evidence, what
    /// the other words add to it is known to within [`Solver::tolerance`].
    Exact,
}

/// A model made ready for solving.
#[derive(Debug, Clone)]
pub struct Solver<'m> {
    pub(in crate::solve) view: View<'m>,
    pub(in crate::solve) calibration: Calibration,
    pub(in crate::solve) effort: Effort,
    /// Sum over all words of exp g, and of exp g times the word's length in characters.
    pub(in crate::solve) totals: [f64; 2],
    /// The levels of the factors in the lists.
    pub(in crate::solve) bigram_factors: [f32; LEVELS],
    pub(in crate::solve) trigram_factors: [f32; LEVELS],
    pub(in crate::solve) tolerance: f64,
    pub(in crate::solve) rows: rows::AllRows,
    pub(in crate::solve) net: Option<Net<'m>>,
    pub(in crate::solve) head: Option<head::Head>,
    pub(in crate::solve) classes: Option<Classes<'m>>,
}

impl<'m> Solver<'m> {
    /// Prepares a model: one pass over its words, and its longest lists as bits, in 48 MB at most.
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
            )
            .of(ErrorKind::Lacking));
        }
        let words = view.lists.weights.iter().zip(view.lists.chars);
        let totals = words.fold([0.0, 0.0], |[mass, chars], (&weight, &length)| {
            let weight = f64::from(weight);
            [mass + weight, chars + weight * f64::from(length)]
        });
        let [bigram_factors, trigram_factors] = view.lists.factors.map(factors);
        let half_steps = [bigram_factors, trigram_factors].map(|f| Codebook::half_step(&f));
        let rows = rows::AllRows::new(&view);
        let calibration = model.header().calibration;
        let tolerance = 2.0 * half_steps[0] + 3.0 * half_steps[1];
        let effort = Effort::default();
        Ok(Solver {
            view,
            calibration,
            effort,
            totals,
            bigram_factors,
            trigram_factors,
            tolerance,
            rows,
            head: model.net().map(|net| head::Head::new(&net, &view)),
            net: model.net(),
            classes: model.classes(),
        })
    }

    /// The same with another effort.
    pub fn with_effort(self, effort: Effort) -> Self {
        Solver { effort, ..self }
    }

    /// The same with other parameters than the model's own.
    pub fn with_calibration(self, calibration: Calibration) -> Self {
        Solver { calibration, ..self }
    }

    /// How far the score of a word from the posting lists is from S, at most, in nats: half a step
    /// for each of the five factors of eight bits. The same bounds the error of ln of their sums.
    /// (Factors of an imported model below 4e-8 or above 2e17 are taken for these.)
    pub fn tolerance(&self) -> f64 {
        self.tolerance
    }

    /// The arrays of the model.
    pub fn view(&self) -> View<'m> {
        self.view
    }

    /// The parameters in use.
    pub fn calibration(&self) -> Calibration {
        self.calibration
    }

    /// The net, if the model has one.
    pub fn net(&self) -> Option<&Net<'m>> {
        self.net.as_ref()
    }

    /// A worker with scratch memory of its own: 5 MB for what it remembers, and 4 bytes a word. Keep it:
    /// what costs most comes again and again.
    pub fn worker(&self) -> Worker<'_, 'm> {
        Worker {
            solver: self,
            meeting: Default::default(),
            pairs: Default::default(),
            slots: [0, 1].map(|_| finder::Slots::new(self.view.vocabulary.len())),
            top: Default::default(),
            scorer: Default::default(),
        }
    }
}

/// The factors of all levels; a damaged file may hold any numbers.
fn factors(levels: &[f32]) -> [f32; LEVELS] {
    std::array::from_fn(|i| match levels.get(i) {
        Some(&factor) if factor.is_normal() && factor > 0.0 => factor,
        _ => 1.0,
    })
}
