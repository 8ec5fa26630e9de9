//! A model made ready for solving.

use std::sync::Arc;

use super::effort::Effort;
use super::gap::tables::{Ngrams, Tables};
use super::gap::terms::{self, Terms};
use super::inserts::Inserts;
use super::word::head::Head;
use crate::error::{Error, ErrorKind, Result};
use crate::model::Model;
use crate::model::header::Calibration;
use crate::model::view::View;
use crate::text::tokens;

/// A model made ready for solving, for all threads. It owns its share of the model and is cheap to clone:
/// clones share everything but effort, calibration and what may go in.
#[derive(Debug, Clone)]
pub struct Solver {
    ready: Arc<Ready>,
    calibration: Calibration,
    effort: Effort,
    inserts: Inserts,
}

/// A model and what is computed from it once.
#[derive(Debug)]
struct Ready {
    model: Arc<Model>,
    tables: Tables,
    head: Option<Head>,
}

impl Solver {
    /// Prepares a model: one pass over its words, and its longest lists as bits, in 48 MB at most.
    ///
    /// # Errors
    /// The model was opened without its posting lists.
    pub fn new(model: impl Into<Arc<Model>>) -> Result<Self> {
        let model = model.into();
        let view = model.view();
        if !view.has_lists {
            return Err(Error::file(
                model.name(),
                "a model without posting lists",
                "open it with Model::open, which makes them",
            )
            .of(ErrorKind::Lacking));
        }
        let calibration = model.header().calibration;
        let (tables, head) = (Tables::new(view), Head::new(view));
        let ready = Arc::new(Ready { model, tables, head });
        let (effort, inserts) = (Effort::default(), Inserts::default());
        Ok(Solver { ready, calibration, effort, inserts })
    }

    /// The same with another effort.
    pub fn with_effort(self, effort: Effort) -> Self {
        Solver { effort, ..self }
    }

    /// The same with another choice of what may go into a gap by
    /// [`Method::Posterior`](super::Method::Posterior).
    ///
    /// ```
    /// use impute::solve::Inserts;
    /// use impute::{Method, Model, Solver};
    ///
    /// let solver = Solver::new(Model::shipped()?)?.with_inserts(Inserts::Words);
    /// let answer = solver.answer(b"He said that it a mistake .", Method::Posterior);
    /// assert!(answer.is_word || answer.insert.is_none());
    /// # Ok::<(), impute::Error>(())
    /// ```
    pub fn with_inserts(self, inserts: Inserts) -> Self {
        Solver { inserts, ..self }
    }

    /// The same with parameters other than the model's own.
    pub fn with_calibration(self, calibration: Calibration) -> Self {
        Solver { calibration, ..self }
    }

    /// How far the score of a word from the posting lists is from S, at most, in nats: half a step for each
    /// of the five factors of eight bits. The same bounds the error of ln of their sums. (Factors of an
    /// imported model below 4e-8 or above 2e17 are clamped to these.)
    pub fn tolerance(&self) -> f64 {
        self.ready.tables.tolerance
    }

    /// The model.
    pub fn model(&self) -> &Arc<Model> {
        &self.ready.model
    }

    /// All that is in the model.
    #[inline]
    pub fn view(&self) -> &View<'_> {
        self.ready.model.view()
    }

    /// The parameters in use.
    pub fn calibration(&self) -> &Calibration {
        &self.calibration
    }

    /// What may go into a gap.
    pub fn inserts(&self) -> Inserts {
        self.inserts
    }

    /// How much is looked up.
    pub fn effort(&self) -> Effort {
        self.effort
    }

    #[inline]
    pub(super) fn ngrams(&self) -> Ngrams<'_> {
        Ngrams { view: self.view(), tables: &self.ready.tables, effort: self.effort }
    }

    /// The net's words made ready, if the model has a net.
    pub(super) fn head(&self) -> Option<&Head> {
        self.ready.head.as_ref()
    }

    /// The ids of a sentence's tokens; `<s>` and `</s>` in the text are unknown words.
    pub fn ids(&self, sentence: &[u8]) -> Vec<u32> {
        tokens::split(sentence).map(|token| self.id(token)).collect()
    }

    pub(super) fn id(&self, token: &[u8]) -> u32 {
        self.view().vocabulary.id_of_token(token)
    }

    /// The text of a word; empty for an id that does not exist.
    pub fn word(&self, id: u32) -> &[u8] {
        self.view().vocabulary.word(id)
    }

    /// The terms of some words in the gap after the `left`-th word of a sentence, counted from 0; no terms
    /// if there is no such gap.
    ///
    /// ```
    /// use impute::{Model, Solver};
    ///
    /// let solver = Solver::new(Model::shipped()?)?;
    /// let sentence = solver.ids(b"He said that it a mistake .");
    /// let terms = solver.terms(&sentence, 3, &solver.ids(b"was is"));
    /// // "it was" and "was a" are n-grams of the model: terms F and R.
    /// assert!(terms[0].terms[1] > 0.0 && terms[0].terms[2] > 0.0);
    /// # Ok::<(), impute::Error>(())
    /// ```
    ///
    /// # Complexity
    /// About ten look-ups a word.
    pub fn terms(&self, sentence: &[u32], left: usize, words: &[u32]) -> Vec<Terms> {
        terms::terms(self.view(), sentence, left, words)
    }
}
