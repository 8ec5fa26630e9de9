//! How well does a net find gaps and the words that were in them?

use rayon::prelude::*;

use super::examples::Example;
use super::lesson::{Lesson, TOGETHER};
use crate::net::Net;
use crate::net::choice::Choice;
use crate::net::holes::Holes;
use crate::net::pass::Pass;
use crate::progress::Progress;
use crate::softmax::softmax;

/// What was found in examples.
#[derive(Debug, Clone, Copy, Default)]
pub struct Found {
    /// Share of the sentences whose gap is the likeliest one.
    pub share: f64,
    /// Mean negative log-probability of the true gap, in nats.
    pub nats: f64,
    /// Share of the sentences whose word is the likeliest one in the true gap.
    pub words: f64,
    /// Mean negative log-probability of the true word given its gap, in nats.
    pub word_nats: f64,
}

/// Measures a net on examples; what is found is of no use once `progress` says to stop.
pub fn measure(net: &Net<'_>, examples: &[Example<'_>], progress: &dyn Progress) -> Found {
    let choice = Choice::new(net);
    let found: Vec<[f64; 4]> = examples
        .par_chunks(TOGETHER)
        .map_init(
            || (Pass::default(), Holes::default(), Lesson::new(&net.shape)),
            |(pass, holes, lesson), together| {
                if progress.stop() {
                    return [0.0; 4];
                }
                lesson.fill(together, &net.shape, false);
                pass.run(net, &lesson.rows, false);
                let mut sums = [0.0; 4];
                for (gaps, &truth) in lesson.rows.gaps.iter().zip(&lesson.gaps) {
                    let logits = pass.logits[gaps.clone()].iter();
                    let all = softmax(logits.map(|&logit| logit.into()));
                    let better = all
                        .iter()
                        .enumerate()
                        .filter(|&(i, &p)| p > all[truth] || p == all[truth] && i < truth);
                    sums[0] += if better.count() == 0 { 1.0 } else { 0.0 };
                    sums[1] -= libm::log(all[truth].max(1e-300));
                }
                holes.run(net, pass.towers(), &lesson.holes);
                let logits = choice.logits(&holes.states);
                for (logits, &word) in logits.holes().zip(&lesson.words) {
                    let own = logits.all[word as usize];
                    let best = logits.highest.iter().all(|&other| other <= own);
                    sums[2] += f64::from(u8::from(best));
                    sums[3] += logits.ln_sum() - f64::from(own);
                }
                sums
            },
        )
        .collect();
    let count = examples.len().max(1) as f64;
    let total = |i: usize| found.iter().map(|sums| sums[i]).sum::<f64>() / count;
    Found { share: total(0), nats: total(1), words: total(2), word_nats: total(3) }
}
