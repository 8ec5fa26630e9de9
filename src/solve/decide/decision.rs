//! The decision: the string with the lowest expected Levenshtein distance under the posterior.
//!
//! `gains.rs` says what a string in a gap is expected to gain. In each likely gap, an extra space (nothing
//! goes in), all candidates, and what hill climbing makes of the best of these are tried; where only words may
//! go in, the candidates alone. If nothing gains, the sentence stays as it is.

use crate::model::vocabulary::Vocabulary;
use crate::solve::decide::gains::{Gains, Place};
use crate::solve::decide::stand_in::{self, Tried};
use crate::solve::inserts::Inserts;
use crate::solve::word::posterior::Posterior;

/// Something is put into gaps of this probability or more.
pub const INSERT_FROM: f64 = 0.2;

/// Something that goes into a gap.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Insert {
    /// Index of the gap: it is after the token with this index, counted from 0.
    pub gap: usize,
    /// What goes in; nothing for one extra space.
    pub text: String,
}

/// What to do with a sentence.
#[derive(Debug, Clone, PartialEq)]
pub struct Decision {
    /// What goes in; `None` to leave the sentence.
    pub insert: Option<Insert>,
    /// Whether what goes in is a candidate word, rather than a space or a stand-in.
    pub is_word: bool,
    /// What it gains over the sentence as it stands, by the posterior, in characters; not below 0.
    pub gain: f64,
    /// The Levenshtein distance that the posterior expects of this decision, in characters: that of the
    /// sentence as it stands less the gain. A bound, because the gain from far gaps is one.
    pub expected: f64,
}

/// Decides what to do with a sentence, from the posterior of its gaps.
pub fn decide(
    posterior: &Posterior,
    words: &Vocabulary<'_>,
    sentence: &[u8],
    inserts: Inserts,
) -> Decision {
    let found = best(posterior, sentence, inserts, |gains, gap| gains.worth(gap, words));
    match found.filter(|(change, _)| change.gain > 0.0) {
        Some((Change { insert, gain }, is_word)) => {
            let expected = posterior.unchanged - gain;
            Decision { insert: Some(insert), is_word, gain, expected }
        }
        None => Decision { insert: None, is_word: false, gain: 0.0, expected: posterior.unchanged },
    }
}

/// A possible change of a sentence.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// What would go in.
    pub insert: Insert,
    /// What it gains, in characters; below 0 where it loses.
    pub gain: f64,
}

/// The change with the highest gain, whether it gains or loses: what [`decide`] decides on, or why it
/// leaves the sentence. `None` where no gap has the probability [`INSERT_FROM`].
pub fn best_change(
    posterior: &Posterior,
    words: &Vocabulary<'_>,
    sentence: &[u8],
    inserts: Inserts,
) -> Option<Change> {
    let found = best(posterior, sentence, inserts, |gains, gap| {
        gains.prepare(gap, words);
        true
    });
    Some(found?.0)
}

