//! A learning curve: what models of more and more text reached, as `benches/learning.sh` writes it.
//!
//! Tab-separated columns under a header that names them, in any order:
//!
//! | column | |
//! |---|---|
//! | `text_tokens`, `score` | million tokens of training text; mean distance in characters |
//! | `low`, `high` | ends of the score's interval; both or none |
//! | `gap1`, `word1` | share of true gaps that come first; of words that come first in theirs (%) |
//! | `order`, `sentences`, `skip` | which curve: order of the n-grams, sentences that a net has seen, 1 with pairs of distant words |
//!
//! All but the first two may be missing; other columns are ignored; `-` is an empty value. Of rows that
//! differ only in the sentences of the net, the one with the most is kept.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;

use ordered_float::OrderedFloat;

use crate::error::{Error, Result};
use crate::text::input::Input;

/// The most rows of a curve, and the most bytes.
const MOST_ROWS: usize = 1000;
const MOST_BYTES: u64 = 1 << 20;

/// Million tokens of the smallest text.
const FEWEST_TOKENS: f64 = 1e-6;

/// All columns that are read.
const COLUMNS: [&str; 9] =
    ["text_tokens", "score", "low", "high", "gap1", "word1", "order", "sentences", "skip"];

const HEADER: &str = "begin it with a line that names its tab-separated columns: text_tokens and score, and low, high, gap1, word1, order, sentences, skip if known";

/// Curves by what is in the models.
#[derive(Debug, Clone, PartialEq)]
pub struct LearningCurve {
    /// At least one.
    pub series: Vec<Series>,
}

/// One curve.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    /// What is in its models, as `order 3 + net`.
    pub name: String,
    /// At least one, by rising amount of text.
    pub points: Vec<Point>,
}

/// What a model reached.
#[derive(Debug, Clone, PartialEq)]
pub struct Point {
    /// Million tokens of training text; above 0.
    pub tokens: f64,
    /// Mean distance in characters.
    pub score: f64,
    /// The ends of its interval.
    pub interval: Option<[f64; 2]>,
    /// Share of sentences whose true gap comes first, from 0 to 1.
    pub gap1: Option<f64>,
    /// Share of sentences whose word comes first in its own gap, from 0 to 1.
    pub word1: Option<f64>,
}

impl LearningCurve {
    /// Reads it.
    ///
    /// # Errors
    /// The input cannot be read, lacks a column, or has a malformed row, whose line is named.
    pub fn read(input: Input) -> Result<Self> {
        let path = input.name;
        let wrong = |line, what: String, remedy| Error::at_line(&path, line, what, remedy);
        let unread = |error: csv::Error| Error::io(&path, "read", error.into());
        let mut form = csv::ReaderBuilder::new();
        form.delimiter(b'\t').quoting(false).flexible(true);
        let mut rows = form.from_reader(input.reader.take(MOST_BYTES));
        let names = rows.headers().map_err(unread)?.clone();
        if names.is_empty() {
            return Err(Error::file(&path, "empty file", HEADER));
        }
        let at = COLUMNS.map(|column| names.iter().position(|name| name == column));
        if let Some((missing, _)) = COLUMNS[..2].iter().zip(at).find(|(_, at)| at.is_none()) {
            return Err(wrong(1, format!("no column `{missing}`"), HEADER));
        }
        if at[2].is_some() != at[3].is_some() {
            return Err(wrong(1, "only one of `low` and `high`".into(), HEADER));
        }
        // By net, order and pairs, then by the amount of text.
        let mut found = BTreeMap::<[u64; 3], BTreeMap<_, (u64, Point)>>::new();
        let mut seen = BTreeSet::new();
        for fields in rows.records() {
            let fields = fields.map_err(unread)?;
            let line = fields.position().map_or(0, csv::Position::line);
            let row = Row { fields, at, columns: names.len() };
            let (point, [order, sentences, skip]) = row.read().map_err(|what| {
                wrong(line, what, "mend the row, or leave it out; `-` is an empty value")
            })?;
            let key = (OrderedFloat(point.tokens), order, sentences, skip);
            if !seen.insert(key) {
                return Err(wrong(line, "measured twice".into(), "leave one of the rows out"));
            }
            if seen.len() > MOST_ROWS {
                let what = format!("more than {MOST_ROWS} rows");
                return Err(wrong(line, what, "leave out what should not be drawn"));
            }
            let series = found.entry([u64::from(sentences > 0), order, skip]).or_default();
            let best = series.entry(key.0).or_insert_with(|| (sentences, point.clone()));
            if best.0 < sentences {
                *best = (sentences, point);
            }
        }
        if rows.get_ref().limit() == 0 {
            let what = format!("more than {MOST_BYTES} bytes");
            return Err(Error::file(&path, what, "leave out what should not be drawn"));
        }
        if found.is_empty() {
            return Err(Error::file(&path, "no rows", "give it one row per model"));
        }
        let series = found.into_iter().map(|([net, order, skip], points)| Series {
            name: name(net, order, skip),
            points: points.into_values().map(|(_, point)| point).collect(),
        });
        Ok(LearningCurve { series: series.collect() })
    }
}

