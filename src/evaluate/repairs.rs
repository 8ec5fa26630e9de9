//! Measures repairs: sentences as they are, and the same without one and without two of their words.
//!
//! An insertion is right by its gap if a word is missing there, and right by its word if that is also the
//! missing one. Precision is the share of insertions that are right, recall the share of missing words that
//! are put back; every other insertion is a false alarm, counted per thousand words and marks of the text
//! shown. Intervals are 95 % percentile bootstrap intervals over sentences.

use std::fmt::Write;

use serde::Serialize;

use crate::error::Result;
use crate::interval::bootstrap::ends_of_ratio;
use crate::progress::{Progress, Unit};
use crate::random::Random;
use crate::repair::{Insertion, Repairer};
use crate::solve::Workers;
use crate::text::ordinary::Sentence;

/// Sentences of fewer tokens are left out: they need inner words to remove.
pub const SHORTEST: usize = 5;
/// At most this many words are removed.
pub const MOST_REMOVED: usize = 2;

/// Results for a text without some of its words.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Row {
    /// How many words were removed from each sentence.
    pub removed: usize,
    /// Sentences.
    pub sentences: usize,
    /// Words and marks that were shown.
    pub words: usize,
    /// Insertions.
    pub insertions: usize,
    /// Share of insertions into a gap where a word is missing; not a number if there are none.
    pub gap_precision: Ratio,
    /// Share of insertions that put the missing word back.
    pub word_precision: Ratio,
    /// Share of missing words into whose gap something was inserted.
    pub gap_recall: Ratio,
    /// Share of missing words that were put back.
    pub word_recall: Ratio,
    /// Insertions where nothing is missing, per 1,000 words and marks.
    pub false_alarms: Ratio,
}

/// A ratio of sums and the ends of its interval; `null` in JSON where it is not defined.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Ratio {
    /// The ratio.
    pub value: f64,
    /// 2.5 % of the resampled ratios are below this.
    pub low: f64,
    /// 2.5 % of the resampled ratios are above this.
    pub high: f64,
}

/// What happened to a sentence, as numbers to be added up.
#[derive(Debug, Clone, Copy, Default)]
struct Sums {
    words: usize,
    missing: usize,
    insertions: usize,
    right_gaps: usize,
    right_words: usize,
}

/// A sentence without some of its words.
struct Test {
    sentence: Sentence,
    /// The missing words: the gaps they may have been in, and the word.
    truths: Vec<(std::ops::RangeInclusive<usize>, Vec<u8>)>,
}

/// Removes words from sentences, at random by `seed`, repairs them, and counts.
///
/// # Errors
/// `progress` says to stop.
pub fn measure(
    repairer: &Repairer,
    sentences: &[Sentence],
    seed: u64,
    progress: &dyn Progress,
) -> Result<Vec<Row>> {
    let long: Vec<&Sentence> =
        sentences.iter().filter(|sentence| sentence.tokens.len() >= SHORTEST).collect();
    progress.stage("measure", Unit::Sentences, Some(((MOST_REMOVED + 1) * long.len()) as u64));
    let workers = Workers::new(repairer.solver());
    let mut random = Random::new(seed);
    let row = |removed: usize| {
        let tests: Vec<Test> =
            long.iter().map(|sentence| Test::new(sentence, removed, &mut random)).collect();
        let sums = workers.map(&tests, progress, |worker, tests| {
            let shown: Vec<&Sentence> = tests.iter().map(|test| &test.sentence).collect();
            let repaired = repairer.repair(worker, &shown);
            tests.iter().zip(repaired).map(|(test, found)| test.sums(&found)).collect()
        })?;
        Ok(Row::new(removed, &sums))
    };
    (0..=MOST_REMOVED).map(row).collect()
}

