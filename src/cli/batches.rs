//! The rows of one or more inputs, batch by batch.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};

use impute::text::input;
use impute::text::rows::{Format, Row, RowReader};

use super::arriving::{Arriving, Limits, is_stream};

const LIMITS: Limits = Limits { items: 1024, bytes: 4 << 20, ahead: 64 };

/// Rows, batch by batch.
pub struct Batches {
    rows: Arriving<Row>,
    name: String,
    format: Format,
    mark: &'static [u8],
}

/// Inputs one after the other.
struct Chain {
    reader: RowReader,
    rest: VecDeque<PathBuf>,
    format: Option<Format>,
    lossy: bool,
}

impl Batches {
    /// Opens the inputs, of which there is at least one. Several must be plain text, as a form with ids or one
    /// head cannot hold the rows of all.
    pub fn open(
        inputs: &[PathBuf],
        format: Option<Format>,
        lossy: bool,
    ) -> anyhow::Result<(Self, Option<u64>)> {
        let read = |path: &Path| -> impute::Result<(Option<u64>, RowReader)> {
            let input = input::open(path)?;
            Ok((input.size, RowReader::new(input, format, lossy)?))
        };
        let mut total = None;
        if inputs.len() > 1 {
            // What cannot be answered is known before anything is.
            let mut sizes = Vec::new();
            for path in inputs.iter().filter(|path| !is_stream(path)) {
                let (size, reader) = read(path)?;
                refuse_table(&reader)?;
                sizes.push(size);
            }
            total = sizes.into_iter().sum::<Option<u64>>();
        }
        let mut rest: VecDeque<PathBuf> = inputs.iter().cloned().collect();
        let streams = inputs.iter().any(|path| is_stream(path));
        let (size, reader) = read(&rest.pop_front().unwrap_or_default())?;
        if inputs.len() > 1 {
            refuse_table(&reader)?;
        }
        let total = if streams { None } else { total.or(size) };
        let (name, found, mark) = (reader.name().to_owned(), reader.format(), reader.mark());
        let mut chain = Chain { reader, rest, format, lossy };
        let next = move || (chain.next_row(), chain.reader.advanced());
        let rows = Arriving::new(streams, &name, LIMITS, next)?;
        Ok((Batches { rows, name, format: found, mark }, total))
    }

    /// The name of the first input, for messages.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The format that was found.
    pub fn format(&self) -> Format {
        self.format
    }

    /// The byte-order mark of the first input, if it has one.
    pub fn mark(&self) -> &'static [u8] {
        self.mark
    }

    /// Whether somebody may be waiting for the answers.
    pub fn arrive(&self) -> bool {
        self.rows.arrive()
    }

    /// How many bytes on disk were read since the last call.
    pub fn advanced(&mut self) -> u64 {
        self.rows.advanced()
    }

    /// Reads the next batch and returns whether there may be more.
    pub fn next_into(&mut self, batch: &mut Vec<Row>) -> anyhow::Result<bool> {
        self.rows.next_into(batch, |row| row.sentence.len())
    }
}

impl Chain {
    fn next_row(&mut self) -> impute::Result<Option<Row>> {
        loop {
            if let Some(mut row) = self.reader.next_row()? {
                if row.ending.is_empty() && !self.rest.is_empty() {
                    row.ending = b"\n"; // the next input begins on a line of its own
                }
                return Ok(Some(row));
            }
            let Some(path) = self.rest.pop_front() else {
                return Ok(None);
            };
            self.reader = RowReader::new(input::open(&path)?, self.format, self.lossy)?;
            refuse_table(&self.reader)?;
        }
    }
}

/// Refuses a table among several inputs.
fn refuse_table(reader: &RowReader) -> impute::Result<()> {
    match reader.format() {
        Format::Text => Ok(()),
        Format::Kaggle => Err(impute::Error::file(
            reader.name(),
            "a CSV among several inputs, whose rows cannot share one table",
            "answer it by itself",
        )),
    }
}
