//! Checks a submission against its test, line by line.

use std::ops::ControlFlow;

use crate::error::{Error, ErrorKind, Remedy, Result, Setting};
use crate::progress::{Progress, Unit};
use crate::task::pair::are_swapped;
use crate::text::ids::IdSet;
use crate::text::input::Input;
use crate::text::kaggle::{self, unquoted};
use crate::text::lines::Lines;
use crate::text::printable::{printable, quoted};
use crate::text::rows::RowReader;

use super::change::{Change, Insertion};
use super::expected::Expected;
use super::finding::{Finding, Kind, Summary};

/// Progress is reported after this many lines.
const TELL: u64 = 1024;

/// Compares a submission with its test and calls `report` with every finding, in the order of the
/// submission's lines, then for rows that are missing. Bytes that are not UTF-8 are a finding unless
/// `lossy`.
///
/// # Errors
/// A file cannot be read, the test itself is malformed, submission and test are swapped, or what `report`
/// returns.
pub fn check(
    submission: Input,
    test: RowReader,
    lossy: bool,
    progress: &dyn Progress,
    report: &mut dyn FnMut(&Finding) -> Result<()>,
) -> Result<Summary> {
    progress.stage("check", Unit::Bytes, submission.size);
    let mut checker = Checker {
        lines: Lines::new(submission, true).going_on(),
        lossy,
        test: Expected::new(test),
        seen: IdSet::default(),
        last: None,
        windows: false,
        cut: false,
        lacking: 0,
        summary: Summary::default(),
        report,
    };
    let (mut line, mut sentence) = (Vec::new(), Vec::new());
    while checker.next(&mut line)? {
        if checker.line(&line)?.is_continue() {
            checker.row(&line, &mut sentence)?;
        }
        if checker.lines.number().is_multiple_of(TELL) {
            progress.advance(checker.lines.advanced());
        }
    }
    checker.finish()
}

struct Checker<'r> {
    lines: Lines,
    lossy: bool,
    test: Expected,
    /// Ids of the test that the submission has had.
    seen: IdSet,
    /// Place in the test, and id, of the last row.
    last: Option<(u64, String)>,
    /// Whether Windows line ends have been reported.
    windows: bool,
    /// Whether the line is too long, and only its beginning is known.
    cut: bool,
    /// How many sentences of the test are those of the submission with an insertion.
    lacking: u64,
    summary: Summary,
    report: &'r mut dyn FnMut(&Finding) -> Result<()>,
}

