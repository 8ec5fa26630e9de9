//! How good is a classifier? Accuracy by label and length, what is taken for what, and whether probabilities are true.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::classifier::Guess;
use super::texts::is_foreign;
use crate::interval::bootstrap::Interval;
use crate::random::Random;

/// How long a text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Length {
    /// One word.
    Words,
    /// Two to four words.
    Phrases,
    /// Five to forty words.
    Sentences,
    /// More.
    Paragraphs,
}

impl Length {
    /// All of them, in order.
    pub const ALL: [Length; 4] =
        [Length::Words, Length::Phrases, Length::Sentences, Length::Paragraphs];

    /// That of a text. Where no spaces are written, two characters count as a word.
    pub fn of(text: &str) -> Length {
        let words = text.split_whitespace().map(|run| {
            let unspaced = run.chars().filter(|&c| is_unspaced(c)).count();
            unspaced.div_ceil(2).max(1)
        });
        match words.sum() {
            0 | 1 => Length::Words,
            2..=4 => Length::Phrases,
            5..=40 => Length::Sentences,
            _ => Length::Paragraphs,
        }
    }

    /// Its name in the plural.
    pub fn name(self) -> &'static str {
        match self {
            Length::Words => "words",
            Length::Phrases => "phrases",
            Length::Sentences => "sentences",
            Length::Paragraphs => "paragraphs",
        }
    }
}

/// Whether words of the script of `c` are written without spaces between them.
pub(super) fn is_unspaced(c: char) -> bool {
    matches!(c, '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' | '\u{3040}'..='\u{30ff}'
        | '\u{3400}'..='\u{9fff}' | '\u{20000}'..='\u{3ffff}')
}

/// How many bins probabilities are sorted into.
const BINS: usize = 15;
/// How many resamples an interval takes.
const RESAMPLES: usize = 1000;

/// What was said about texts, and what they are.
#[derive(Debug, Clone, Default)]
pub struct Tally {
    labels: Vec<String>,
    /// By length: the true label, what was said, and with which probability.
    said: BTreeMap<Length, Vec<(usize, Guess)>>,
    /// Texts of foreign labels, and how many of them were taken for one of the classifier's.
    foreign: (u64, u64),
    /// Labels that the classifier lacks, other than those of foreign texts.
    lacking: BTreeSet<String>,
}

/// The figures of one length.
#[derive(Debug, Clone, Serialize)]
pub struct Figures {
    /// Which one.
    pub length: Length,
    /// How many texts.
    pub texts: usize,
    /// The mean over labels of the share of their texts that were recognised, in percent, with a 95 % bootstrap
    /// interval over texts of each label.
    pub accuracy: Interval,
    /// The share of texts of which nothing was said, in percent.
    pub unknown: f64,
    /// The expected calibration error in points: the mean difference between what was said and how often it was
    /// right, over bins of probability (Naeini et al. 2015).
    pub calibration_error: f64,
}

/// The figures of one label.
#[derive(Debug, Clone, Serialize)]
pub struct OfLabel {
    /// Which one.
    pub label: String,
    /// By length, in the order of [`Length::ALL`]: how many texts there are, and how many were recognised.
    pub by_length: [(usize, usize); 4],
}

/// Texts of one label that were taken for another.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Confusion {
    /// What they are.
    pub is: String,
    /// What was said; none for unknown.
    pub said: Option<String>,
    /// How many.
    pub texts: usize,
}

impl Tally {
    /// Of a classifier with these labels.
    pub fn new(labels: &[String]) -> Self {
        Tally { labels: labels.to_vec(), ..Tally::default() }
    }

    /// Adds a text, its label and what was said; a label that the classifier does not have is that of a foreign text.
    pub fn add(&mut self, label: &str, text: &str, guess: Guess) {
        match self.labels.binary_search_by(|other| other.as_str().cmp(label)) {
            Ok(label) => self.said.entry(Length::of(text)).or_default().push((label, guess)),
            Err(_) => {
                self.foreign.0 += 1;
                if !is_foreign(label) && !self.lacking.contains(label) {
                    self.lacking.insert(label.to_owned());
                }
                self.foreign.1 += u64::from(guess.label.is_some());
            }
        }
    }

    /// Texts of foreign labels, and how many of them were taken for one of the classifier's.
    pub fn foreign(&self) -> (u64, u64) {
        self.foreign
    }

    /// Labels that the classifier lacks, without those that begin with `other:`.
    pub fn lacking(&self) -> &BTreeSet<String> {
        &self.lacking
    }

    /// The figures of every length that there are texts of.
    pub fn figures(&self) -> Vec<Figures> {
        let of = |(&length, said): (&Length, &Vec<(usize, Guess)>)| Figures {
            length,
            texts: said.len(),
            accuracy: self.accuracy(said),
            unknown: percent(
                said.iter().filter(|(_, guess)| guess.label.is_none()).count(),
                said.len(),
            ),
            calibration_error: calibration_error(said),
        };
        self.said.iter().map(of).collect()
    }

