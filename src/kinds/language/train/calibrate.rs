//! Fits the calibration to texts that were held out: foreign kinds say "unknown" of a fixed share of them at most, and
//! sharpness has the least loss, -ln P(label), given that.

use crate::kinds::language::Classifier;
use crate::kinds::language::calibration::{Calibration, SIZES, Size, class};
use crate::kinds::linear::probabilities;

/// The share of texts with a label that may be taken for foreign ones, by class of size.
const REFUSED: f64 = 0.002;
/// A class with fewer texts takes the parameters of the nearest one that has as many.
const FEWEST: usize = 100;
/// How often parameters are fitted in turn.
const ROUNDS: usize = 3;
/// How many steps balance the kinds, and their rate in nats an n-gram.
const BALANCING: usize = 40;
const RATE: f32 = 0.01;
/// How much foreign kinds may be helped, and hindered, in nats.
const HELP: f32 = 1.0;
const HINDER: f32 = -12.0;

/// The scores of texts that have labels.
pub struct Scored {
    kinds: Vec<Option<usize>>,
    /// The size of each text, its label, and its scores in nats, one a kind.
    texts: Vec<(u32, usize, Vec<f32>)>,
}

impl Scored {
    /// Of texts with the places of their labels.
    pub fn new(classifier: &Classifier, texts: &[(usize, String)]) -> Self {
        let mut reader = classifier.reader();
        let scored = texts.iter().map(|(label, text)| {
            let (ngrams, scores) = reader.scores(text);
            (ngrams, *label, scores.to_vec())
        });
        let texts = scored.filter(|&(ngrams, ..)| ngrams > 0).collect();
        Scored { kinds: classifier.header().kinds.clone(), texts }
    }

    /// What has to be added to the offsets of kinds, in nats, so that no label is said more often than it is right:
    /// gradient descent on the loss, with a rate for each kind (AdaGrad). Foreign kinds stay.
    pub fn balance(&mut self, calibration: &Calibration) -> Vec<f32> {
        let own = self.kinds.iter().map(|kind| kind.is_some()).collect::<Vec<_>>();
        let (mut added, mut squares) = (vec![0f32; own.len()], vec![1e-9f32; own.len()]);
        for _ in 0..BALANCING {
            let mut gradients = vec![0f32; own.len()];
            for (ngrams, label, scores) in &self.texts {
                let (size, root) = (calibration.at(*ngrams), (*ngrams as f32).sqrt());
                let with = scores.iter().zip(&added).map(|(score, added)| score + added * root);
                let mut p = with.collect::<Vec<f32>>();
                sharpen(&mut p, &self.kinds, size);
                probabilities(&mut p);
                let of_label = |kind: usize| self.kinds[kind] == Some(*label);
                let right: f32 =
                    (0..p.len()).filter(|&kind| of_label(kind)).map(|kind| p[kind]).sum();
                for (kind, gradient) in gradients.iter_mut().enumerate() {
                    let wanted = if of_label(kind) { p[kind] / right.max(1e-12) } else { 0.0 };
                    *gradient += root * size.sharpness * (p[kind] - wanted);
                }
            }
            for kind in (0..own.len()).filter(|&kind| own[kind]) {
                squares[kind] += gradients[kind] * gradients[kind];
                added[kind] -= RATE * gradients[kind] / squares[kind].sqrt();
            }
        }
        for (ngrams, _, scores) in &mut self.texts {
            let root = (*ngrams as f32).sqrt();
            scores.iter_mut().zip(&added).for_each(|(score, added)| *score += added * root);
        }
        added
    }

    /// The calibration that fits them.
    pub fn calibration(&self) -> Calibration {
        let mut sizes = vec![Size { sharpness: 1.0, foreign: 0.0 }; SIZES];
        let by_class: Vec<Vec<usize>> = (0..SIZES)
            .map(|c| (0..self.texts.len()).filter(|&i| class(self.texts[i].0) == c).collect())
            .collect();
        let full: Vec<usize> = (0..SIZES).filter(|&c| by_class[c].len() >= FEWEST).collect();
        if full.is_empty() {
            return Calibration::default();
        }
        for _ in 0..ROUNDS {
            for &c in &full {
                if self.kinds.contains(&None) {
                    sizes[c].foreign = self.foreign(&by_class[c], sizes[c].sharpness);
                }
            }
            spread(&mut sizes, &full);
            for &c in &full {
                sizes[c].sharpness = self.sharpness(c, &sizes);
                spread(&mut sizes, &full);
            }
        }
        Calibration::new(sizes).unwrap_or_default()
    }

