//! What an input holds in batches: full ones from files, and what there is as soon as a stream pauses, so that nobody
//! waits for an answer to a line that has been sent.
//!
//! A stream is read on a thread of its own, which is how a pause is noticed. The answers do not depend on how
//! items fall into batches.

use std::path::Path;
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::time::Duration;

/// A stream pauses when nothing comes for so long. The first batch waits longer: nothing is written before it,
/// so that most errors in a short input come before any output.
const PAUSE: Duration = Duration::from_millis(20);
const FIRST_PAUSE: Duration = Duration::from_millis(100);

/// How much is in memory at once: it does not grow with the input.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// A batch is full at this many items or bytes.
    pub items: usize,
    pub bytes: usize,
    /// How many items of a stream may have been read ahead of a batch.
    pub ahead: usize,
}

/// An item, `None` at the end, or the error that ended them; with the bytes on disk read since the last one.
pub type Item<T> = (impute::Result<Option<T>>, u64);

/// Items, batch by batch.
pub struct Arriving<T> {
    source: Source<T>,
    name: String,
    limits: Limits,
    /// Bytes of the input on disk read since they were last told.
    advanced: u64,
    pause: Duration,
}

enum Source<T> {
    Read(Box<dyn FnMut() -> Item<T>>),
    Arriving(Receiver<Item<T>>),
}

impl<T: Send + 'static> Arriving<T> {
    /// What `next` gives, from a stream or from files; `name` is for messages.
    pub fn new(
        streams: bool,
        name: &str,
        limits: Limits,
        next: impl FnMut() -> Item<T> + Send + 'static,
    ) -> std::io::Result<Self> {
        let source = match streams {
            true => Source::Arriving(on_a_thread(limits.ahead, next)?),
            false => Source::Read(Box::new(next)),
        };
        Ok(Arriving { source, name: name.to_owned(), limits, advanced: 0, pause: FIRST_PAUSE })
    }

    /// Whether somebody may be waiting for the answers.
    pub fn arrive(&self) -> bool {
        matches!(self.source, Source::Arriving(_))
    }

    /// How many bytes on disk were read since the last call.
    pub fn advanced(&mut self) -> u64 {
        std::mem::take(&mut self.advanced)
    }

    /// Reads the next batch, whose items have this many bytes, and returns whether there may be more.
    pub fn next_into(
        &mut self,
        batch: &mut Vec<T>,
        bytes_of: impl Fn(&T) -> usize,
    ) -> anyhow::Result<bool> {
        batch.clear();
        let mut bytes = 0;
        while batch.len() < self.limits.items && bytes < self.limits.bytes {
            let (item, advanced) = match &mut self.source {
                Source::Read(next) => next(),
                Source::Arriving(items) => {
                    let next = match batch.is_empty() {
                        true => items.recv().map_err(RecvTimeoutError::from),
                        false => items.recv_timeout(self.pause),
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
            let Some(item) = item? else {
                return Ok(false);
            };
            bytes += bytes_of(&item);
            batch.push(item);
        }
        self.pause = PAUSE;
        Ok(true)
    }
}

fn on_a_thread<T: Send + 'static>(
    ahead: usize,
    mut next: impl FnMut() -> Item<T> + Send + 'static,
) -> std::io::Result<Receiver<Item<T>>> {
    let (sender, receiver) = sync_channel(ahead);
    let read = move || {
        loop {
            let item = next();
            let ended = !matches!(item.0, Ok(Some(_)));
            // Nobody reads on after an error elsewhere.
            if sender.send(item).is_err() || ended {
                break;
            }
        }
    };
    std::thread::Builder::new().spawn(read)?;
    Ok(receiver)
}

/// Standard input, or a pipe with a name.
pub fn is_stream(path: &Path) -> bool {
    path == Path::new("-") || path.metadata().is_ok_and(|meta| !meta.is_file())
}
