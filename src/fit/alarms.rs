//! Fits when a word is missing at all, and which prior causes how many false alarms.
//!
//! The weights of [`crate::repair`] are those of a choice between "none" and the gaps of a sentence, by
//! maximum likelihood ([`super::log_linear`]). Every held-out sentence gives two examples: as it is, and with
//! one word removed. There, all gaps were equally likely beforehand, and together as likely as none; that is
//! the offset, so that the ratio is fitted without a prior.
//!
//! The unchanged sentences then give the prior at which each of their gaps would wrongly get a word; sorted,
//! these are the rates of false alarms.

use super::held_out::{FEWEST, pairs, round};
use super::log_linear::{self, Example};
use crate::error::Result;
use crate::model::header::Repair;
use crate::progress::{Progress, Unit};
use crate::repair::odds::{self, SURE, critical, features, ln_ratio};
use crate::repair::repairer::best_word;
use crate::solve::word::posterior::Posterior;
use crate::solve::word::sentence::Analysis;
use crate::solve::{Solver, Workers};
use crate::task::truth::Truth;
use crate::text::ordinary::Sentence;

/// Rates in the header grow by about this factor.
const STEP: f64 = 1.15;

/// A sentence without a missing word.
struct Whole {
    /// (1 + gaps) "none", and the gaps.
    example: Example<3>,
    /// Gaps whose words were searched for, and the probability of the best word there.
    sure: Vec<(usize, f64)>,
}

/// Fits to whole sentences that the n-grams have not counted, with the calibration of the solver; `None` if
/// there are fewer than [`FEWEST`]. `release` is called for every sentence.
pub fn fit<S: AsRef<[u8]> + Sync>(
    solver: &Solver,
    sentences: &[S],
    release: &(dyn Fn() + Sync),
    progress: &dyn Progress,
) -> Result<Option<Repair>> {
    let pairs = pairs(sentences);
    if pairs.len() < FEWEST {
        return Ok(None);
    }
    progress.stage("fit false alarms", Unit::Sentences, Some(pairs.len() as u64));
    let all = Workers::new(solver).map(&pairs, progress, |worker, pairs| {
        let tests: Vec<&[u8]> = pairs.iter().map(|(test, _)| &test[..]).collect();
        let wholes: Vec<&[u8]> = pairs.iter().map(|(_, whole)| *whole).collect();
        let tests = worker.analyse_all(&tests);
        let analysed = worker.analyse_all(&wholes);
        let both = pairs.iter().zip(tests).zip(analysed);
        both.map(|(((test, whole), of_test), of_whole)| {
            release();
            let truth = Truth::find(test, whole).filter(|_| !of_test.gaps.is_empty());
            let removed = truth.map(|truth| {
                let truth = truth.gaps.start() + 1..=truth.gaps.end() + 1;
                Example { truth, ..example(&of_test) }
            });
            (removed, Whole::new(solver, whole, &of_whole))
        })
        .collect()
    })?;
    let (removed, wholes): (Vec<_>, Vec<Whole>) = all.into_iter().unzip();
    let mut examples: Vec<Example<3>> = removed.into_iter().flatten().collect();
    examples.extend(wholes.iter().map(|whole| whole.example.clone()));
    let start = if solver.view().net.is_some() { [0.0, 0.25, 0.75] } else { [0.0, 0.7, 0.0] };
    let mut weights = log_linear::fit(&examples, start).map(round);
    weights[2] = weights[2].max(0.0); // a net worse than nothing is not inverted
    let words = wholes.iter().map(|whole| whole.example.offsets.len() as u64).sum();
    Ok(Some(Repair {
        weights,
        alarms: alarms(&wholes, &weights, words),
        words,
        sentences: wholes.len() as u64,
    }))
}

/// "None" and the gaps of a sentence; "none" is true.
fn example(analysis: &Analysis) -> Example<3> {
    let gaps = analysis.gaps.len();
    let mut all = vec![[0.0; 3]];
    all.extend((0..gaps).map(|gap| features(analysis, gap)));
    let mut offsets = vec![0.0];
    offsets.resize(gaps + 1, -libm::log(gaps.max(1) as f64));
    Example { features: all, offsets, truth: 0..=0 }
}

impl Whole {
    fn new(solver: &Solver, line: &[u8], analysis: &Analysis) -> Self {
        let sentence = Sentence::of_line(line);
        let posterior = Posterior::new(analysis, solver.calibration(), solver.view());
        let best = posterior.best.iter().filter_map(|best| {
            let (word, _) = best_word(solver, &sentence, best.gap, best)?;
            Some((best.gap, word.probability))
        });
        Whole { example: example(analysis), sure: best.collect() }
    }
}

/// The rates of false alarms, and the log of the prior odds at which they happen, rounded down.
fn alarms(wholes: &[Whole], weights: &[f64; 3], words: u64) -> Vec<[f64; 2]> {
    let mut criticals: Vec<f64> = wholes
        .iter()
        .flat_map(|whole| {
            let ratios: Vec<f64> =
                whole.example.features[1..].iter().map(|f| ln_ratio(weights, f)).collect();
            let sure = whole.sure.iter();
            sure.filter_map(|&(gap, p)| critical(&ratios, gap, SURE / p)).collect::<Vec<_>>()
        })
        .collect();
    criticals.sort_by(f64::total_cmp);
    let (mut alarms, mut n) = (Vec::new(), odds::FEWEST as usize);
    // Just below the n-th one, counted from 0, there are n alarms.
    while let Some(critical) = criticals.get(n) {
        alarms.push([n as f64 / words as f64, (critical * 1e4).floor() / 1e4]);
        n = (n + 1).max((n as f64 * STEP) as usize);
    }
    alarms
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_many_alarms_happen_as_the_table_says() {
        // A hundred sentences of one gap, whose log ratios are 0.00, 0.01 and so on, and a sure word.
        let whole = |i: i32| Whole {
            example: Example {
                features: vec![[0.0; 3], [1.0, f64::from(i) / 100.0, 0.0]],
                offsets: vec![0.0; 2],
                truth: 0..=0,
            },
            sure: vec![(0, 0.9)],
        };
        let (weights, words) = ([0.0, 1.0, 0.0], 10_000);
        let wholes: Vec<Whole> = (0..100).map(whole).collect();
        let table = alarms(&wholes, &weights, words);
        assert_eq!(table[0][0], 5e-4);
        assert!(table.is_sorted() && table.len() > 10, "{table:?}");
        for [rate, ln_prior] in table {
            let alarm =
                |i: &i32| odds::probability(&[f64::from(*i) / 100.0], 0, ln_prior) * 0.9 >= SURE;
            assert_eq!((0..100).filter(alarm).count(), (rate * 1e4).round() as usize);
        }
    }
}
