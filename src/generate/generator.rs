//! A model made ready for drawing sentences.

use std::sync::OnceLock;

use super::contexts::Contexts;
use super::settings::Settings;
use super::stream::Seed;
use super::{novel, plain, weighted};
use crate::error::{Error, ErrorKind, Remedy, Result, Setting};
use crate::model::Model;
use crate::model::core::State;
use crate::model::words::{BOS, SPECIAL, UNK};
use crate::text::tokens;

/// A model made ready for generating.
#[derive(Debug)]
pub struct Generator<'m> {
    pub(super) contexts: Contexts<'m>,
    pub(super) settings: Settings,
    pub(super) order: usize,
    pub(super) seed: Seed,
    /// The prompt's tokens with single spaces between them.
    pub(super) prompt: Vec<u8>,
    /// The state after `<s>` and the prompt.
    pub(super) start: State,
    /// The prompt's words that the model does not know.
    unknown: Vec<Vec<u8>>,
    pub(super) tables: plain::Tables,
    rule: weighted::Rule,
    distributions: OnceLock<weighted::Distributions>,
}

impl<'m> Generator<'m> {
    /// Prepares a model.
    ///
    /// # Errors
    /// A setting that is out of range, or a model without words.
    ///
    /// # Complexity
    /// One pass over the words; 21 bytes of memory per word, and the tables of [`super::cache`].
    pub fn new(model: &'m Model, settings: Settings) -> Result<Self> {
        let contexts = Contexts::new(model.view());
        let order = settings.check(contexts.order())?;
        if contexts.unigrams().get(SPECIAL..).is_none_or(|words| words.iter().all(|&p| p <= 0.0)) {
            let remedy = "train it on more text, or let rarer words stay";
            let remedy = Remedy::by(remedy, &[Setting::MinCount]);
            let error = Error::file(model.name(), "no words but <unk>", remedy);
            return Err(error.of(ErrorKind::Lacking));
        }
        let mut prompt = Vec::new();
        novel::join(&mut prompt, tokens::split(settings.prompt.as_bytes()));
        let mut start = contexts.core().state(&[BOS]);
        let mut unknown = Vec::new();
        for token in tokens::split(&prompt) {
            let id = contexts.id(token);
            start = contexts.core().advance(&start, id);
            if id == UNK {
                unknown.push(token.to_vec());
            }
        }
        let start = start.truncated(order - 1);
        let rule = weighted::Rule { exponent: 1.0 / settings.temperature, top_k: settings.top_k };
        let tables = plain::Tables::new(&contexts);
        let seed = Seed::new(settings.seed);
        Ok(Generator {
            contexts,
            settings,
            order,
            seed,
            prompt,
            start,
            unknown,
            tables,
            rule,
            distributions: OnceLock::new(),
        })
    }

    /// The prompt's words that the model does not know.
    pub fn unknown(&self) -> impl Iterator<Item = &[u8]> {
        self.unknown.iter().map(Vec::as_slice)
    }

    /// The distributions of the slower sampler, made when first needed.
    pub(super) fn distributions(&self) -> &weighted::Distributions {
        self.distributions.get_or_init(|| weighted::Distributions::new(self.rule))
    }
}
