//! A model of words alone to try the sources on.

use super::*;
use crate::model::view::View;
use crate::model::vocabulary::{Vocabulary, table};
use crate::model::words::WordList;
use crate::solve::gap::query::Candidate;

/// Calls `check` with a view that has these words and no n-grams but the words' own probabilities (1 over
/// their ids), and with a function that gives a sentence its ids.
pub(crate) fn with_words(words: &str, check: impl FnOnce(&View<'_>, &dyn Fn(&str) -> Vec<u32>)) {
    let mut list = WordList::new();
    for word in words.split(' ') {
        list.push(word.as_bytes());
    }
    let table = table(&list);
    let vocabulary = Vocabulary::of(&list, &table);
    let unigrams: Vec<f32> = (0..list.len()).map(|id| 1.0 / id as f32).collect();
    let core =
        crate::model::core::Core { words: list.len(), unigrams: &unigrams, ..Default::default() };
    let lists = Default::default();
    let (skip, net) = (None, None);
    let view = View { order: 3, vocabulary, core, lists, has_lists: false, skip, net };
    check(&view, &|sentence| sentence.split(' ').map(|w| vocabulary.id(w.as_bytes())).collect());
}

#[test]
fn every_source_has_its_place() {
    with_words("a b ( ) \"", |view, ids| {
        let sentence = ids("( b a a a b a");
        let candidate = |word| Candidate { word, probability: 0.1 };
        let words: Vec<Candidate> = ids(") a b").into_iter().map(candidate).collect();
        let all = |hole: usize| {
            let (left, right) = sentence.split_at(hole);
            features(&Context { view, left, right, expected: None }, &words).0
        };
        assert_eq!(all(4)[0][..8], [0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0]);
        assert_eq!(all(4)[1], [0.0; COUNT]); // next to the gap
        assert_eq!(all(4)[2][..7], [0.0; 7]); // two words away
        assert_eq!(all(1)[2][6], 0.0);
        assert_eq!(all(6)[1][6], 0.0);
    });
}
