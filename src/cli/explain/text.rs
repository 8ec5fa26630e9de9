//! An explanation for people: the sentence, its gaps, the words of the likely ones, the decision.

use std::cmp::Reverse;
use std::fmt::Write;

use impute::solve::explain::GapShares;
use ordered_float::OrderedFloat;

use super::explained::Explained;
use super::paint::{BOLD, heat, paint};
use super::paper::{left, paragraph, percent, right};
use super::{sentence, table, verdict};

/// Less probable gaps are not shown,
const SHOWN: f64 = 0.005;
/// but at least this many of the likeliest are, and at most the next.
const FEWEST: usize = 3;
const MOST: usize = 8;

/// What the columns of the gaps have to do with each other, with a net and without.
const PRODUCT: &str = "Each of the last two columns is what one source says alone, raised to its power; \
    the posterior is their product, made to add up to 100 %.";
const ALONE: &str =
    "The posterior is what the n-grams say, raised to their power and made to add up to 100 %.";

pub fn of(explained: &Explained<'_>) -> String {
    let mut text = sentence::with_bars(explained);
    text.push('\n');
    gaps(explained, &mut text);
    for gap in &explained.known.likely {
        text.push('\n');
        text += &table::words(explained, gap);
    }
    if !explained.known.likely.is_empty() {
        text.push('\n');
        text += &paragraph(table::LEGEND);
    }
    text.push('\n');
    text += &verdict::of(explained);
    text
}

fn gaps(explained: &Explained<'_>, text: &mut String) {
    let gaps = &explained.known.gaps;
    let mut ranking: Vec<usize> = (0..gaps.len()).collect();
    ranking.sort_by_key(|&gap| Reverse(OrderedFloat(gaps[gap].probability)));
    let notable = gaps.iter().filter(|gap| gap.probability >= SHOWN).count();
    let (shown, others) = ranking.split_at(notable.clamp(FEWEST, MOST).min(gaps.len()));
    let mut shown = shown.to_vec();
    shown.sort_unstable();
    let [ngrams_power, net_power] = explained.known.gap_exponents;
    let (net_name, product) = match gaps[0].net {
        Some(_) => (format!("net^{net_power:.2}"), PRODUCT),
        None => ("net".to_owned(), ALONE),
    };
    let head = format!(
        "{}{:>12}{:>14}{:>12}",
        left("a word is missing", 40),
        "posterior",
        format!("n-grams^{ngrams_power:.2}"),
        net_name
    );
    // Writing to a string cannot fail.
    let _ = writeln!(text, "{}", paint(BOLD, &head));
    let mut line = |name: &str, share: GapShares| {
        let net = share.net.map_or("-".to_owned(), percent);
        let p = paint(heat(share.probability), &right(&percent(share.probability), 12));
        let ngrams = percent(share.ngrams);
        let _ = writeln!(text, "{}{p}{ngrams:>14}{net:>12}", left(name, 40));
    };
    for gap in shown {
        line(&explained.place(gap, 39), gaps[gap]);
    }
    let sum = |share: fn(&GapShares) -> f64| others.iter().map(|gap| share(&gaps[*gap])).sum();
    let rest = GapShares {
        probability: sum(|gap| gap.probability),
        ngrams: sum(|gap| gap.ngrams),
        net: gaps[0].net.map(|_| sum(|gap| gap.net.unwrap_or_default())),
    };
    match others.len() {
        0 => {}
        1 => line("the other gap", rest),
        n => line(&format!("the other {n} gaps together"), rest),
    }
    text.push_str(&paragraph(product));
}
