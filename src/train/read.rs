//! Stage 1: texts and counts → word ids by frequency, and the stream of ids.
//!
//! Lines of text go through [`super::sift`] to [`super::ids`] one by one; n-grams counted elsewhere are added ([`super::parts`]).

use std::path::PathBuf;

use super::corpus::Corpus;
use super::ids::{Builder, Ids};
use super::means::Means;
use super::sift::Sift;
use super::{Config, parts};
use crate::error::{Error, Remedy, Result, Setting};
use crate::progress::{Progress, Unit};
use crate::text::input;
use crate::text::lines::Lines;
use crate::text::passed_over::PassedOver;

/// What to train on.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Sources<'a> {
    /// Texts: paths, or `-` for standard input.
    pub texts: &'a [PathBuf],
    /// Counts that [`count`](super::count()) wrote.
    pub counts: &'a [PathBuf],
    /// Texts that net and pairs of words learn from, and that are not counted: parts of what the counts are of.
    pub learned: &'a [PathBuf],
}

impl<'a> Sources<'a> {
    /// Texts and counts.
    pub fn new(texts: &'a [PathBuf], counts: &'a [PathBuf]) -> Self {
        Sources { texts, counts, learned: &[] }
    }

    /// The same with texts to learn from that the counts are of.
    pub fn with_learned(self, learned: &'a [PathBuf]) -> Self {
        Sources { learned, ..self }
    }
}

/// Reads all sources and gives ids to their words.
///
/// # Errors
/// A source that cannot be read, a line that cannot be used, or no sentence at all.
pub fn read(sources: Sources<'_>, config: &Config, ids: Ids, means: Means<'_>) -> Result<Corpus> {
    let progress = means.progress;
    let paths: Vec<&PathBuf> = sources.texts.iter().chain(sources.counts).collect();
    progress.stage("read", Unit::Bytes, input::check(&paths)?);
    let mut builder = Builder::new(config, *means.plan, means.spill);
    parts::read(sources.counts, &mut builder, progress)?;
    let (sift, passed_over) = texts(sources.texts, config, &mut builder, progress)?;
    let corpus = builder.finish(ids)?;
    let mut corpus = corpus.ok_or_else(|| nothing(&sift, &paths))?;
    if sources.texts.is_empty() {
        corpus.text_lines = 0; // lines that counting put aside are not worth training a net on
    }
    corpus.summary.foreign = sift.foreign();
    passed_over.note().iter().for_each(|note| progress.note(note));
    Ok(corpus)
}

/// Reads texts line by line, and returns what has passed over lines in other languages, and marks and the like.
///
/// # Errors
/// A text that cannot be read, or a line that cannot be used.
pub fn texts<'a>(
    paths: &[PathBuf],
    config: &'a Config,
    builder: &mut Builder<'_>,
    progress: &dyn Progress,
) -> Result<(Sift<'a>, PassedOver)> {
    let mut sift = Sift::new(config.language.as_ref());
    let (mut line, mut passed_over) = (Vec::new(), PassedOver::default());
    for path in paths {
        let mut input = input::open(path)?;
        if input.begins_with(parts::MAGIC)? {
            let what = "a file of counts, not a text";
            let remedy = Remedy::by("give it as counts", &[Setting::Counts]);
            return Err(Error::file(&input.name, what, remedy));
        }
        let (mut lines, mut told) = (Lines::new(input, config.lossy), builder.tokens());
        let mut tell = |lines: &mut Lines, tokens: u64| {
            progress.advance(lines.advanced());
            progress.tokens(tokens - std::mem::replace(&mut told, tokens));
            progress.go_on()
        };
        while lines.next_sentence(&mut line)? {
            sift.line(&line, builder)?;
            if lines.number() % 4096 == 0 {
                tell(&mut lines, builder.tokens())?;
            }
        }
        sift.rest(builder)?;
        tell(&mut lines, builder.tokens())?;
        passed_over.add(lines.passed_over());
    }
    Ok((sift, passed_over))
}

/// The error for sources without a sentence.
pub fn nothing(sift: &Sift<'_>, paths: &[&PathBuf]) -> Error {
    let names = input::names(paths);
    sift.nothing_left(&names).unwrap_or_else(|| {
        Error::file(
            &names,
            "no sentence in it",
            "give it text with one sentence per line and spaces between the words",
        )
    })
}
