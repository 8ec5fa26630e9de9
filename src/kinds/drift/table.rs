//! A report as text, at most 80 columns wide but for names.

use super::familiar::Rate;
use super::report::{Example, Report, Text};
use super::telling::Telling;
use crate::text::counted;
use crate::text::printable::{printable, quoted, shortened};

/// How much of a line, and of a word, is shown, in characters.
const LINE: usize = 66;
const WORD: usize = 30;

impl Report {
    /// The report as people read it.
    pub fn to_text(&self) -> String {
        let mut text = String::new();
        for (name, Text { name: file, sentences, .. }) in [("old", &self.old), ("new", &self.new)] {
            let (file, sentences) = (printable(file), counted(*sentences, "sentence"));
            text += &format!("{name}  {} of {sentences}  {file}\n", self.lines);
        }
        text += &format!(
            "\nverdict: {}, known to {:.1} points up or down\n{}\n\n",
            self.verdict.name(),
            100.0 * self.half_width,
            self.advice.sentence()
        );
        text += &format!(
            "{:<21}{:>8}   {:<18}{:>6}   {}\n",
            "told apart", "in %", "95 % interval", "AUC", "verdict"
        );
        for m in &self.measures {
            let [low, high] = m.interval.map(|end| 100.0 * end);
            text += &format!(
                "{:<21}{:>8.1}   {low:>5.1} to {high:<10.1}{:>6.3}   {}\n",
                m.level.name(),
                100.0 * m.accuracy,
                m.auc,
                m.verdict.name()
            );
        }
        if let Some(model) = &self.model {
            text += &format!("\n{:<21}{:>8}{:>10}   change (95 %)\n", "to the model", "old", "new");
            let percent = |x: f64| format!("{:.2}", 100.0 * x);
            text += &rate("unknown words, %", &model.unknown, percent);
            text += &rate("perplexity without", &model.perplexity, |x| format!("{x:.1}"));
        }
        text += &told("words that tell most", &self.words, quoted);
        text += &told("characters that do", &self.characters, quoted);
        text += &examples("most surely old lines", &self.oldest);
        text + &examples("most surely new lines", &self.newest)
    }
}

fn rate(name: &str, rate: &Rate, shown: impl Fn(f64) -> String) -> String {
    let change = match name.contains('%') {
        true => format!("{:+.2} to {:+.2}", 100.0 * rate.change[0], 100.0 * rate.change[1]),
        false => format!("x {:.3} to {:.3}", rate.change[0], rate.change[1]),
    };
    let rose = if rate.rose { ", rose" } else { "" };
    format!("{name:<21}{:>8}{:>10}   {change}{rose}\n", shown(rate.old), shown(rate.new))
}

fn told(title: &str, all: &[Telling], quoted: fn(&str) -> String) -> String {
    if all.is_empty() {
        return format!("\n{title}: none\n");
    }
    let mut text = format!("\n{title:<32}{:>10}{:>10}  in % of lines\n", "old", "new");
    for Telling { text: word, lines: [old, new], .. } in all {
        let word: Vec<char> = quoted(word).chars().collect();
        let word: String = shortened(&word, WORD).into_iter().collect();
        text += &format!("  {word:<30}{:>10.1}{:>10.1}\n", 100.0 * old, 100.0 * new);
    }
    text
}

fn examples(title: &str, all: &[Example]) -> String {
    let mut text = format!("\n{title}, with the probability of being new in %\n");
    for Example { text: line, p_new } in all {
        let line: Vec<char> = printable(line).chars().collect();
        let line: String = shortened(&line, LINE).into_iter().collect();
        text += &format!("{:>7.1}  {line}\n", 100.0 * p_new);
    }
    text
}
