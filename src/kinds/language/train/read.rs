//! The texts to learn from, by kind, and those that are held out.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::kinds::{Counts, Kinds, Script};
use super::vocabulary::{Texts, Vocabulary};
use crate::error::{Error, Result, display};
use crate::kinds::language::header::MOST_KINDS;
use crate::kinds::language::texts::{each, is_foreign, is_held_out};
use crate::kinds::language::words::words;
use crate::progress::Progress;
use crate::text::counted;
use crate::text::input;
use crate::text::printable::quoted;

/// One text of so many is held out, if no other texts are given for the calibration.
pub const HELD_OUT: u64 = 20;

/// What is read from the files.
pub struct Read {
    pub vocabulary: Vocabulary,
    /// By kind; each has at least one.
    pub texts: Vec<Texts>,
    pub kinds: Kinds,
    /// How many texts are learned from.
    pub count: u64,
    /// For the calibration: labels, as their places, and texts.
    pub held_out: Vec<(usize, String)>,
}

/// The texts to learn from.
#[derive(Default)]
struct Gathered {
    vocabulary: Vocabulary,
    scratch: Vec<char>,
    by_script: BTreeMap<(String, Script), Texts>,
    counts: Counts,
    count: u64,
}

impl Gathered {
    fn add(&mut self, label: &str, text: &str) {
        let script = Script::of(text);
        self.counts.add(label, script);
        self.count += 1;
        let texts = self.by_script.entry((label.to_owned(), script)).or_default();
        texts.add(text, &mut self.vocabulary, &mut self.scratch);
    }
}

/// Reads the texts, those that are held out among them.
///
/// # Errors
/// A file cannot be read or has a line without a label, or there is too little to tell apart.
pub fn read(texts: &[PathBuf], held_out: &[PathBuf], progress: &dyn Progress) -> Result<Read> {
    input::check(&[texts, held_out].concat())?; // before any is read
    let (mut gathered, mut aside) = (Gathered::default(), Vec::new());
    for path in texts {
        each(path, progress, |label, text| {
            // Foreign texts calibrate nothing.
            let may_go = held_out.is_empty() && !is_foreign(label);
            match may_go && is_held_out(text, HELD_OUT) {
                true => aside.push((label.to_owned(), text.to_owned())),
                false => gathered.add(label, text),
            }
        })?;
    }
    // A label of few texts is not lost by that.
    aside.retain(|(label, text): &(String, String)| {
        let has_others = gathered.counts.has(label);
        if !has_others {
            gathered.add(label, text);
        }
        has_others
    });
    let Gathered { vocabulary, by_script, counts, count, .. } = gathered;
    let kinds = counts.kinds();
    let texts =
        by_kind(by_script, &kinds).map_err(|(what, remedy)| of_first(texts, what, remedy))?;
    let held_out = match held_out {
        [] => aside.iter().flat_map(|(label, text)| pieces(kinds.label(label), text)).collect(),
        files => of_files(files, &kinds, progress)?,
    };
    Ok(Read { vocabulary, texts, kinds, count, held_out })
}

/// An error about all files, by the name of the first one.
pub fn of_first(files: &[PathBuf], what: impl Into<String>, remedy: &'static str) -> Error {
    Error::file(&files.first().map_or_else(String::new, |path| display(path)), what, remedy)
}

/// The texts of each kind, or what they lack and what to do.
fn by_kind(
    by_script: BTreeMap<(String, Script), Texts>,
    kinds: &Kinds,
) -> std::result::Result<Vec<Texts>, (String, &'static str)> {
    if kinds.labels.len() < 2 {
        let remedy = "give texts with at least two labels that do not begin with `other`";
        return Err(("there are fewer than two labels to tell apart".to_owned(), remedy));
    }
    if kinds.kinds.len() > MOST_KINDS {
        let what = format!("there are {} labels, more than {MOST_KINDS}", kinds.kinds.len());
        return Err((what, "give fewer labels; they come before the tab of every line"));
    }
    let mut texts = vec![Texts::default(); kinds.kinds.len()];
    for ((label, script), of) in by_script {
        if let Some(kind) = kinds.of(&label, script) {
            texts[kind].append(&of);
        }
    }
    match texts.iter().position(|texts| texts.len() == 0) {
        None => Ok(texts),
        Some(kind) => {
            let label = kinds.kinds[kind].map_or("other", |label| &kinds.labels[label]);
            let what = format!("no text of the label {} has a word", quoted(label));
            Err((what, "give it texts with letters, or leave the label out"))
        }
    }
}

/// The texts of files that have one of the labels.
fn of_files(
    files: &[PathBuf],
    kinds: &Kinds,
    progress: &dyn Progress,
) -> Result<Vec<(usize, String)>> {
    let (mut held_out, mut others) = (Vec::new(), 0);
    for path in files {
        each(path, progress, |label, text| match kinds.label(label) {
            Some(label) => held_out.push((label, text.to_owned())),
            None => others += 1,
        })?;
    }
    if held_out.is_empty() {
        let what = "no text that is held out has one of the labels";
        return Err(of_first(files, what, "give texts with the same labels"));
    }
    if others > 0 {
        let texts = counted(others, "text");
        progress
            .note(&format!("{texts} held out have labels that are not learned, and are not used"));
    }
    Ok(held_out)
}

/// A text as a whole, a few of its words, and one of them: calibration is for texts of any size.
fn pieces(label: Option<usize>, text: &str) -> Vec<(usize, String)> {
    let mut all: Vec<String> = Vec::new();
    words(text, &mut Vec::new(), |word| all.push(word.iter().collect()));
    let middle = all.len() / 2;
    let phrase = all[middle..].iter().take(3).map(String::as_str).collect();
    let word = all.get(middle).cloned().unwrap_or_default();
    let all = [text.to_owned(), phrase, word];
    label.map_or_else(Vec::new, |label| all.map(|piece| (label, piece)).into())
}
