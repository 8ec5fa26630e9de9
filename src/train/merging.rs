//! Merging alone: from files of counts of parts to one of the whole ([`super::parts`]).
//!
//! Lines put aside come first. Of those that the whole holds out no longer, counts are made that are merged with
//! the others, so that words and n-grams only stream by.

use std::io::{BufWriter, Seek, Write};
use std::path::{Path, PathBuf};

use super::corpus::{Corpus, Summary};
use super::ids::{Builder, Ids};
use super::means::Means;
use super::memory::{self, Plan};
use super::parts::{self, Head, Reader, Writer};
use super::spill::Spill;
use super::{Config, HeldOut, Resources};
use crate::error::{Error, ErrorKind, Remedy, Result, Setting, display};
use crate::model::words::BOS;
use crate::progress::{Progress, Silent, Unit};
use crate::text::input;

/// What may be held for lines put aside, in bytes: so much, and so much for every file.
const HELD: u64 = 32 << 20;
const HELD_A_FILE: u64 = 1 << 19;

/// Merges counts and writes those of the whole piece by piece: byte for byte what counting the whole text writes,
/// in whatever order the parts are named and whatever was merged before. Only the folder of `resources` matters.
///
/// # Errors
/// A file that cannot be read, is damaged, or goes with the first one neither in order nor in how lines were put
/// aside; and what `write` reports.
///
/// # Complexity
/// O(n log k) time in the n-grams n of k files; 22 MB of memory and about 1.2 MB a file of 70,000 distinct words;
/// 1.25 to 5 bytes for each word more.
pub fn merge(
    inputs: &[PathBuf],
    resources: &Resources,
    progress: &dyn Progress,
    write: &mut (dyn FnMut(&[u8]) -> Result<()> + Send),
) -> Result<Summary> {
    let memory = HELD + HELD_A_FILE * inputs.len() as u64;
    memory::within(HELD, || {
        let plan = Plan::new(memory, 1)?;
        let spill = Spill::new(&resources.folder);
        let means = Means { plan: &plan, spill: &spill, progress };
        progress.stage("merge", Unit::Bytes, input::check(inputs)?);
        let (mut readers, corpus) = open(inputs, means)?;
        let first = readers.first().map(|reader| reader.head.clone());
        let Some(Head { order, held_out_share, held_out_lines, .. }) = first else {
            return Err(Error::value("no counts to merge", "name files of counts"));
        };
        readers.extend(counted_after_all(&corpus, order, resources, means)?);
        let Corpus { held_out, summary, .. } = corpus;
        let head = Head::new(order, summary, HeldOut::new(held_out_share, held_out_lines, 0));
        let mut writer = Writer::new(&head, &held_out, write)?;
        parts::merge(readers, order, &mut writer)?;
        writer.finish()?;
        Ok(summary)
    })
}

/// Opens all files and reads their lines put aside: those that stay aside, and as text what is counted after all.
fn open<'a>(inputs: &[PathBuf], means: Means<'a>) -> Result<(Vec<Reader<'a>>, Corpus)> {
    let mut readers: Vec<Reader<'a>> = Vec::new();
    let mut builder = None;
    for path in inputs {
        let input = input::open(path).map_err(|error| beside(error, path, readers.len()))?;
        let mut reader = parts::sorted(input, means.progress)?;
        if let Some(first) = readers.first() {
            goes_with(&reader, first)?;
        }
        let builder = builder.get_or_insert_with(|| {
            let Head { order, held_out_share, held_out_lines, .. } = reader.head;
            let held_out = HeldOut::new(held_out_share, held_out_lines, 0);
            Builder::new(&Config { order, held_out, ..Config::default() }, *means.plan, means.spill)
        });
        builder.add(reader.summary()?)?;
        reader.aside(&mut |line, times| builder.line_aside(line, times))?;
        readers.push(reader);
    }
    let corpus = builder.map(|builder| builder.finish(Ids::ByBytes)).transpose()?.flatten();
    Ok((readers, corpus.unwrap_or_default()))
}

/// The error for a file that cannot be opened beside so many others, if that is why.
fn beside(error: Error, path: &Path, others: usize) -> Error {
    // ENFILE and EMFILE, of the system and of the process, which have no names of their own.
    match error.cause().and_then(std::io::Error::raw_os_error) {
        Some(23 | 24) if others > 1 => {
            let what = format!("cannot be opened beside {others} others");
            Error::file(&display(path), what, "merge fewer at a time, and then what comes of them")
                .of(error.kind())
        }
        _ => error,
    }
}

/// The counts of the lines that do not stay aside, if there are any.
fn counted_after_all<'a>(
    corpus: &Corpus,
    order: usize,
    resources: &Resources,
    means: Means<'a>,
) -> Result<Option<Reader<'a>>> {
    let lines = corpus.counts.get(BOS as usize).copied().unwrap_or(0);
    if lines == 0 {
        return Ok(None);
    }
    let tokens = corpus.counts.iter().sum::<u64>() - 2 * lines;
    let means = Means { progress: &Silent, ..means };
    let run = super::count::count(corpus, order, means)?;
    let summary = Summary { lines, tokens, ..Summary::default() };
    let failed =
        |e| Error::io(format!("a temporary file in {}", display(&resources.folder)), "write", e);
    let mut out = BufWriter::new(tempfile::tempfile_in(&resources.folder).map_err(failed)?);
    let head = Head::new(order, summary, HeldOut::NONE);
    parts::write(&corpus.words, &[], &run, &head, means, &mut |bytes| {
        out.write_all(bytes).map_err(failed)
    })?;
    let mut file = out.into_inner().map_err(|e| failed(e.into_error()))?;
    file.rewind().map_err(failed)?;
    let input = input::decompress(Box::new(file), "a temporary file".into(), None)?;
    let mut reader = parts::sorted(input, &Silent)?;
    reader.aside(&mut |_, _| Ok(()))?;
    Ok(Some(reader))
}

/// Checks that two files can be parts of a whole.
fn goes_with(reader: &Reader<'_>, first: &Reader<'_>) -> Result<()> {
    let (own, other) = (&reader.head, &first.head);
    let (what, remedy) = if own.order != other.order {
        let what = format!(
            "counts of order {}, but {} has order {}",
            own.order,
            first.name(),
            other.order
        );
        (what, Remedy::by("count again with the same order", &[Setting::Order]))
    } else if own.held_out_lines != other.held_out_lines
        || own.held_out_share != other.held_out_share
    {
        let aside = |head: &Head| {
            format!("{} lines, {} % of the text", head.held_out_lines, head.held_out_share * 100.0)
        };
        let what = format!(
            "at most {} were put aside, but at most {} in {}",
            aside(own),
            aside(other),
            first.name()
        );
        (what, Remedy::by("count again with as many", &[Setting::HeldOut]))
    } else {
        return Ok(());
    };
    Err(Error::file(reader.name(), what, remedy).of(ErrorKind::Lacking))
}