fn name(net: u64, order: u64, skip: u64) -> String {
    let parts = [
        (order > 0).then(|| format!("order {order}")),
        (skip > 0).then(|| "pairs of words".to_owned()),
        (net > 0).then(|| "net".to_owned()),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    if parts.is_empty() { "measured".into() } else { parts.join(" + ") }
}

/// The fields of a line and where the known columns are.
struct Row {
    fields: csv::StringRecord,
    at: [Option<usize>; COLUMNS.len()],
    columns: usize,
}

impl Row {
    /// The point, and order, sentences and pairs; or what is wrong.
    fn read(&self) -> Result<(Point, [u64; 3]), String> {
        if self.fields.len() != self.columns {
            return Err(format!("{} columns, not {}", self.fields.len(), self.columns));
        }
        let needed = |i: usize| self.number(i)?.ok_or(format!("`{}` is empty", COLUMNS[i]));
        let (tokens, score) = (needed(0)?, needed(1)?);
        if tokens < FEWEST_TOKENS {
            return Err(format!("`text_tokens` is below {FEWEST_TOKENS}"));
        }
        let interval = match (self.number(2)?, self.number(3)?) {
            (Some(low), Some(high)) if low <= score && score <= high => Some([low, high]),
            (None, None) => None,
            _ => return Err("`score` is not between `low` and `high`".into()),
        };
        let share = |i: usize| match self.number(i)? {
            Some(percent) if percent > 100.0 => Err(format!("`{}` is above 100 %", COLUMNS[i])),
            percent => Ok(percent.map(|percent| percent / 100.0)),
        };
        let (gap1, word1) = (share(4)?, share(5)?);
        let whole = |i: usize, most: f64| match self.number(i)?.unwrap_or(0.0) {
            number if number.fract() == 0.0 && number <= most => Ok(number as u64),
            number => Err(format!("`{}` is {number}", COLUMNS[i])),
        };
        let kind = [whole(6, 9.0)?, whole(7, 1e15)?, whole(8, 1.0)?];
        Ok((Point { tokens, score, interval, gap1, word1 }, kind))
    }

    /// A number from 0; nothing where the column or its value is missing.
    fn number(&self, column: usize) -> Result<Option<f64>, String> {
        let Some(field) = self.at[column].map(|at| &self.fields[at]).filter(|field| *field != "-")
        else {
            return Ok(None);
        };
        let number = field.parse().ok().filter(|number| (0.0..=1e15).contains(number));
        // Adding 0 turns -0 into 0.
        number.map(|number: f64| Some(number + 0.0)).ok_or_else(|| {
            let start: String = field.chars().take(20).collect();
            format!("`{}` is not a number from 0: `{start}`", COLUMNS[column])
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::input::decompress;
    use proptest::prelude::*;

    fn read(text: &str) -> Result<LearningCurve> {
        let bytes = std::io::Cursor::new(text.as_bytes().to_vec());
        LearningCurve::read(decompress(Box::new(bytes), "curve.tsv".into(), None)?)
    }

    #[test]
    fn rows_are_curves_by_what_is_in_the_models() {
        let read = read(
            "order\tscore\tother\ttext_tokens\tlow\thigh\tgap1\tsentences\tskip\n\
             3\t5.1\tx\t20\t5.0\t5.2\t44.5\t0\t0\n\
             3\t5.4\tx\t1\t-\t-\t-\t0\t0\n\
             3\t4.6\tx\t20\t4.5\t4.7\t60\t100\t1\n\
             3\t4.4\tx\t20\t4.3\t4.5\t64\t200\t1\n",
        );
        let series = read.unwrap().series;
        let names: Vec<&str> = series.iter().map(|series| &series.name[..]).collect();
        assert_eq!(names, ["order 3", "order 3 + pairs of words + net"]);
        let tokens: Vec<f64> = series[0].points.iter().map(|point| point.tokens).collect();
        assert_eq!(tokens, [1.0, 20.0]);
        assert_eq!(series[0].points[0].interval, None);
        assert_eq!(series[0].points[1].interval, Some([5.0, 5.2]));
        assert_eq!((series[0].points[1].gap1, series[0].points[1].word1), (Some(0.445), None));
        // Of two nets on the same text, the one that has seen more.
        assert_eq!((series[1].points.len(), series[1].points[0].score), (1, 4.4));
    }

    proptest! {
        #[test]
        fn whatever_the_rows_hold_is_read_or_refused(rows in "([-0-9.e]{0,4}[\t\n]){0,12}") {
            let head = "text_tokens\tscore\torder\n";
            if let Ok(curve) = read(&format!("{head}{rows}")) {
                let mut points = curve.series.iter().flat_map(|series| &series.points);
                prop_assert!(points.all(|p| p.tokens > 0.0 && p.score >= 0.0 && p.interval.is_none()));
                let rising = |points: &[Point]| points.is_sorted_by(|a, b| a.tokens < b.tokens);
                prop_assert!(curve.series.iter().all(|series| rising(&series.points)));
            }
        }
    }

    #[test]
    fn two_columns_are_enough() {
        let read = read("text_tokens\tscore\n2\t5\n").unwrap();
        assert_eq!((read.series.len(), &read.series[0].name[..]), (1, "measured"));
    }

    #[test]
    fn what_is_not_a_curve_is_refused_with_its_line() {
        let head = "text_tokens\tscore\tlow\thigh\tgap1\torder\tskip\n";
        for (text, part) in [
            ("".to_owned(), "curve.tsv: empty file; "),
            (head.to_owned(), "curve.tsv: no rows; "),
            ("score\n1\n".into(), "curve.tsv: line 1: no column `text_tokens`; "),
            ("text_tokens\tscore\tlow\n".into(), "line 1: only one of `low` and `high`; "),
            (format!("{head}1\t5\n"), "line 2: 2 columns, not 7; "),
            (format!("{head}0\t5\t-\t-\t-\t3\t0\n"), "line 2: `text_tokens` is below 0.000001; "),
            (format!("{head}-\t5\t-\t-\t-\t3\t0\n"), "line 2: `text_tokens` is empty; "),
            (
                format!("{head}1\tfive\t-\t-\t-\t3\t0\n"),
                "line 2: `score` is not a number from 0: `five`",
            ),
            (format!("{head}1\tNaN\t-\t-\t-\t3\t0\n"), "line 2: `score` is not a number"),
            (format!("{head}1\tinf\t-\t-\t-\t3\t0\n"), "line 2: `score` is not a number"),
            (format!("{head}1\t5\t6\t7\t-\t3\t0\n"), "line 2: `score` is not between"),
            (format!("{head}1\t5\t4\t-\t-\t3\t0\n"), "line 2: `score` is not between"),
            (format!("{head}1\t5\t-\t-\t101\t3\t0\n"), "line 2: `gap1` is above 100 %; "),
            (format!("{head}1\t5\t-\t-\t-\t3.5\t0\n"), "line 2: `order` is 3.5; "),
            (format!("{head}1\t5\t-\t-\t-\t3\t2\n"), "line 2: `skip` is 2; "),
            (
                format!("{head}1\t5\t-\t-\t-\t3\t0\n1.0\t4\t-\t-\t-\t3\t0\n"),
                "line 3: measured twice; ",
            ),
        ] {
            let error = read(&text).unwrap_err().to_string();
            assert!(error.contains(part), "{part} is not in: {error}");
        }
    }
}
