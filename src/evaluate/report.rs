//! Sums up measurements: means with bootstrap intervals, shares, and the same by word length.

use std::fmt::Write;

use serde::Serialize;

use super::calibration_table::CalibrationTable;
use super::experts::{self, Expert};
use super::measure::{Measured, Outcome};
use crate::interval::bootstrap::{Interval, RESAMPLES, SEED};
use crate::solve::Method;
use crate::text::counted;
use crate::text::printable::printable;

/// Everything that `impute evaluate` reports.
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
    /// How well the n-grams and the net find the gap, each alone; empty without a net.
    pub experts: Vec<Expert>,
    /// Share of sentences whose missing word was among the candidates of the likeliest gaps.
    pub considered: f64,
    /// By the length of the missing word in characters.
    pub by_length: Vec<LengthReport>,
    /// How well the posterior is calibrated, if it was measured.
    pub calibration: Option<CalibrationTable>,
    /// Sentences per second, all methods together.
    pub sentences_per_second: f64,
    /// Every setting that the figures depend on.
    pub signature: String,
}

/// What one method reached.
#[derive(Debug, Clone, Serialize)]
pub struct MethodReport {
    /// Its name on the command line.
    pub method: &'static str,
    /// Mean Levenshtein distance, in characters.
    pub score: Interval,
    /// The mean distance that the solver expected, if the method states one.
    pub expected: Option<f64>,
    /// Share of sentences whose true gap is the first, among the first 3, the first 10.
    pub gap_top: [f64; 3],
    /// Mean negative log of the probability given to the true gap, in nats.
    pub gap_nats: Option<f64>,
    /// Share of sentences whose word is the first in its own gap, among the first 10.
    pub word_top: [f64; 2],
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

/// The figures for missing words of some length.
#[derive(Debug, Clone, Serialize)]
pub struct LengthReport {
    /// Shortest and longest, in characters.
    pub chars: [usize; 2],
    /// Number of sentences.
    pub sentences: usize,
    /// Mean distance of the sentences as they stand.
    pub unchanged: f64,
    /// Share of them whose missing word was among the candidates of the likeliest gaps.
    pub considered: f64,
    /// The rest, per method.
    pub methods: Vec<MethodReport>,
}

/// The bounds of the rows by length.
const LENGTHS: [[usize; 2]; 9] =
    [[1, 1], [2, 2], [3, 3], [4, 4], [5, 5], [6, 6], [7, 8], [9, 11], [12, usize::MAX]];

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
                considered: share_of_truths(&these, |m| m.considered),
                methods: method_reports(&these, methods),
            })
        });
        Report {
            sentences: all.len(),
            with_truth: all.iter().filter(|m| m.truth.is_some()).count(),
            unchanged: interval(&all, |m| m.unchanged as f64),
            expected_unchanged: mean(&all, |m| m.expected_unchanged),
            methods: method_reports(&all, methods),
            experts: experts::experts(measured.iter().filter_map(|m| m.opinions)),
            considered: share_of_truths(&all, |m| m.considered),
            by_length: by_length.collect(),
            calibration: (0..methods.len()).find_map(|i| CalibrationTable::new(measured, i)),
            sentences_per_second: all.len() as f64 / seconds.max(1e-9),
            signature,
        }
    }

    /// The report as a text for people, 80 columns wide; with the tables of the calibration if asked
    /// for, else with its summary alone.
    pub fn to_text(&self, tables: bool) -> String {
        let mut out = String::new();
        let _ = self.write_text(&mut out, tables); // writing to a string cannot fail
        out
    }

    fn write_text(&self, out: &mut String, tables: bool) -> std::fmt::Result {
        let u = &self.unchanged;
        let range = |i: &Interval| format!("{:.4} - {:.4}", i.low, i.high);
        let number = |x: Option<f64>| x.map_or("-".into(), |x| format!("{x:.4}"));
        writeln!(
            out,
            "{}, {} with one inner word missing\n",
            counted(self.sentences as u64, "sentence"),
            self.with_truth
        )?;
        writeln!(
            out,
            "{:<16}{:>9}{:>19}{:>10}{:>10}{:>13}",
            "", "score", "95 % interval", "expected", "gap nats", "both right"
        )?;
        let expected = number(Some(self.expected_unchanged));
        writeln!(
            out,
            "{:<16}{:>9.4}{:>19}{:>10}{:>10}{:>13}",
            "unchanged",
            u.mean,
            range(u),
            expected,
            "-",
            "-"
        )?;
        for m in &self.methods {
            let (score, nats) = (&m.score, number(m.gap_nats));
            writeln!(
                out,
                "{:<16}{:>9.4}{:>19}{:>10}{:>10}{:>13}",
                m.method,
                score.mean,
                range(score),
                number(m.expected),
                nats,
                percent(m.both_right)
            )?;
        }
        let heads = ["gap1", "gap3", "gap10", "word1", "word10", "left", "space", "word", "other"];
        writeln!(out, "\n{:<16}{}", "shares in %", heads.map(|h| format!("{h:>7}")).concat())?;
        for m in &self.methods {
            let answers = [m.left, m.space, m.word, m.stand_in];
            let shares = [&m.gap_top[..], &m.word_top[..], &answers[..]].concat();
            let shares: String = shares.iter().map(|s| format!("{:>7.1}", 100.0 * s)).collect();
            writeln!(out, "{:<16}{shares}", m.method)?;
        }
        writeln!(
            out,
            "gap1: the true gap comes first; word1: the word does, in its own gap; left, space, word,\n\
             other: the sentence is left alone, gets a space, a word, a string that is no word"
        )?;
        experts::write_text(&self.experts, out)?;
        writeln!(
            out,
            "truth among the candidates of the likeliest gaps: {}",
            percent(self.considered)
        )?;
        if let Some(calibration) = &self.calibration {
            writeln!(out, "{}", calibration.summary())?;
        }
        for i in 0..self.methods.len() {
            self.write_lengths(out, i)?;
        }
        if let Some(calibration) = self.calibration.as_ref().filter(|_| tables) {
            calibration.write_text(out)?;
        }
        writeln!(
            out,
            "\n{:.0} sentences a second, all methods together",
            self.sentences_per_second
        )?;
        writeln!(out, "signature: {}", printable(&self.signature))
    }

    /// The table of one method by the length of the missing word.
    fn write_lengths(&self, out: &mut String, method: usize) -> std::fmt::Result {
        let name = self.methods[method].method;
        writeln!(out, "\n{name} by length of the missing word, in characters (shares in %)")?;
        let heads = [
            "gap1", "gap3", "gap10", "wrd1", "wrd10", "cons", "both", "left", "space", "word",
            "other",
        ];
        writeln!(
            out,
            "{:<6}{:>5}{:>7}{:>7}{:>7} {}",
            "",
            "n",
            "unch.",
            "score",
            "exp.",
            heads.map(|h| format!("{h:>6}")).concat()
        )?;
        for row in &self.by_length {
            let m = &row.methods[method];
            let chars = match row.chars {
                [low, high] if low == high => low.to_string(),
                [low, high] => format!("{low}-{high}"),
            };
            let expected = m.expected.map_or("-".into(), |e| format!("{e:.3}"));
            let [gap1, gap3, gap10] = m.gap_top;
            let [word1, word10] = m.word_top;
            let answers = [m.both_right, m.left, m.space, m.word, m.stand_in];
            let shares =
                [&[gap1, gap3, gap10, word1, word10, row.considered], &answers[..]].concat();
            let shares: String =
                shares.iter().map(|share| format!("{:>6.1}", 100.0 * share)).collect();
            let (score, unchanged) = (m.score.mean, row.unchanged);
            writeln!(
                out,
                "{chars:<6}{:>5}{unchanged:>7.3}{score:>7.3}{expected:>7} {shares}",
                row.sentences
            )?;
        }
        Ok(())
    }
}