    /// What may be added to foreign kinds so that they win in no more than the share allowed.
    fn foreign(&self, texts: &[usize], sharpness: f32) -> f32 {
        let mut margins: Vec<f32> = texts.iter().map(|&i| self.margin(i, sharpness)).collect();
        margins.sort_by(f32::total_cmp);
        margins[(margins.len() as f64 * REFUSED) as usize].clamp(HINDER, HELP)
    }

    /// By how many nats, before sharpness, the likeliest label is ahead of all foreign kinds.
    fn margin(&self, i: usize, sharpness: f32) -> f32 {
        let p = self.posterior(i, Size { sharpness, foreign: 0.0 });
        let mut labels = vec![0f32; self.kinds.len()];
        let mut foreign = 0f32;
        for (p, kind) in p.iter().zip(&self.kinds) {
            match kind {
                Some(label) => labels[*label] += p,
                None => foreign += p,
            }
        }
        let best = labels.iter().copied().fold(0.0, f32::max).max(1e-30);
        (libm::logf(best) - libm::logf(foreign.max(1e-30))) / sharpness
    }

    /// The probabilities of all kinds.
    fn posterior(&self, i: usize, size: Size) -> Vec<f32> {
        let mut p = self.texts[i].2.clone();
        sharpen(&mut p, &self.kinds, size);
        probabilities(&mut p);
        p
    }

    /// The sharpness of a class with the least loss of all texts that it matters to. A prior that is worth about one
    /// text, normal in its logarithm, keeps it in bounds where nothing is ever wrong.
    fn sharpness(&self, c: usize, sizes: &[Size]) -> f32 {
        let near: Vec<usize> =
            (0..self.texts.len()).filter(|&i| class(self.texts[i].0).abs_diff(c) <= 1).collect();
        let loss = |sharpness: f32| {
            let mut sizes = sizes.to_vec();
            sizes[c].sharpness = sharpness;
            let calibration = Calibration::new(sizes).unwrap_or_default();
            let prior = f64::from(libm::logf(sharpness));
            let texts = near.iter().map(|&i| self.loss(i, calibration.at(self.texts[i].0)));
            texts.sum::<f64>() + prior * prior / 2.0
        };
        let tried = (-12..=12).map(|i| sizes[c].sharpness * libm::powf(1.06, i as f32));
        let tried: Vec<(f64, f32)> = tried.map(|sharpness| (loss(sharpness), sharpness)).collect();
        tried.into_iter().min_by(|a, b| a.0.total_cmp(&b.0)).map_or(1.0, |best| best.1)
    }

    /// -ln P(label), in nats.
    fn loss(&self, i: usize, size: Size) -> f64 {
        let of_label = |kind: &Option<usize>| *kind == Some(self.texts[i].1);
        let kinds = self.posterior(i, size).into_iter().zip(&self.kinds);
        let p: f32 = kinds.filter(|(_, kind)| of_label(kind)).map(|(p, _)| p).sum();
        -libm::log(f64::from(p).max(1e-12))
    }
}

/// Scores as the parameters of a size change them.
fn sharpen(scores: &mut [f32], kinds: &[Option<usize>], size: Size) {
    for (score, kind) in scores.iter_mut().zip(kinds) {
        let foreign = if kind.is_none() { size.foreign } else { 0.0 };
        *score = (*score + foreign) * size.sharpness;
    }
}

