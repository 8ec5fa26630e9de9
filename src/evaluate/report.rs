//! Sums up measurements: means with bootstrap intervals, shares, and the same by word length.

use std::fmt::Write;

use serde::Serialize;

use super::bootstrap::{RESAMPLES, mean_interval};
use super::measure::{Measured, Outcome};
use crate::solve::Method;

/// Everything that `impute evaluate` tells.
#[derive(Debug, Clone, Serialize)]
pub struct Report {
    /// Number of sentences.
    pub sentences: usize,
    /// How many of them differ from their solution by exactly one inner word; the shares of gaps and
    /// words are over these.
    pub with_truth: usize,
    /// Mean distance of the sentences as they stand.
    pub unchanged: Interval,
    /// The same, as the posterior expects it.
    pub expected_unchanged: f64,
    /// One entry per method.
    pub methods: Vec<MethodReport>,
    /// The missing word among the candidates of its own gap, by the posterior of the word.
    pub word_given_gap: WordShares,
    /// By the length of the missing word in characters.
    pub by_length: Vec<LengthReport>,
    /// Sentences per second, all methods together.
    pub sentences_per_second: f64,
    /// Every setting that the figures depend on.
    pub signature: String,
}

/// A mean and the ends of its 95 % bootstrap interval.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Interval {
    /// The mean.
    pub mean: f64,
    /// 2.5 % of the resampled means are below this.
    pub low: f64,
    /// 2.5 % of the resampled means are above this.
    pub high: f64,
}

/// What one method reached.
#[derive(Debug, Clone, Serialize)]
pub struct MethodReport {
    /// Its name on the command line.
    pub method: &'static str,
    /// Mean Levenshtein distance, in characters.
    pub score: Interval,
    /// The mean distance that the solver expected, if the method has an opinion.
    pub expected: Option<f64>,
    /// Share of sentences whose true gap is the first, among the first 3, the first 10.
    pub gap_top: [f64; 3],
    /// Mean negative log of the probability given to the true gap, in nats.
    pub gap_nats: Option<f64>,
    /// Share of sentences that came out whole.
    pub both_right: f64,
    /// Share of sentences left as they are.
    pub left: f64,
    /// Share that got one extra space.
    pub space: f64,
    /// Share that got a word.
    pub word: f64,
    /// Share that got a stand-in: a string that is shorter or likelier to be close than any word.
    pub stand_in: f64,
}

/// How often the missing word is found.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct WordShares {
    /// It is the likeliest word of its gap.
    pub top_1: f64,
    /// It is among the ten likeliest.
    pub top_10: f64,
    /// It was among the gaps and words that the decision weighed.
    pub considered: f64,
}

/// The figures for missing words of some length.
#[derive(Debug, Clone, Serialize)]
pub struct LengthReport {
    /// Shortest and longest, in characters.
    pub chars: [usize; 2],
    /// Number of sentences.
    pub sentences: usize,
    /// Mean distance of the sentences as they stand.
    pub unchanged: f64,
    /// Of the missing word among the candidates of its own gap.
    pub word_given_gap: WordShares,
    /// The rest, per method.
    pub methods: Vec<MethodReport>,
}

/// The bounds of the rows by length.
const LENGTHS: [[usize; 2]; 9] =
    [[1, 1], [2, 2], [3, 3], [4, 4], [5, 5], [6, 6], [7, 8], [9, 11], [12, usize::MAX]];
/// The bootstrap's resamples depend on this alone.
const SEED: u64 = 1;

impl Report {
    /// Sums up; `methods` are those that were measured, in the same order.
    pub fn new(measured: &[Measured], methods: &[Method], seconds: f64, signature: String) -> Self {
        let all: Vec<&Measured> = measured.iter().collect();
        let by_length = LENGTHS.iter().filter_map(|&[low, high]| {
            let fits = |m: &&Measured| m.word_chars().is_some_and(|n| (low..=high).contains(&n));
            let these: Vec<&Measured> = measured.iter().filter(fits).collect();
            let longest = these.iter().filter_map(|m| m.word_chars()).max()?;
            Some(LengthReport {
                chars: [low, high.min(longest)],
                sentences: these.len(),
                unchanged: mean(&these, |m| m.unchanged as f64),
                word_given_gap: word_shares(&these),
                methods: method_reports(&these, methods),
            })
        });
        Report {
            sentences: all.len(),
            with_truth: all.iter().filter(|m| m.truth.is_some()).count(),
            unchanged: interval(&all, |m| m.unchanged as f64),
            expected_unchanged: mean(&all, |m| m.expected_unchanged),
            methods: method_reports(&all, methods),
            word_given_gap: word_shares(&all),
            by_length: by_length.collect(),
            sentences_per_second: all.len() as f64 / seconds.max(1e-9),
            signature,
        }
    }

    /// The report as a text for people, 80 columns wide.
    pub fn to_text(&self) -> String {
        let mut out = String::new();
        let _ = self.write_text(&mut out); // writing to a string cannot fail
        out
    }

