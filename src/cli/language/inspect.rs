//! `impute inspect CLASSIFIER`: what a classifier says about itself.

use std::path::Path;

use impute::kinds::language::Classifier;
use impute::kinds::language::header::Header;
use impute::text::counted;
use impute::text::printable::printable;
use serde_json::json;

use crate::cli::{pretty, print};

pub fn run(path: &Path, as_json: bool) -> anyhow::Result<()> {
    let classifier = Classifier::open(path)?; // with its checksum
    print(match as_json {
        true => pretty(&json!({ "ngrams": classifier.ngrams(), "header": classifier.header() }))?,
        false => as_text(&classifier),
    })
}

fn as_text(classifier: &Classifier) -> String {
    let Header { labels, kinds, texts, version, date, license, .. } = classifier.header();
    let foreign = kinds.iter().filter(|kind| kind.is_none()).count() as u64;
    let mut text = format!(
        "classifier of texts, {}, {}, {} for other texts\n",
        counted(classifier.ngrams() as u64, "n-gram"),
        counted(labels.len() as u64, "label"),
        counted(foreign, "kind")
    );
    text += &format!("labels    {}\n", labels.join(" "));
    text += &format!("trained   {date}, on {}, by version {version}\n", counted(*texts, "text"));
    if let Some(license) = license {
        text += &format!("license   {license}\n");
    }
    let lines = text.lines().map(|line| printable(line).to_string() + "\n");
    lines.collect()
}
