//! `impute query [MODEL] [TEXT]`: the probability of every word of every sentence, and perplexities.

use std::path::{Path, PathBuf};

use impute::progress::{Progress, Unit};
use impute::query::{Batch, Frame, Scorer, SentenceScore, Totals};
use impute::text::input;
use impute::text::lines::Lines;
use impute::text::output::Output;
use serde_json::json;

use super::args::{ModelArg, Query};
use super::models::is_model;
use super::progress::Ui;
use super::resident::resident;
use super::{Need, open_model};

/// About how many bytes of sentences are scored together.
const GROUP: usize = 1 << 14;

pub fn run(args: &Query, ui: &Ui) -> anyhow::Result<()> {
    let (named, text) = named(args);
    let (model, whole) = open_model(&ModelArg { model: named.cloned() }, Need::Ngrams)?;
    let input = input::open(text.map_or(Path::new("-"), |text| text))?;
    let model = resident(model, args.resident, input.size, ui)?;
    ui.stage("query", Unit::Bytes, input.size);
    let mut lines = Lines::new(input, args.lossy);
    let mut out = Output::create(None)?;
    let mut totals = Totals::default();
    let frame = Frame { bos: !args.no_bos, before: args.after.as_bytes(), eos: !args.no_eos };
    let mut batch = Scorer::new(&model).batch_in(&frame);
    if args.summary {
        sum_up(&mut lines, &mut batch, &mut totals, ui)?;
    } else {
        let mut line = Vec::new();
        while lines.next_sentence(&mut line)? {
            for sentence in batch.score(&[&line]) {
                totals.add(&sentence);
                let written = if args.json { json_line(&sentence) } else { text_line(&sentence) };
                out.write(&written)?;
            }
            if lines.number().is_multiple_of(1024) {
                ui.advance(lines.advanced());
            }
        }
    }
    if totals.sentences == 0 {
        anyhow::bail!("{}: no sentence in it; give it text with one a line", lines.name());
    }
    ui.clear();
    lines.passed_over().note().iter().for_each(|note| ui.note(note));
    out.write(summary(&totals, args.json).as_bytes())?;
    whole.confirm(ui)?;
    Ok(out.finish()?)
}

/// Adds all sentences to the sums, a group at a time.
fn sum_up(
    lines: &mut Lines,
    batch: &mut Batch<'_>,
    totals: &mut Totals,
    ui: &Ui,
) -> anyhow::Result<()> {
    let (mut group, mut ends, mut line) = (Vec::new(), Vec::new(), Vec::new());
    loop {
        let more = lines.next_sentence(&mut line)?;
        if more {
            group.extend_from_slice(&line);
            ends.push(group.len());
        }
        if !more || group.len() >= GROUP {
            let starts = [0].into_iter().chain(ends.iter().copied());
            let sentences: Vec<&[u8]> =
                starts.zip(&ends).map(|(start, &end)| &group[start..end]).collect();
            batch.add(&sentences, totals);
            ui.advance(lines.advanced());
            group.clear();
            ends.clear();
        }
        if !more {
            return Ok(());
        }
    }
}

/// The model and the text. A single name may be either.
pub fn named(args: &Query) -> (Option<&PathBuf>, Option<&PathBuf>) {
    let Query { first, second, model: ModelArg { model }, .. } = args;
    match (model, first, second) {
        (Some(model), text, _) => (Some(model), text.as_ref()),
        (None, Some(text), None) if !is_model(text) => (None, Some(text)),
        (None, model, text) => (model.as_ref(), text.as_ref()),
    }
}

/// `word=id matched log10p` for every word and the end, separated by tabs, and the totals.
fn text_line(sentence: &SentenceScore<'_>) -> Vec<u8> {
    let mut out = Vec::new();
    for word in &sentence.words {
        out.extend_from_slice(word.word);
        out.extend(format!("={} {} {:.6}\t", word.id, word.matched, word.log10_p).bytes());
    }
    let (total, unknown) = (sentence.log10_total(), sentence.unknown());
    out.extend(format!("Total: {total:.6} OOV: {unknown}\n").bytes());
    out
}

fn json_line(sentence: &SentenceScore<'_>) -> Vec<u8> {
    let word = |word: &impute::query::WordScore<'_>| {
        json!({
            "word": String::from_utf8_lossy(word.word),
            "id": word.id,
            "matched": word.matched,
            "log10_probability": word.log10_p,
            "unknown": word.is_unknown(),
        })
    };
    let words: Vec<serde_json::Value> = sentence.words.iter().map(word).collect();
    let object = json!({
        "words": words,
        "log10_total": sentence.log10_total(),
        "oovs": sentence.unknown(),
    });
    format!("{object}\n").into_bytes()
}

fn summary(totals: &Totals, as_json: bool) -> String {
    if as_json {
        let object = json!({
            "perplexity_including_oovs": totals.perplexity(),
            "perplexity_excluding_oovs": totals.perplexity_of_known(),
            "oovs": totals.unknown,
            "tokens": totals.tokens,
            "sentences": totals.sentences,
            "log10_total": totals.log10,
        });
        return format!("{object}\n");
    }
    format!(
        "Perplexity including OOVs:\t{}\nPerplexity excluding OOVs:\t{}\nOOVs:\t{}\nTokens:\t{}\n",
        totals.perplexity(),
        totals.perplexity_of_known(),
        totals.unknown,
        totals.tokens
    )
}
