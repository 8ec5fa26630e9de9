//! What a model file says of itself.

use serde::{Deserialize, Serialize};

use crate::net::shape::Shape;

/// Everything about a model that is not an array.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Header {
    /// Highest order of the n-grams.
    pub order: usize,
    /// Number of stored n-grams per order; the first is the number of words, special ones included.
    pub ngrams: Vec<u64>,
    /// D1, D2 and D3+ per order.
    pub discounts: Vec<[f64; 3]>,
    /// The net, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub net: Option<NetHeader>,
    /// What was fitted on held-out text.
    pub calibration: Calibration,
    /// What repairing ordinary text needs, if it could be fitted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repair: Option<Repair>,
    /// Where the model comes from.
    pub provenance: Provenance,
}

/// What a model file says of its net.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NetHeader {
    /// Its size.
    pub shape: Shape,
    /// How many sentences it has seen, each time with a different word removed.
    pub sentences: u64,
    /// What its random numbers depend on.
    pub seed: u64,
}

/// Whether a word is missing at all, fitted on whole held-out sentences and the same with one word removed;
/// what the numbers mean is in [`crate::repair`].
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Repair {
    /// Weights of 1, of ln evidence, and of the net's logit, in the log of the ratio of a gap.
    pub weights: [f64; 3],
    /// False alarms a word or mark of whole held-out text, rising, and the log of the prior odds, in nats, at
    /// which that many happen.
    pub alarms: Vec<[f64; 2]>,
    /// Words and marks of that text.
    pub words: u64,
    /// Sentences of that text.
    pub sentences: u64,
}

/// Parameters of the solver that are fitted on text that the n-grams have not counted; what they mean is in
/// [`crate::solve::word::posterior`].
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Calibration {
    /// Exponent of the evidence in the posterior of the gap.
    pub gap_temperature: f64,
    /// Exponent of the net's probability in the posterior of the gap; 0 without a net.
    #[serde(default)]
    pub net_weight: f64,
    /// Exponent of a word's probability in the posterior of the word.
    pub word_temperature: f64,
    /// Exponents of the net's probability in the posterior of the word, the second one for the frequent
    /// and the rare: see [`crate::solve::word::sources::net`]; 0 without a net.
    #[serde(default)]
    pub net_word: [f64; 2],
    /// Exponent of a word's frequency in the posterior of the word.
    pub frequency_weight: f64,
    /// What is added to the log of the mass of all words that are not candidates, in nats.
    pub rest_bias: f64,
    /// What is added to the log of a word's probability for every character, in nats.
    pub length_weight: f64,
    /// What the expected length of a word is multiplied by where words were not looked up.
    #[serde(default = "one")]
    pub chars_scale: f64,
    /// What the expected gain of a change is multiplied by.
    #[serde(default = "one")]
    pub gain_scale: f64,
    /// What is added for quotes and brackets: see [`crate::solve::word::sources::quotes`].
    #[serde(default)]
    pub quotes: [f64; 4],
    /// What is added for words that are repeated: see [`crate::solve::word::sources::repeats`].
    #[serde(default)]
    pub repeats: [f64; 2],
    /// Exponents of what near words say: see [`crate::solve::word::sources::skip`].
    #[serde(default)]
    pub skip: [f64; 8],
    /// On how many held-out sentences these were fitted; 0 for the values given here by default.
    pub sentences: u64,
}

fn one() -> f64 {
    1.0
}

impl Calibration {
    /// Where fitting begins, and what holds where nothing can be fitted.
    pub fn start(has_net: bool) -> Self {
        if has_net { Calibration::with_net() } else { Calibration::default() }
    }

    /// The values for a model with a net where nothing can be fitted.
    fn with_net() -> Self {
        Calibration {
            gap_temperature: 0.45,
            net_weight: 0.7,
            word_temperature: 0.4,
            net_word: [0.5, 0.0],
            frequency_weight: 0.0,
            ..Calibration::default()
        }
    }

    /// The parameters with their short names.
    pub fn parameters(&self) -> Vec<(&'static str, f64)> {
        let mut all = vec![
            ("gap", self.gap_temperature),
            ("net", self.net_weight),
            ("word", self.word_temperature),
            ("frequency", self.frequency_weight),
            ("rest", self.rest_bias),
            ("length", self.length_weight),
            ("chars", self.chars_scale),
            ("gain", self.gain_scale),
        ];
        all.extend(["net word", "rare word"].into_iter().zip(self.net_word));
        all.extend(["quote", "open", "close", "needless"].into_iter().zip(self.quotes));
        all.extend(["repeat", "rarity"].into_iter().zip(self.repeats));
        let skip =
            ["left-2", "left-3", "left-4", "left-5", "right-2", "right-3", "right-4", "right-5"];
        all.extend(skip.into_iter().zip(self.skip));
        all
    }
}

impl Default for Calibration {
    fn default() -> Self {
        Calibration {
            gap_temperature: 0.7,
            net_weight: 0.0,
            word_temperature: 0.8,
            net_word: [0.0; 2],
            quotes: [0.0; 4],
            repeats: [0.0; 2],
            skip: [0.0; 8],
            frequency_weight: 0.2,
            rest_bias: -2.0,
            length_weight: 0.0,
            chars_scale: 1.0,
            gain_scale: 1.0,
            sentences: 0,
        }
    }
}

/// Where a model comes from. Nothing in it depends on the machine or on the number of threads.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Provenance {
    /// Name and version of the program.
    pub program: String,
    /// The settings of the command line that change the result.
    pub command: String,
    /// Sum of the 64-bit XXH3 hashes of all lines, in hexadecimal: independent of their order.
    pub text_hash: String,
    /// Counted sentences.
    pub lines: u64,
    /// Counted tokens, without the ends of sentences.
    pub tokens: u64,
    /// Lines kept out of the counts.
    pub held_out_lines: u64,
    /// Per order, n-grams seen at most this often were dropped.
    pub prune: Vec<u32>,
    /// Day of training, `YYYY-MM-DD`.
    pub date: String,
    /// Licence of the text, as its owner gave it.
    pub license: String,
    /// The text that the calibration was fitted to afterwards, if it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tuned: Option<Tuned>,
}

/// What `impute tune` did. It replaces what an earlier run did, on which nothing depends.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Tuned {
    /// Name and version of the program.
    pub program: String,
    /// The settings of the command line that change the result.
    pub command: String,
    /// Sum of the 64-bit XXH3 hashes of all lines of the text, in hexadecimal.
    pub text_hash: String,
    /// Sentences of the text.
    pub lines: u64,
    /// How many of them the calibration was fitted to.
    pub sentences: u64,
}
