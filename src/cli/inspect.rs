//! `impute inspect [MODEL]`: what a model file says about itself, and where its bytes go.

use std::fmt::Write;

use impute::kinds::language::file::is_classifier;
use impute::model::header::{Header, NetHeader, Repair, Tuned};
use impute::model::words::SPECIAL;
use impute::model::{Model, Whole};
use impute::text::output::Output;
use impute::text::printable::printable;
use serde_json::json;

use super::args::{Inspect, ModelArg};
use super::progress::Ui;
use super::{Need, counted, language, open_model, pretty, print};

pub fn run(args: &Inspect, ui: &Ui) -> anyhow::Result<()> {
    let need = if args.verify || args.words { Need::Ngrams } else { Need::Header };
    let model = args.named.clone().or_else(|| args.model.model.clone());
    if let Some(path) = model.as_ref().filter(|path| path.is_file())
        && is_classifier(path).unwrap_or(false)
    {
        if args.words {
            anyhow::bail!("{}: a classifier, which has no words; name a model", path.display());
        }
        return language::inspect::run(path, args.json);
    }
    let (model, whole) = open_model(&ModelArg { model }, need)?;
    if args.words {
        return words(&model, whole, ui);
    }
    whole.confirm(ui)?;
    ui.clear();
    let text = match args.json {
        true => as_json(&model, args.verify)?,
        false => as_text(&model, args.verify),
    };
    print(text)
}

/// The words in the order of their ids, without the special ones.
fn words(model: &Model, whole: Whole, ui: &Ui) -> anyhow::Result<()> {
    let vocabulary = model.view().vocabulary;
    let mut out = Output::create(None)?;
    for id in SPECIAL as u32..vocabulary.len() as u32 {
        out.write(vocabulary.word(id))?;
        out.write(b"\n")?;
    }
    whole.confirm(ui)?;
    ui.clear();
    Ok(out.finish()?)
}

/// Sections that belong together, and their bytes.
fn groups(model: &Model) -> Vec<(String, u64)> {
    let mut groups: Vec<(String, u64)> = Vec::new();
    for section in &model.directory().sections {
        let group = group(&section.name);
        match groups.iter_mut().find(|(name, _)| *name == group) {
            Some((_, bytes)) => *bytes += section.length,
            None => groups.push((group, section.length)),
        }
    }
    groups
}

/// `ngrams.2.starts` → `ngrams.2`, `left.impacts` → `lists.left`: what is neither vocabulary nor
/// n-grams belongs to the lists of the solver.
fn group(section: &str) -> String {
    let mut parts = section.split('.');
    match (parts.next(), parts.next()) {
        (Some("ngrams"), Some(order)) => format!("ngrams.{order}"),
        (Some(own @ ("vocabulary" | "net" | "classes" | "skip")), _) => own.to_owned(),
        (Some("lists" | "words"), _) | (None, _) => "lists.words".to_owned(),
        (Some(list), _) => format!("lists.{list}"),
    }
}

/// Size of the file on disk: a compact model unpacks to more, and the model that ships has no file.
fn on_disk(model: &Model) -> Option<u64> {
    Some(std::fs::metadata(model.name()).ok()?.len())
}

fn ngrams(header: &Header) -> u64 {
    header.ngrams.iter().sum()
}

fn per_ngram(bytes: u64, ngrams: u64) -> f64 {
    bytes as f64 / ngrams.max(1) as f64
}

fn as_json(model: &Model, verified: bool) -> anyhow::Result<String> {
    let (header, all) = (model.header(), ngrams(model.header()));
    let size = model.size() as u64;
    let sections: Vec<serde_json::Value> = groups(model)
        .into_iter()
        .map(|(name, bytes)| {
            json!({ "name": name, "bytes": bytes, "bytes_per_ngram": per_ngram(bytes, all) })
        })
        .collect();
    let object = json!({
        "model": model.name(),
        "order": header.order,
        "ngrams": header.ngrams,
        "discounts": header.discounts,
        "bytes": size,
        "bytes_on_disk": on_disk(model),
        "bytes_per_ngram": per_ngram(size, all),
        "sections": sections,
        "net": header.net,
        "calibration": header.calibration,
        "repair": header.repair,
        "provenance": header.provenance,
        "verified": verified,
        "bytes_after_the_end": model.after_the_end(),
    });
    pretty(&object)
}

fn as_text(model: &Model, verified: bool) -> String {
    let (header, all) = (model.header(), ngrams(model.header()));
    let mut text = format!("{}\n\n", printable(model.name()));
    // Writing to a string cannot fail.
    let _ = orders(&mut text, header);
    let _ = sizes(&mut text, model, all);
    let _ = settings(&mut text, header);
    if verified {
        text += "\nall checksums are right\n";
        let after = model.after_the_end();
        if after > 0 {
            text += &format!(
                "{} after the end of the model, which nothing reads\n",
                counted(after, "byte")
            );
        }
    }
    text
}

