//! The likeliest words of a gap, and the evidence for each: a column for every n-gram that the word makes
//! with its neighbours, named by that n-gram from top to bottom, and one for every other source.

use std::fmt::Write;

use impute::solve::explain::{ExplainedWord, LikelyGap};
use impute::solve::gap::terms::TERMS;
use impute::solve::word::posterior::PARTS;

use super::explained::Explained;
use super::paint::{BOLD, FAINT, heat, paint};
use super::paper::{WIDTH, clip, left, percent, right, width};

pub const LEGEND: &str = "In nats, as the mixture weighs them: _ is the word by itself, by its frequency; \
    the columns beside it, read downwards, are the n-grams that it makes with the words around it (-: never \
    seen). The sums of two words differ as the logs of their probabilities do.";

/// Columns of a probability.
const P: usize = 8;
/// How wide a word may be.
const LONGEST: usize = 20;
/// How wide a name may be: as wide as there is room for, within these limits.
const NAMES: std::ops::RangeInclusive<usize> = 5..=10;
/// Fewer nats than this say nothing.
const NOTHING: f64 = 0.005;

/// The words that are not shown.
const OTHERS: &str = "all others";

/// A column: its name from top to bottom, and a number for every word; none for an n-gram that does not
/// exist.
struct Column {
    name: Vec<String>,
    numbers: Vec<Option<f64>>,
}

pub fn words(explained: &Explained<'_>, gap: &LikelyGap) -> String {
    let mut text = String::new();
    let title = format!("{}: the likeliest words", explained.place(gap.gap, 50));
    // Writing to a string cannot fail.
    let _ = writeln!(text, "{}", paint(BOLD, &title));
    let words = gap.words.iter().map(|word| width(&explained.word(word.known.word)));
    let beside = words.chain([width(OTHERS)]).max().unwrap_or_default().min(LONGEST);
    let columns = columns(explained, gap);
    let room = WIDTH - beside - P;
    let (parts, most) = layout(&columns, room);
    for columns in columns.chunks(columns.len().div_ceil(parts)) {
        part(explained, gap, columns, [beside, most], &mut text);
    }
    let others = paint(FAINT, &(left(OTHERS, beside) + &right(&percent(gap.others), P)));
    let _ = writeln!(text, "{others}");
    text
}

/// In how many parts all columns fit, and how wide their names are then.
fn layout(columns: &[Column], room: usize) -> (usize, usize) {
    let fits = |parts: usize, most: usize| {
        let total = |columns: &[Column]| columns.iter().map(|c| c.width(most)).sum::<usize>();
        columns.chunks(columns.len().div_ceil(parts)).all(|part| total(part) <= room)
    };
    for parts in 1..columns.len() {
        if let Some(most) = NAMES.rev().find(|most| fits(parts, *most)) {
            return (parts, most);
        }
    }
    (columns.len(), *NAMES.start())
}

/// As many columns as a line has room for, with words and names of these widths.
fn part(
    explained: &Explained<'_>,
    gap: &LikelyGap,
    columns: &[Column],
    [beside, most]: [usize; 2],
    text: &mut String,
) {
    let height = columns.iter().map(|column| column.name.len()).max().unwrap_or(1);
    for row in 0..height {
        let p = if row + 1 == height { "P" } else { "" };
        let mut line = left("", beside) + &right(p, P);
        for column in columns {
            let name = (row + column.name.len()).checked_sub(height);
            let name = name.map_or("", |at| &column.name[at]);
            line += &right(&clip(name, most), column.width(most));
        }
        let _ = writeln!(text, "{}", paint(BOLD, line.trim_end()));
    }
    for (i, word) in gap.words.iter().enumerate() {
        let p = paint(heat(word.known.probability), &right(&percent(word.known.probability), P));
        let number = |column: &Column| right(&number(column.numbers[i]), column.width(most));
        let numbers: String = columns.iter().map(number).collect();
        let _ = writeln!(text, "{}{p}{numbers}", left(&explained.word(word.known.word), beside));
    }
}

