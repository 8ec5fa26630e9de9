//! Strings that are no words but cheaper than one: a common stem, an ending, a single letter.
//!
//! Where the right word is unsure, a string between the likely words has a lower expected distance
//! than any of them: their generalised median (Kohonen, *Median strings*, 1985). It is sought by
//! hill climbing: change, add or remove one character as long as that gains.

use super::decide::Gains;

/// A gain below this many characters is not worth a step.
const STEP: f64 = 1e-6;
/// At most so many changes of one character.
const STEPS: usize = 24;
/// A longer word, an address or the like, is left as it is: its changes are too many to try.
const LONGEST: usize = 64;

/// Climbs from the best word (or space) and from the extra space, and returns the gain and the text
/// of something better than `best`, if there is.
pub fn improve(gains: &Gains, best: &(f64, String)) -> Option<(f64, String)> {
    let alphabet = alphabet(gains);
    let mut found = climb(gains, &alphabet, best.clone());
    if !best.1.is_empty() {
        let from_space = climb(gains, &alphabet, (gains.of(""), String::new()));
        if from_space.0 > found.0 + STEP {
            found = from_space;
        }
    }
    (found.0 > best.0 + STEP).then_some(found)
}

/// The characters of the likely words, each with the probability of the words that hold it.
fn alphabet(gains: &Gains) -> Vec<(char, f64)> {
    let likely = gains.words.iter().filter(|word| word.probability > 0.01);
    let mut alphabet: Vec<char> = likely.flat_map(|word| word.text.chars()).collect();
    alphabet.sort_unstable();
    alphabet.dedup();
    let mass = |c: char| -> f64 {
        gains.words.iter().filter(|word| word.text.contains(c)).map(|word| word.probability).sum()
    };
    alphabet.into_iter().map(|c| (c, mass(c))).collect()
}

/// Climbs to the best of all strings one change away, until none is better.
///
/// A new character c brings a string nearer only to words that hold c, by one character at most. So
/// changing one into c gains at most π times the probability of those words, and adding c the same
/// less 1 - π for the longer string; what cannot beat the best step so far is not looked at.
fn climb(gains: &Gains, alphabet: &[(char, f64)], mut best: (f64, String)) -> (f64, String) {
    let p = gains.probability;
    for _ in 0..STEPS {
        let mut step = best.clone();
        let chars: Vec<char> = best.1.chars().collect();
        if chars.len() > LONGEST {
            break;
        }
        let mut consider = |before: &[char], middle: Option<char>, after: &[char], most: f64| {
            if best.0 + most <= step.0 + STEP {
                return;
            }
            let text: String = before.iter().chain(&middle).chain(after).collect();
            // Nothing at all is cheaper than any string, or the extra space is.
            let gain = match text.is_empty() {
                true => Some(gains.of("")).filter(|&gain| gain > step.0 + STEP),
                false => gains.above(&text, step.0 + STEP),
            };
            if let Some(gain) = gain {
                step = (gain, text);
            }
        };
        for at in 0..=chars.len() {
            let (before, after) = chars.split_at(at);
            for &(c, mass) in alphabet {
                consider(before, Some(c), after, p * mass - (1.0 - p));
                if let [_, after @ ..] = after {
                    consider(before, Some(c), after, p * mass);
                }
            }
            if let [_, after @ ..] = after {
                consider(before, None, after, f64::INFINITY);
            }
        }
        if step.0 <= best.0 {
            break;
        }
        best = step;
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::solve::decide::Word;
    use proptest::prelude::*;

    proptest! {
        /// What `climb` leaves out could not have been the best step.
        #[test]
        fn no_change_gains_more_than_its_bound(
            words in proptest::collection::vec(("[abc]{1,4}", 0.01f64..1.0), 1..6),
            p in 0.5f64..1.0,
            text in "[abc]{1,4}",
        ) {
            let sum: f64 = words.iter().map(|word| word.1).sum();
            let word = |(text, p): &(String, f64)| Word {
                text: text.clone(),
                probability: p / sum,
                chars: text.len() as f64,
                set: super::super::decide::set(text),
            };
            let gains = Gains { probability: p, words: words.iter().map(word).collect() };
            let before = gains.of(&text);
            for (c, mass) in alphabet(&gains) {
                for at in 0..=text.len() {
                    let added = format!("{}{c}{}", &text[..at], &text[at..]);
                    prop_assert!(gains.of(&added) - before <= p * mass - (1.0 - p) + 1e-9);
                    if at < text.len() {
                        let changed = format!("{}{c}{}", &text[..at], &text[at + 1..]);
                        prop_assert!(gains.of(&changed) - before <= p * mass + 1e-9);
                    }
                }
            }
        }
    }
}
