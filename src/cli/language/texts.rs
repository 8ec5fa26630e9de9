//! The texts of an input in batches: full ones from files, and what there is as soon as a stream pauses, so that nobody
//! waits for an answer to a line that has been sent. A paragraph is answered once it has ended.

use std::path::Path;
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::time::Duration;

use impute::text::lines::Lines;

use crate::cli::args::By;
use crate::cli::arriving::is_stream;

/// A batch is full at this many texts or bytes: memory does not grow with the input.
const TEXTS: usize = 16_384;
const BYTES: usize = 4 << 20;
/// How many lines may have been read ahead of a batch.
const AHEAD: usize = 32;
/// A stream pauses when no line comes for so long. The first batch waits longer: nothing is written before it, so that
/// most errors in a short input come before any output.
const PAUSE: Duration = Duration::from_millis(20);
const FIRST_PAUSE: Duration = Duration::from_millis(100);
/// What is read of a paragraph, in bytes; more of it would not change the answer.
const PARAGRAPH: usize = 64 << 10;

/// A text, and the line that it begins on.
pub struct Text {
    pub line: u64,
    pub text: Vec<u8>,
}

/// Texts, batch by batch.
pub struct Texts {
    source: Source,
    name: String,
    by: By,
    /// A paragraph that has not ended.
    open: Option<Text>,
    pause: Duration,
    advanced: u64,
}

enum Source {
    Read(Box<Lines>),
    Arriving(Receiver<Arrival>),
}

/// A line, `None` at the end, or the error that ended them; with the bytes read since the last one.
type Arrival = (impute::Result<Option<Text>>, u64);

impl Texts {
    /// Those of an input that was opened by this path.
    pub fn new(lines: Lines, path: &Path, by: By) -> std::io::Result<Self> {
        let name = lines.name().to_owned();
        let source = match is_stream(path) {
            true => Source::Arriving(arriving(lines)?),
            false => Source::Read(Box::new(lines)),
        };
        Ok(Texts { source, name, by, open: None, pause: FIRST_PAUSE, advanced: 0 })
    }

    /// Whether somebody may be waiting for the answers.
    pub fn arrive(&self) -> bool {
        matches!(self.source, Source::Arriving(_))
    }

    /// How many bytes on disk were read since the last call.
    pub fn advanced(&mut self) -> u64 {
        std::mem::take(&mut self.advanced)
    }

    /// Reads the next batch and returns whether there may be more.
    pub fn next_into(&mut self, batch: &mut Vec<Text>) -> anyhow::Result<bool> {
        batch.clear();
        let mut bytes = 0;
        while batch.len() < TEXTS && bytes < BYTES {
            let (line, advanced) = match &mut self.source {
                Source::Read(lines) => (next(lines), lines.advanced()),
                Source::Arriving(lines) => {
                    let next = match batch.is_empty() {
                        true => lines.recv().map_err(RecvTimeoutError::from),
                        false => lines.recv_timeout(self.pause),
                    };
                    match next {
                        Ok(arrival) => arrival,
                        Err(RecvTimeoutError::Timeout) => break,
                        Err(RecvTimeoutError::Disconnected) => {
                            anyhow::bail!("{}: reading ended before its end", self.name)
                        }
                    }
                }
            };
            self.advanced += advanced;
            let Some(line) = line? else {
                batch.extend(self.open.take());
                return Ok(false);
            };
            bytes += line.text.len();
            self.add(line, batch);
        }
        self.pause = PAUSE;
        Ok(true)
    }

    fn add(&mut self, line: Text, batch: &mut Vec<Text>) {
        match (self.by, &mut self.open) {
            (By::Line, _) => batch.push(line),
            (By::Paragraph, _) if line.text.trim_ascii().is_empty() => {
                batch.extend(self.open.take());
            }
            (By::Paragraph, Some(open)) => {
                if open.text.len() < PARAGRAPH {
                    open.text.push(b'\n');
                    open.text.extend_from_slice(&line.text);
                }
            }
            (By::Paragraph, None) => self.open = Some(line),
        }
    }
}

fn next(lines: &mut Lines) -> impute::Result<Option<Text>> {
    let mut text = Vec::new();
    let any = lines.next_into(&mut text)?;
    Ok(any.then(|| Text { line: lines.number(), text }))
}

/// Reads lines on a thread of its own, which is how a pause is noticed.
fn arriving(mut lines: Lines) -> std::io::Result<Receiver<Arrival>> {
    let (sender, receiver) = sync_channel(AHEAD);
    let read = move || {
        loop {
            let line = next(&mut lines);
            let ended = !matches!(line, Ok(Some(_)));
            // Nobody reads on after an error elsewhere.
            if sender.send((line, lines.advanced())).is_err() || ended {
                break;
            }
        }
    };
    std::thread::Builder::new().spawn(read)?;
    Ok(receiver)
}