    fn accuracy(&self, said: &[(usize, Guess)]) -> Interval {
        let mut right: Vec<Vec<bool>> = vec![Vec::new(); self.labels.len()];
        said.iter().for_each(|(label, guess)| right[*label].push(guess.label == Some(*label)));
        right.retain(|of_label| !of_label.is_empty());
        let labels = right.len() as f64;
        let share =
            |right: usize, of_label: &[bool]| 100.0 * right as f64 / of_label.len() as f64 / labels;
        let mean = right
            .iter()
            .map(|label| share(label.iter().filter(|&&right| right).count(), label))
            .sum();
        let mut random = Random::new(1);
        let mut means: Vec<f64> = (0..RESAMPLES)
            .map(|_| {
                let drawn = |label: &Vec<bool>| {
                    let right =
                        (0..label.len()).filter(|_| label[random.below(label.len())]).count();
                    share(right, label)
                };
                right.iter().map(drawn).sum()
            })
            .collect();
        means.sort_by(f64::total_cmp);
        Interval { mean, low: means[RESAMPLES / 40], high: means[RESAMPLES - 1 - RESAMPLES / 40] }
    }

    /// The figures of every label, in order.
    pub fn labels(&self) -> Vec<OfLabel> {
        let mut all: Vec<OfLabel> = self
            .labels
            .iter()
            .map(|label| OfLabel { label: label.clone(), by_length: [(0, 0); 4] })
            .collect();
        for (&length, said) in &self.said {
            for (label, guess) in said {
                let (texts, right) = &mut all[*label].by_length[length as usize];
                *texts += 1;
                *right += usize::from(guess.label == Some(*label));
            }
        }
        all
    }

    /// Which labels are taken for which, the most frequent first.
    pub fn confusions(&self) -> Vec<Confusion> {
        let mut counts: BTreeMap<(usize, Option<usize>), usize> = BTreeMap::new();
        let wrong =
            self.said.values().flatten().filter(|(label, guess)| guess.label != Some(*label));
        wrong.for_each(|(label, guess)| *counts.entry((*label, guess.label)).or_default() += 1);
        let mut all: Vec<_> = counts.into_iter().collect();
        all.sort_by_key(|&(_, texts)| std::cmp::Reverse(texts));
        let name = |label: usize| self.labels[label].clone();
        all.into_iter()
            .map(|((is, said), texts)| Confusion { is: name(is), said: said.map(name), texts })
            .collect()
    }
}

fn percent(part: usize, all: usize) -> f64 {
    100.0 * part as f64 / all.max(1) as f64
}

/// Over all texts; what is unknown is said with its probability all the same.
fn calibration_error(said: &[(usize, Guess)]) -> f64 {
    let mut bins = [(0.0, 0.0); BINS];
    for (label, guess) in said {
        let p = f64::from(guess.probability);
        let bin = &mut bins[((p * BINS as f64) as usize).min(BINS - 1)];
        bin.0 += p;
        bin.1 += f64::from(u8::from(guess.label == Some(*label)));
    }
    let gaps: f64 = bins.iter().map(|(said, right)| f64::abs(said - right)).sum();
    100.0 * gaps / said.len().max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_counted_in_words_and_in_characters_where_there_are_no_spaces() {
        for (text, length) in [
            ("hello", Length::Words),
            ("猫", Length::Words),
            ("one, two", Length::Phrases),
            ("猫が好き", Length::Phrases),
            ("this is five words long", Length::Sentences),
            ("私は毎日学校に行きます", Length::Sentences),
            ("", Length::Words),
        ] {
            assert_eq!(Length::of(text), length, "{text}");
        }
        assert_eq!(Length::of(&"a ".repeat(41)), Length::Paragraphs);
    }

    fn some() -> Tally {
        let mut tally = Tally::new(&["a".into(), "b".into()]);
        let guess = |label, probability| Guess { label, probability };
        // Of a three of four, of b one of two.
        for label in [Some(0), Some(0), Some(0), Some(1)] {
            tally.add("a", "x", guess(label, 0.75));
        }
        for label in [Some(1), None] {
            tally.add("b", "x", guess(label, 0.2));
        }
        tally.add("c", "x", guess(Some(0), 0.9));
        tally.add("c", "x", guess(None, 0.9));
        tally
    }

    #[test]
    fn accuracy_is_the_mean_over_labels_whatever_their_number_of_texts() {
        let figures = some().figures();
        let [Figures { length, texts, accuracy, unknown, calibration_error }] = &figures[..] else {
            panic!("{figures:?}");
        };
        assert_eq!((*length, *texts), (Length::Words, 6));
        assert!(
            (accuracy.mean - 62.5).abs() < 1e-9 && accuracy.low < 62.5 && accuracy.high > 62.5,
            "{accuracy:?}"
        );
        assert!((unknown - 100.0 / 6.0).abs() < 1e-9);
        // 0.75 is said of four and right of three; 0.2 is said of two and right of one.
        assert!(
            (calibration_error - 100.0 * (1.0 - 0.4) / 6.0).abs() < 1e-5,
            "{calibration_error}"
        );
    }

    #[test]
    fn labels_confusions_and_foreign_texts_are_counted() {
        let tally = some();
        assert_eq!(tally.labels()[0].by_length[0], (4, 3));
        assert_eq!(tally.labels()[1].by_length[0], (2, 1));
        let confusion = |is: &str, said: Option<&str>| Confusion {
            is: is.into(),
            said: said.map(Into::into),
            texts: 1,
        };
        assert_eq!(tally.confusions(), [confusion("a", Some("b")), confusion("b", None)]);
        assert_eq!(tally.foreign(), (2, 1));
    }
}