impl Column {
    /// How wide it is, with the space before it, when names are at most `most` wide.
    fn width(&self, most: usize) -> usize {
        let name = self.name.iter().map(|name| width(name).min(most)).max();
        let number = self.numbers.iter().map(|nats| number(*nats).len()).max();
        1 + name.max(number).unwrap_or_default()
    }
}

fn number(nats: Option<f64>) -> String {
    match nats {
        None => "-".to_owned(),
        // What rounds to zero has no sign.
        Some(nats) if nats.abs() < NOTHING => "0.00".to_owned(),
        Some(nats) if nats.abs() < 99.9 => format!("{nats:+.2}"),
        Some(nats) if nats.abs() < 9999.0 => format!("{nats:+.0}"),
        Some(nats) => format!("{nats:+.0e}"),
    }
}

/// All columns that say something, and their sum.
fn columns(explained: &Explained<'_>, gap: &LikelyGap) -> Vec<Column> {
    let weight = explained.known.ngram_weight;
    let names = ngrams(explained, gap.gap);
    let mut columns: Vec<Column> = names
        .into_iter()
        .enumerate()
        .map(|(i, name)| Column { name, numbers: numbers(gap, |word| term(word, i, weight)) })
        .collect();
    columns.extend(PARTS.iter().enumerate().filter(|(i, _)| !of_terms(*i)).map(|(i, name)| {
        Column {
            name: vec![(*name).to_owned()],
            numbers: numbers(gap, |word| Some(word.known.parts[i])),
        }
    }));
    let said = |column: &Column| column.numbers.iter().flatten().any(|nats| nats.abs() >= NOTHING);
    columns.retain(said);
    let sum = |word: &ExplainedWord| {
        let terms = (0..TERMS).filter_map(|i| term(word, i, weight)).sum::<f64>();
        let parts = word.known.parts.iter().enumerate().filter(|(i, _)| !of_terms(*i));
        terms + parts.map(|(_, nats)| nats).sum::<f64>()
    };
    columns.push(Column {
        name: vec!["sum".to_owned()],
        numbers: numbers(gap, |word| Some(sum(word))),
    });
    columns
}

fn numbers(gap: &LikelyGap, nats: impl Fn(&ExplainedWord) -> Option<f64>) -> Vec<Option<f64>> {
    gap.words.iter().map(nats).collect()
}

/// Whether a part of the mixture is shown by the terms of the n-grams.
fn of_terms(part: usize) -> bool {
    ["n-grams", "frequency"].contains(&PARTS[part])
}

/// What a term adds; the first includes what the frequency of the word adds.
fn term(word: &ExplainedWord, i: usize, weight: f64) -> Option<f64> {
    let nats = weight * word.terms.terms[i];
    match i {
        0 => {
            let frequency =
                PARTS.iter().zip(word.known.parts).find(|(name, _)| **name == "frequency");
            Some(nats + frequency.map_or(0.0, |(_, nats)| nats))
        }
        // An n-gram that is not stored adds exactly nothing.
        _ => (nats != 0.0).then_some(nats),
    }
}

/// The n-gram of every term, `_` for the word, in the order of [`impute::solve::gap::terms::NAMES`].
fn ngrams(explained: &Explained<'_>, gap: usize) -> [Vec<String>; TERMS] {
    let word = |at: Option<usize>| at.and_then(|at| explained.words.get(at)).cloned();
    let a1 = word(gap.checked_sub(1)).unwrap_or("<s>".to_owned());
    let a0 = word(Some(gap)).unwrap_or_default();
    let b0 = word(Some(gap + 1)).unwrap_or_default();
    let b1 = word(Some(gap + 2)).unwrap_or("</s>".to_owned());
    let own = || "_".to_owned();
    [
        vec![own()],
        vec![a0.clone(), own()],
        vec![own(), b0.clone()],
        vec![a1, a0.clone(), own()],
        vec![a0, own(), b0.clone()],
        vec![own(), b0, b1],
        vec!["longer".to_owned()],
    ]
}
