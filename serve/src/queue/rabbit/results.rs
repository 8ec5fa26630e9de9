//! Results on their way to the store. Those that wait share a commit; what is on disk is acknowledged afterwards.
//!
//! What waits here is bounded: the broker gives a worker no more than it may hold unacknowledged.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use super::intake::Intake;
use super::records::Records;
use crate::backoff::Backoff;
use crate::metrics::Metrics;
use crate::pace::{self, Pace};
use crate::queue::After;
use crate::store::{Finished, PieceDone, Result};

/// The most results, each of several texts, that share a commit.
const SHARE: usize = 64;

/// Where results are handed over.
#[derive(Debug, Clone)]
pub struct Results {
    sender: UnboundedSender<Ended>,
    unwritten: Arc<Unwritten>,
}

/// What writes them.
#[derive(Debug)]
pub struct Writer<R> {
    receiver: UnboundedReceiver<Ended>,
    unwritten: Arc<Unwritten>,
    records: Arc<R>,
    intakes: Arc<BTreeMap<String, Intake>>,
    metrics: Arc<Metrics>,
}

/// What was handed over at once.
struct Ended {
    what: What,
    after: After,
    since: Instant,
}

#[derive(Debug)]
enum What {
    Jobs(Vec<Finished>),
    Piece(PieceDone),
}

impl std::fmt::Debug for Ended {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Ended").field("what", &self.what).finish_non_exhaustive()
    }
}

/// How much was handed over and is not on disk.
#[derive(Debug, Default)]
struct Unwritten {
    count: Mutex<usize>,
    none: Condvar,
}

/// A place to hand results over, and what writes them.
pub fn results<R: Records>(
    records: &Arc<R>,
    intakes: &Arc<BTreeMap<String, Intake>>,
    metrics: &Arc<Metrics>,
) -> (Results, Writer<R>) {
    let (sender, receiver) = unbounded_channel();
    let unwritten = Arc::default();
    let writer = Writer {
        receiver,
        unwritten: Arc::clone(&unwritten),
        records: Arc::clone(records),
        intakes: Arc::clone(intakes),
        metrics: Arc::clone(metrics),
    };
    (Results { sender, unwritten }, writer)
}

impl Results {
    /// Hands jobs over.
    pub fn jobs(&self, jobs: Vec<Finished>, after: After) {
        self.hand(What::Jobs(jobs), after);
    }

    /// Hands a piece over.
    pub fn piece(&self, piece: PieceDone, after: After) {
        self.hand(What::Piece(piece), after);
    }

    fn hand(&self, what: What, after: After) {
        self.unwritten.add();
        if self.sender.send(Ended { what, after, since: Instant::now() }).is_err() {
            // The runtime is ending. Nothing was acknowledged: another worker will do it.
            self.unwritten.remove(1);
        }
    }

    /// Waits until all are on disk, or the time is over; whether they are.
    pub fn settle(&self, most: Duration) -> bool {
        self.unwritten.wait(most)
    }
}

impl<R: Records> Writer<R> {
    /// Writes until nothing can be handed over any more.
    pub async fn run(mut self) {
        let (mut waiting, mut pace) = (Vec::with_capacity(SHARE), Pace::default());
        while self.receiver.recv_many(&mut waiting, SHARE).await > 0 {
            pace.keep().await;
            pace::join(|| self.receiver.try_recv().ok(), &mut waiting, SHARE);
            self.write(&mut waiting).await;
        }
    }

    async fn write(&self, waiting: &mut Vec<Ended>) {
        let (mut jobs, mut pieces, mut afters) = (Vec::new(), Vec::new(), Vec::new());
        let count = waiting.len();
        for Ended { what, after, since } in waiting.drain(..) {
            let (jobs_from, pieces_from) = (jobs.len(), pieces.len());
            match what {
                What::Jobs(some) if jobs.is_empty() => jobs = some,
                What::Jobs(some) => jobs.extend(some),
                What::Piece(piece) => pieces.push(piece),
            }
            afters.push((jobs_from..jobs.len(), pieces_from..pieces.len(), after, since));
        }
        let (all_jobs, all_pieces) = (jobs.as_slice(), pieces.as_slice());
        let write_jobs = until_written(all_jobs, |jobs| self.records.finish_jobs(jobs));
        let write_pieces = until_written(all_pieces, |pieces| self.records.finish_pieces(pieces));
        let (jobs_written, pieces_written) = tokio::join!(write_jobs, write_pieces);
        for (of_jobs, of_pieces, after, since) in afters {
            let written = if of_jobs.is_empty() {
                pieces_written.get(of_pieces)
            } else {
                jobs_written.get(of_jobs)
            };
            self.metrics.stage("committed", since.elapsed());
            // One that panics must not keep the results of all others from being written.
            let _ = catch_unwind(AssertUnwindSafe(|| after(written.unwrap_or_default())));
        }
        for intake in self.intakes.values() {
            let of_it = jobs.iter().filter(|job| job.model == intake.model);
            intake.jobs.done_if_any(of_it.map(|job| job.id));
            intake.pieces.done_if_any(pieces.iter().map(|piece| (piece.batch, piece.first)));
        }
        self.unwritten.remove(count);
    }
}

/// Writes again and again: what is not on disk is not acknowledged.
async fn until_written<'a, T, F>(what: &'a [T], write: impl Fn(&'a [T]) -> F) -> Vec<bool>
where
    F: Future<Output = Result<Vec<bool>>>,
{
    let mut backoff = Backoff::default();
    while !what.is_empty() {
        match write(what).await {
            Ok(written) => return written,
            Err(error) => tracing::error!(%error, "results were not written; it is tried again"),
        }
        backoff.wait().await;
    }
    Vec::new()
}

impl Unwritten {
    fn add(&self) {
        *self.count.lock().unwrap_or_else(PoisonError::into_inner) += 1;
    }

    fn remove(&self, many: usize) {
        let mut count = self.count.lock().unwrap_or_else(PoisonError::into_inner);
        *count = count.saturating_sub(many);
        if *count == 0 {
            self.none.notify_all();
        }
    }

    fn wait(&self, most: Duration) -> bool {
        let count = self.count.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self.none.wait_timeout_while(count, most, |count| *count > 0);
        *waited.unwrap_or_else(PoisonError::into_inner).0 == 0
    }
}
