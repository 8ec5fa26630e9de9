//! Generating: sentences drawn from the model, word by word.
//!
//! * [`contexts`] – what sampling asks of a model: contexts, shares, backoff weights.
//! * [`plain`] – the fast sampler, P(w|h) as it is; [`weighted`] – temperatures, top k, and words that
//!   may not come.
//! * [`cumulative`] – drawing by weight; [`cache`] – tables of contexts, made once, within a bound.
//! * [`stream`] – the random numbers of one sentence.
//! * [`worker`] – one sentence; [`many`] – many of them, on all threads, in order.
//! * [`novel`] – which sentences stand in a text already.
//!
//! Every word is drawn from P(w|h) over all words but `<s>` and `<unk>`: `<unk>` stands for no word
//! that could be printed, so that it is drawn again. `</s>` ends the sentence; it is drawn again where
//! it would be the first word, so that no sentence is empty. The same seed gives the same sentences on
//! any number of threads, and the first n of them whatever their number.
//!
//! A [`Generator`] borrows a model and is shared by all threads; each thread takes a [`Worker`] from
//! it, which owns the scratch memory.
//!
//! ```
//! use impute::generate::{Generator, Settings};
//! use impute::model::Model;
//!
//! let model = Model::shipped()?;
//! let mut settings = Settings::default();
//! settings.prompt = "The president".into();
//! let generator = Generator::new(&model, settings)?;
//! let mut worker = generator.worker();
//! let sentence = worker.sentence(0).to_vec();
//! assert!(sentence.starts_with(b"The president "));
//! assert_ne!(worker.sentence(1), sentence);
//! assert_eq!(generator.worker().sentence(0), sentence);
//! # Ok::<(), impute::Error>(())
//! ```

pub mod cache;
pub mod contexts;
pub mod cumulative;
pub mod many;
pub mod novel;
pub mod plain;
pub mod stream;
pub mod weighted;
pub mod worker;

use crate::error::{Error, ErrorKind, Remedy, Result, Setting};
use crate::model::Model;
use crate::model::core::State;
use crate::model::words::{BOS, EOS, SPECIAL, UNK};
use crate::text::tokens;

pub use many::{Totals, generate};
pub use novel::KnownLines;
pub use worker::Worker;

/// What is drawn.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Settings {
    /// Words depend on at most `order` - 1 words before them; `None` for the model's own order. Below
    /// it the probabilities are those that the model backs off to.
    pub order: Option<usize>,
    /// T: words are drawn from P(w|h)^(1/T), normalised over all words.
    pub temperature: f64,
    /// Only so many words may come, the most probable ones; of equal ones the more frequent.
    pub top_k: Option<usize>,
    /// Another seed, other sentences.
    pub seed: u64,
    /// Tokens that every sentence begins with.
    pub prompt: String,
    /// A sentence ends after so many words, the prompt's left aside.
    pub max_words: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            order: None,
            temperature: 1.0,
            top_k: None,
            seed: 1,
            prompt: String::new(),
            max_words: 1000,
        }
    }
}

impl Settings {
    /// Whether words are drawn from P(w|h) itself.
    fn is_plain(&self) -> bool {
        self.temperature == 1.0 && self.top_k.is_none()
    }
}

/// A model made ready for generating.
#[derive(Debug)]
pub struct Generator<'m> {
    contexts: contexts::Contexts<'m>,
    settings: Settings,
    order: usize,
    seed: stream::Seed,
    /// The prompt's tokens with single spaces between them.
    prompt: Vec<u8>,
    /// Behind `<s>` and the prompt.
    start: State,
    /// The prompt's words that the model does not know.
    unknown: Vec<Vec<u8>>,
    tables: plain::Tables,
    rule: weighted::Rule,
    distributions: std::sync::OnceLock<weighted::Distributions>,
}

impl<'m> Generator<'m> {
    /// Prepares a model.
    ///
    /// # Errors
    /// A setting that is out of range, or a model without words.
    ///
    /// # Complexity
    /// One pass over the words; 21 bytes of memory a word. Tables of contexts come with use, see
    /// [`cache`].
    pub fn new(model: &'m Model, settings: Settings) -> Result<Self> {
        let contexts = contexts::Contexts::new(model.view());
        let order = check(&settings, contexts.order())?;
        if contexts.unigrams().get(SPECIAL..).is_none_or(|words| words.iter().all(|&p| p <= 0.0)) {
            let remedy = "train it on more text, or let rarer words stay";
            let remedy = Remedy::by(remedy, &[Setting::MinCount]);
            let error = Error::file(model.name(), "no words but <unk>", remedy);
            return Err(error.of(ErrorKind::Lacking));
        }
        let mut prompt = Vec::new();
        novel::join(&mut prompt, tokens::split(settings.prompt.as_bytes()));
        let id = |token| match contexts.id(token) {
            BOS | EOS => UNK,
            id => id,
        };
        let mut start = contexts.core().state(&[BOS]);
        let mut unknown = Vec::new();
        for token in tokens::split(&prompt) {
            let id = id(token);
            start = contexts.core().advance(&start, id);
            if id == UNK {
                unknown.push(token.to_vec());
            }
        }
        let start = start.truncated(order - 1);
        let rule = weighted::Rule { exponent: 1.0 / settings.temperature, top_k: settings.top_k };
        let tables = plain::Tables::new(&contexts);
        let seed = stream::Seed::new(settings.seed);
        let distributions = std::sync::OnceLock::new();
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
            distributions,
        })
    }

    /// The prompt's words that the model does not know.
    pub fn unknown(&self) -> impl Iterator<Item = &[u8]> {
        self.unknown.iter().map(Vec::as_slice)
    }

    /// The distributions of the slower sampler, from the first time that one is needed.
    fn distributions(&self) -> &weighted::Distributions {
        self.distributions.get_or_init(|| weighted::Distributions::new(self.rule))
    }

    /// A worker with scratch memory of its own.
    pub fn worker(&self) -> Worker<'_, 'm> {
        Worker::new(self)
    }
}

/// The order in use, if the settings are possible.
fn check(settings: &Settings, highest: usize) -> Result<usize> {
    let refuse = |what: String, remedy: &'static str| Err(Error::value(what, remedy));
    let order = settings.order.unwrap_or(highest);
    if order == 0 {
        return refuse("order 0".into(), "give 1 for words without context, or more");
    }
    if order > highest {
        let what = format!("order {order} of a model of order {highest}");
        let remedy = "give a lower one, or train a model of that order";
        return Err(Error::value(what, Remedy::by(remedy, &[Setting::Order])));
    }
    if !(settings.temperature > 0.0 && settings.temperature.is_finite()) {
        let what = format!("temperature {}", settings.temperature);
        return refuse(what, "give a finite number above 0");
    }
    if settings.top_k == Some(0) {
        return refuse("top k 0".into(), "give 1 or more");
    }
    if settings.max_words == 0 {
        return refuse("0 words a sentence".into(), "give 1 or more");
    }
    if settings.prompt.contains(['\n', '\r', '\0']) {
        let what = format!("a prompt of several lines, {:?}", settings.prompt);
        return refuse(what, "give the beginning of one sentence");
    }
    Ok(order)
}
