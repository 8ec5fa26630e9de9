//! The settings of a generator.

use crate::error::{Error, Remedy, Result, Setting};
use crate::model::core::MAX_ORDER;

/// What to draw.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Settings {
    /// Words depend on at most `order` - 1 words before them; `None` for the model's own order. Below it, the
    /// probabilities are those that the model backs off to.
    pub order: Option<usize>,
    /// T: words are drawn from P(w|h)^(1/T), normalised over all words.
    pub temperature: f64,
    /// Only this many of the most probable words are drawn; of equal ones the more frequent.
    pub top_k: Option<usize>,
    /// A different seed gives different sentences.
    pub seed: u64,
    /// Tokens that every sentence begins with.
    pub prompt: String,
    /// A sentence ends after this many words, not counting the prompt.
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
    pub(super) fn is_plain(&self) -> bool {
        self.temperature == 1.0 && self.top_k.is_none()
    }

    /// The order in use, given a model of order `highest`, if all settings are within range.
    pub(super) fn check(&self, highest: usize) -> Result<usize> {
        let refuse = |what: String, remedy: &'static str| Err(Error::value(what, remedy));
        let order = self.order.unwrap_or(highest);
        if order == 0 {
            return refuse("order 0".into(), "give 1 for words without context, or more");
        }
        if order > highest {
            let what = format!("order {order} of a model of order {highest}");
            let remedy = match order <= MAX_ORDER {
                true => Remedy::by(
                    "give a lower one, or train a model of that order",
                    &[Setting::Order],
                ),
                false => "give a lower one".into(),
            };
            return Err(Error::value(what, remedy));
        }
        if !(self.temperature > 0.0 && self.temperature.is_finite()) {
            let what = format!("temperature {}", self.temperature);
            return refuse(what, "give a finite number above 0");
        }
        if self.top_k == Some(0) {
            return refuse("top k 0".into(), "give 1 or more");
        }
        if self.max_words == 0 {
            return refuse("0 words per sentence".into(), "give 1 or more");
        }
        if self.prompt.contains(['\n', '\r', '\0']) {
            let what = format!("a prompt of several lines, {:?}", self.prompt);
            return refuse(what, "give the beginning of one sentence");
        }
        Ok(order)
    }
}