fn orders(text: &mut String, header: &Header) -> std::fmt::Result {
    writeln!(text, "{:<12}{:>16}{:>12}{:>12}{:>12}", "order", "n-grams", "D1", "D2", "D3+")?;
    for (n, count) in (1..).zip(&header.ngrams) {
        write!(text, "{n:<12}{count:>16}")?;
        for discount in header.discounts.get(n - 1).into_iter().flatten() {
            write!(text, "{discount:>12.6}")?;
        }
        writeln!(text)?;
    }
    writeln!(text, "{:<12}{:>16}\n", "all", ngrams(header))
}

fn sizes(text: &mut String, model: &Model, all: u64) -> std::fmt::Result {
    writeln!(text, "{:<12}{:>16}{:>18}", "section", "bytes", "bytes an n-gram")?;
    for (name, bytes) in groups(model) {
        writeln!(text, "{name:<12}{bytes:>16}{:>18.2}", per_ngram(bytes, all))?;
    }
    let size = model.size() as u64;
    writeln!(text, "{:<12}{size:>16}{:>18.2}", "all", per_ngram(size, all))?;
    if let Some(disk) = on_disk(model).filter(|&disk| disk != size) {
        writeln!(text, "{:<12}{disk:>16}{:>18.2}", "on disk", per_ngram(disk, all))?;
    }
    writeln!(text)
}

fn settings(text: &mut String, header: &Header) -> std::fmt::Result {
    let (c, p) = (&header.calibration, &header.provenance);
    let fitted = match c.sentences {
        0 => "by default".to_owned(),
        n => format!("fitted on {n} sentences"),
    };
    writeln!(text, "{:<12}{fitted}", "calibration")?;
    for (name, value) in c.parameters() {
        writeln!(text, "  {name:<10}{value:>16.6}")?;
    }
    writeln!(text)?;
    if let Some(Repair { weights, alarms, words, sentences }) = &header.repair {
        writeln!(
            text,
            "{:<12}fitted on {sentences} whole sentences, {words} words and marks",
            "repair"
        )?;
        for (name, weight) in ["missing", "gap", "net"].into_iter().zip(weights) {
            writeln!(text, "  {name:<10}{weight:>16.6}")?;
        }
        if let (Some([low, _]), Some([high, _])) = (alarms.first(), alarms.last()) {
            // These rates and those between them are known.
            let (low, high) = ((1.0 / low).floor(), (1.0 / high).ceil());
            writeln!(text, "  {:<10}{:>16}", "alarms", format!("1/{low} - 1/{high}"))?;
        }
        writeln!(text)?;
    }
    let tuned = p.tuned.as_ref().map(|t| {
        let Tuned { program, command, text_hash, lines, sentences } = t;
        format!("{command} ({program}): {sentences} of {lines} sentences, hash {text_hash}")
    });
    let prune: Vec<String> = p.prune.iter().map(u32::to_string).collect();
    for (name, value) in [
        ("program", p.program.clone()),
        ("command", p.command.clone()),
        ("text hash", p.text_hash.clone()),
        ("sentences", p.lines.to_string()),
        ("tokens", p.tokens.to_string()),
        ("held out", p.held_out_lines.to_string()),
        ("prune", prune.join(" ")),
        ("net", header.net.as_ref().map(net).unwrap_or_default()),
        ("date", p.date.clone()),
        ("licence", p.license.clone()),
        ("tuned", tuned.unwrap_or_default()),
    ] {
        let value = wrapped(&printable(if value.is_empty() { "-" } else { &value }));
        writeln!(text, "{name:<12}{value}")?;
    }
    Ok(())
}

fn net(net: &NetHeader) -> String {
    let NetHeader { shape, sentences, seed } = net;
    format!(
        "two towers of {} layers, {} layers above them, width {}, {} words; {sentences} sentences seen, \
         seed {seed}",
        shape.towers.len(),
        shape.dilations.len(),
        shape.width,
        shape.words,
    )
}

/// Words in lines of at most 68 characters, indented after the first.
fn wrapped(value: &str) -> String {
    const WIDTH: usize = 68;
    let (mut text, mut column) = (String::new(), 0);
    for word in value.split(' ') {
        let length = word.chars().count();
        if column > 0 && column + 1 + length > WIDTH {
            text += "\n            ";
            column = 0;
        } else if column > 0 {
            text += " ";
            column += 1;
        }
        text += word;
        column += length;
    }
    text
}
