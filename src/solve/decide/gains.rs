//! What a string in a gap is expected to gain.
//!
//! Let x go into gap i while the missing word v is in gap j. Where j = i, the answer is lev(x, v) from
//! the truth. Where j is another gap, the two strings share all but the text R between the gaps and
//! what goes in beside it: they are lev(" x" R, R " v") apart (R " x" and " v" R to the left), at most
//! len(x) + 1 + len(v) + 1. The sentence as it stands is len(v) + 1 from the truth, so that with π
//! the probability of a gap x is expected to gain, in characters,
//!
//! ```text
//! G(i, x) = sum_j π_j sum_v P(v|j) (len(v) + 1 - lev)
//! ```
//!
//! * Near gaps, with few characters between and a probability that makes a difference, have the distance
//!   itself. All others have the bound; they lose len(x) + 1.
//! * Words that are not candidates are assumed to gain what the candidates of their gap gain on average.
//!   (On the benchmark these words gain 1.61 characters, where 1.65 are expected.)
//! * A gap whose words were not looked up has one word of the mean length there, rounded, which shares no
//!   character with anything.

use rapidfuzz::distance::levenshtein;

use crate::model::vocabulary::Vocabulary;
use crate::solve::decide::edit::{Alphabet, Column, NOTHING, ROWS, Rows, Symbol};
use crate::solve::word::posterior::Posterior;
use crate::text::tokens;

/// Gaps with more tokens or characters, spaces included, between them are far.
const NEAR: usize = 2;
const BETWEEN: usize = 8;
/// Gaps of less probability count as far.
const NOTABLE: f64 = 0.01;

/// The gaps of a sentence and their words, made ready.
pub struct Gains<'p> {
    posterior: &'p Posterior,
    /// The characters that are met.
    pub alphabet: Alphabet,
    /// (gaps) the words, likeliest first, of those gaps that were asked for.
    words: Vec<Vec<Word>>,
    /// (gaps) the text from the token before the gap to the end of the token after it.
    steps: Vec<Vec<Symbol>>,
}

/// A word that may be missing, prepared for the gain.
pub struct Word {
    /// Its characters.
    pub text: Vec<Symbol>,
    /// The probability of the gap and the word, with its share of those that are not candidates.
    pub probability: f64,
    /// A bit for every character; several characters may share one.
    set: u64,
}

/// A bit for every character of a text.
fn set(text: &[Symbol]) -> u64 {
    text.iter().filter(|&&s| s != NOTHING).fold(0, |set, s| set | 1 << (s % 64))
}

/// A gap that strings are put into, with the gaps near it.
pub struct Place<'g> {
    gains: &'g Gains<'g>,
    /// Index of the gap.
    pub gap: usize,
    /// This gap and the near ones after it; the near ones before it, read from right to left.
    sides: [Side; 2],
    /// The probability of all far gaps.
    pub far: f64,
    rows: Rows,
}

/// The near gaps on one side, nearest first.
#[derive(Default)]
struct Side {
    /// The text up to the last of them.
    text: Vec<Symbol>,
    /// Gap, and how much of the text lies before it.
    near: Vec<(usize, usize)>,
}

impl<'p> Gains<'p> {
    /// Prepares a sentence.
    pub fn new(posterior: &'p Posterior, sentence: &[u8]) -> Self {
        let mut alphabet = Alphabet::default();
        let ends: Vec<usize> = tokens::spans(sentence).map(|span| span.end).collect();
        let steps = ends.windows(2).map(|ends| alphabet.symbols(&sentence[ends[0]..ends[1]]));
        let steps = steps.collect();
        let words = posterior.gaps.iter().map(|_| Vec::new()).collect();
        Gains { posterior, alphabet, words, steps }
    }

    /// The gaps near `gap` on one side; `gap` itself belongs to the side after it.
    fn side(&self, gap: usize, backwards: bool) -> Side {
        let mut side = Side::default();
        if !backwards {
            side.near.push((gap, 0));
        }
        for distance in 1..=NEAR {
            // The step between two gaps is that of the first.
            let (step, other) = match backwards {
                true => (gap.checked_sub(distance), gap.checked_sub(distance)),
                false => (Some(gap + distance - 1), Some(gap + distance)),
            };
            let step = step.and_then(|step| self.steps.get(step));
            let (Some(step), Some(other)) = (step, other) else { break };
            let Some(&probability) = self.posterior.gaps.get(other) else { break };
            if side.text.len() + step.len() > BETWEEN {
                break;
            }
            match backwards {
                true => side.text.extend(step.iter().rev()),
                false => side.text.extend(step),
            }
            if probability >= NOTABLE {
                side.near.push((other, side.text.len()));
            }
        }
        side
    }

    /// The words of a gap with their shares of its probability.
    fn words_of(&mut self, gap: usize, vocabulary: &Vocabulary<'_>) -> Vec<Word> {
        let probability = self.posterior.gaps[gap];
        let found = self.posterior.best.iter().find(|best| best.gap == gap);
        let Some(found) = found.filter(|best| !best.words.is_empty()) else {
            let length = self.posterior.chars[gap].round().clamp(1.0, 40.0) as usize;
            return vec![Word { text: vec![NOTHING; length], probability, set: 0 }];
        };
        let share = found.rest / found.words.len() as f64;
        let words = found.words.iter().map(|word| {
            let text = self.alphabet.symbols(vocabulary.word(word.word));
            Word { set: set(&text), text, probability: probability * (word.probability + share) }
        });
        words.collect()
    }

