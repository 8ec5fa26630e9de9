//! What the sorted n-grams of a text say about units and classes.

use std::sync::atomic::{AtomicU32, Ordering};

use rayon::prelude::*;

use super::bigrams::{Bigrams, Builder};
use super::shape::FIXED;
use crate::error::Result;
use crate::train::run::{Decoder, PAD, Run, Words};
use crate::train::spill::Spill;

/// Visits the distinct n-grams of order `n` in a block, each with its count; ids are `words` less 1.
fn ngrams(n: usize, mut block: Decoder<'_>, mut visit: impl FnMut(&Words, u32)) {
    let mut current: Option<(Words, u32)> = None;
    while let Some(record) = block.next_record() {
        match &mut current {
            Some((_, count)) if record.shared >= n => *count += record.count,
            _ => {
                let last = current.replace((record.words, record.count));
                last.into_iter().for_each(|(words, count)| visit(&words, count));
            }
        }
    }
    current.into_iter().for_each(|(words, count)| visit(&words, count));
}

/// Runs `make` on all blocks, as many at a time as there are threads, and `take` on the results in order.
fn each_block<T: Send>(
    run: &Run,
    spill: &Spill,
    make: impl Fn(Decoder<'_>) -> T + Sync,
    mut take: impl FnMut(T),
) -> Result<()> {
    let blocks: Vec<usize> = (0..run.blocks.len()).collect();
    for wave in blocks.chunks(rayon::current_num_threads()) {
        let made: Result<Vec<T>> = wave
            .par_iter()
            .map(|&i| Ok(make(Decoder::new(run.order, &run.blocks.get(i, spill)?))))
            .collect();
        made?.into_iter().for_each(&mut take);
    }
    Ok(())
}

/// The bigrams of units. `units` has the unit of every word; `words` of them need a class.
///
/// # Errors
/// The temporary file cannot be read.
pub fn bigrams(run: &Run, units: &[u16], words: usize, spill: &Spill) -> Result<Bigrams> {
    let mut builder = Builder::new(words, FIXED.len(), run.ngrams[1] as usize);
    let make = |block: Decoder<'_>| {
        let mut found: Vec<(u32, u32, u32)> = Vec::new();
        ngrams(2, block, |words, count| {
            if words[1] != PAD {
                found.push((words[0] - 1, words[1] - 1, count));
            }
        });
        found
    };
    each_block(run, spill, make, |found| {
        for (first, second, count) in found {
            let unit = |id: u32| units.get(id as usize).copied().map(usize::from);
            if let (Some(first), Some(second)) = (unit(first), unit(second)) {
                builder.push(first, second, count);
            }
        }
    })?;
    Ok(builder.finish())
}

/// Class trigrams whose first class lies in a range.
pub struct Cube<'c> {
    /// How many classes there are.
    pub all: usize,
    /// The start of the range.
    pub from: usize,
    /// (first classes, all, all)
    pub counts: &'c [AtomicU32],
}

/// Counts class trigrams. `classes` has the class of every word.
///
/// # Errors
/// The temporary file cannot be read.
pub fn trigrams(run: &Run, classes: &[u16], cube: &Cube<'_>, spill: &Spill) -> Result<()> {
    let &Cube { all, from, counts } = cube;
    counts.par_iter().with_min_len(1 << 16).for_each(|count| count.store(0, Ordering::Relaxed));
    if run.order < 3 {
        return Ok(());
    }
    let make = |block: Decoder<'_>| {
        ngrams(3, block, |words, count| {
            if words[1] == PAD || words[2] == PAD {
                return;
            }
            let class = |word: u32| classes.get(word as usize - 1).copied().map(usize::from);
            let [Some(a), Some(b), Some(c)] = [0, 1, 2].map(|i| class(words[i])) else {
                return;
            };
            let Some(first) = a.checked_sub(from) else {
                return;
            };
            // Sums do not depend on their order.
            if let Some(cell) = counts.get((first * all + b) * all + c) {
                cell.fetch_add(count, Ordering::Relaxed);
            }
        });
    };
    each_block(run, spill, make, |()| ())
}