/// Gives classes with few texts the parameters of the nearest one with many, the smaller one of two.
fn spread(sizes: &mut [Size], full: &[usize]) {
    for c in 0..sizes.len() {
        if let Some(&nearest) = full.iter().min_by_key(|&&other| other.abs_diff(c)) {
            sizes[c] = sizes[nearest];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    /// A number from 0 to 1.
    fn uniform(random: &mut Random) -> f32 {
        random.below(1 << 20) as f32 / (1 << 20) as f32
    }

    /// Texts of `ngrams` n-grams that have the likelier a label the higher its score is, times `sharpness`.
    fn texts(
        kinds: &[Option<usize>],
        n: usize,
        ngrams: u32,
        sharpness: f32,
    ) -> Vec<(u32, usize, Vec<f32>)> {
        let mut random = Random::new(u64::from(ngrams));
        let one = |_| {
            let scores: Vec<f32> = kinds.iter().map(|_| 6.0 * uniform(&mut random)).collect();
            let weights = scores
                .iter()
                .zip(kinds)
                .map(|(score, kind)| (*kind, kind.map_or(0.0, |_| libm::expf(score * sharpness))));
            let weights: Vec<(Option<usize>, f32)> = weights.collect();
            let mut left =
                uniform(&mut random) * weights.iter().map(|(_, weight)| weight).sum::<f32>();
            let drawn = weights.iter().filter(|(kind, _)| kind.is_some()).find(|(_, weight)| {
                left -= weight;
                left <= 0.0
            });
            (ngrams, drawn.and_then(|(kind, _)| *kind).unwrap_or(0), scores)
        };
        (0..n).map(one).collect()
    }

    #[test]
    fn a_known_sharpness_is_found_for_each_size() {
        let kinds = vec![Some(0), Some(1), Some(1), Some(2)];
        let small = texts(&kinds, 4000, 10, 1.7);
        let large = texts(&kinds, 4000, 100, 0.5);
        let few = texts(&kinds, FEWEST - 1, 2000, 9.0);
        let scored = Scored { kinds, texts: [small, large, few].concat() };
        let calibration = scored.calibration();
        for (ngrams, should) in [(1, 1.7), (10, 1.7), (100, 0.5), (2000, 0.5)] {
            let is = calibration.at(ngrams).sharpness;
            assert!((is / should - 1.0).abs() < 0.1, "{ngrams}: {is} {should}");
            assert_eq!(calibration.at(ngrams).foreign, 0.0);
        }
    }

    #[test]
    fn texts_that_are_never_wrong_are_not_fitted_without_end() {
        let texts = (0..200)
            .map(|i| (100, i % 2, (0..2).map(|k| if k == i % 2 { 9.0 } else { 0.0 }).collect()));
        let scored = Scored { kinds: vec![Some(0), Some(1)], texts: texts.collect() };
        let sharpness = scored.calibration().at(100).sharpness;
        assert!((0.7..2.0).contains(&sharpness), "{sharpness}");
    }

    /// The share of texts that are taken for foreign ones.
    fn refused(scored: &Scored, calibration: &Calibration) -> f64 {
        let is_foreign = |(ngrams, _, scores): &&(u32, usize, Vec<f32>)| {
            let size = calibration.at(*ngrams);
            let mut scores = scores.clone();
            sharpen(&mut scores, &scored.kinds, size);
            probabilities(&mut scores);
            let of = |wanted: Option<usize>| -> f32 {
                let of_kind = scores.iter().zip(&scored.kinds).filter(|(_, kind)| **kind == wanted);
                of_kind.map(|(p, _)| p).sum()
            };
            of(None) > of(Some(0)).max(of(Some(1)))
        };
        scored.texts.iter().filter(is_foreign).count() as f64 / scored.texts.len() as f64
    }

    #[test]
    fn no_more_texts_with_labels_are_refused_than_allowed() {
        let kinds = vec![Some(0), Some(1), None, None];
        let scored = Scored { texts: texts(&kinds, 5000, 30, 1.0), kinds };
        let before = refused(&scored, &Calibration::default());
        let calibration = scored.calibration();
        let after = refused(&scored, &calibration);
        assert!(before > 0.3, "{before}");
        assert!(after > 0.0 && after <= 2.0 * REFUSED, "{after}");
        assert!(calibration.at(30).foreign < -2.0, "{calibration:?}");
    }

    #[test]
    fn foreign_kinds_are_not_helped_beyond_measure() {
        let kinds = vec![Some(0), Some(1), None];
        let mut texts = texts(&kinds, 1000, 30, 1.0);
        texts.iter_mut().for_each(|(.., scores)| scores[2] = -50.0);
        let calibration = Scored { texts, kinds }.calibration();
        assert_eq!(calibration.at(30).foreign, HELP);
    }

    #[test]
    fn too_few_texts_change_nothing() {
        let kinds = vec![Some(0), Some(1)];
        let scored = Scored { texts: texts(&kinds, FEWEST - 1, 30, 3.0), kinds };
        assert_eq!(scored.calibration(), Calibration::default());
    }
}
