//! What else speaks for a word in a gap, beyond the n-grams that it would stand in: features of every
//! candidate, whose weights in the posterior ([`crate::solve::word::posterior`]) are fitted on held-out text.
//!
//! * [`net`] – what the net expects.
//! * [`classes`] – what words of the same class would be worth there.
//! * [`quotes`] – quotes and brackets that must close.
//! * [`repeats`] – words that stand elsewhere in the sentence.
//! * [`skip`] – words two to five words away.

pub mod classes;
pub mod net;
pub mod quotes;
pub mod repeats;
pub mod skip;

use crate::model::classes::Classes;
use crate::model::header::Calibration;
use crate::model::view::View;
use crate::solve::gap::score::Candidate;
use crate::solve::word::head::Expected;

/// How many features all sources have together.
pub const COUNT: usize = net::COUNT + classes::COUNT + quotes::COUNT + repeats::COUNT + skip::COUNT;

/// How many features each source has.
const COUNTS: [usize; 5] = [net::COUNT, classes::COUNT, quotes::COUNT, repeats::COUNT, skip::COUNT];

/// Which source a feature belongs to.
pub(in crate::solve) fn of(feature: usize) -> usize {
    let mut end = 0;
    let mut after = |count: &usize| {
        end += count;
        feature >= end
    };
    COUNTS.iter().take_while(|count| after(count)).count()
}

/// The weights of all features.
pub fn weights(calibration: &Calibration) -> [f64; COUNT] {
    let Calibration { net_word, classes, quotes, repeats, skip, .. } = calibration;
    let mut all = [0.0; COUNT];
    let own = net_word.iter().chain(classes).chain(quotes).chain(repeats).chain(skip);
    all.iter_mut().zip(own).for_each(|(to, from)| *to = *from);
    all
}

/// The default calibration with these weights.
pub fn weighted(weights: &[f64; COUNT]) -> Calibration {
    let (net_word, rest) = weights.split_at(net::COUNT);
    let (classes, rest) = rest.split_at(classes::COUNT);
    let (quotes, rest) = rest.split_at(quotes::COUNT);
    let (repeats, skip) = rest.split_at(repeats::COUNT);
    let mut calibration = Calibration::default();
    calibration.net_word.copy_from_slice(net_word);
    calibration.classes.copy_from_slice(classes);
    calibration.quotes.copy_from_slice(quotes);
    calibration.repeats.copy_from_slice(repeats);
    calibration.skip.copy_from_slice(skip);
    calibration
}

/// A gap in its sentence.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// The words of the model and its n-grams.
    pub view: View<'a>,
    /// The words in front of the gap.
    pub left: &'a [u32],
    /// The words behind it.
    pub right: &'a [u32],
    /// What the net says, if there is one.
    pub expected: Option<&'a Expected<'a>>,
    /// The word classes, if there are any.
    pub classes: Option<&'a Classes<'a>>,
}

impl<'a> Context<'a> {
    /// Without a net and classes.
    pub fn new(view: View<'a>, left: &'a [u32], right: &'a [u32]) -> Self {
        Context { view, left, right, expected: None, classes: None }
    }
}

/// (candidates) the features of all sources, in their order, and those of all other words together.
pub fn features(
    context: &Context<'_>,
    candidates: &[Candidate],
) -> (Vec<[f64; COUNT]>, [f64; COUNT]) {
    let words: Vec<u32> = candidates.iter().map(|candidate| candidate.word).collect();
    let (mut all, mut rest) = (vec![[0.0; COUNT]; words.len()], [0.0; COUNT]);
    let mut at = 0;
    let mut others = [0.0; net::COUNT];
    put(&mut all, &mut at, &words, |words, out| net::features(context, words, out, &mut others));
    rest[..net::COUNT].copy_from_slice(&others);
    put(&mut all, &mut at, &words, |words, out| classes::features(context, words, out));
    put(&mut all, &mut at, &words, |words, out| quotes::features(context, words, out));
    put(&mut all, &mut at, &words, |words, out| repeats::features(context, words, out));
    put(&mut all, &mut at, &words, |words, out| skip::features(context, words, out));
    (all, rest)
}

/// Copies the features of one source behind those of the ones before it.
fn put<const N: usize>(
    all: &mut [[f64; COUNT]],
    at: &mut usize,
    words: &[u32],
    features: impl FnOnce(&[u32], &mut [[f64; N]]),
) {
    let mut own = vec![[0.0; N]; words.len()];
    features(words, &mut own);
    for (to, from) in all.iter_mut().zip(&own) {
        to[*at..*at + N].copy_from_slice(from);
    }
    *at += N;
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::model::vocabulary::{Vocabulary, table};
    use crate::model::words::WordList;

    /// Calls `check` with a view that has these words, and no n-grams but the words' own probabilities
    /// (1 over their ids), and with a function that gives a sentence its ids.
    pub(crate) fn with_words(words: &str, check: impl FnOnce(View<'_>, &dyn Fn(&str) -> Vec<u32>)) {
        let mut list = WordList::new();
        for word in words.split(' ') {
            list.push(word.as_bytes());
        }
        let table = table(&list);
        let (bytes, offsets) = list.parts();
        let vocabulary = Vocabulary { bytes, offsets, table: &table };
        let unigrams: Vec<f32> = (0..list.len()).map(|id| 1.0 / id as f32).collect();
        let core = crate::model::core::Core {
            words: list.len(),
            unigrams: &unigrams,
            ..Default::default()
        };
        let lists = Default::default();
        let view = View { order: 3, vocabulary, core, lists, has_lists: false, skip: None };
        check(view, &|sentence| sentence.split(' ').map(|w| vocabulary.id(w.as_bytes())).collect());
    }

    #[test]
    fn every_source_has_its_place() {
        with_words("a b ( ) \"", |view, ids| {
            let sentence = ids("( b a a a b a");
            let candidate = |word| Candidate { word, probability: 0.1 };
            let words: Vec<Candidate> = ids(") a b").into_iter().map(candidate).collect();
            let all = |hole: usize| {
                let (left, right) = sentence.split_at(hole);
                features(&Context::new(view, left, right), &words).0
            };
            assert_eq!(all(4)[0][..9], [0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0]);
            assert_eq!(all(4)[1], [0.0; COUNT]); // next to the gap
            assert_eq!(all(4)[2][..8], [0.0; 8]); // two words away
            assert_eq!(all(1)[2][7], 0.0);
            assert_eq!(all(6)[1][7], 0.0);
        });
    }
}
