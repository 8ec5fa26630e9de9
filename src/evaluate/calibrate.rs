//! Fits the temperatures of the posterior on sentences that the n-grams have not counted.
//!
//! Each temperature minimises the mean negative log-likelihood, in nats, of what was true: the gap
//! among all gaps of its sentence, and the word among the candidates of its gap (or none of them).
//! Both are smooth functions of one number with one minimum; golden-section search finds it.

use rayon::prelude::*;

use super::random::Random;
use super::remove::remove_word;
use super::truth::Truth;
use crate::model::header::Calibration;
use crate::progress::Progress;
use crate::solve::posterior::{softmax, temper};
use crate::solve::sentence::WORDS;
use crate::solve::{Gap, Solver, Worker};

/// With fewer sentences than this the default is closer to the truth than a fit.
pub const FEWEST: usize = 200;
/// How many sentences are one piece of parallel work.
const CHUNK: usize = 16;
/// The removals of the fit depend on this and on the order of the lines, which is fixed.
const SEED: u64 = 0x1305;

/// One held-out sentence, as the fit sees it.
struct Example {
    /// (gaps) natural log of the evidence.
    ln_evidence: Vec<f64>,
    truth: Truth,
    /// Probabilities of the candidates in the true gap, likeliest first.
    words: Vec<f64>,
    /// Which of them is the missing word.
    rank: Option<usize>,
}

/// Fits the calibration on whole sentences, from each of which one word is removed at random;
/// `None` if they are fewer than [`FEWEST`].
pub fn fit<S: AsRef<[u8]> + Sync>(
    solver: &Solver<'_>,
    sentences: &[S],
    progress: &dyn Progress,
) -> Option<Calibration> {
    progress.stage("calibrate", Some(sentences.len() as u64));
    let mut random = Random::new(SEED);
    let removed: Vec<Option<Vec<u8>>> =
        sentences.iter().map(|sentence| remove_word(sentence.as_ref(), &mut random)).collect();
    let pairs: Vec<(&[u8], &[u8])> = removed
        .iter()
        .zip(sentences)
        .filter_map(|(test, solution)| Some((test.as_deref()?, solution.as_ref())))
        .collect();
    let examples: Vec<Example> = pairs
        .par_chunks(CHUNK)
        .flat_map_iter(|chunk| {
            let mut worker = solver.worker();
            let examples: Vec<Example> =
                chunk.iter().filter_map(|(test, solution)| example(&mut worker, test, solution)).collect();
            progress.advance(chunk.len() as u64);
            examples
        })
        .collect();
    if examples.len() < FEWEST {
        return None;
    }
    let mean = |loss: &dyn Fn(&Example) -> f64| -> f64 {
        examples.iter().map(loss).sum::<f64>() / examples.len() as f64
    };
    Some(Calibration {
        gap_temperature: minimise(0.1, 2.0, |t| mean(&|example| example.gap_nats(t))),
        word_temperature: minimise(0.1, 2.0, |t| mean(&|example| example.word_nats(t))),
        sentences: examples.len() as u64,
    })
}

fn example(worker: &mut Worker<'_, '_>, test: &[u8], solution: &[u8]) -> Option<Example> {
    let truth = Truth::find(test, solution)?;
    let ids = worker.solver().ids(test);
    let analysis = worker.analyse(&ids);
    let mut words = Vec::new();
    worker.score(Gap::of(&ids, *truth.gaps.start())?, WORDS, &mut words);
    let id = worker.solver().view().vocabulary.id(&truth.word);
    Some(Example {
        ln_evidence: analysis.gaps.iter().map(|gap| gap.ln_evidence).collect(),
        truth,
        rank: words.iter().position(|candidate| candidate.word == id),
        words: words.iter().map(|candidate| candidate.probability).collect(),
    })
}

impl Example {
    fn gap_nats(&self, t: f64) -> f64 {
        let posterior = softmax(self.ln_evidence.iter().map(|ln| t * ln));
        -posterior[self.truth.gaps.clone()].iter().sum::<f64>().max(1e-300).ln()
    }

    fn word_nats(&self, t: f64) -> f64 {
        let (words, rest) = temper(&self.words, t);
        -self.rank.map_or(rest, |rank| words[rank]).max(1e-300).ln()
    }
}

/// The number between `low` and `high` at which `f`, which has one minimum, is lowest.
fn minimise(mut low: f64, mut high: f64, f: impl Fn(f64) -> f64) -> f64 {
    const GOLDEN: f64 = 0.618_033_988_749_894_8;
    let (mut a, mut b) = (high - GOLDEN * (high - low), low + GOLDEN * (high - low));
    let (mut fa, mut fb) = (f(a), f(b));
    while high - low > 1e-4 {
        if fa < fb {
            (high, b, fb) = (b, a, fa);
            a = high - GOLDEN * (high - low);
            fa = f(a);
        } else {
            (low, a, fa) = (a, b, fb);
            b = low + GOLDEN * (high - low);
            fb = f(b);
        }
    }
    // Four digits are more than a few thousand sentences can tell.
    (5_000.0 * (low + high)).round() / 10_000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_minimum() {
        assert!((minimise(0.1, 2.0, |x| (x - 0.7).powi(2)) - 0.7).abs() < 1e-3);
        assert!((minimise(0.1, 2.0, |x| x) - 0.1).abs() < 1e-3);
    }
}
