//! What is measured on: sentences whose missing word is known, and where they come from.

use std::path::Path;

use crate::error::{Error, Result};
use crate::progress::Progress;
use crate::random::Random;
use crate::task::pair::{Pair, join};
use crate::task::remove::remove_word;
use crate::text::input::{self, file_name};
use crate::text::passed_over::PassedOver;
use crate::text::rows::{Format, Row, RowReader};

/// Sentences to measure on.
#[derive(Debug, Clone)]
pub struct Data {
    /// The sentences without and with the word.
    pub pairs: Vec<Pair>,
    /// How many sentences were left out for being under three words.
    pub left_out: usize,
    /// What of the lines was passed over as no text.
    pub passed_over: PassedOver,
    /// The form of the sentences without the word, or of the whole ones where no test was given.
    pub format: Format,
    /// The files without their folders, and the seed.
    pub(super) source: String,
    /// Whether lines that are not UTF-8 were accepted.
    pub(super) lossy: bool,
}

impl Data {
    /// A test and its solution, joined by id.
    ///
    /// # Errors
    /// A file that cannot be read, a doubled id, an id of one file that the other lacks, or no sentence; or
    /// `progress` says to stop.
    pub fn joined(
        test: &Path,
        solution: &Path,
        lossy: bool,
        progress: &dyn Progress,
    ) -> Result<Self> {
        let mut tests = open(test, lossy)?;
        let pairs = join(&mut tests, &mut open(solution, lossy)?, progress)?;
        let source = format!("{}+{}", file_name(test), file_name(solution));
        let (format, passed_over) = (tests.format(), PassedOver::default());
        Data { pairs, left_out: 0, passed_over, format, source, lossy }.checked(tests.name())
    }

    /// Whole sentences, from each of which a word is removed at random.
    ///
    /// # Errors
    /// The text cannot be read, or it has no sentence of three words or more; or `progress` says to stop.
    pub fn removed(text: &Path, seed: u64, lossy: bool, progress: &dyn Progress) -> Result<Self> {
        let mut rows = open(text, lossy)?.passing_over();
        let (mut random, whole) = (Random::new(seed), rows.read_while(progress)?);
        let all = whole.len();
        let remove = |row: Row| {
            let test = remove_word(&row.sentence, &mut random)?;
            Some(Pair { id: row.id, test, solution: row.sentence })
        };
        let pairs: Vec<Pair> = whole.into_iter().filter_map(remove).collect();
        let (left_out, source) = (all - pairs.len(), format!("{}/seed:{seed}", file_name(text)));
        let (format, passed_over) = (rows.format(), rows.passed_over());
        Data { pairs, left_out, passed_over, format, source, lossy }.checked(rows.name())
    }

    fn checked(self, name: &str) -> Result<Self> {
        if self.pairs.is_empty() {
            let what = "no sentence of three words or more";
            return Err(Error::file(name, what, "give it text to measure on"));
        }
        Ok(self)
    }
}

fn open(path: &Path, lossy: bool) -> Result<RowReader> {
    RowReader::new(input::open(path)?, None, lossy)
}
