//! Strings that are not words but cheaper than one: a common stem, an ending, a single letter.
//!
//! Where the right word is unsure, a string between the likely words has a lower expected distance than any
//! of them: their generalised median (Kohonen, *Median strings*, 1985). It is found by hill climbing:
//! change, add or remove one character as long as that gains.

use ordered_float::OrderedFloat;

use crate::model::vocabulary::Vocabulary;
use crate::solve::decide::edit::Symbol;
use crate::solve::decide::gains::Place;
use crate::solve::word::posterior::GapPosterior;
use crate::task::distance::levenshtein;
use crate::text::tokens::chars;

/// A gain below this many characters is not worth a step.
const STEP: f64 = 1e-6;
/// The most changes of one character.
const STEPS: usize = 24;
/// A longer word, an address or the like, is left as it is: its changes are too many to try.
const LONGEST: usize = 40;

/// The words for which a string pays in their gap: those that its letters bring it nearer to than an extra
/// space would be, by what that saves in expectation, the most first.
pub fn shared_by(gap: &GapPosterior, vocabulary: &Vocabulary<'_>, text: &str) -> Vec<u32> {
    let saved = |word: u32| {
        let word = vocabulary.word(word);
        chars(word) as f64 - levenshtein(word, text.as_bytes()) as f64
    };
    let weighed = gap.words.iter().map(|word| (word.probability * saved(word.word), word.word));
    let mut sharing: Vec<(f64, u32)> = weighed.filter(|(saved, _)| *saved > 0.0).collect();
    sharing.sort_by_key(|&(saved, word)| (OrderedFloat(-saved), word));
    sharing.into_iter().map(|(_, word)| word).collect()
}

/// A string that was tried in a gap.
#[derive(Debug, Clone)]
pub struct Tried {
    /// What it gains, in characters.
    pub gain: f64,
    /// Its characters; none for one extra space.
    pub text: Vec<Symbol>,
}

/// Climbs from the best word (or space) of a gap and from the extra space, and returns the best gain
/// and its text.
pub fn improve(place: &mut Place<'_>, best: Tried, space: f64) -> Tried {
    let alphabet = alphabet(place);
    let from_space = !best.text.is_empty();
    let found = climb(place, &alphabet, best);
    if from_space {
        let other = climb(place, &alphabet, Tried { gain: space, text: Vec::new() });
        if other.gain > found.gain + STEP {
            return other;
        }
    }
    found
}

/// The characters of the likely words, each with the most that it gains.
fn alphabet(place: &Place<'_>) -> Vec<(Symbol, f64)> {
    let words = place.words();
    let all: f64 = words.iter().map(|word| word.probability).sum();
    let likely = words.iter().filter(|word| word.probability > 0.01 * all);
    let mut alphabet: Vec<Symbol> = likely.flat_map(|word| &word.text).copied().collect();
    alphabet.sort_unstable();
    alphabet.dedup();
    alphabet.into_iter().map(|symbol| (symbol, place.most_of(symbol))).collect()
}

/// Climbs to the best of all strings one change away, until none is better.
///
/// A new character brings the answer nearer only to strings that hold it, by one character at most. So
/// changing one gains at most the probability of those, and adding one the same less that of the far gaps,
/// for the longer string; what cannot beat the best step so far is not tried.
fn climb(place: &mut Place<'_>, alphabet: &[(Symbol, f64)], mut best: Tried) -> Tried {
    let far = place.far;
    let mut text = Vec::new();
    for _ in 0..STEPS {
        let mut step = best.clone();
        if best.text.len() > LONGEST {
            break;
        }
        let mut consider = |before: &[Symbol], middle: &[Symbol], after: &[Symbol], most: f64| {
            if best.gain + most <= step.gain + STEP {
                return;
            }
            text.clear();
            [before, middle, after].iter().for_each(|part| text.extend_from_slice(part));
            if let Some(gain) = place.above(&text, step.gain + STEP) {
                step = Tried { gain, text: text.clone() };
            }
        };
        for at in 0..=best.text.len() {
            let (before, after) = best.text.split_at(at);
            for &(symbol, most) in alphabet {
                consider(before, &[symbol], after, most - far);
                if let [_, after @ ..] = after {
                    consider(before, &[symbol], after, most);
                }
            }
            if let [_, after @ ..] = after {
                consider(before, &[], after, f64::INFINITY);
            }
        }
        if step.gain <= best.gain {
            break;
        }
        best = step;
    }
    best
}