impl Checker<'_> {
    /// Reads the next line; one that cannot be used is a finding, and what was read of it is kept.
    fn next(&mut self, line: &mut Vec<u8>) -> Result<bool> {
        self.cut = false;
        match self.lines.next_into(line) {
            Err(error) if error.kind() == ErrorKind::Input => {
                self.cut = self.lines.skip_rest()?;
                self.found(None, Kind::Encoding, error.what(), error.remedy())?;
                Ok(true)
            }
            done => done,
        }
    }

    /// Checks a line as such; continues if it may be a row.
    fn line(&mut self, line: &[u8]) -> Result<ControlFlow<()>> {
        let (first, ending) = (self.lines.number() == 1, self.lines.ending());
        if first && !self.lines.mark().is_empty() {
            let remedy = "write the file as UTF-8 without it";
            self.found(None, Kind::Lines, "a byte-order mark before the header", remedy)?;
        }
        if ending == b"\r\n" && !self.windows {
            self.windows = true;
            let what = "the line ends with \\r\\n, and others may too";
            self.found(None, Kind::Lines, what, "end every row with \\n alone")?;
        }
        if ending.is_empty() {
            let what = "no newline at the end of the file";
            self.found(None, Kind::Lines, what, "write one, and see that nothing is cut off")?;
        }
        if !self.lossy
            && !self.cut
            && let Err(error) = std::str::from_utf8(line)
        {
            let what = format!("byte {} of the line is not UTF-8", error.valid_up_to() + 1);
            let remedy = "write the file as UTF-8, or let its bytes be taken as they are";
            let remedy = Remedy::by(remedy, &[Setting::Lossy]);
            self.found(None, Kind::Encoding, what, remedy)?;
        }
        if kaggle::is_header(line) {
            if !first {
                self.found(None, Kind::Header, "a second header", "leave it out")?;
            } else if line != kaggle::HEADER {
                let what = "a header without quotes around each name";
                self.found(None, Kind::Quoting, what, "write \"id\",\"sentence\"")?;
            }
            return Ok(ControlFlow::Break(()));
        }
        if first {
            let what = "the first line is not the header";
            self.found(None, Kind::Header, what, "begin the file with \"id\",\"sentence\"")?;
            let parsed = kaggle::parse(line, &mut Vec::new());
            // Another header, or a table of another kind.
            if !parsed.is_ok_and(|id| !unquoted(id).eq_ignore_ascii_case(b"id")) {
                return Ok(ControlFlow::Break(()));
            }
        }
        if line.is_empty() {
            self.found(None, Kind::Lines, "an empty line", "leave it out")?;
            return Ok(ControlFlow::Break(()));
        }
        Ok(ControlFlow::Continue(()))
    }

    fn row(&mut self, line: &[u8], sentence: &mut Vec<u8>) -> Result<()> {
        self.summary.rows += 1;
        if self.cut {
            return self.id_of_no_row(line).map(drop);
        }
        let id = match kaggle::parse(line, sentence) {
            Ok(id) => id,
            Err((what, remedy)) => return self.no_row(line, what, remedy),
        };
        let bare = unquoted(id);
        let name = || Some(String::from_utf8_lossy(bare).into_owned());
        if bare.len() < id.len() {
            let remedy = "write the id without quotes";
            self.found(name(), Kind::Quoting, "a quoted id", remedy)?;
        }
        if line.get(id.len() + 1) != Some(&b'"') {
            let what = "a sentence without quotes";
            self.found(name(), Kind::Quoting, what, "put the sentence in quotes")?;
        }
        let wanted = match self.seen.insert(bare) {
            true => self.test.take(bare)?,
            false => {
                let what = "the id occurs a second time";
                return self.found(name(), Kind::Doubled, what, "keep one row for every id");
            }
        };
        let Some(wanted) = wanted else {
            let what = format!("the id is not in {}", self.test.name());
            return self.found(name(), Kind::Unknown, what, "leave the row out");
        };
        let last = self.last.replace((wanted.index, name().unwrap_or_default()));
        if let Some((index, id)) = last.filter(|(index, _)| *index > wanted.index) {
            let (id, late) = (printable(&id), index - wanted.index);
            let what = format!("comes after id {id}, {late} rows too late");
            self.found(name(), Kind::Order, what, "keep the rows in the test's order")?;
        }
        self.changed(name(), &wanted.row.sentence, sentence)
    }

    fn no_row(&mut self, line: &[u8], what: &str, remedy: &'static str) -> Result<()> {
        let id = self.id_of_no_row(line)?;
        self.found(id, Kind::Row, what, remedy)
    }

    /// A line that is not a row may have an id, which then is not missing.
    fn id_of_no_row(&mut self, line: &[u8]) -> Result<Option<String>> {
        let id = line.split(|&b| b == b',').next().map(unquoted).unwrap_or_default();
        let plausible = id.len() < line.len() && !id.is_empty() && !id.contains(&b' ');
        let known = plausible && self.seen.insert(id) && self.test.take(id)?.is_some();
        Ok(known.then(|| String::from_utf8_lossy(id).into_owned()))
    }

    /// Compares a sentence with that of the test.
    fn changed(&mut self, id: Option<String>, test: &[u8], here: &[u8]) -> Result<()> {
        match Change::find(test, here) {
            Change::Nothing => self.summary.unchanged += 1,
            Change::Insertion(insertion) => self.inserted(id, &insertion)?,
            Change::Other { at, test: wanted, here: found } => {
                let reversed = Change::find(here, test);
                self.lacking += u64::from(matches!(reversed, Change::Insertion(_)));
                let (test, here) = (wanted, found);
                let what = format!(
                    "character {at}: {} where the test has {}",
                    quoted(&here),
                    quoted(&test)
                );
                self.found(id, Kind::Changed, what, "change nothing beyond one insertion")?;
            }
        }
        Ok(())
    }

    /// Counts an insertion and reports what is wrong with it.
    fn inserted(&mut self, id: Option<String>, insertion: &Insertion) -> Result<()> {
        let &Insertion { inside, words, ref text } = insertion;
        match words {
            0 => self.summary.spaces += 1,
            1 => self.summary.words += 1,
            _ => self.summary.phrases += 1,
        }
        let short = quoted(&insertion.short());
        if let Some(c) = String::from_utf8_lossy(text).chars().find(|c| c.is_control()) {
            let what = format!("a control character, U+{:04X}, was inserted", u32::from(c));
            self.found(id.clone(), Kind::Control, what, "insert words and spaces only")?;
        }
        if !inside {
            let what = format!("{short} was inserted at an end of the sentence");
            let remedy = "the first and the last word are never missing";
            self.found(id.clone(), Kind::Edge, what, remedy)?;
        }
        if words > 1 {
            let what = format!("{short}, {words} words, was inserted in one place");
            self.found(id.clone(), Kind::Words, what, "one word is missing; insert no more")?;
        }
        match (insertion.spare(), words) {
            (0, _) => Ok(()),
            (spare, 0) => {
                let what = format!("{} extra spaces in one place", spare + 1);
                self.found(id, Kind::Spaces, what, "one was meant; leave the others out")
            }
            (spare, _) => {
                let what =
                    format!("{short} was inserted with spaces that it does not need: {spare}");
                self.found(id, Kind::Spaces, what, "leave them out; every one is a wrong character")
            }
        }
    }

    fn found(
        &mut self,
        id: Option<String>,
        kind: Kind,
        what: impl Into<String>,
        remedy: impl Into<Remedy>,
    ) -> Result<()> {
        *self.summary.findings.entry(kind).or_default() += 1;
        let (file, line) = (self.lines.name().to_owned(), self.lines.number());
        (self.report)(&Finding { file, line, id, kind, what: what.into(), remedy: remedy.into() })
    }

    /// Reports what the submission lacks.
    fn finish(self) -> Result<Summary> {
        let Checker { lines, mut test, lacking, mut summary, report, .. } = self;
        let inserted = summary.spaces + summary.words + summary.phrases;
        if are_swapped(inserted as usize, lacking as usize, summary.rows as usize) {
            let what = format!(
                "{lacking} of its {} sentences are those of {} without an insertion: the submission and the test \
                 are swapped, or that is no test",
                summary.rows,
                test.name()
            );
            return Err(Error::file(
                lines.name(),
                what,
                "name the submission first, and the sentences as they were given as the test",
            ));
        }
        let mut told = |kind, finding: Finding| {
            *summary.findings.entry(kind).or_default() += 1;
            report(&finding)
        };
        if lines.number() == 1 {
            told(
                Kind::Header,
                Finding {
                    file: lines.name().to_owned(),
                    line: 1,
                    id: None,
                    kind: Kind::Header,
                    what: "an empty file".to_owned(),
                    remedy: "a submission has a header, and a row for every row of the test".into(),
                },
            )?;
        }
        let name = test.name().to_owned();
        test.rest(|row| {
            let finding = Finding {
                file: name.clone(),
                line: row.line,
                id: Some(String::from_utf8_lossy(unquoted(&row.id)).into_owned()),
                kind: Kind::Missing,
                what: format!("the row is not in {}", lines.name()),
                remedy: "write one row for every row of the test".into(),
            };
            told(Kind::Missing, finding)
        })?;
        summary.test_rows = test.read();
        Ok(summary)
    }
}
