//! Is the posterior calibrated? Its confidence against how often it is right, and the distance that it
//! expects against the actual one.
//!
//! ```text
//! error (ECE) = sum over bins of n_bin / n |mean confidence - share that is right|
//! ```
//!
//! (expected calibration error, Naeini et al., *Obtaining Well Calibrated Probabilities Using
//! Bayesian Binning*, 2015). Ten bins of equal width for confidence; ten rows of equally many
//! sentences for distances.

use std::fmt::{self, Write};

use ordered_float::OrderedFloat;
use serde::Serialize;

use super::coverage::{Covered, coverage};
use super::measure::{Claim, Measured};
use crate::interval::bootstrap::Interval;
use crate::interval::wilson;

/// How many bins or rows a table has.
const ROWS: usize = 10;

/// What one method claimed and what was true.
#[derive(Debug, Clone, Serialize)]
pub struct CalibrationTable {
    /// Of the likeliest gap: its probability, and whether it is the true one.
    pub gap: Reliability,
    /// Of the likeliest word in the true gap: its probability given the gap, and whether it is the
    /// missing one.
    pub word: Reliability,
    /// The distance of all answers, in characters.
    pub distance: Promise,
    /// What the answers that change their sentence gain over leaving it alone, in characters.
    pub gain: Promise,
}

/// Confidence against accuracy.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Reliability {
    /// How many claims there are.
    pub claims: usize,
    /// The expected calibration error, from 0 to 1.
    pub error: f64,
    /// Ten bins of equal width; those without a claim are left out.
    pub bins: Vec<Bin>,
    /// The most confident tenth, two tenths, and so on.
    pub coverage: Vec<Covered>,
}

/// The claims whose confidence is in some range.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Bin {
    /// Least and highest confidence; the highest belongs to the next bin.
    pub range: [f64; 2],
    /// How many claims there are.
    pub claims: usize,
    /// Their mean confidence.
    pub confidence: f64,
    /// The share of them that is right.
    pub right: f64,
    /// The ends of its 95 % interval (Wilson).
    pub interval: [f64; 2],
}

/// What was expected against what came out.
#[derive(Debug, Clone, Serialize)]
pub struct Promise {
    /// How many sentences there are.
    pub sentences: usize,
    /// Mean of what was expected, in characters.
    pub expected: f64,
    /// Mean of what came out, in characters.
    pub realised: f64,
    /// Mean of expected - realised, with the bootstrap interval of the paired differences.
    pub difference: Interval,
    /// Ten rows of equally many sentences, by rising expectation.
    pub rows: Vec<PromiseRow>,
}

/// A tenth of the sentences.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PromiseRow {
    /// How many there are.
    pub sentences: usize,
    /// Mean of what was expected, in characters.
    pub expected: f64,
    /// Mean of what came out, in characters.
    pub realised: f64,
}

impl CalibrationTable {
    /// The tables of the method with this index; `None` if it states no expectation.
    pub fn new(measured: &[Measured], method: usize) -> Option<Self> {
        let promised = |m: &Measured| {
            let outcome = &m.outcomes[method];
            Some([outcome.answer.expected?, outcome.distance as f64])
        };
        let gained = |m: &Measured| {
            let [expected, realised] = promised(m)?;
            m.outcomes[method].answer.insert.as_ref()?;
            Some([m.expected_unchanged - expected, m.unchanged as f64 - realised])
        };
        let distance = Promise::new(measured.iter().filter_map(promised).collect());
        (distance.sentences > 0).then(|| CalibrationTable {
            gap: Reliability::new(measured.iter().filter_map(|m| m.gap_claim)),
            word: Reliability::new(measured.iter().filter_map(|m| m.word_claim)),
            distance,
            gain: Promise::new(measured.iter().filter_map(gained).collect()),
        })
    }

    /// The errors and the overall difference in one line.
    pub fn summary(&self) -> String {
        let Interval { mean, low, high } = self.distance.difference;
        format!(
            "ECE: gap {:.1}, word {:.1} points; expected - realised {mean:+.3} ({low:+.3} to {high:+.3})",
            100.0 * self.gap.error,
            100.0 * self.word.error,
        )
    }

