//! ARPA text → [`Arpa`]: the head, a section per order, and the end.
//!
//! Tools write variants, all of which are read: tabs or spaces, lines that end with `\r\n`, blank lines,
//! text before `\data\`, `<s>` with log10 p 0 (KenLM) or -99 (SRILM), `<unk>` or `<UNK>` or neither,
//! backoff weights left out where they are 1, `-inf` for a probability of 0 (read as the lowest that there
//! is). Everything else is an error with its line.
//!
//! Memory: about 8 n + 16 bytes for an n-gram while it is read; no line is kept.

use twox_hash::XxHash3_64;

use super::flat::Flat;
use super::names::Names;
use super::parse::{Entry, Problem, entry, short};
use super::tables::{Arpa, ArpaLevel};
use super::{complete, trie};
use crate::error::{Error, ErrorKind, Result};
use crate::model::core::MAX_ORDER;
use crate::progress::{Progress, Unit};
use crate::text::input::Input;
use crate::text::lines::Lines;

const CUT: &str = "the file seems cut short, fetch it again";
const WRITE_AGAIN: &str = "write the file again with the tool that made it";

/// Reads an ARPA file.
///
/// # Errors
/// The file cannot be read or is not ARPA text of order 2 to 5; each error names its line.
///
/// # Complexity
/// O(n log n) time and linear memory for n n-grams.
///
/// ```
/// use impute::model::arpa;
/// let text = "\\data\\\nngram 1=3\nngram 2=1\n\n\\1-grams:\n0\t<s>\t-0.3\n-0.9\t</s>\n\
///             -0.6\tdog\n\n\\2-grams:\n-0.1\t<s> dog\n\n\\end\\\n";
/// let source = Box::new(std::io::Cursor::new(text));
/// let input = impute::text::input::decompress(source, "a.arpa".into(), None)?;
/// let arpa = arpa::read(input, &impute::progress::Silent)?;
/// assert_eq!(arpa.counts(), [4, 1]); // with <unk>
/// assert_eq!(arpa.words.get(3), b"dog");
/// # Ok::<(), impute::Error>(())
/// ```
pub fn read(input: Input, progress: &dyn Progress) -> Result<Arpa> {
    progress.stage("read", Unit::Bytes, input.size);
    let lines = Lines::new(input, true);
    let mut reader = Reader { lines, line: Vec::new(), progress, hash: 0 };
    read_by(&mut reader).map_err(|fault| match fault.kind() {
        ErrorKind::Input => reader.lines.cause(fault),
        _ => fault,
    })
}

fn read_by(reader: &mut Reader<'_>) -> Result<Arpa> {
    let counts = reader.head()?;
    let mut names = Names::default();
    reader.section(1, &counts, |entry, _| match entry.words[0] {
        word if names.insert(word, entry.log10_p, entry.log10_backoff) => Ok(()),
        word => Err((format!("the word {} a second time", quoted(word)), WRITE_AGAIN)),
    })?;
    if let Some(mark) = ["<s>", "</s>"].into_iter().find(|mark| !names.has(mark.as_bytes())) {
        let what = format!("no {mark} among the single words");
        let remedy = "train it on sentences with their beginnings and ends marked";
        return Err(reader.file_error(what, remedy));
    }
    let (unigrams, has_unknown) = names.sort();
    if !has_unknown {
        reader.progress.note("no <unk> in the file: added with log10 p -100");
    }
    let mut flats = Vec::new();
    for n in 2..=counts.len() {
        flats.push(reader.ngrams(n, &counts, &names)?);
    }
    if !reader.line.eq_ignore_ascii_case(b"\\end\\") {
        let what = format!("{} where `\\end\\` belongs", quoted(&reader.line));
        return Err(reader.lines.error(what, WRITE_AGAIN));
    }
    // To the end of the file, where a compressed one has its checksum.
    if reader.next()? {
        let what = format!("{} after `\\end\\`", quoted(&reader.line));
        return Err(reader.lines.error(what, WRITE_AGAIN));
    }
    let name = reader.lines.name().to_owned();
    drop(names);
    let added = complete::complete(&mut flats);
    if added > 0 {
        reader.progress.note(&format!(
            "{added} n-grams added that longer ones begin or end with, with the probabilities that \
             backing off gives them"
        ));
    }
    let single = ArpaLevel {
        log10_p: unigrams.log10_p,
        log10_backoff: unigrams.log10_backoff,
        ..ArpaLevel::default()
    };
    let levels = trie::levels(single, flats)
        .ok_or_else(|| Error::file(&name, "n-grams without their contexts", WRITE_AGAIN))?;
    Ok(Arpa { words: unigrams.words, levels, lines_hash: reader.hash })
}

/// A text that is being read, and its current line without the white space around it.
struct Reader<'p> {
    lines: Lines,
    line: Vec<u8>,
    progress: &'p dyn Progress,
    hash: u64,
}