    /// Whether anything may gain in a gap: whether it and those near it are together likelier than all
    /// others. If so, their words are prepared. If not, nothing gains there: lev ≥ |len(v) - len(x)|, so
    /// that no gap gains more than len(x) + 1, which is what every far gap loses.
    pub fn worth(&mut self, gap: usize, vocabulary: &Vocabulary<'_>) -> bool {
        let near = self.near(gap).map(|gap| self.posterior.gaps[gap]).sum::<f64>();
        let worth = near > 0.5;
        if worth {
            self.prepare(gap, vocabulary);
        }
        worth
    }

    /// Prepares the words of a gap and of those near it.
    pub fn prepare(&mut self, gap: usize, vocabulary: &Vocabulary<'_>) {
        for gap in self.near(gap) {
            if self.words[gap].is_empty() {
                self.words[gap] = self.words_of(gap, vocabulary);
            }
        }
    }

    /// A gap and those near it.
    fn near(&self, gap: usize) -> impl Iterator<Item = usize> + use<> {
        let sides = [false, true].map(|backwards| self.side(gap, backwards).near);
        sides.into_iter().flatten().map(|(gap, _)| gap)
    }

    /// A gap whose words are [ready](Self::prepare).
    pub fn place(&self, gap: usize) -> Place<'_> {
        let sides = [false, true].map(|backwards| self.side(gap, backwards));
        let near = sides.iter().flat_map(|side| &side.near);
        let far = 1.0 - near.map(|&(gap, _)| self.posterior.gaps[gap]).sum::<f64>();
        Place { gains: self, gap, sides, far: far.max(0.0), rows: Rows::default() }
    }
}

impl Place<'_> {
    /// The words of this gap, likeliest first.
    pub fn words(&self) -> &[Word] {
        &self.gains.words[self.gap]
    }

    /// The expected gain of `text`, in characters.
    pub fn of(&mut self, text: &[Symbol]) -> f64 {
        self.above(text, f64::NEG_INFINITY).unwrap_or(f64::NEG_INFINITY)
    }

    /// The expected gain of `text` if it is above `least`.
    ///
    /// Two strings are at least as far apart as their lengths differ, and as one has characters that the
    /// other lacks; text that they share does not change that. These distances make the gain too high; the
    /// true ones replace them word by word until it is no longer above.
    pub fn above(&mut self, text: &[Symbol], least: f64) -> Option<f64> {
        let own = set(text);
        let loss = text.len() as f64 + 1.0;
        let nearest = |word: &Word| {
            let lacking = (own & !word.set).count_ones().max((word.set & !own).count_ones());
            text.len().abs_diff(word.text.len()).max(lacking as usize) as f64
        };
        let saved = |word: &Word, distance: f64| {
            word.probability * (word.text.len() as f64 + 1.0 - distance)
        };
        let words = |gap: usize| &self.gains.words[gap];
        let near = self.sides.iter().flat_map(|side| &side.near).flat_map(|&(gap, _)| words(gap));
        let most: f64 = near.map(|word| saved(word, nearest(word))).sum();
        // Rounding makes no difference that matters.
        let mut spare = most - self.far * loss - least + 1e-9;
        if spare <= 0.0 {
            return None;
        }
        let mut gain = -self.far * loss;
        let alphabet = self.gains.alphabet.len();
        for (side, backwards) in self.sides.iter().zip([false, true]) {
            if side.near.is_empty() {
                continue;
            }
            let between = side.text.iter().copied();
            match backwards {
                // The space that both end with is left out.
                true => {
                    let text = text.iter().rev().copied().chain([SPACE]);
                    self.rows.set(alphabet, text.chain(between));
                }
                false => {
                    let text = text.iter().copied();
                    self.rows.set(alphabet, [SPACE].into_iter().chain(text).chain(between));
                }
            }
            let (mut column, mut done) = (Column::start(), 0);
            for &(gap, length) in &side.near {
                let rows = text.len() + 1 + length - usize::from(backwards);
                column.read(&self.rows, side.text[done..length].iter().copied());
                done = length;
                let mut before = column;
                if !backwards {
                    before.read(&self.rows, [SPACE].into_iter());
                }
                for word in words(gap) {
                    let distance = if rows <= ROWS {
                        let mut column = before;
                        match backwards {
                            true => column.read(&self.rows, word.text.iter().rev().copied()),
                            false => column.read(&self.rows, word.text.iter().copied()),
                        }
                        f64::from(column.distance(rows))
                    } else if gap == self.gap {
                        levenshtein::distance(text.iter(), word.text.iter()) as f64
                    } else {
                        loss + word.text.len() as f64 + 1.0
                    };
                    gain += saved(word, distance);
                    spare -= word.probability * (distance - nearest(word));
                    if spare <= 0.0 {
                        return None;
                    }
                }
            }
        }
        Some(gain).filter(|&gain| gain > least)
    }

    /// The most that a new character brings a string nearer, in characters: by one to each string
    /// that holds it.
    pub fn most_of(&self, symbol: Symbol) -> f64 {
        let bit = set(&[symbol]);
        let mut most = 0.0;
        for side in &self.sides {
            for &(gap, length) in &side.near {
                let between = set(&side.text[..length]);
                let holding =
                    self.gains.words[gap].iter().filter(|word| (word.set | between) & bit != 0);
                most += holding.map(|word| word.probability).sum::<f64>();
            }
        }
        most
    }
}

const SPACE: Symbol = 1 + b' ' as Symbol;
