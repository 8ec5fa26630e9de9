//! The estimator against golden figures: discounts to 4 digits, log10 probabilities and backoff
//! weights to 1e-3, sentence scores to 1e-2.

use std::io::Read;
use std::path::{Path, PathBuf};

use crate::common::{model_of, options, toy_text, train_text};
use impute::model::Model;
use impute::model::view::View;
use impute::text::tokens;
use impute::train::{Config, HeldOut, Trained};

fn golden(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(name)
}

fn train_toy(order: usize, prune: &[u32]) -> Trained {
    let held_out = HeldOut::NONE;
    let config = options!(Config { order, prune: prune.to_vec(), held_out, ..Config::default() });
    train_text(std::str::from_utf8(&toy_text()).unwrap(), &config)
}

/// The lines of an ARPA file: n-gram, log10 probability, log10 backoff weight.
fn read_arpa(name: &str) -> Vec<(Vec<String>, f64, Option<f64>)> {
    let file = std::fs::File::open(golden(name)).unwrap();
    let mut text = String::new();
    flate2::read::GzDecoder::new(file).read_to_string(&mut text).unwrap();
    let entries = text.lines().filter(|line| line.contains('\t')).map(|line| {
        let mut fields = line.split('\t');
        let log10_p = fields.next().unwrap().parse().unwrap();
        let ngram = fields.next().unwrap().split(' ').map(str::to_owned).collect();
        (ngram, log10_p, fields.next().map(|weight| weight.parse().unwrap()))
    });
    entries.collect()
}

fn ids<'a>(view: &View<'_>, words: impl IntoIterator<Item = &'a str>) -> Vec<u32> {
    words.into_iter().map(|word| view.vocabulary.id(word.as_bytes())).collect()
}

fn assert_equals_arpa(model: &Model, name: &str) {
    let view = model.view();
    let arpa = read_arpa(name);
    let expected: Vec<u64> = (1..=view.order)
        .map(|n| arpa.iter().filter(|(g, ..)| g.len() == n).count() as u64)
        .collect();
    assert_eq!(model.header().ngrams, expected, "number of n-grams per order");
    for (ngram, log10_p, log10_backoff) in arpa {
        let id = ids(view, ngram.iter().map(String::as_str));
        assert!(view.find(&id).is_some(), "{ngram:?} is not stored");
        let (&word, context) = id.split_last().unwrap();
        if ngram != ["<s>"] {
            let ours = view.ln_probability(context, word) / std::f64::consts::LN_10;
            assert!((ours - log10_p).abs() < 1e-3, "p of {ngram:?}: {ours}, not {log10_p}");
        }
        let ours = view.ln_backoff(&id) / std::f64::consts::LN_10;
        let golden = log10_backoff.unwrap_or(0.0);
        assert!((ours - golden).abs() < 1e-3, "backoff of {ngram:?}: {ours}, not {golden}");
    }
}

fn assert_scores(model: &Model, name: &str) {
    let view = model.view();
    let scores = std::fs::read_to_string(golden(name)).unwrap();
    let sentences = std::fs::read_to_string(golden("toy-heldout.txt")).unwrap();
    assert_eq!(scores.lines().count(), sentences.lines().count());
    for (sentence, line) in sentences.lines().zip(scores.lines()) {
        let fields: Vec<&str> = line.split(' ').collect(); // Total: -17.591944 OOV: 0
        let ids: Vec<u32> =
            tokens::split(sentence.as_bytes()).map(|token| view.vocabulary.id(token)).collect();
        let (ln_total, unknown) = view.ln_sentence(&ids);
        let (ours, golden) =
            (ln_total / std::f64::consts::LN_10, fields[1].parse::<f64>().unwrap());
        assert!((ours - golden).abs() < 1e-2, "{sentence}: {ours}, not {golden}");
        assert_eq!(unknown, fields[3].parse::<usize>().unwrap(), "{sentence}");
    }
}

fn assert_discounts(trained: &Trained, golden: &[[f64; 3]]) {
    for (ours, golden) in trained.header.discounts.iter().zip(golden) {
        let close = ours.iter().zip(golden).all(|(a, b)| (a - b).abs() < 1e-4 * b.max(1.0));
        assert!(close, "{ours:?}, not {golden:?}");
    }
    assert_eq!(trained.header.discounts.len(), golden.len());
}

#[test]
fn bigrams_equal_the_golden_ones() {
    let trained = train_toy(2, &[]);
    assert_discounts(&trained, &[[0.72067, 0.875754, 1.89128], [0.529412, 1.0387, 1.52685]]);
    let model = model_of(&trained);
    assert_equals_arpa(&model, "toy.2.arpa.gz");
    assert_scores(&model, "toy.2.scores");
}

#[test]
fn trigrams_equal_the_golden_ones() {
    let trained = train_toy(3, &[]);
    assert_discounts(
        &trained,
        &[[0.72067, 0.875754, 1.89128], [0.606812, 0.868655, 1.1906], [0.65703, 1.17016, 1.49861]],
    );
    let model = model_of(&trained);
    assert_equals_arpa(&model, "toy.3.arpa.gz");
    assert_scores(&model, "toy.3.scores");
}

#[test]
fn pruned_trigrams_equal_the_golden_ones() {
    let model = model_of(&train_toy(3, &[0, 0, 1]));
    assert_equals_arpa(&model, "toy.3.pruned.arpa.gz");
    assert_scores(&model, "toy.3.pruned.scores");
}

#[test]
fn five_grams_equal_the_golden_ones() {
    let trained = train_toy(5, &[]);
    assert_discounts(
        &trained,
        &[
            [0.72067, 0.875754, 1.89128],
            [0.606812, 0.868655, 1.1906],
            [0.72007, 1.09627, 1.48312],
            [0.828927, 1.19197, 1.67562],
            [0.895424, 1.21053, 1.75385],
        ],
    );
    let model = model_of(&trained);
    assert_equals_arpa(&model, "toy.5.arpa.gz");
    assert_scores(&model, "toy.5.scores");
}