    fn write_text(&self, out: &mut String) -> std::fmt::Result {
        let percent = |share: f64| format!("{:.1} %", 100.0 * share);
        let (u, w) = (&self.unchanged, &self.word_given_gap);
        writeln!(
            out,
            "{} sentences, {} with one inner word missing\n",
            self.sentences, self.with_truth
        )?;
        writeln!(
            out,
            "{:<16}{:>9}{:>20}{:>10}{:>24}",
            "", "score", "95 % interval", "expected", "gap top-1/3/10"
        )?;
        let range = |i: &Interval| format!("{:.4} - {:.4}", i.low, i.high);
        let expected = format!("{:.4}", self.expected_unchanged);
        writeln!(
            out,
            "{:<16}{:>9.4}{:>20}{:>10}{:>24}",
            "unchanged",
            u.mean,
            range(u),
            expected,
            "-"
        )?;
        for m in &self.methods {
            let expected = m.expected.map_or("-".into(), |e| format!("{e:.4}"));
            let gaps = m.gap_top.map(percent).join(" ");
            let score = &m.score;
            writeln!(
                out,
                "{:<16}{:>9.4}{:>20}{:>10}{:>24}",
                m.method,
                score.mean,
                range(score),
                expected,
                gaps
            )?;
        }
        writeln!(
            out,
            "\n{:<16}{:>12}{:>8}{:>8}{:>8}{:>10}{:>12}",
            "share that is", "both right", "left", "space", "word", "stand-in", "gap nats"
        )?;
        for m in &self.methods {
            let nats = m.gap_nats.map_or("-".into(), |n| format!("{n:.3}"));
            let shares = [m.left, m.space, m.word].map(percent);
            writeln!(
                out,
                "{:<16}{:>12}{:>8}{:>8}{:>8}{:>10}{:>12}",
                m.method,
                percent(m.both_right),
                shares[0],
                shares[1],
                shares[2],
                percent(m.stand_in),
                nats
            )?;
        }
        writeln!(
            out,
            "\nword given its gap: top-1 {}, top-10 {}",
            percent(w.top_1),
            percent(w.top_10)
        )?;
        writeln!(
            out,
            "truth among the gaps and words that were weighed: {}",
            percent(w.considered)
        )?;
        for (i, method) in self.methods.iter().enumerate() {
            writeln!(out, "\n{} by length of the missing word, in characters", method.method)?;
            writeln!(
                out,
                "{:<8}{:>7}{:>11}{:>8}{:>10}{:>8}{:>8}{:>8}{:>8}",
                "", "number", "unchanged", "score", "expected", "gap 1", "word 1", "both", "left"
            )?;
            for row in &self.by_length {
                let (m, w) = (&row.methods[i], &row.word_given_gap);
                let chars = match row.chars {
                    [low, high] if low == high => low.to_string(),
                    [low, high] => format!("{low}-{high}"),
                };
                let expected = m.expected.map_or("-".into(), |e| format!("{e:.3}"));
                let shares = [m.gap_top[0], w.top_1, m.both_right, m.left].map(percent);
                writeln!(
                    out,
                    "{:<8}{:>7}{:>11.3}{:>8.3}{:>10}{:>8}{:>8}{:>8}{:>8}",
                    chars,
                    row.sentences,
                    row.unchanged,
                    m.score.mean,
                    expected,
                    shares[0],
                    shares[1],
                    shares[2],
                    shares[3]
                )?;
            }
        }
        writeln!(
            out,
            "\n{:.0} sentences a second, all methods together",
            self.sentences_per_second
        )?;
        writeln!(out, "signature: {}", self.signature)
    }
}

fn mean(measured: &[&Measured], of: impl Fn(&Measured) -> f64) -> f64 {
    measured.iter().map(|m| of(m)).sum::<f64>() / (measured.len() as f64).max(1.0)
}

fn share(measured: &[&Measured], is: impl Fn(&Measured) -> bool) -> f64 {
    mean(measured, |m| f64::from(u8::from(is(m))))
}

/// The share among the sentences with a truth.
fn share_of_truths(measured: &[&Measured], is: impl Fn(&Measured) -> bool) -> f64 {
    let truths = share(measured, |m| m.truth.is_some());
    share(measured, |m| m.truth.is_some() && is(m)) / truths.max(1e-12)
}

fn interval(measured: &[&Measured], of: impl Fn(&Measured) -> f64) -> Interval {
    let values: Vec<f64> = measured.iter().map(|m| of(m)).collect();
    let [mean, low, high] = mean_interval(&values, SEED).unwrap_or_default();
    Interval { mean, low, high }
}

fn word_shares(measured: &[&Measured]) -> WordShares {
    let within = |n: usize| share_of_truths(measured, |m| m.word_rank.is_some_and(|rank| rank < n));
    WordShares {
        top_1: within(1),
        top_10: within(10),
        considered: share_of_truths(measured, |m| m.considered),
    }
}

fn method_reports(measured: &[&Measured], methods: &[Method]) -> Vec<MethodReport> {
    let report = |(i, method): (usize, &Method)| {
        let one = |m: &Measured| -> Outcome { m.outcomes[i].clone() };
        let average = |values: Vec<f64>| {
            (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
        };
        let text = |m: &Measured| one(m).answer.insert.map(|(_, text)| text);
        let expected = |m: &&Measured| one(m).answer.expected;
        let gap_top = [1, 3, 10]
            .map(|n| share_of_truths(measured, |m| one(m).gap_rank.is_some_and(|rank| rank < n)));
        MethodReport {
            method: method.name(),
            score: interval(measured, |m| one(m).distance as f64),
            expected: average(measured.iter().filter_map(expected).collect()),
            gap_top,
            gap_nats: average(measured.iter().filter_map(|m| one(m).gap_nats).collect()),
            both_right: share(measured, |m| one(m).distance == 0),
            left: share(measured, |m| text(m).is_none()),
            space: share(measured, |m| text(m).is_some_and(|text| text.is_empty())),
            word: share(measured, |m| one(m).answer.is_word),
            stand_in: share(measured, |m| {
                !one(m).answer.is_word && text(m).is_some_and(|text| !text.is_empty())
            }),
        }
    };
    methods.iter().enumerate().map(report).collect()
}

/// How the bootstrap was drawn, for the signature.
pub fn bootstrap_signature() -> String {
    format!("bootstrap:{RESAMPLES}/seed:{SEED}")
}
