//! `impute language TEXT`: a label for every line, for every paragraph, or for the whole file.

use std::borrow::Cow;
use std::ops::Range;
use std::path::Path;

use impute::kinds::language::{Classifier, Guess, Posterior, Reader, UNKNOWN};
use impute::progress::{Progress, Unit};
use impute::text::input;
use impute::text::lines::Lines;
use impute::text::output::Output;
use impute::text::printable::quoted;
use rayon::prelude::*;
use serde_json::json;

use super::classifier::open;
use crate::cli::args::{By, Identify};
use crate::cli::progress::Ui;

/// A batch is full at this many texts or bytes: memory does not grow with the input.
const TEXTS: usize = 16_384;
const BYTES: usize = 4 << 20;
/// How many texts a thread takes at a time.
const PIECE: usize = 256;
/// What is read of a paragraph, in bytes; more of it would not change the answer.
const PARAGRAPH: usize = 64 << 10;

/// Texts, one after another.
#[derive(Default)]
struct Batch {
    bytes: Vec<u8>,
    texts: Vec<Text>,
}

/// Where a text is in its batch, and the line that it begins on.
struct Text {
    line: u64,
    bytes: Range<usize>,
}

impl Batch {
    fn clear(&mut self) {
        self.bytes.clear();
        self.texts.clear();
    }

    fn is_full(&self) -> bool {
        self.texts.len() >= TEXTS || self.bytes.len() >= BYTES
    }

    fn add(&mut self, line: u64, text: &[u8]) {
        let start = self.bytes.len();
        self.bytes.extend_from_slice(text);
        self.texts.push(Text { line, bytes: start..self.bytes.len() });
    }

    /// Adds a line to the last text, if that is short.
    fn lengthen(&mut self, line: &[u8]) {
        if let Some(last) = self.texts.last_mut().filter(|last| last.bytes.len() < PARAGRAPH) {
            self.bytes.push(b'\n');
            self.bytes.extend_from_slice(line);
            last.bytes.end = self.bytes.len();
        }
    }
}

pub fn run(args: &Identify, ui: &Ui) -> anyhow::Result<()> {
    let mut out = Output::create(None)?;
    let classifier = open(&args.classifier.classifier)?;
    let only = only(&args.only, &classifier)?;
    let input = input::open(args.text.as_deref().unwrap_or(Path::new("-")))?;
    ui.stage("language", Unit::Bytes, input.size);
    let mut lines = Lines::new(input, args.lossy);
    let say =
        Say { args, classifier: &classifier, only: (!args.only.is_empty()).then_some(&*only) };
    match args.whole {
        true => out.write(&say.whole(&mut lines, ui)?)?,
        false => {
            let mut batch = Batch::default();
            while gather(&mut lines, args.by, &mut batch)? {
                out.write(&say.all(&batch))?;
                ui.advance(lines.advanced());
            }
        }
    }
    ui.clear();
    lines.passed_over().note().iter().for_each(|note| ui.note(note));
    Ok(out.finish()?)
}

/// The places of the labels that can be right.
fn only(names: &[String], classifier: &Classifier) -> anyhow::Result<Vec<usize>> {
    let labels = classifier.labels();
    let place = |name: &String| {
        labels.binary_search(name).map_err(|_| {
            let all = labels.join(" ");
            anyhow::anyhow!(
                "--only {}: the classifier has no such label; it has {}",
                quoted(name),
                quoted(&all)
            )
        })
    };
    names.iter().map(place).collect()
}

/// The next texts into `batch`; whether there are any.
fn gather(lines: &mut Lines, by: By, batch: &mut Batch) -> anyhow::Result<bool> {
    batch.clear();
    let (mut line, mut inside) = (Vec::new(), false);
    while (inside || !batch.is_full()) && lines.next_into(&mut line)? {
        match by {
            By::Line => batch.add(lines.number(), &line),
            By::Paragraph if line.trim_ascii().is_empty() => inside = false,
            By::Paragraph if !inside => {
                batch.add(lines.number(), &line);
                inside = true;
            }
            By::Paragraph => batch.lengthen(&line),
        }
    }
    Ok(!batch.texts.is_empty())
}

/// Says what texts are.
struct Say<'a> {
    args: &'a Identify,
    classifier: &'a Classifier,
    only: Option<&'a [usize]>,
}

impl Say<'_> {
    fn reader(&self) -> Reader<'_> {
        self.only.map_or_else(|| self.classifier.reader(), |only| self.classifier.reader_of(only))
    }

    fn whole(&self, lines: &mut Lines, ui: &Ui) -> anyhow::Result<Vec<u8>> {
        let (mut reader, mut line, mut out) = (self.reader(), Vec::new(), Vec::new());
        while lines.next_into(&mut line)? {
            reader.add(&String::from_utf8_lossy(&line));
            if lines.number().is_multiple_of(1024) {
                ui.advance(lines.advanced());
            }
        }
        self.say(1, &reader.posterior(), &mut out);
        Ok(out)
    }

    fn all(&self, batch: &Batch) -> Vec<u8> {
        let pieces = batch.texts.par_chunks(PIECE).map(|piece| {
            let (mut reader, mut out) = (self.reader(), Vec::new());
            for Text { line, bytes } in piece {
                let text = &batch.bytes[bytes.clone()];
                let text = std::str::from_utf8(text)
                    .map_or_else(|_| String::from_utf8_lossy(text), Cow::Borrowed);
                self.say(*line, &reader.read(&text), &mut out);
            }
            out
        });
        pieces.collect::<Vec<_>>().concat()
    }

    fn say(&self, line: u64, posterior: &Posterior, out: &mut Vec<u8>) {
        let labels = self.classifier.labels();
        let Guess { label, probability } = posterior.guess();
        let said = label.filter(|_| probability >= self.args.at_least).map(|label| &*labels[label]);
        let top = usize::from(self.args.top.unwrap_or(0));
        if self.args.json {
            let mut object = json!({ "line": line, "label": said, "probability": probability });
            if top > 0 {
                let likeliest = posterior.likeliest(top).into_iter();
                let of =
                    |(label, p): (usize, f32)| json!({ "label": labels[label], "probability": p });
                object["top"] = likeliest.map(of).collect();
            }
            out.extend(object.to_string().bytes());
        } else {
            match top {
                0 => entry(said.unwrap_or(UNKNOWN), probability, out),
                _ if said.is_none() => entry(UNKNOWN, probability, out),
                _ => {
                    for (i, (label, p)) in posterior.likeliest(top).into_iter().enumerate() {
                        out.extend((i > 0).then_some(b'\t'));
                        entry(&labels[label], p, out);
                    }
                }
            }
        }
        out.push(b'\n');
    }
}

/// A label, a tab and a probability of four digits.
fn entry(label: &str, probability: f32, out: &mut Vec<u8>) {
    let digits = (probability * 10_000.0).round() as u32;
    out.extend(label.bytes());
    out.extend([b'\t', b'0' + (digits / 10_000) as u8, b'.']);
    out.extend([1000, 100, 10, 1].map(|unit| b'0' + (digits / unit % 10) as u8));
}
