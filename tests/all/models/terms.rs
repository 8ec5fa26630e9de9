//! The score of a word taken apart, against direct evaluation of the model, for every order.

use crate::common::{small_model, solver_of};
use impute::model::Model;
use impute::model::words::{BOS, EOS};
use impute::solve::Effort;
use impute::solve::gap::terms::{NAMES, TERMS};

const SENTENCES: [&str; 5] =
    ["w0 w1 w2 w3", "w5 w0 w40 w0 w7 w1 w0", "w9 w3 w12", "w0 nothing w2 w1 w1 w1 w0", "w3 w3 w3"];

/// ln P of a word and of what follows it, by look-ups of single probabilities.
fn direct(model: &Model, sentence: &[u32], left: usize, word: u32) -> f64 {
    let view = model.view();
    let (before, after) = sentence.split_at(left + 1);
    let following = after.iter().chain([&EOS]).take(view.order - 1);
    let mut all = [&[BOS], before, &[word]].concat();
    let mut ln = view.ln_probability(&all[..all.len() - 1], word);
    for &next in following {
        ln += view.ln_probability(&all, next);
        all.push(next);
    }
    ln
}

#[test]
fn the_terms_add_up_to_the_models_own_probabilities() {
    for order in 2..=5 {
        let model = small_model(order);
        let solver = solver_of(&model);
        let words: Vec<u32> = (3..model.view().vocabulary.len() as u32).collect();
        let mut longer = 0;
        for sentence in SENTENCES.map(|text| solver.ids(text.as_bytes())) {
            for left in 0..sentence.len() - 1 {
                let all = solver.terms(&sentence, left, &words);
                assert_eq!(all.len(), words.len());
                for (terms, &word) in all.iter().zip(&words) {
                    let slow = direct(&model, &sentence, left, word);
                    assert!((terms.sum() - slow).abs() < 1e-8, "{order} {left} {terms:?} {slow}");
                    assert_eq!(terms.constant, all[0].constant);
                    longer += usize::from(terms.terms[6] != 0.0);
                    let beyond = if order < 3 { &terms.terms[3..] } else { &terms.terms[6..] };
                    assert!(order > 3 || beyond.iter().all(|&nats| nats == 0.0), "{terms:?}");
                }
            }
            assert!(solver.terms(&sentence, sentence.len() - 1, &words).is_empty());
        }
        assert_eq!(longer > 0, order > 3, "{longer} words with longer n-grams of order {order}");
    }
}

/// Which words of a sentence, counted from the gap, each of the terms may depend on.
const SEEN: [&[isize]; TERMS - 1] = [&[], &[-1], &[1], &[-2, -1], &[-1, 1], &[1, 2]];

#[test]
fn a_term_is_that_of_its_own_ngram_and_nothing_where_it_is_not_stored() {
    let model = small_model(3);
    let solver = solver_of(&model);
    let core = model.view().core;
    let words: Vec<u32> = (3..model.view().vocabulary.len() as u32).collect();
    let sentence = solver.ids(b"w1 w0 w2 w4 w0");
    let terms = solver.terms(&sentence, 1, &words);
    let at = |offset: isize| if offset < 0 { (2 + offset) as usize } else { (1 + offset) as usize };
    for (i, seen) in SEEN.iter().enumerate() {
        let mut ngrams = 0;
        for (terms, &word) in terms.iter().zip(&words) {
            let mut ngram: Vec<(isize, u32)> = seen.iter().map(|&o| (o, sentence[at(o)])).collect();
            ngram.push((0, word));
            ngram.sort_unstable();
            let ngram: Vec<u32> = ngram.into_iter().map(|(_, word)| word).collect();
            let stored = core.find(&ngram).is_some();
            assert!(stored || terms.terms[i] == 0.0, "{} of {ngram:?}", NAMES[i]);
            ngrams += usize::from(stored && terms.terms[i] != 0.0);
        }
        assert!(ngrams > 0, "no word makes an n-gram for {}", NAMES[i]);
        // Words elsewhere do not change it.
        for other in [-2, -1, 1, 2].into_iter().filter(|offset| !seen.contains(offset)) {
            let mut changed = sentence.clone();
            changed[at(other)] = solver.ids(b"w7")[0];
            let changed = solver.terms(&changed, 1, &words);
            for (one, two) in terms.iter().zip(&changed) {
                assert!((one.terms[i] - two.terms[i]).abs() < 1e-12, "{} {other}", NAMES[i]);
            }
        }
    }
}

/// The shares of the words that are shown are those that an exact search gives them.
#[test]
fn explained_words_have_the_probabilities_of_an_exact_search() {
    for order in [3, 4] {
        let model = small_model(order);
        let solver = solver_of(&model);
        let exact = solver.clone().with_effort(Effort::Exact);
        for text in SENTENCES {
            let ids = exact.ids(text.as_bytes());
            let known = exact.worker().explain(text.as_bytes(), 5).unwrap();
            assert_eq!(known.gaps.len(), ids.len() - 1);
            let mut best = Vec::new();
            for likely in &known.likely {
                exact.worker().score_in(&ids, likely.gap, 64, &mut best);
                for word in &likely.words {
                    let found =
                        best.iter().find(|candidate| candidate.word == word.known.word).unwrap();
                    assert!((found.probability / word.known.ngrams - 1.0).abs() < 1e-6, "{word:?}");
                    let ratio = word.terms.sum() - likely.words[0].terms.sum();
                    let shares = (word.known.ngrams / likely.words[0].known.ngrams).ln();
                    assert!((ratio - shares).abs() < 1e-8, "{word:?}");
                }
            }
            // The answer is the one given without reasons.
            let answer = solver.worker().explain(text.as_bytes(), 5).unwrap().answer;
            assert_eq!(answer, solver.answer(text.as_bytes(), impute::solve::Method::Posterior));
        }
        assert!(solver.worker().explain(b"two words", 5).is_none());
    }
}
