//! For tests: a classifier made by hand, and its n-grams as strings.

use std::collections::{BTreeMap, BTreeSet};

use super::calibration::{Calibration, SIZES, Size};
use super::classifier::{Classifier, ORDER};
use super::header::Header;
use super::keys::{Keys, key};
use super::rows::{Rows, SCALES};
use super::words::words;
use crate::kinds::features::{EDGE, whole};
use crate::random::Random;

/// Words whose n-grams the classifier knows.
pub const KNOWN: [&str; 8] =
    ["ein", "einmal", "нет", "конечно", "猫が好き", "it's", "unbelievable", "a"];

/// Two labels, the second one with two kinds, and two foreign kinds.
const KINDS: [Option<usize>; 5] = [Some(0), Some(1), Some(1), None, None];

/// The n-grams of a text, slowly.
pub fn ngrams_of(text: &str) -> Vec<String> {
    let mut all = Vec::new();
    words(text, &mut Vec::new(), |padded| {
        for start in 0..padded.len() {
            for end in start + 1..=padded.len().min(start + ORDER) {
                all.push(padded[start..end].iter().collect::<String>());
            }
        }
        if padded.len() > ORDER {
            all.push(padded.iter().collect());
        }
    });
    all.retain(|ngram| *ngram != EDGE.to_string());
    all
}

/// The key of an n-gram.
pub fn key_of(ngram: &str) -> u32 {
    key(whole(&ngram.chars().collect::<Vec<_>>()))
}

/// The classifier, with weights at random.
pub fn small() -> Classifier {
    let keys: BTreeSet<u32> =
        KNOWN.iter().flat_map(|word| ngrams_of(word)).map(|n| key_of(&n)).collect();
    let keys: Vec<u32> = keys.into_iter().collect();
    let mut random = Random::new(7);
    let mut rows = Rows::new(keys.len(), KINDS.len());
    for row in 0..keys.len() {
        rows.set_scale(row, random.below(SCALES.len()) as u8);
        (0..KINDS.len()).for_each(|kind| rows.set(row, kind, random.below(16) as i8 - 8));
    }
    let size = |i: usize| Size { sharpness: 0.25 + 0.05 * i as f32, foreign: -0.5 * i as f32 };
    let header = Header {
        labels: vec!["one".into(), "two".into()],
        kinds: KINDS.to_vec(),
        unit: 0.25,
        offsets: vec![0.0, 0.125, -0.25, 0.5, 0.0],
        calibration: Calibration::new((0..SIZES).map(size).collect()).unwrap(),
        texts: 100,
        version: "0.1.0".into(),
        date: "2026-11-30".into(),
        license: Some("CC0-1.0".into()),
    };
    Classifier { header, keys: Keys::new(&keys), rows }
}

/// The probabilities of labels, that of foreign kinds and the number of known n-grams by a map of strings, slowly.
pub fn slowly(classifier: &Classifier, text: &str, only: Option<&[usize]>) -> (Vec<f64>, f64, u32) {
    let Header { labels, kinds, unit, offsets, calibration, .. } = &classifier.header;
    let known: BTreeSet<String> = KNOWN.iter().flat_map(|word| ngrams_of(word)).collect();
    let keys: BTreeSet<u32> = known.iter().map(|ngram| key_of(ngram)).collect();
    let places: BTreeMap<u32, usize> = keys.into_iter().zip(0..).collect();
    let weights: BTreeMap<String, Vec<i32>> = known
        .into_iter()
        .map(|ngram| {
            let row = places[&key_of(&ngram)];
            let scale = SCALES[usize::from(classifier.rows.scale(row))];
            let of = |kind| i32::from(classifier.rows.get(row, kind)) * scale;
            (ngram, (0..kinds.len()).map(of).collect())
        })
        .collect();
    let found: Vec<&Vec<i32>> =
        ngrams_of(text).iter().filter_map(|ngram| weights.get(ngram)).collect();
    let n = found.len().max(1) as f64;
    let size = calibration.at(found.len() as u32);
    let score = |kind: usize| {
        let sum: i32 = found.iter().map(|weights| weights[kind]).sum();
        let score =
            f64::from(sum) * f64::from(*unit) / n.sqrt() + f64::from(offsets[kind]) * n.sqrt();
        let foreign = if kinds[kind].is_none() { f64::from(size.foreign) } else { 0.0 };
        (score + foreign) * f64::from(size.sharpness)
    };
    let possible = |kind: &usize| match (only, kinds[*kind]) {
        (None, _) => true,
        (Some(only), label) => label.is_some_and(|label| only.contains(&label)),
    };
    let terms: Vec<(usize, f64)> =
        (0..kinds.len()).filter(possible).map(|kind| (kind, libm::exp(score(kind)))).collect();
    let all: f64 = terms.iter().map(|(_, term)| term).sum();
    let share = |label: Option<usize>| {
        terms.iter().filter(|(kind, _)| kinds[*kind] == label).map(|(_, term)| term / all).sum()
    };
    ((0..labels.len()).map(|label| share(Some(label))).collect(), share(None), found.len() as u32)
}