impl Test {
    fn new(whole: &Sentence, removed: usize, random: &mut Random) -> Self {
        let inner = whole.tokens.len() - 2;
        let mut gone: Vec<usize> = Vec::with_capacity(removed);
        while gone.len() < removed.min(inner) {
            let at = 1 + random.below(inner);
            if !gone.contains(&at) {
                gone.push(at);
            }
        }
        gone.sort_unstable();
        let sentence = whole.without(&gone);
        let truth = |(before, &at): (usize, &usize)| {
            let word = whole.tokens[at].text.clone();
            (gaps(&sentence, at - 1 - before, &word), word)
        };
        let truths = gone.iter().enumerate().map(truth).collect();
        Test { sentence, truths }
    }

    fn sums(&self, found: &[Insertion]) -> Sums {
        let mut sums = Sums {
            words: self.sentence.tokens.len(),
            missing: self.truths.len(),
            insertions: found.len(),
            ..Sums::default()
        };
        let mut open: Vec<_> = self.truths.iter().collect();
        for insertion in found {
            let here = |truth: &&(std::ops::RangeInclusive<usize>, Vec<u8>)| {
                truth.0.contains(&insertion.gap)
            };
            let right = open.iter().position(|t| here(t) && t.1 == insertion.word);
            sums.right_words += usize::from(right.is_some());
            if let Some(at) = right.or_else(|| open.iter().position(here)) {
                sums.right_gaps += 1;
                open.remove(at);
            }
        }
        sums
    }
}

/// The gaps that a missing word may have been in: more than one where its neighbours equal it.
fn gaps(sentence: &Sentence, gap: usize, word: &[u8]) -> std::ops::RangeInclusive<usize> {
    let is_word = |at: usize| sentence.tokens.get(at).is_some_and(|token| token.text == word);
    let (mut first, mut last) = (gap, gap);
    while first > 0 && is_word(first) {
        first -= 1;
    }
    while last + 2 < sentence.tokens.len() && is_word(last + 1) {
        last += 1;
    }
    first..=last
}

impl Row {
    fn new(removed: usize, sums: &[Sums]) -> Self {
        let total = |of: fn(&Sums) -> usize| sums.iter().map(of).sum::<usize>();
        Row {
            removed,
            sentences: sums.len(),
            words: total(|s| s.words),
            insertions: total(|s| s.insertions),
            gap_precision: Ratio::of(sums, |s| s.right_gaps, |s| s.insertions, 1.0),
            word_precision: Ratio::of(sums, |s| s.right_words, |s| s.insertions, 1.0),
            gap_recall: Ratio::of(sums, |s| s.right_gaps, |s| s.missing, 1.0),
            word_recall: Ratio::of(sums, |s| s.right_words, |s| s.missing, 1.0),
            false_alarms: Ratio::of(sums, |s| s.insertions - s.right_gaps, |s| s.words, 1000.0),
        }
    }
}

impl Ratio {
    fn of(sums: &[Sums], above: fn(&Sums) -> usize, below: fn(&Sums) -> usize, scale: f64) -> Self {
        let values: Vec<[usize; 2]> = sums.iter().map(|s| [above(s), below(s)]).collect();
        let ratio = |[above, below]: [usize; 2]| scale * above as f64 / below as f64;
        let add = |a: [usize; 2], b: [usize; 2]| [a[0] + b[0], a[1] + b[1]];
        let all = values.iter().copied().fold([0; 2], add);
        let [low, high] = match all[1] {
            0 => [f64::NAN; 2],
            _ => ends_of_ratio(&values, scale),
        };
        Ratio { value: ratio(all), low, high }
    }

    fn percent(&self) -> String {
        match self.value.is_finite() {
            true => {
                let [value, low, high] = [self.value, self.low, self.high].map(|x| 100.0 * x);
                format!("{value:.1} ({low:.1}-{high:.1})")
            }
            false => "-".to_owned(),
        }
    }
}

