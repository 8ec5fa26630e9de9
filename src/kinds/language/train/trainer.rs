//! The whole of training a classifier.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::calibrate::Scored;
use super::candidates::{Rows, Words, candidates};
use super::crops::Crops;
use super::descend::descend;
use super::kinds::{Counts, Kinds, Script};
use super::shrink::{UNIT, keep, offsets, quantise};
use super::vocabulary::{Texts, Vocabulary};
use crate::error::{Error, Result};
use crate::kinds::language::Classifier;
use crate::kinds::language::calibration::Calibration;
use crate::kinds::language::file::{Header, MOST_KINDS};
use crate::kinds::language::texts::{each, is_held_out};
use crate::kinds::language::words::words;
use crate::progress::{Progress, Unit};

/// One text of so many is held out, if no other texts are given for the calibration.
const HELD_OUT: u64 = 20;
/// A word without its accents counts as if it had been seen this often for each time with them.
const PLAIN: f32 = 0.1;
/// The rates of the first and of the second descent.
const RATES: (f32, f32) = (4.0, 2.0);

/// What is to be trained.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Train {
    /// Files of lines `label TAB text`. Labels that are `other` or begin with `other:` are those of foreign texts, which will
    /// be unknown.
    pub texts: Vec<PathBuf>,
    /// The same for the calibration, of texts that are like those to come; if there are none, one text of 20 is held
    /// out.
    pub held_out: Vec<PathBuf>,
    /// How many n-grams get weights.
    pub ngrams: usize,
    /// How many words, phrases and sentences are learned from; half as many again once the n-grams are chosen.
    pub steps: u64,
    /// What the random numbers depend on.
    pub seed: u64,
    /// The day, as YYYY-MM-DD, for the header.
    pub date: String,
    /// The licence, for the header.
    pub license: Option<String>,
}

impl Train {
    /// With the settings of the classifier that ships.
    pub fn new(texts: Vec<PathBuf>) -> Self {
        Train {
            texts,
            held_out: Vec::new(),
            ngrams: 200_000,
            steps: 4_000_000,
            seed: 1,
            date: String::new(),
            license: None,
        }
    }
}

/// Trains a classifier. It takes about a gigabyte of memory for 60 MB of text in 60 kinds, on one thread.
///
/// # Errors
/// A file cannot be read or has a line without a label, or there are fewer than two labels.
pub fn train(wanted: &Train, progress: &dyn Progress) -> Result<Classifier> {
    let Read { mut vocabulary, texts, kinds, count, held_out } = read(wanted, progress)?;
    let plain = vocabulary.plain();
    let words: Vec<Words> = texts.iter().map(|texts| with_plain(&texts.counts(), &plain)).collect();

    progress.stage("count n-grams", Unit::Pieces, None);
    let (candidates, mut linear) = candidates(&vocabulary, &words);
    let mut crops = Crops::new(&texts, &words, &plain, kinds.own(), wanted.seed);
    let rows = candidates.of_words(&vocabulary);
    descend(&mut linear, &rows, &mut crops, (wanted.steps, RATES.0), progress);
    drop(rows);

    let (keys, mut linear) = keep(&candidates, &linear, wanted.ngrams);
    drop(candidates);
    let rows = Rows::new(&vocabulary, |hash| keys.row(hash));
    descend(&mut linear, &rows, &mut crops, (wanted.steps / 2, RATES.1), progress);
    drop(crops);
    drop((rows, words, texts, vocabulary));

    let offsets = offsets(&linear, keys.len());
    let rows = quantise(&linear, &offsets, keys.len());
    drop(linear);
    let header = Header {
        labels: kinds.labels.clone(),
        kinds: kinds.kinds.clone(),
        unit: UNIT,
        offsets,
        calibration: Calibration::default(),
        texts: count,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        date: wanted.date.clone(),
        license: wanted.license.clone(),
    };
    let mut classifier = Classifier { header, keys, rows };
    progress.stage("calibrate", Unit::Pieces, None);
    let mut scored = Scored::new(&classifier, &held_out);
    let first = scored.calibration();
    let added = scored.balance(&first);
    classifier.header.offsets.iter_mut().zip(added).for_each(|(offset, added)| *offset += added);
    classifier.header.calibration = scored.calibration();
    Ok(classifier)
}

