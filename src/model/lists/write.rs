//! Writes the five posting lists.

use std::io::{self, Seek, Write};

use super::codebook::Codebook;
use super::neighbours::Bigrams;
use super::source::Source;
use super::survey::Survey;
use super::trigrams;
use super::weights::Weights;
use crate::model::core::Core;
use crate::model::format::Writer;
use crate::model::pieces::pieces;
use crate::progress::{Progress, Unit};

/// How many n-grams are one piece of parallel work, at least.
const CHUNK: u64 = 1 << 15;

/// Writes the lists of all n-grams; `lengths` are the lengths of the words in characters. Postings are
/// gathered in about `memory` bytes.
///
/// # Complexity
/// O(n log n) time for n n-grams, and another pass over them for every `memory / 5` trigrams; about
/// 28 bytes for every bigram, 3 for every trigram and 160 for every word besides `memory`.
pub fn write<W: Write + Seek>(
    core: &Core<'_>,
    lengths: &[u8],
    memory: u64,
    file: &mut Writer<W>,
    progress: &dyn Progress,
) -> io::Result<()> {
    let weights = Weights::new(core, lengths);
    file.section("words.weights", &weights.weights)?;
    file.section("words.chars", &weights.chars)?;
    file.section("words.by_weight", &weights.by_weight())?;
    let pieces = first_words(core);
    let trigrams = core.levels[1].ngrams() as u64;
    let walks = if core.order > 2 { 2 + 5 * trigrams / memory.max(1) } else { 1 };
    progress.stage("index", Unit::Pieces, Some(walks * pieces.len() as u64));
    let mut survey = Survey::new(core, &pieces, progress)?;
    let bigrams = Bigrams::new(core, std::mem::take(&mut survey.bigrams));
    let codebook = Codebook::new(survey.trigrams);
    let table = &codebook.table();
    file.section("lists.factors", &[bigrams.table, *table])?;
    bigrams.write(&weights, file)?;
    if core.order < 3 {
        return Ok(());
    }
    let source = Source { core, bigrams: &bigrams, weights: &weights, codebook, table };
    trigrams::write(source, survey, &pieces, memory, file, progress)
}

/// First words in pieces of about the same number of bigrams and trigrams.
fn first_words(core: &Core<'_>) -> Vec<std::ops::Range<u32>> {
    let bigrams: Vec<u64> = core.levels[0].starts().collect();
    let trigrams: Vec<u64> = core.levels[1].starts().collect();
    let before = |word: usize| {
        let bigram = bigrams.get(word).copied().unwrap_or(0);
        bigram + trigrams.get(bigram as usize).copied().unwrap_or(0)
    };
    let pieces = pieces(core.words, before, CHUNK);
    pieces.into_iter().map(|piece| piece.start as u32..piece.end as u32).collect()
}
