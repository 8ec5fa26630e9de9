//! The rows of one or more inputs in batches: full ones from files, and what there is as soon as a stream
//! pauses, so that nobody waits for an answer to a line that has been sent.
//!
//! A stream is read on a thread of its own, which is how a pause is noticed. The answers do not depend on how
//! rows fall into batches.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::time::Duration;

use impute::text::input;
use impute::text::rows::{Format, Row, RowReader};

/// A batch is full at this many rows or bytes: memory does not grow with the input.
const ROWS: usize = 1024;
const BYTES: usize = 4 << 20;
/// How many rows may have been read ahead of a batch.
const AHEAD: usize = 64;
/// A stream pauses when no row comes for so long. The first batch waits longer: nothing is written before it,
/// so that most errors in a short input come before any output.
const PAUSE: Duration = Duration::from_millis(20);
const FIRST_PAUSE: Duration = Duration::from_millis(100);

/// Rows, batch by batch.
pub struct Batches {
    rows: Rows,
    name: String,
    format: Format,
    mark: &'static [u8],
    /// Bytes of the inputs on disk read since they were last told.
    advanced: u64,
    pause: Duration,
}

enum Rows {
    Read(Box<Chain>),
    /// With the bytes read since the last one; a row, `None` at the end, or the error that ended them.
    Arriving(Receiver<Arrival>),
}

type Arrival = (impute::Result<Option<Row>>, u64);

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
        let chain = Chain { reader, rest, format, lossy };
        let rows =
            if streams { Rows::Arriving(chain.arriving()?) } else { Rows::Read(Box::new(chain)) };
        Ok((Batches { rows, name, format: found, mark, advanced: 0, pause: FIRST_PAUSE }, total))
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
        matches!(self.rows, Rows::Arriving(_))
    }

    /// How many bytes on disk were read since the last call.
    pub fn advanced(&mut self) -> u64 {
        std::mem::take(&mut self.advanced)
    }

    /// Reads the next batch and returns whether there may be more.
    pub fn next_into(&mut self, batch: &mut Vec<Row>) -> anyhow::Result<bool> {
        batch.clear();
        let mut bytes = 0;
        while batch.len() < ROWS && bytes < BYTES {
            let row = match &mut self.rows {
                Rows::Read(chain) => {
                    let row = chain.next_row()?;
                    self.advanced += chain.reader.advanced();
                    row
                }
                Rows::Arriving(rows) => {
                    let next = match batch.is_empty() {
                        true => rows.recv().map_err(RecvTimeoutError::from),
                        false => rows.recv_timeout(self.pause),
                    };
                    match next {
                        Ok((row, advanced)) => {
                            self.advanced += advanced;
                            row?
                        }
                        Err(RecvTimeoutError::Timeout) => break,
                        Err(RecvTimeoutError::Disconnected) => {
                            anyhow::bail!("{}: reading ended before its end", self.name)
                        }
                    }
                }
            };
            let Some(row) = row else {
                return Ok(false);
            };
            bytes += row.sentence.len();
            batch.push(row);
        }
        self.pause = PAUSE;
        Ok(true)
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

    fn arriving(mut self) -> std::io::Result<Receiver<Arrival>> {
        let (sender, receiver) = sync_channel(AHEAD);
        let read = move || {
            loop {
                let row = self.next_row();
                let ended = !matches!(row, Ok(Some(_)));
                // Nobody reads on after an error elsewhere.
                if sender.send((row, self.reader.advanced())).is_err() || ended {
                    break;
                }
            }
        };
        std::thread::Builder::new().spawn(read)?;
        Ok(receiver)
    }
}

/// Standard input, or a pipe with a name.
pub fn is_stream(path: &Path) -> bool {
    path == Path::new("-") || path.metadata().is_ok_and(|meta| !meta.is_file())
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
