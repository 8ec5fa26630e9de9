//! `impute language TEXT`: a label for every line, for every paragraph, or for the whole file.

use std::borrow::Cow;
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
use super::texts::{Text, Texts};
use crate::cli::args::Identify;
use crate::cli::progress::Ui;

/// How many texts a thread takes at a time.
const PIECE: usize = 256;

pub fn run(args: &Identify, ui: &Ui) -> anyhow::Result<()> {
    let mut out = Output::create(None)?;
    let classifier = open(args.classifier.classifier.as_deref())?;
    let only = only(&args.only, &classifier)?;
    let path = args.text.as_deref().unwrap_or(Path::new("-"));
    let input = input::open(path)?;
    ui.stage("language", Unit::Bytes, input.size);
    let mut lines = Lines::new(input, args.lossy).of_any_words();
    let say =
        Say { args, classifier: &classifier, only: (!args.only.is_empty()).then_some(&*only) };
    if args.whole {
        out.write(&say.whole(&mut lines, ui)?)?;
    } else {
        let (mut texts, mut batch) = (Texts::new(lines, path, args.by)?, Vec::new());
        let mut more = true;
        while more {
            more = texts.next_into(&mut batch)?;
            out.write(&say.all(&batch))?;
            if texts.arrive() {
                out.flush()?; // somebody may wait for them
            }
            ui.advance(texts.advanced());
        }
    }
    ui.clear();
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

    fn all(&self, batch: &[Text]) -> Vec<u8> {
        let pieces = batch.par_chunks(PIECE).map(|piece| {
            let (mut reader, mut out) = (self.reader(), Vec::new());
            for Text { line, text } in piece {
                let text = std::str::from_utf8(text)
                    .map_or_else(|_| String::from_utf8_lossy(text), Cow::Borrowed);
                self.say(*line, &reader.read(&text), &mut out);
            }
            out
        });
        pieces.collect::<Vec<_>>().concat()
    }

    /// The likeliest labels of those that can be right.
    fn likeliest(&self, posterior: &Posterior, n: usize) -> Vec<(usize, f32)> {
        let mut all = posterior.likeliest(self.classifier.labels().len());
        all.retain(|(label, _)| self.only.is_none_or(|only| only.contains(label)));
        all.truncate(n);
        all
    }

    fn say(&self, line: u64, posterior: &Posterior, out: &mut Vec<u8>) {
        let labels = self.classifier.labels();
        let Guess { label, probability } = posterior.guess();
        let said = label.filter(|_| probability >= self.args.at_least).map(|label| &*labels[label]);
        let top = usize::from(self.args.top.unwrap_or(0));
        if self.args.json {
            let mut object = json!({ "line": line, "label": said, "probability": probability });
            if top > 0 {
                let likeliest = self.likeliest(posterior, top).into_iter();
                let of =
                    |(label, p): (usize, f32)| json!({ "label": labels[label], "probability": p });
                object["top"] = likeliest.map(of).collect();
            }
            out.extend(object.to_string().bytes());
        } else {
            match top {
                0 => entry(said.unwrap_or(UNKNOWN), probability, out),
                _ => {
                    if said.is_none() {
                        entry(UNKNOWN, probability, out);
                    }
                    for (i, (label, p)) in self.likeliest(posterior, top).into_iter().enumerate() {
                        out.extend((i > 0 || said.is_none()).then_some(b'\t'));
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
