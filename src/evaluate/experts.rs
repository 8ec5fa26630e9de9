//! How well each of the two experts finds the gap by itself: the evidence of the n-grams, and the net.

use std::fmt::Write;

use serde::Serialize;

use crate::model::header::Calibration;
use crate::softmax::softmax;
use crate::solve::gap::evidence::gap_score;
use crate::solve::word::sentence::Analysis;
use crate::task::truth::Truth;

/// What one expert made of one sentence.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Opinion {
    /// Place of the true gap in its ranking, from 0.
    pub rank: usize,
    /// Negative log of the probability that it gives the true gap, in nats.
    pub nats: f64,
}

/// The opinions of the n-grams and the net, where the model has a net.
pub fn opinions(analysis: &Analysis, truth: &Truth) -> Option<[Opinion; 2]> {
    if analysis.logits.is_empty() {
        return None;
    }
    let without = Calibration::default();
    let only_net = Calibration { gap_temperature: 0.0, net_weight: 1.0, ..without };
    let one = |calibration: Calibration| {
        let score = |gap| gap_score(&calibration, &analysis.features(gap));
        let scores: Vec<f64> = (0..analysis.gaps.len()).map(score).collect();
        let all = softmax(scores.iter().copied());
        let p = all[truth.gaps.clone()].iter().sum::<f64>().max(1e-300);
        let nats = -libm::log(p);
        let best = scores[truth.gaps.clone()].iter().copied().fold(f64::NEG_INFINITY, f64::max);
        Opinion { rank: scores.iter().filter(|&&score| score > best).count(), nats }
    };
    Some([one(without), one(only_net)])
}

/// How well one expert finds the gaps.
#[derive(Debug, Clone, Serialize)]
pub struct Expert {
    /// Which.
    pub name: &'static str,
    /// Share of sentences whose true gap is the first, among the first 3, the first 10.
    pub gap_top: [f64; 3],
    /// Mean negative log of the probability given to the true gap, in nats; the evidence to the power of
    /// 0.7.
    pub gap_nats: f64,
}

/// Both experts; nothing without a net.
pub fn experts(opinions: impl Iterator<Item = [Opinion; 2]>) -> Vec<Expert> {
    let all: Vec<[Opinion; 2]> = opinions.collect();
    if all.is_empty() {
        return Vec::new();
    }
    let mean = |f: &dyn Fn(&[Opinion; 2]) -> f64| all.iter().map(f).sum::<f64>() / all.len() as f64;
    let expert = |(i, name): (usize, &'static str)| Expert {
        name,
        gap_top: [1, 3, 10].map(|top| mean(&|o| f64::from(u8::from(o[i].rank < top)))),
        gap_nats: mean(&|o| o[i].nats),
    };
    ["n-grams alone", "net alone"].into_iter().enumerate().map(expert).collect()
}

/// A table for people.
///
/// # Errors
/// What the writer reports.
pub fn write_text(experts: &[Expert], out: &mut dyn Write) -> std::fmt::Result {
    if !experts.is_empty() {
        writeln!(
            out,
            "{:<16}{:>7}{:>7}{:>7}{:>10}",
            "gaps by", "gap1", "gap3", "gap10", "gap nats"
        )?;
    }
    for Expert { name, gap_top, gap_nats } in experts {
        let shares = gap_top.map(|share| format!("{:>7.1}", 100.0 * share)).concat();
        writeln!(out, "{name:<16}{shares}{gap_nats:>10.4}")?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::solve::GapScore;

    #[test]
    fn each_expert_is_asked_alone() {
        let gap = |ln_evidence| GapScore { ln_evidence, ..GapScore::default() };
        let mut analysis = Analysis {
            gaps: vec![gap(1.0), gap(3.0), gap(2.0)],
            logits: vec![0.5, -1.0, 0.5],
            ..Analysis::default()
        };
        let truth = Truth { gaps: 2..=2, word: b"x".to_vec() };
        let [ngrams, net] = opinions(&analysis, &truth).unwrap();
        assert_eq!((ngrams.rank, net.rank), (1, 0));
        let sum = (-0.7f64).exp() + 0.7f64.exp() + 1.0;
        assert!((ngrams.nats - sum.ln()).abs() < 1e-9);
        assert!((net.nats - (2.0 + (-1.5f64).exp()).ln()).abs() < 1e-9);
        analysis.logits.clear();
        assert_eq!(opinions(&analysis, &truth), None);
    }
}
