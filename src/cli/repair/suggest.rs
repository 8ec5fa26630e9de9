//! What might be missing, as JSON lines or as a unified diff.
//!
//! A hunk of the diff is one line, without lines around it: `patch` finds it by its number. The words and
//! their alternatives come after the second `@@`, where `patch` ignores them.

use impute::repair::{Insertion, apply};
use impute::text::ordinary::blocks::Block;
use impute::text::tokens::chars;
use serde::Serialize;

use crate::cli::args::Form;

/// How much of the text is shown on each side, in characters.
const CONTEXT: usize = 40;

pub struct Suggestions {
    form: Form,
    /// Name of the text, for the diff.
    name: String,
    begun: bool,
}

/// A line of JSON.
#[derive(Serialize)]
struct Suggestion {
    /// Counted from 1.
    line: u64,
    /// In characters, counted from 1.
    column: u64,
    /// Byte of the text before which `insert` goes, counted from 0.
    offset: u64,
    before: String,
    word: String,
    after: String,
    insert: String,
    probability: f64,
    /// Probability that any word is missing.
    gap: f64,
    alternatives: Vec<Alternative>,
}

#[derive(Serialize)]
struct Alternative {
    word: String,
    probability: f64,
}

impl Suggestions {
    pub fn new(form: Form, name: String) -> Self {
        Suggestions { form, name, begun: false }
    }

    pub fn of(
        &mut self,
        input: &str,
        block: &Block,
        insertions: &[Insertion],
    ) -> anyhow::Result<Vec<u8>> {
        match self.form {
            Form::Jsonl => {
                let mut out = Vec::new();
                for insertion in insertions {
                    serde_json::to_writer(&mut out, &suggestion(block, insertion))?;
                    out.push(b'\n');
                }
                Ok(out)
            }
            Form::Diff => self.diff(input, block, insertions),
        }
    }

    fn diff(
        &mut self,
        input: &str,
        block: &Block,
        insertions: &[Insertion],
    ) -> anyhow::Result<Vec<u8>> {
        let (mut out, mut from, mut rest) = (Vec::new(), 0, insertions);
        for (number, line) in (block.line..).zip(block.bytes.split_inclusive(|&b| b == b'\n')) {
            let to = from + line.len();
            let (own, others) = rest.split_at(rest.partition_point(|i| i.place.at < to));
            if !own.is_empty() {
                // When a long line was cut, no block has all of it.
                let goes_on = block.cut && to == block.bytes.len();
                if goes_on || from == 0 && block.column > 0 {
                    anyhow::bail!(
                        "{input}: line {number}: too long for a diff; use --suggest=jsonl, or wrap the text"
                    );
                }
                if !self.begun {
                    let name = named(&self.name);
                    let head = format!("--- {name}\n+++ {name}\n");
                    out.extend_from_slice(head.as_bytes());
                    self.begun = true;
                }
                let words: Vec<String> = own.iter().map(words).collect();
                let head = format!("@@ -{number} +{number} @@ {}\n", words.join("; "));
                out.extend_from_slice(head.as_bytes());
                let moved: Vec<Insertion> = own.iter().map(|i| i.moved_back(from)).collect();
                for (sign, text) in [(b'-', line.to_vec()), (b'+', apply(line, moved.iter()))] {
                    out.push(sign);
                    out.extend_from_slice(&text);
                    if !text.ends_with(b"\n") {
                        out.extend_from_slice(b"\n\\ No newline at end of file\n");
                    }
                }
            }
            (from, rest) = (to, others);
        }
        Ok(out)
    }
}

/// `had 0.72 (has 0.11, was 0.05)`
fn words(insertion: &Insertion) -> String {
    let word = |word: &[u8]| String::from_utf8_lossy(word).into_owned();
    let others = insertion.alternatives.iter().filter(|other| other.0 != insertion.word);
    let others: Vec<String> = others.map(|(text, p)| format!("{} {p:.2}", word(text))).collect();
    format!("{} {:.2} ({})", word(&insertion.word), insertion.probability, others.join(", "))
}

fn suggestion(block: &Block, insertion: &Insertion) -> Suggestion {
    let (before, after) = block.bytes.split_at(insertion.place.at);
    let line_from = before.iter().rposition(|&b| b == b'\n');
    let on_line = chars(&before[line_from.map_or(0, |at| at + 1)..]) as u64;
    let column = on_line + 1 + if line_from.is_none() { block.column } else { 0 };
    let word = |word: &[u8]| String::from_utf8_lossy(word).into_owned();
    let rounded = |p: f64| (p * 1e4).round() / 1e4;
    // Spaces and line ends become one space here.
    let plain = |text: &[u8]| word(text).split_whitespace().collect::<Vec<_>>().join(" ");
    let (before_text, after_text) = (plain(before), plain(after));
    let skip = before_text.chars().count().saturating_sub(CONTEXT);
    Suggestion {
        line: block.line + before.iter().filter(|&&b| b == b'\n').count() as u64,
        column,
        offset: block.offset + insertion.place.at as u64,
        before: before_text.chars().skip(skip).collect(),
        word: word(&insertion.word),
        after: after_text.chars().take(CONTEXT).collect(),
        insert: word(&insertion.place.text),
        probability: rounded(insertion.probability),
        gap: rounded(insertion.gap_probability),
        alternatives: insertion
            .alternatives
            .iter()
            .map(|(text, p)| Alternative { word: word(text), probability: rounded(*p) })
            .collect(),
    }
}
/// A name as diffs have it: one with control characters in quotes, as programs that read patches know them, and a
/// tab after one with spaces.
fn named(name: &str) -> String {
    if name.chars().any(|c| c.is_control() || matches!(c, '"' | '\\')) {
        let byte = |b: u8| match b {
            b'"' | b'\\' => format!("\\{}", char::from(b)),
            b' '..=b'~' => char::from(b).to_string(),
            _ => format!("\\{b:03o}"),
        };
        return format!("\"{}\"", name.bytes().map(byte).collect::<String>());
    }
    let end = if name.contains(' ') { "\t" } else { "" };
    format!("{name}{end}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_with_control_characters_are_quoted_in_a_diff() {
        assert_eq!(named("a/b.txt"), "a/b.txt");
        assert_eq!(named("a b"), "a b\t");
        assert_eq!(named("a\nb\u{1b}é\""), "\"a\\012b\\033\\303\\251\\\"\"");
    }
}