/// The best change in the likely gaps for which `prepare` prepares the words, and whether it is a candidate
/// word.
fn best(
    posterior: &Posterior,
    sentence: &[u8],
    inserts: Inserts,
    prepare: impl Fn(&mut Gains<'_>, usize) -> bool,
) -> Option<(Change, bool)> {
    let likely = posterior.best.iter().filter(|gap| gap.probability >= INSERT_FROM);
    let mut gains = Gains::new(posterior, sentence);
    let mut best: Option<(Change, bool)> = None;
    for gap in likely.filter(|gap| !gap.words.is_empty()).map(|gap| gap.gap) {
        if !prepare(&mut gains, gap) {
            continue;
        }
        let mut place = gains.place(gap);
        let Tried { gain, text } = best_in(&mut place, inserts);
        if best.as_ref().is_none_or(|(best, _)| gain > best.gain) {
            let is_word = place.words().iter().any(|word| word.text == text);
            let insert = Insert { gap, text: gains.alphabet.text(&text) };
            best = Some((Change { insert, gain }, is_word));
        }
    }
    best
}

/// The best string found for a gap that has words, and its gain.
fn best_in(place: &mut Place<'_>, inserts: Inserts) -> Tried {
    let space = match inserts {
        Inserts::Any => place.of(&[]),
        Inserts::Words => f64::NEG_INFINITY,
    };
    let mut best = Tried { gain: space, text: Vec::new() };
    for i in 0..place.words().len() {
        let text = place.words()[i].text.clone();
        if let Some(gain) = place.above(&text, best.gain) {
            best = Tried { gain, text };
        }
    }
    match inserts {
        Inserts::Any => stand_in::improve(place, best, space),
        Inserts::Words => best,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::solve::word::posterior::{GapPosterior, PosteriorWord};
    use crate::text::tokens;
    use proptest::prelude::*;
    use rapidfuzz::distance::levenshtein;

    /// A sentence, the posterior of its gaps, and the vocabulary of its candidates.
    #[derive(Debug)]
    struct Case {
        sentence: String,
        posterior: Posterior,
        bytes: Vec<u8>,
        offsets: Vec<u64>,
    }

    /// What is known of a gap: its weight, its words with weights, the mass and mean length of others.
    type Known = (f64, Vec<(String, f64)>, f64, f64);

    fn case(sentence: &str, known: &[Known]) -> Case {
        let (mut bytes, mut offsets) = (Vec::new(), vec![0]);
        let mut posterior = Posterior::default();
        let all: f64 = known.iter().map(|gap| gap.0).sum();
        for (gap, (weight, words, rest, rest_chars)) in known.iter().enumerate() {
            let sum = words.iter().map(|word| word.1).sum::<f64>() / (1.0 - rest);
            let mut entries = Vec::new();
            for (word, p) in words {
                let id = offsets.len() as u32 - 1;
                bytes.extend_from_slice(word.as_bytes());
                offsets.push(bytes.len() as u64);
                let probability = p / sum;
                entries.push(PosteriorWord { word: id, probability, chars: word.chars().count() });
            }
            let probability = weight / all;
            let (rest, rest_chars) = (*rest, *rest_chars);
            let found = GapPosterior { gap, probability, words: entries, rest, rest_chars };
            let chars = if words.is_empty() { rest_chars } else { found.mean_chars() };
            posterior.gaps.push(probability);
            posterior.chars.push(chars);
            posterior.unchanged += probability * (chars + 1.0);
            if !words.is_empty() {
                posterior.best.push(found);
            }
        }
        posterior.best.sort_by(|a, b| b.probability.total_cmp(&a.probability));
        Case { sentence: sentence.to_owned(), posterior, bytes, offsets }
    }

    impl Case {
        fn vocabulary(&self) -> Vocabulary<'_> {
            Vocabulary { bytes: &self.bytes, offsets: &self.offsets, table: &[] }
        }

        fn decide(&self) -> Decision {
            self.decide_on(Inserts::Any)
        }

        fn decide_on(&self, inserts: Inserts) -> Decision {
            decide(&self.posterior, &self.vocabulary(), self.sentence.as_bytes(), inserts)
        }

        fn word(&self, id: u32) -> String {
            String::from_utf8(self.vocabulary().word(id).to_vec()).unwrap()
        }

        fn with(&self, gap: usize, text: &str) -> String {
            String::from_utf8(tokens::insert(self.sentence.as_bytes(), gap, text.as_bytes()))
                .unwrap()
        }

        /// The expected gain of `text` in a gap over whole sentences: with far gaps priced by their
        /// bound, and with nothing but true distances.
        fn slow(&self, gap: usize, text: &str) -> [f64; 2] {
            let answer = self.with(gap, text);
            let (mut bounded, mut exact) = (0.0, 0.0);
            for (other, &probability) in self.posterior.gaps.iter().enumerate() {
                let words = match self.posterior.best.iter().find(|best| best.gap == other) {
                    Some(best) => {
                        let share = best.rest / best.words.len() as f64;
                        let words = best.words.iter();
                        let words = words.map(|w| (self.word(w.word), w.probability + share));
                        words.collect()
                    }
                    None => {
                        let length = self.posterior.chars[other].round() as usize;
                        vec![("\u{1}".repeat(length), 1.0)]
                    }
                };
                let (first, last) = (gap.min(other), gap.max(other));
                let ends: Vec<_> =
                    tokens::spans(self.sentence.as_bytes()).map(|span| span.end).collect();
                let between = self.sentence[ends[first]..ends[last]].chars().count();
                let far = gap != other && (last - first > 2 || between > 8 || probability < 0.01);
                for (word, p) in words {
                    let truth = self.with(other, &word);
                    let distance = levenshtein::distance(answer.chars(), truth.chars()) as f64;
                    let saved = probability * p * (word.chars().count() as f64 + 1.0 - distance);
                    exact += saved;
                    let loss = -probability * p * (text.chars().count() as f64 + 1.0);
                    bounded += if far { loss } else { saved };
                }
            }
            [bounded, exact]
        }
    }

    fn any_case() -> impl Strategy<Value = Case> {
        let words = proptest::collection::vec(("[abcé]{1,4}", 0.2f64..1.0), 0..6);
        let weight = prop_oneof![3 => 0.0f64..0.3, 1 => 0.5f64..6.0];
        let gap = (weight, words, 0.0f64..0.5, 1.0f64..6.0);
        let token = ("[abé]{1,4}", prop_oneof![4 => Just(" "), 1 => Just("  ")], gap);
        ("[ab]{1,3}", proptest::collection::vec(token, 1..6)).prop_map(|(first, tokens)| {
            let rest: String =
                tokens.iter().map(|(token, space, _)| [*space, token].concat()).collect();
            let known: Vec<Known> = tokens.into_iter().map(|token| token.2).collect();
            case(&(first + &rest), &known)
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]

        /// Against the expected distance spelled out over whole sentences.
        #[test]
        fn no_candidate_is_better_than_the_decision(case in any_case()) {
            let decision = case.decide();
            prop_assert!((decision.expected - case.posterior.unchanged + decision.gain).abs() < 1e-9);
            if let Some(Insert { gap, text }) = &decision.insert {
                let [bounded, exact] = case.slow(*gap, text);
                prop_assert!((decision.gain - bounded).abs() < 1e-9, "{decision:?} {bounded}");
                // The expectation is never too good.
                prop_assert!(exact > decision.gain - 1e-9, "{decision:?} {exact}");
                let best = case.posterior.best.iter().find(|best| best.gap == *gap).unwrap();
                let is_word = best.words.iter().any(|w| case.word(w.word) == *text);
                prop_assert_eq!(decision.is_word, is_word);
                // No change of a character is better either.
                let chars: Vec<char> = text.chars().collect();
                let letters: String = best.words.iter().map(|w| case.word(w.word)).collect();
                for at in 0..=chars.len() {
                    for letter in letters.chars().map(Some).chain([None]) {
                        for removed in 0..=usize::from(at < chars.len()) {
                            let (before, after) = (&chars[..at], &chars[at + removed..]);
                            let text: String = before.iter().chain(&letter).chain(after).collect();
                            prop_assert!(case.slow(*gap, &text)[0] < decision.gain + 1e-5, "{text:?}");
                        }
                    }
                }
            } else {
                prop_assert_eq!(decision.gain, 0.0);
            }
            // The best change is the decision, or says why there is none.
            let words = case.vocabulary();
            let best = best_change(&case.posterior, &words, case.sentence.as_bytes(), Inserts::Any);
            match (&decision.insert, best) {
                (Some(insert), Some(best)) => {
                    prop_assert_eq!((&best.insert, best.gain), (insert, decision.gain));
                }
                (None, Some(best)) => {
                    prop_assert!(best.gain < 1e-9, "{best:?}");
                    let [bounded, _] = case.slow(best.insert.gap, &best.insert.text);
                    prop_assert!((best.gain - bounded).abs() < 1e-9, "{best:?} {bounded}");
                }
                (Some(_), None) => prop_assert!(false, "{decision:?}"),
                (None, None) => {}
            }
            for best in case.posterior.best.iter().filter(|best| best.probability >= INSERT_FROM) {
                let words = best.words.iter().map(|w| case.word(w.word));
                for text in words.chain([String::new()]) {
                    let [bounded, _] = case.slow(best.gap, &text);
                    prop_assert!(bounded < decision.gain + 1e-9, "{text:?}: {bounded}, {decision:?}");
                }
            }
        }
    }

    proptest! {
        /// Where only words may go in, the answer is the best of them, or the sentence if none gains.
        #[test]
        fn of_words_alone_the_best_goes_in(case in any_case()) {
            let decision = case.decide_on(Inserts::Words);
            let likely = case.posterior.best.iter().filter(|best| best.probability >= INSERT_FROM);
            let all = likely.flat_map(|best| {
                best.words.iter().map(|word| case.slow(best.gap, &case.word(word.word))[0])
            });
            let best = all.fold(0.0, f64::max);
            prop_assert!((decision.gain - best).abs() < 1e-9, "{decision:?} {best}");
            prop_assert!((decision.expected - case.posterior.unchanged + decision.gain).abs() < 1e-9);
            match &decision.insert {
                Some(Insert { gap, text }) => {
                    prop_assert!(decision.is_word && !text.is_empty());
                    let gain = case.slow(*gap, text)[0];
                    prop_assert!((decision.gain - gain).abs() < 1e-9, "{decision:?} {gain}");
                }
                None => prop_assert!(best < 1e-9),
            }
            prop_assert!(decision.gain <= case.decide().gain + 1e-9);
        }
    }

    /// Decides in a sentence whose third gap has these words; all others are far or unlikely.
    fn decide_on(words: &[(&str, f64)], probability: f64) -> Option<String> {
        let words: Vec<_> = words.iter().map(|&(word, p)| (word.to_owned(), p)).collect();
        let nothing = |weight: f64| (weight, vec![], 0.0, 4.0);
        let here = (probability, words, 0.0, 4.0);
        let known = [nothing(1.0 - probability), nothing(0.0), here, nothing(0.0)];
        case("something quite long stands here", &known).decide().insert.map(|insert| insert.text)
    }

    #[test]
    fn an_unsure_gap_is_left_alone() {
        assert_eq!(decide_on(&[("the", 1.0)], 0.5), None);
    }

    #[test]
    fn a_sure_gap_gets_the_sure_word() {
        assert_eq!(decide_on(&[("the", 0.9), ("a", 0.1)], 0.95).as_deref(), Some("the"));
    }

    #[test]
    fn a_sure_gap_with_unsure_words_gets_a_space() {
        let words = [("us", 0.25), ("the", 0.25), ("big", 0.25), ("own", 0.25)];
        assert_eq!(decide_on(&words, 0.6).as_deref(), Some(""));
    }

    #[test]
    fn words_with_a_common_stem_get_the_stem() {
        let words = [("walk", 0.1), ("walked", 0.3), ("walking", 0.3), ("walkers", 0.3)];
        assert_eq!(decide_on(&words, 0.7).as_deref(), Some("walke"));
    }

    /// Either gap beside a word that is to be doubled gives the same sentence.
    #[test]
    fn two_gaps_beside_a_doubled_word_share_their_probability() {
        let had = || (0.5, vec![("had".to_owned(), 1.0)], 0.0, 3.0);
        let nothing = (0.0, vec![], 0.0, 4.0);
        let decision = case("he had it all", &[had(), had(), nothing]).decide();
        assert_eq!(decision.insert.map(|insert| insert.text).as_deref(), Some("had"));
        assert!((decision.gain - 4.0).abs() < 1e-9, "{}", decision.gain);
    }

    #[test]
    fn a_word_longer_than_the_rows_goes_in() {
        let long = "a".repeat(80);
        assert_eq!(decide_on(&[(&long, 1.0)], 0.99), Some(long.clone()));
    }
}