    /// The tables for people, 80 columns wide.
    ///
    /// # Errors
    /// What the writer reports; a string reports nothing.
    pub fn write_text(&self, out: &mut impl Write) -> fmt::Result {
        let halves = |out: &mut dyn Write, label: &str, left: &str, right: &str| {
            writeln!(out, "{}", format!("{label:<14}{left:<32}{right}").trim_end())
        };
        let heads = |heads: [&str; 4]| heads.map(|head| format!("{head:>8}")).concat();
        writeln!(out, "\nconfidence and accuracy in %")?;
        halves(out, "", "   the likeliest gap", "   the likeliest word there")?;
        let columns = heads(["n", "stated", "right", "diff."]);
        halves(out, "confidence", &columns, &columns)?;
        for bin in 0..ROWS {
            let cells = |side: &Reliability| side.row(bin).unwrap_or_default();
            let (left, right) = (cells(&self.gap), cells(&self.word));
            if !left.is_empty() || !right.is_empty() {
                let label = format!("{:>3} - {:<3}", 100 / ROWS * bin, 100 / ROWS * (bin + 1));
                halves(out, &label, &left, &right)?;
            }
        }
        let total = |side: &Reliability| format!("{:>8}{:>24.2}", side.claims, 100.0 * side.error);
        halves(out, "ECE", &total(&self.gap), &total(&self.word))?;
        writeln!(out, "\nexpected and realised, in characters")?;
        halves(out, "", "   distance of all answers", "   gain of those that change")?;
        let columns = heads(["n", "expect.", "real.", "diff."]);
        halves(out, "tenth", &columns, &columns)?;
        for tenth in 0..self.distance.rows.len().max(self.gain.rows.len()) {
            let cells = |side: &Promise| {
                side.rows.get(tenth).map_or(String::new(), |row| {
                    promise_cells(row.sentences, row.expected, row.realised)
                })
            };
            let label = (tenth + 1).to_string();
            halves(out, &label, &cells(&self.distance), &cells(&self.gain))?;
        }
        let total = |side: &Promise| promise_cells(side.sentences, side.expected, side.realised);
        halves(out, "all", &total(&self.distance), &total(&self.gain))
    }
}

fn promise_cells(sentences: usize, expected: f64, realised: f64) -> String {
    format!("{sentences:>8}{expected:>8.3}{realised:>8.3}{:>+8.3}", expected - realised)
}

impl Reliability {
    /// Sorts claims into bins.
    pub fn new(claims: impl Iterator<Item = Claim>) -> Self {
        // Per bin: number, sum of confidence, number of right ones.
        let mut sums = [(0, 0.0, 0); ROWS];
        let all: Vec<Claim> = claims.collect();
        for &Claim { confidence, right } in &all {
            let bin = ((confidence * ROWS as f64) as usize).min(ROWS - 1);
            let (n, sum, n_right) = &mut sums[bin];
            (*n, *sum, *n_right) = (*n + 1, *sum + confidence, *n_right + usize::from(right));
        }
        let width = 1.0 / ROWS as f64;
        let bins: Vec<Bin> = (0..ROWS)
            .zip(sums)
            .filter(|(_, (n, ..))| *n > 0)
            .map(|(i, (n, sum, right))| Bin {
                range: [i as f64 * width, (i + 1) as f64 * width],
                claims: n,
                confidence: sum / n as f64,
                right: right as f64 / n as f64,
                interval: wilson::interval(right as f64 / n as f64, n),
            })
            .collect();
        let off = |bin: &Bin| bin.claims as f64 * (bin.confidence - bin.right).abs();
        let error = bins.iter().map(off).sum::<f64>() / f64::max(all.len() as f64, 1.0);
        Reliability { claims: all.len(), error, bins, coverage: coverage(all) }
    }

    /// The cells of a bin, if it has a claim.
    fn row(&self, index: usize) -> Option<String> {
        let middle = (index as f64 + 0.5) / ROWS as f64;
        let bin = self.bins.iter().find(|bin| bin.range[0] < middle && middle < bin.range[1])?;
        let (stated, right) = (100.0 * bin.confidence, 100.0 * bin.right);
        Some(format!("{:>8}{stated:>8.1}{right:>8.1}{:>+8.1}", bin.claims, stated - right))
    }
}

impl Promise {
    /// Sums up pairs of what was expected and what came out.
    pub fn new(mut pairs: Vec<[f64; 2]>) -> Self {
        let differences: Vec<f64> = pairs.iter().map(|[e, r]| e - r).collect();
        // Stable, so that the rows depend on nothing but the order of the sentences.
        pairs.sort_by_key(|pair| OrderedFloat(pair[0]));
        let row = |i: usize| {
            let row = &pairs[i * pairs.len() / ROWS..(i + 1) * pairs.len() / ROWS];
            let [expected, realised] = means(row);
            (!row.is_empty()).then_some(PromiseRow { sentences: row.len(), expected, realised })
        };
        let [expected, realised] = means(&pairs);
        Promise {
            sentences: pairs.len(),
            expected,
            realised,
            difference: Interval::of(&differences),
            rows: (0..ROWS).filter_map(row).collect(),
        }
    }
}

