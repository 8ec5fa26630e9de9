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

/// The characters that are worth trying: those that a gain could come from, in the likely words.
fn alphabet(gains: &Gains) -> Vec<char> {
    let mut alphabet: Vec<char> = gains
        .words
        .iter()
        .filter(|word| word.probability > 0.01)
        .flat_map(|word| word.text.chars())
        .collect();
    alphabet.sort_unstable();
    alphabet.dedup();
    alphabet
}

fn climb(gains: &Gains, alphabet: &[char], mut best: (f64, String)) -> (f64, String) {
    for _ in 0..STEPS {
        let mut step = best.clone();
        let chars: Vec<char> = best.1.chars().collect();
        let mut consider = |text: String| {
            let gain = gains.of(&text);
            if gain > step.0 + STEP {
                step = (gain, text);
            }
        };
        for at in 0..=chars.len() {
            let (before, after) = chars.split_at(at);
            let with = |middle: Option<char>, after: &[char]| -> String {
                before.iter().copied().chain(middle).chain(after.iter().copied()).collect()
            };
            for &c in alphabet {
                consider(with(Some(c), after));
                if !after.is_empty() {
                    consider(with(Some(c), &after[1..]));
                }
            }
            if !after.is_empty() {
                consider(with(None, &after[1..]));
            }
        }
        if step.0 <= best.0 {
            break;
        }
        best = step;
    }
    best
}
