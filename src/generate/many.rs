//! Many sentences: drawn on all threads, handed out in order, with bounded memory.
//!
//! Indices are cut into pieces of 256; a round of pieces is drawn in parallel, and new sentences are handed
//! out piece by piece. Pieces depend only on their indices, so that the bytes are the same for any number of
//! threads. Memory is one round: a few hundred kilobytes per thread.

use rayon::prelude::*;

use super::generator::Generator;
use super::novel::KnownLines;
use crate::error::{Error, Remedy, Result, Setting};
use crate::progress::Progress;

/// Sentences in one piece of parallel work.
const PIECE: u64 = 256;
/// Pieces per thread in one round.
const PIECES: usize = 4;
/// Drawing stops after this many sentences in a row that are in the text: a multiple of a piece.
pub const PATIENCE: u64 = 512 * PIECE;

/// What was drawn.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Totals {
    /// Sentences handed out.
    pub sentences: u64,
    /// Their words without those of the prompt; each sentence also drew one `</s>`.
    pub words: u64,
    /// Sentences discarded because they are in the text.
    pub known: u64,
}

/// The new sentences of one piece.
struct Piece {
    /// Each followed by `\n`.
    lines: Vec<u8>,
    /// Where each ends in `lines`, and its number of words.
    ends: Vec<(usize, u64)>,
}

/// Draws `count` sentences that are not `known` lines and hands them to `sink`, each followed by `\n`, in the
/// order of their indices from 0.
///
/// # Errors
/// What `sink` reports; or nothing new among [`PATIENCE`] sentences in a row.
pub fn generate(
    generator: &Generator<'_>,
    count: u64,
    known: Option<&KnownLines>,
    progress: &dyn Progress,
    mut sink: impl FnMut(&[u8]) -> Result<()>,
) -> Result<Totals> {
    let (mut totals, mut next, mut in_vain) = (Totals::default(), 0, 0);
    while totals.sentences < count {
        let wanted = count - totals.sentences;
        let round = (PIECES * rayon::current_num_threads()) as u64;
        let pieces: Vec<Piece> = (0..wanted.div_ceil(PIECE).min(round))
            .into_par_iter()
            .map(|piece| {
                // Without a text every sentence counts, so no more are drawn than wanted.
                let size = match known {
                    None => PIECE.min(wanted - piece * PIECE),
                    Some(_) => PIECE,
                };
                draw(generator, next + piece * PIECE, size, known)
            })
            .collect();
        next += pieces.len() as u64 * PIECE;
        for piece in pieces {
            let wanted = usize::try_from(count - totals.sentences).unwrap_or(usize::MAX);
            let ends = &piece.ends[..wanted.min(piece.ends.len())];
            let Some(&(end, _)) = ends.last() else {
                if wanted == 0 {
                    break;
                }
                in_vain += PIECE;
                totals.known += PIECE;
                if in_vain >= PATIENCE {
                    return Err(nothing_new(totals));
                }
                continue;
            };
            in_vain = 0;
            sink(&piece.lines[..end])?;
            totals.sentences += ends.len() as u64;
            totals.words += ends.iter().map(|(_, words)| words).sum::<u64>();
            totals.known += known.map_or(0, |_| PIECE - piece.ends.len() as u64);
            progress.advance(ends.len() as u64);
            progress.go_on()?;
        }
    }
    Ok(totals)
}

fn draw(generator: &Generator<'_>, from: u64, size: u64, known: Option<&KnownLines>) -> Piece {
    let (mut worker, mut piece) = (generator.worker(), Piece { lines: vec![], ends: vec![] });
    for index in from..from + size {
        let sentence = worker.sentence(index);
        if known.is_some_and(|known| known.contains(sentence)) {
            continue;
        }
        piece.lines.extend_from_slice(sentence);
        piece.lines.push(b'\n');
        piece.ends.push((piece.lines.len(), worker.words() as u64));
    }
    piece
}

fn nothing_new(totals: Totals) -> Error {
    Error::value(
        format!(
            "{PATIENCE} sentences in a row are in the text already, after {} new ones",
            totals.sentences
        ),
        Remedy::by(
            "ask for fewer, raise the temperature, lower the order, or allow known ones",
            &[Setting::Temperature, Setting::Order, Setting::Novel],
        ),
    )
}