/// The rows as a table of 80 columns, a column for each, in percent and in false alarms per 1,000 words and marks.
pub fn to_text(rows: &[Row]) -> String {
    let count = |of: fn(&Row) -> usize| rows.iter().map(|row| of(row).to_string()).collect();
    let percent = |of: fn(&Row) -> Ratio| rows.iter().map(|row| of(row).percent()).collect();
    // Where nothing is missing, nothing can be right.
    let precise = |of: fn(&Row) -> Ratio| {
        let cell = |row: &Row| match row.removed {
            0 => "-".to_owned(),
            _ => of(row).percent(),
        };
        rows.iter().map(cell).collect()
    };
    let alarms = |row: &Row| {
        let Ratio { value, low, high } = row.false_alarms;
        format!("{value:.2} ({low:.2}-{high:.2})")
    };
    let lines: [(&str, Vec<String>); 8] = [
        ("words removed", count(|row| row.removed)),
        ("words and marks", count(|row| row.words)),
        ("inserted", count(|row| row.insertions)),
        ("gap precision, %", precise(|row| row.gap_precision)),
        ("word precision, %", precise(|row| row.word_precision)),
        ("gap recall, %", percent(|row| row.gap_recall)),
        ("word recall, %", percent(|row| row.word_recall)),
        ("false alarms/1,000", rows.iter().map(alarms).collect()),
    ];
    let mut text = String::new();
    for (name, cells) in lines {
        let cells: String = cells.iter().map(|cell| format!("{cell:>20}")).collect();
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{name:<20}{cells}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::ordinary::spacing::Place;

    fn insertion(gap: usize, word: &str) -> Insertion {
        Insertion {
            gap,
            word: word.into(),
            place: Place { at: 0, text: Vec::new() },
            probability: 0.9,
            gap_probability: 0.9,
            alternatives: Vec::new(),
        }
    }

    #[test]
    fn insertions_are_right_by_gap_and_by_word() {
        let whole = Sentence::of_line(b"a b b c d e");
        let sentence = whole.without(&[2, 4]);
        assert_eq!(sentence.line(), b"a b c e");
        let truths = vec![
            (gaps(&sentence, 1, b"b"), b"b".to_vec()),
            (gaps(&sentence, 2, b"d"), b"d".to_vec()),
        ];
        assert_eq!((truths[0].0.clone(), truths[1].0.clone()), (0..=1, 2..=2));
        let test = Test { sentence, truths };
        let sums = test.sums(&[insertion(0, "b"), insertion(2, "x")]);
        assert_eq!(
            (sums.missing, sums.insertions, sums.right_gaps, sums.right_words),
            (2, 2, 2, 1)
        );
        // A word is missing only once.
        let sums = test.sums(&[insertion(0, "b"), insertion(1, "b")]);
        assert_eq!((sums.right_gaps, sums.right_words), (1, 1));
    }

    #[test]
    fn a_row_adds_up_and_its_intervals_contain_it() {
        let one = Sums { words: 10, missing: 1, insertions: 1, right_gaps: 1, right_words: 1 };
        let other = Sums { right_gaps: 0, right_words: 0, ..one };
        let sums: Vec<Sums> = (0..400).map(|i| if i % 4 == 0 { other } else { one }).collect();
        let row = Row::new(1, &sums);
        assert_eq!((row.words, row.insertions), (4000, 400));
        let Ratio { value, low, high } = row.word_precision;
        assert_eq!(value, 0.75);
        assert!((0.68..0.74).contains(&low) && (0.76..0.82).contains(&high), "{low} {high}");
        assert_eq!(row.false_alarms.value, 25.0);
        assert!(!Row::new(0, &[Sums::default()]).word_precision.value.is_finite());
        let text = to_text(&[row]);
        assert!(text.contains("75.0 ("));
        // Even of the widest figures.
        let sure = Ratio { value: 1.0, low: 1.0, high: 1.0 };
        let sure = Row { gap_recall: sure, word_recall: sure, gap_precision: sure, ..row };
        let text = to_text(&[sure; MOST_REMOVED + 1]);
        assert!(text.contains(" 100.0 (100.0-100.0)"), "{text}");
        assert!(text.lines().all(|line| line.len() <= 80), "{text}");
    }
}
