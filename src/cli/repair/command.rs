//! Repairs a text, or writes suggestions.

use anyhow::Context;
use impute::kinds::language::{Filter, Sieve};
use impute::model::Model;
use impute::progress::{Progress, Silent, Unit};
use impute::repair::odds::{SURE, ln_odds};
use impute::repair::{Insertion, Repairer, Settings, apply};
use impute::solve::{Solver, Workers};
use impute::text::input::{self, file_name};
use impute::text::ordinary::Sentence;
use impute::text::ordinary::blocks::{Block, Blocks};
use impute::text::output::Output;
use rayon::prelude::*;

use super::measure;
use super::own::own;
use super::suggest::Suggestions;
use crate::cli::args::Repair;
use crate::cli::language::{filter, told};
use crate::cli::progress::Ui;
use crate::cli::{Need, counted, effort, model_file, open_model, refuse_replacing};

/// A batch is full at this many bytes: memory does not grow with the text.
const BATCH_BYTES: usize = 1 << 18;
/// Suggestions are less certain than insertions.
const WORTH_A_LOOK: f64 = 0.2;

/// A block with its sentences and what is missing in them.
struct Part {
    block: Block,
    sentences: Vec<Sentence>,
    /// How many more there are, in other languages.
    foreign: usize,
    /// In the order of their places.
    insertions: Vec<Insertion>,
}

pub fn run(args: &Repair, ui: &Ui) -> anyhow::Result<()> {
    // The output may replace the text itself, which stays whole until the end.
    refuse_replacing(args.output.as_deref(), model_file(&args.model).as_deref())?;
    refuse_replacing(args.output.as_deref(), args.language.classifier.as_deref())?;
    if args.suggest.is_some() || args.measure {
        refuse_replacing(args.output.as_deref(), Some(&args.input))?; // by what is no repaired text
    }
    let filter = filter(&args.language)?;
    let input = input::open(&args.input)?;
    let total = input.size;
    let mut out = Output::create(args.output.as_deref())?;
    let (model, whole) = open_model(&args.model, Need::Lists)?;
    let (weights, settings) = settings(args, &model)?;
    let solver = Solver::new(model)?.with_effort(effort(args.exact));
    let repairer = Repairer::new(&solver, weights, settings)?;
    let mut blocks = Blocks::new(input, args.lossy);
    if args.measure {
        return measure::run(args, filter.as_ref(), &repairer, blocks, out, whole, ui);
    }
    let mut suggestions = args.suggest.map(|form| Suggestions::new(form, file_name(&args.input)));
    let workers = Workers::new(&solver);
    ui.stage("repair", Unit::Bytes, total);
    let (mut words, mut count, mut found, mut foreign) = (0, 0, 0, 0);
    loop {
        let batch = batch(&mut blocks)?;
        if batch.is_empty() {
            break;
        }
        for part in repaired(&workers, &repairer, filter.as_ref(), batch)? {
            match &mut suggestions {
                None => out.write(&apply(&part.block.bytes, part.insertions.iter()))?,
                Some(suggestions) => {
                    out.write(&suggestions.of(blocks.name(), &part.block, &part.insertions)?)?;
                }
            }
            words += part.sentences.iter().map(|sentence| sentence.tokens.len()).sum::<usize>();
            count += part.sentences.len();
            foreign += part.foreign;
            found += part.insertions.len();
        }
        ui.advance(blocks.advanced());
    }
    whole.confirm(ui)?;
    out.finish()?;
    ui.clear();
    let what = if args.suggest.is_some() { "suggestion" } else { "insertion" };
    ui.note(&format!(
        "{words} words and marks in {}, {} ({})",
        counted(count as u64, "sentence"),
        counted(found as u64, what),
        told_of(args, &settings)
    ));
    if let Some(filter) = &filter {
        ui.note(&told(foreign as u64, "sentence", filter.label(), "left alone"));
    }
    Ok(())
}

/// The weights of the model, and the settings asked for.
fn settings(args: &Repair, model: &Model) -> anyhow::Result<([f64; 3], Settings)> {
    let Some(repair) = &model.header().repair else {
        return Err(impute::Error::file(
            model.name(),
            "a model that does not know when nothing is missing",
            "fit it with `impute tune MODEL --on TEXT`, whole sentences of the kind that it is to repair",
        )
        .into());
    };
    let mut settings = Settings::default();
    settings.ln_prior = match &args.false_alarms {
        None => ln_odds(args.prior.value),
        Some(rate) => {
            let known = repair.ln_prior(rate.value);
            known.with_context(|| format!("--false-alarms {}", rate.typed))?
        }
    };
    let default = if args.suggest.is_some() { WORTH_A_LOOK } else { SURE };
    settings.at_least = args.at_least.as_ref().map_or(default, |share| share.value);
    Ok((repair.weights, settings))
}

fn told_of(args: &Repair, settings: &Settings) -> String {
    let prior = match &args.false_alarms {
        None => args.prior.typed.clone(),
        Some(rate) => {
            let prior = 1.0 / (1.0 + (-settings.ln_prior).exp());
            format!("{prior:.4}, for false alarms of {}", rate.typed)
        }
    };
    let least = args.at_least.as_ref().map(|least| least.typed.clone());
    let least = least.unwrap_or_else(|| settings.at_least.to_string());
    format!("prior {prior}, probability {least} or more")
}

/// The next blocks; none at the end.
fn batch(blocks: &mut Blocks) -> impute::Result<Vec<Block>> {
    let (mut batch, mut bytes) = (Vec::new(), 0);
    while bytes < BATCH_BYTES {
        let Some(block) = blocks.next_block()? else { break };
        bytes += block.bytes.len();
        batch.push(block);
    }
    Ok(batch)
}

/// Finds what is missing, on all threads.
fn repaired(
    workers: &Workers,
    repairer: &Repairer,
    filter: Option<&Filter>,
    batch: Vec<Block>,
) -> impute::Result<Vec<Part>> {
    let part = |sieve: &mut Option<Sieve>, block: Block| {
        let (sentences, foreign) = own(&block, sieve.as_mut());
        Part { block, sentences, foreign, insertions: Vec::new() }
    };
    let mut parts: Vec<Part> =
        batch.into_par_iter().map_init(|| filter.map(Filter::sieve), part).collect();
    let all: Vec<&Sentence> = parts.iter().flat_map(|part| &part.sentences).collect();
    let found = workers.map(&all, &Silent, |worker, piece| repairer.repair(worker, piece))?;
    let mut found = found.into_iter();
    for part in &mut parts {
        let own = found.by_ref().take(part.sentences.len());
        part.insertions = own.flatten().collect();
    }
    Ok(parts)
}