fn percent(share: f64) -> String {
    format!("{:.1} %", 100.0 * share)
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
    Interval::of(&values)
}

fn method_reports(measured: &[&Measured], methods: &[Method]) -> Vec<MethodReport> {
    let report = |(i, method): (usize, &Method)| {
        let average = |values: Vec<f64>| {
            (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
        };
        let outcomes: Vec<&Outcome> = measured.iter().map(|m| &m.outcomes[i]).collect();
        let text = |m: &Measured| {
            m.outcomes[i].answer.insert.as_ref().map(|insert| insert.text.is_empty())
        };
        let within = |rank: Option<usize>, n: usize| rank.is_some_and(|rank| rank < n);
        MethodReport {
            method: method.name(),
            score: interval(measured, |m| m.outcomes[i].distance as f64),
            expected: average(outcomes.iter().filter_map(|o| o.answer.expected).collect()),
            gap_top: [1, 3, 10]
                .map(|n| share_of_truths(measured, |m| within(m.outcomes[i].gap_rank, n))),
            gap_nats: average(outcomes.iter().filter_map(|o| o.gap_nats).collect()),
            word_top: [1, 10]
                .map(|n| share_of_truths(measured, |m| within(m.outcomes[i].word_rank, n))),
            both_right: share(measured, |m| m.outcomes[i].distance == 0),
            left: share(measured, |m| text(m).is_none()),
            space: share(measured, |m| text(m) == Some(true)),
            word: share(measured, |m| m.outcomes[i].answer.is_word),
            stand_in: share(measured, |m| text(m) == Some(false) && !m.outcomes[i].answer.is_word),
        }
    };
    methods.iter().enumerate().map(report).collect()
}

/// How the bootstrap was drawn, for the signature.
pub fn bootstrap_signature() -> String {
    format!("bootstrap:{RESAMPLES}/seed:{SEED}")
}
