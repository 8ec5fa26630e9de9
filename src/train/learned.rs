//! A text that net and pairs of words learn from and that is not counted, because counts of it are given.
//!
//! It is a part of what was counted, or all of it; what is learned from all of it is, bit for bit, what training on
//! the text itself learns. Lines held out of the counts are known by their hashes and not learned from. What was
//! never counted is seen, too: words, and lines that would have been held out.

use std::path::PathBuf;

use super::Config;
use super::aside::Aside;
use super::config::HeldOut;
use super::corpus::{Corpus, Summary};
use super::ids::{Builder, Ids};
use super::means::Means;
use super::memory::Plan;
use super::read;
use crate::error::{Error, Result};
use crate::model::vocabulary::{self, Vocabulary};
use crate::model::words::{SPECIAL, UNK, WordList};
use crate::progress::Unit;
use crate::text::{counted, input};

/// Reads texts to learn from, with the ids of what was counted, while so many bytes are held. Words that were never
/// counted have that of `<unk>`.
///
/// # Errors
/// As [`read::read`], and if all lines are held out of the counts.
pub fn read(
    paths: &[PathBuf],
    whole: &Corpus,
    config: &Config,
    held: u64,
    means: Means<'_>,
) -> Result<Corpus> {
    let progress = means.progress;
    let all: Vec<&PathBuf> = paths.iter().collect();
    progress.stage("read", Unit::Bytes, input::check(&all)?);
    let uncounted = Config { held_out: HeldOut::NONE, ..config.clone() };
    let plan = Plan { total: means.plan.total.saturating_sub(held), ..*means.plan };
    let builder = Builder::new(&uncounted, plan, means.spill);
    let mut builder = builder.with_aside(Aside::of(&whole.held_out));
    let (sift, passed_over) = read::texts(paths, config, &mut builder, progress)?;
    let (held_out, lines) = builder.aside().came();
    let own = builder.finish(Ids::ByCount)?.ok_or_else(|| match held_out {
        0 => read::nothing(&sift, &all),
        _ => {
            let what = "all its lines are held out of the counts";
            Error::file(&input::names(&all), what, "learn from a longer text")
        }
    })?;
    let ids = ids(&own.words, &whole.words);
    let words = ids[SPECIAL..].iter().filter(|&&id| id == UNK).count() as u64;
    let mut counts = vec![0; whole.words.len()];
    for (&id, count) in ids.iter().zip(&own.counts) {
        counts[id as usize] += count;
    }
    let Corpus { mut text, ranks, text_lines, summary, .. } = own;
    text.each_in_memory(|id| *id = ids[*id as usize]);
    let ranks = ranks.iter().map(|&rank| ids[rank as usize]).collect();
    passed_over.note().iter().for_each(|note| progress.note(note));
    if held_out > 0 {
        progress.note(&format!(
            "{} of the text to learn from {} held out of the counts, and not learned from",
            counted(held_out, "line"),
            if held_out == 1 { "is" } else { "are" },
        ));
    }
    if lines + words > 0 {
        progress.note(&format!(
            "the text to learn from is not a part of what was counted: {} of it were never counted, and {} \
             would have been held out; all of it is learned from",
            counted(words, "word"),
            counted(lines, "line"),
        ));
    }
    let summary = Summary { foreign: sift.foreign(), ..summary };
    Ok(Corpus { counts, text, text_lines, ranks, summary, ..Corpus::default() })
}

/// (words of one list) the id of each in another.
fn ids(from: &WordList, to: &WordList) -> Vec<u32> {
    let table = vocabulary::table(to);
    let to = Vocabulary::of(to, &table);
    let id = |(id, word): (usize, &[u8])| match id {
        0..SPECIAL => id as u32,
        _ => to.id(word),
    };
    from.iter().enumerate().map(id).collect()
}