fn means(pairs: &[[f64; 2]]) -> [f64; 2] {
    [0, 1].map(|i| pairs.iter().map(|pair| pair[i]).sum::<f64>() / (pairs.len() as f64).max(1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reliability(claims: &[(f64, bool)]) -> Reliability {
        Reliability::new(claims.iter().map(|&(confidence, right)| Claim { confidence, right }))
    }

    #[test]
    fn the_error_is_the_weighted_mean_of_the_bins_differences() {
        let told =
            reliability(&[(0.25, false), (0.29, true), (0.95, true), (1.0, true), (0.93, false)]);
        // Bins: 0.27 stated and 1 of 2 right; 0.96 stated and 2 of 3 right.
        assert_eq!(told.claims, 5);
        assert_eq!(told.bins.iter().map(|bin| bin.claims).collect::<Vec<_>>(), [2, 3]);
        assert!((told.bins[0].confidence - 0.27).abs() < 1e-12);
        assert_eq!(told.bins[0].right, 0.5);
        assert!((told.bins[1].confidence - 0.96).abs() < 1e-12);
        let error = (2.0 * 0.23 + 3.0 * (0.96 - 2.0 / 3.0)) / 5.0;
        assert!((told.error - error).abs() < 1e-12, "{}", told.error);
    }

    #[test]
    fn being_right_as_often_as_stated_is_no_error() {
        let claims: Vec<(f64, bool)> = (0..1000).map(|i| (0.35, i % 20 < 7)).collect();
        assert!(reliability(&claims).error < 1e-12);
        let none = Reliability { claims: 0, error: 0.0, bins: vec![], coverage: vec![] };
        assert_eq!(reliability(&[]), none);
        let ends = reliability(&[(0.0, false), (1.0, true)]);
        assert_eq!((ends.error, ends.bins.len()), (0.0, 2));
    }

    #[test]
    fn rows_are_tenths_by_rising_expectation() {
        // Expected 19, 18 … 0, realised twice as much for the upper ten.
        let pairs = (0..20).rev().map(f64::from).map(|e| [e, if e < 10.0 { e } else { 2.0 * e }]);
        let promise = Promise::new(pairs.collect());
        assert_eq!((promise.sentences, promise.rows.len()), (20, 10));
        assert_eq!(promise.rows[0], PromiseRow { sentences: 2, expected: 0.5, realised: 0.5 });
        assert_eq!(promise.rows[9], PromiseRow { sentences: 2, expected: 18.5, realised: 37.0 });
        assert_eq!((promise.expected, promise.realised), (9.5, 16.75));
        let Interval { mean, low, high } = promise.difference;
        assert!((mean + 7.25).abs() < 1e-12 && low < mean && mean < high, "{low} {mean} {high}");
    }

    #[test]
    fn few_sentences_have_few_rows() {
        let promise = Promise::new(vec![[1.0, 2.0], [3.0, 3.0], [0.0, 1.0]]);
        assert_eq!(promise.rows.iter().map(|row| row.sentences).collect::<Vec<_>>(), [1, 1, 1]);
        assert_eq!(promise.rows[0], PromiseRow { sentences: 1, expected: 0.0, realised: 1.0 });
        assert!(Promise::new(vec![]).rows.is_empty());
    }

    #[test]
    fn the_tables_fit_a_terminal() {
        let reliability = reliability(&[(0.12, false), (0.85, true), (1.0, true)]);
        let pairs = (0..123).map(|i| [12.0 - f64::from(i) / 10.0, f64::from(i % 7)]);
        let table = CalibrationTable {
            gap: reliability.clone(),
            word: reliability,
            distance: Promise::new(pairs.clone().collect()),
            gain: Promise::new(pairs.take(4).collect()),
        };
        let mut text = String::new();
        table.write_text(&mut text).unwrap();
        assert_eq!(text.lines().find(|line| line.len() > 80 || line.ends_with(' ')), None);
        for part in [
            " 10 - 20             1    12.0     0.0   +12.0       1    12.0     0.0   +12.0\n",
            " 90 - 100            1   100.0   100.0    +0.0       1   100.0   100.0    +0.0\n",
            "ECE                  3                    9.00       3                    9.00\n",
        ] {
            assert!(text.contains(part), "{part} is not in {text}");
        }
        let summary = table.summary();
        assert!(summary.starts_with("ECE: gap 9.0, word 9.0 points; expected - realised "));
        assert!(summary.len() < 80, "{summary}");
    }
}