/// What is read from the files.
struct Read {
    vocabulary: Vocabulary,
    /// By kind.
    texts: Vec<Texts>,
    kinds: Kinds,
    count: u64,
    /// For the calibration: labels, as their places, and texts.
    held_out: Vec<(usize, String)>,
}

fn read(wanted: &Train, progress: &dyn Progress) -> Result<Read> {
    let mut vocabulary = Vocabulary::default();
    let mut scratch = Vec::new();
    let mut by_script: BTreeMap<(String, Script), Texts> = BTreeMap::new();
    let (mut counts, mut count, mut aside) = (Counts::default(), 0, Vec::new());
    for path in &wanted.texts {
        each(path, progress, |label, text| {
            if wanted.held_out.is_empty() && is_held_out(text, HELD_OUT) {
                aside.push((label.to_owned(), text.to_owned()));
                return;
            }
            let script = Script::of(text);
            counts.add(label, script);
            count += 1;
            by_script.entry((label.to_owned(), script)).or_default().add(
                text,
                &mut vocabulary,
                &mut scratch,
            );
        })?;
    }
    let kinds = counts.kinds();
    let first = wanted.texts.first().map_or_else(String::new, |path| crate::error::display(path));
    if kinds.labels.len() < 2 {
        let remedy = "give texts with at least two labels that do not begin with `other`";
        return Err(Error::file(&first, "there are fewer than two labels to tell apart", remedy));
    }
    if kinds.kinds.len() > MOST_KINDS {
        let what = format!("there are {} labels, more than {MOST_KINDS}", kinds.kinds.len());
        return Err(Error::file(
            &first,
            what,
            "give fewer labels; they come before the tab of every line",
        ));
    }
    let mut texts = vec![Texts::default(); kinds.kinds.len()];
    for ((label, script), of) in by_script {
        if let Some(kind) = kinds.of(&label, script) {
            texts[kind].append(&of);
        }
    }
    if let Some(kind) = texts.iter().position(|texts| texts.len() == 0) {
        let label = kinds.kinds[kind].map_or("other", |label| &kinds.labels[label]);
        let what =
            format!("no text of the label {} has a word", crate::text::printable::quoted(label));
        return Err(Error::file(
            &first,
            what,
            "give it texts with letters, or leave the label out",
        ));
    }
    let mut held_out = Vec::new();
    for (label, text) in &aside {
        if let Ok(label) = kinds.labels.binary_search(label) {
            held_out.extend(pieces(text).into_iter().map(|piece| (label, piece)));
        }
    }
    for path in &wanted.held_out {
        each(path, progress, |label, text| {
            if let Ok(label) = kinds.labels.binary_search_by(|other| other.as_str().cmp(label)) {
                held_out.push((label, text.to_owned()));
            }
        })?;
    }
    Ok(Read { vocabulary, texts, kinds, count, held_out })
}

/// A text as a whole, a few of its words, and one of them: calibration is for texts of any size.
fn pieces(text: &str) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    words(text, &mut Vec::new(), |word| all.push(word.iter().collect()));
    let middle = all.len() / 2;
    let phrase = all[middle..].iter().take(3).map(String::as_str).collect();
    let word = all.get(middle).cloned().unwrap_or_default();
    vec![text.to_owned(), phrase, word]
}

/// Words with their counts, and those without accents with a share of these.
fn with_plain(counts: &[(u32, u32)], plain: &[u32]) -> Words {
    let mut words: Words = counts.iter().map(|&(word, count)| (word, count as f32)).collect();
    let accented = counts.iter().filter(|&&(word, _)| plain[word as usize] != word);
    words.extend(accented.map(|&(word, count)| (plain[word as usize], count as f32 * PLAIN)));
    words.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
    let same = words.chunk_by(|a, b| a.0 == b.0);
    same.map(|same| (same[0].0, same.iter().map(|(_, count)| count).sum())).collect()
}
