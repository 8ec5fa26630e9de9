//! The n-grams of a model of any kind, with log10 p and log10 of the backoff weight.
//!
//! Memory: 20 bytes an n-gram, 12 one of the highest order.

use std::ops::Range;

use rayon::prelude::*;

use crate::error::Result;
use crate::model::Model;
use crate::model::arpa::ArpaLevel;
use crate::model::core::ngrams::{LOG10_ZERO, log10};
use crate::model::core::{Core, State};
use crate::model::format::damaged;
use crate::model::pieces::pieces;
use crate::progress::{Progress, Unit};

/// Bigrams in a piece of parallel work, at least.
const PIECE: u64 = 1 << 13;

/// All orders of a model, from single words on, in the order of its own ids.
///
/// # Errors
/// The model is damaged, or `progress` says to stop.
pub fn tables(model: &Model, progress: &dyn Progress) -> Result<Vec<ArpaLevel>> {
    let core = &model.view().core;
    let pieces = by_first_word(&sizes(core).collect::<Vec<u64>>());
    progress.stage("read n-grams", Unit::Pieces, Some(pieces.len() as u64));
    let words = 0..core.words as u32;
    let single = ArpaLevel {
        log10_p: words.clone().map(|word| single(core, word)).collect(),
        log10_backoff: words.map(|word| core.log10_backoff(&State::of(&[word]))).collect(),
        ..ArpaLevel::default()
    };
    let mut levels = vec![single];
    levels.resize(core.order, ArpaLevel { offsets: vec![0], ..ArpaLevel::default() });
    let part = |words| part(core, words);
    in_pieces(&pieces, part, progress, |part| {
        append(&mut levels[1..], part);
        // A damaged model may name an n-gram any number of times.
        match levels.iter().zip(counts(core)).any(|(level, count)| level.log10_p.len() > count) {
            true => Err(damaged(model.name(), "ngrams")),
            false => Ok(()),
        }
    })?;
    let whole = |n: usize| levels[n].fits(&levels[n - 1]);
    match levels.iter().map(|level| level.log10_p.len()).eq(counts(core))
        && (1..core.order).all(whole)
    {
        true => Ok(levels),
        false => Err(damaged(model.name(), "ngrams")),
    }
}

/// How many n-grams of each order from 1 there are.
fn counts(core: &Core<'_>) -> impl Iterator<Item = usize> {
    let longer = core.levels[..core.order - 1].iter().map(|level| level.ngrams());
    [core.words].into_iter().chain(longer)
}

/// (words) how many bigrams begin with each.
pub(super) fn sizes(core: &Core<'_>) -> impl Iterator<Item = u64> {
    let mut last = 0;
    core.levels[0].starts().skip(1).map(move |end| end - std::mem::replace(&mut last, end))
}

/// First words in pieces of about the same size, given how many bigrams begin with each.
pub(super) fn by_first_word(sizes: &[u64]) -> Vec<Range<usize>> {
    let mut before = vec![0];
    before.extend(sizes.iter().scan(0, |sum, size| {
        *sum += size + 1;
        Some(*sum)
    }));
    pieces(sizes.len(), |i| before[i], PIECE)
}

/// Makes n-grams piece by piece, on all threads, and passes them on in order.
pub(super) fn in_pieces(
    pieces: &[Range<usize>],
    make: impl Fn(Range<usize>) -> Vec<ArpaLevel> + Sync,
    progress: &dyn Progress,
    mut add: impl FnMut(Vec<ArpaLevel>) -> Result<()>,
) -> Result<()> {
    for wave in pieces.chunks(4 * rayon::current_num_threads()) {
        let parts: Result<Vec<Vec<ArpaLevel>>> = wave
            .par_iter()
            .map(|words| {
                progress.go_on()?;
                let part = make(words.clone());
                progress.advance(1);
                Ok(part)
            })
            .collect();
        parts?.into_iter().try_for_each(&mut add)?;
    }
    Ok(())
}

/// log10 p of a word without a history.
fn single(core: &Core<'_>, word: u32) -> f32 {
    match core.logs {
        true => core.unigrams.get(word as usize).copied().unwrap_or(LOG10_ZERO),
        false => log10(core.unigram(word)),
    }
}

/// Adds the n-grams that begin with the next words. `offsets` of a part are numbers of children.
pub(super) fn append(levels: &mut [ArpaLevel], part: Vec<ArpaLevel>) {
    for (level, part) in levels.iter_mut().zip(part) {
        let mut end = level.words.len() as u32;
        level.offsets.extend(part.offsets.iter().map(|children| {
            end += children;
            end
        }));
        level.words.extend_from_slice(&part.words);
        level.suffix.extend_from_slice(&part.suffix);
        level.log10_p.extend_from_slice(&part.log10_p);
        level.log10_backoff.extend_from_slice(&part.log10_backoff);
    }
}

/// The n-grams that begin with some words, of all orders from 2, with numbers of children for offsets.
fn part(core: &Core<'_>, words: Range<usize>) -> Vec<ArpaLevel> {
    let mut levels = vec![ArpaLevel::default(); core.order - 1];
    words.for_each(|word| descend(core, &State::of(&[word as u32]), &mut levels));
    levels
}

fn descend(core: &Core<'_>, context: &State, levels: &mut [ArpaLevel]) {
    let length = context.len();
    let Some((level, deeper)) = levels.split_first_mut() else { return };
    let expansion = core.expand(context);
    level.offsets.push(expansion.len() as u32);
    for i in 0..expansion.len() {
        let child = expansion.child(i);
        level.words.push(child.word);
        level.suffix.push(child.nodes[length - 1]);
        level.log10_p.push(expansion.log10_p(i).unwrap_or_else(|| log10(child.p)));
        if !deeper.is_empty() {
            let context = State::of(&child.nodes[..=length]);
            level.log10_backoff.push(core.log10_backoff(&context));
            descend(core, &context, deeper);
        }
    }
}
