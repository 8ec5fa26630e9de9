//! Sentences with a heat map of where the posterior looked for the missing word.
//!
//! The space between two words is as dark as the gap is likely; its probability is written there if it is
//! high, and always in its title. The missing word and what the answer inserted are where they belong.

use maud::{Markup, html};
use ordered_float::OrderedFloat;

use super::content::Page;
use super::spell;
use super::spell::{from_right, percent, signed, visible, word};
use crate::evaluate::examples::Example;

/// Gaps of at least this probability show it.
const TOLD: f64 = 0.095;
/// A longer sentence is shown around its gaps of interest only.
const LONG: usize = 120;
/// This many words are kept on each side of them.
const AROUND: usize = 20;

pub fn worst(page: &Page<'_>) -> Markup {
    html! {
        p { "Answers that are further from the solution than the sentences were, the greatest loss first." }
        (legend())
        (list(&page.examples.worst, "No answer made its sentence worse."))
    }
}

pub fn best(page: &Page<'_>) -> Markup {
    html! {
        p { "Answers that are nearest to the solution against what the sentences were, the greatest gain "
            "first. Marks as above." }
        (list(&page.examples.best, "No answer made its sentence better."))
    }
}

fn legend() -> Markup {
    html! {
        ul.marks {
            li { span.gap.told style="--p:0.6" { " " small { "60" } " " } " likely, in %, that a word is missing" }
            li { mark { "word" } " the missing word" }
            li { ins.wrong { "word" } " put in, wrong" }
            li { ins.right { "word" } " put in, right" }
        }
    }
}

fn list(examples: &[Example], none: &str) -> Markup {
    html! {
        @if examples.is_empty() { p.none { (none) } }
        @else { ol.cases { @for example in examples { (case(example)) } } }
    }
}

fn case(example: &Example) -> Markup {
    let gained = signed(example.gained() as f64, 0);
    let distances = format!("{} → {} characters off", example.unchanged, example.distance);
    html! {
        li {
            p.facts {
                b { (gained) } " " (distances)
                @if let Some(expected) = example.expected { ", expected " (spell::fixed(expected, 1)) }
                span.id { "id " (word(&example.id)) }
            }
            (heat(example))
            @if !example.likeliest.is_empty() {
                p.likeliest {
                    "In the true gap: "
                    @for (i, (text, p)) in example.likeliest.iter().enumerate() {
                        @if i > 0 { " · " }
                        bdi { (word(text)) } " " (percent(*p))
                    }
                }
            }
        }
    }
}

/// The sentence, its gaps coloured.
fn heat(example: &Example) -> Markup {
    let dir = from_right(&example.words).then_some("rtl");
    let shown = shown(example);
    html! {
        p.heat dir=[dir] {
            @for (i, text) in example.words.iter().enumerate() {
                @if shown[i] {
                    bdi { (word(text)) }
                    @if i + 1 < example.words.len() { (gap(example, i)) }
                } @else if i == 0 || shown[i - 1] {
                    span.cut { " … " }
                }
            }
        }
    }
}

fn gap(example: &Example, gap: usize) -> Markup {
    let p = example.gaps.get(gap).copied();
    let style = p.map(|p| format!("--p:{p:.3}"));
    let told = p.filter(|p| *p >= TOLD);
    let truth = example.truth.as_ref().filter(|truth| truth.gaps.contains(&gap));
    let missing = truth.map(|truth| String::from_utf8_lossy(&truth.word).into_owned());
    let inserted =
        example.inserted.as_ref().filter(|insert| insert.gap == gap).map(|insert| &insert.text);
    let right = inserted.is_some() && inserted == missing.as_ref();
    html! {
        span.gap.told[told.is_some()] style=[style] title=[p.map(percent)] {
            @if let Some(p) = told { " " small { (format!("{:.0}", 100.0 * p)) } }
            " "
        }
        @if let Some(missing) = missing.filter(|_| !right) {
            mark title="missing" { bdi { (word(&missing)) } } " "
        }
        @if let Some(text) = inserted {
            @if right { ins.right title="put in, right" { bdi { (word(text)) } } }
            @else if text.is_empty() { ins.wrong title="put in: one extra space" { "␣" } }
            @else { ins.wrong title="put in" { bdi { (spaced(text)) } } }
            " "
        }
    }
}

/// What was inserted, with its spaces made visible.
fn spaced(text: &str) -> String {
    visible(&word(text)).replace(' ', "␣")
}

/// (words) which words are shown: all of a sentence of usual length, else those around the gap that was
/// missing a word, the one that got one, and the likeliest.
fn shown(example: &Example) -> Vec<bool> {
    let n = example.words.len();
    if n <= LONG {
        return vec![true; n];
    }
    let likeliest = (0..example.gaps.len()).max_by_key(|&gap| OrderedFloat(example.gaps[gap]));
    let truth = example.truth.as_ref().map(|truth| *truth.gaps.start());
    let inserted = example.inserted.as_ref().map(|insert| insert.gap);
    let mut shown = vec![false; n];
    for gap in [likeliest, truth, inserted].into_iter().flatten() {
        let (low, high) = (gap.saturating_sub(AROUND), (gap + 2 + AROUND).min(n));
        shown[low.min(high)..high].fill(true);
    }
    shown
}