impl Reader<'_> {
    /// Goes to the next line that is not blank.
    fn next(&mut self) -> Result<bool> {
        while self.lines.next_into(&mut self.line)? {
            if self.lines.number().is_multiple_of(4096) {
                self.progress.advance(self.lines.advanced());
                self.progress.go_on()?;
            }
            if std::str::from_utf8(&self.line).is_err() {
                return Err(self
                    .lines
                    .error("not UTF-8", "convert the file to UTF-8, as iconv does"));
            }
            self.line.truncate(self.line.trim_ascii_end().len());
            let blank = self.line.len() - self.line.trim_ascii_start().len();
            self.line.drain(..blank);
            if !self.line.is_empty() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn fail(&self, (what, remedy): Problem) -> Error {
        self.lines.error(what, remedy)
    }

    fn file_error(&self, what: impl Into<String>, remedy: &'static str) -> Error {
        Error::file(self.lines.name(), what, remedy)
    }

    /// Reads up to the title of the first section and returns the number of n-grams per order.
    fn head(&mut self) -> Result<Vec<u64>> {
        let mut inside = false;
        while !inside {
            if !self.next()? {
                let remedy = "name an ARPA file, plain or compressed";
                return Err(self.file_error("not an ARPA file: no line `\\data\\`", remedy));
            }
            inside = self.line.eq_ignore_ascii_case(b"\\data\\");
        }
        let mut counts = Vec::new();
        loop {
            if !self.next()? {
                return Err(self.file_error("ends within its head", CUT));
            }
            if self.line.starts_with(b"\\") {
                break;
            }
            let Some(count) = declared(&self.line, counts.len() + 1) else {
                let n = counts.len() + 1;
                let what = format!("{} where `ngram {n}=NUMBER` belongs", quoted(&self.line));
                return Err(self.fail((what, WRITE_AGAIN)));
            };
            counts.push(count);
        }
        if !(2..=MAX_ORDER).contains(&counts.len()) {
            let what = format!("a model of order {}", counts.len());
            let remedy = match counts.len() {
                0 | 1 => "orders 2 to 5 can be read; write it again with one of them",
                _ => {
                    "orders 2 to 5 can be read; write it again with order 5, as SRILM's `ngram -order 5 -write-lm` does"
                }
            };
            return Err(self.file_error(what, remedy));
        }
        Ok(counts)
    }

    /// Reads the section of an order, whose title is the current line, up to the next title.
    fn section(
        &mut self,
        n: usize,
        counts: &[u64],
        mut take: impl FnMut(&Entry<'_>, u64) -> Result<(), Problem>,
    ) -> Result<()> {
        let title = format!("\\{n}-grams:");
        if !self.line.eq_ignore_ascii_case(title.as_bytes()) {
            let what = format!("{} where `{title}` belongs", quoted(&self.line));
            return Err(self.fail((what, WRITE_AGAIN)));
        }
        let mut seen = 0;
        loop {
            if !self.next()? {
                return Err(self.file_error("no `\\end\\` at the end", CUT));
            }
            if self.line.starts_with(b"\\") {
                break;
            }
            entry(&self.line, n, n == counts.len())
                .and_then(|entry| take(&entry, self.lines.number()))
                .map_err(|(what, remedy)| {
                    let last = self.lines.ending().is_empty();
                    self.fail((what, if last { CUT } else { remedy }))
                })?;
            self.hash = self.hash.wrapping_add(XxHash3_64::oneshot(&self.line));
            seen += 1;
            if seen >= u64::from(u32::MAX) {
                let what = format!("more than {} n-grams of order {n}", u32::MAX);
                return Err(self.fail((what, "prune the model")));
            }
        }
        let declared = counts[n - 1];
        if seen != declared {
            let what = format!("{seen} {n}-grams above this line, and the head says {declared}");
            return Err(self.fail((what, "the file seems damaged, fetch or write it again")));
        }
        Ok(())
    }

    /// Reads the section of an order from 2 and sorts it.
    fn ngrams(&mut self, n: usize, counts: &[u64], names: &Names) -> Result<Flat> {
        let mut flat = Flat::new(n);
        // Where n-grams do not stand on successive lines: (place, line).
        let mut runs: Vec<(usize, u64)> = Vec::new();
        self.section(n, counts, |entry, line| {
            if runs.last().is_none_or(|run| run.1 + (flat.len() - run.0) as u64 != line) {
                runs.push((flat.len(), line));
            }
            let mut ids = [0; MAX_ORDER];
            for (id, word) in ids.iter_mut().zip(&entry.words[..n]) {
                *id = names.id(word).ok_or_else(|| {
                    let what = format!("{} is not among the single words", quoted(word));
                    (what, WRITE_AGAIN)
                })?;
            }
            flat.push(&ids, entry.log10_p, entry.log10_backoff);
            Ok(())
        })?;
        if let Err(place) = flat.sort() {
            let run = runs[runs.partition_point(|run| run.0 <= place) - 1];
            let line = run.1 + (place - run.0) as u64;
            let what = format!("a {n}-gram a second time");
            return Err(Error::at_line(self.lines.name(), line, what, WRITE_AGAIN));
        }
        Ok(flat)
    }
}

/// The number of `ngram N=NUMBER`.
fn declared(line: &[u8], n: usize) -> Option<u64> {
    let text = std::str::from_utf8(line).ok()?;
    let (start, rest) = text.split_at_checked(5)?;
    let (order, count) = rest.split_once('=')?;
    let fits = start.eq_ignore_ascii_case("ngram") && order.trim().parse() == Ok(n);
    count.trim().parse().ok().filter(|_| fits)
}

/// A text for a message.
fn quoted(text: &[u8]) -> String {
    format!("`{}`", short(&String::from_utf8_lossy(text)))
}
