//! The threads that predict: never more than there are cores, first come, first served.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use rayon::{ThreadPool, ThreadPoolBuilder};
use tokio::sync::{Semaphore, oneshot};

use super::compute::{Result, Text};
use super::gate::Gate;
use super::model::Model;
use crate::task::Outcome;

/// The most texts that are predicted together, of which the net takes all at once.
pub const PIECE: usize = 16;
/// How many synchronous calls may wait for a thread, for each thread: more are refused.
const CALLS: usize = 16;

/// The threads, and who may use them.
#[derive(Debug)]
pub struct Pool {
    threads: ThreadPool,
    /// How many of them are at work.
    busy: Arc<AtomicUsize>,
    /// What all jobs go through.
    pub gate: Arc<Gate>,
    /// Room for synchronous calls.
    calls: Arc<Semaphore>,
}

/// The outcome of each text, in order.
pub type Answers = Vec<Result<Outcome>>;

impl Pool {
    /// Starts the threads.
    ///
    /// # Errors
    /// The system gives none.
    pub fn start(threads: usize) -> std::io::Result<Self> {
        let named = |at| format!("predict-{at}");
        let pool = ThreadPoolBuilder::new().num_threads(threads).thread_name(named).build();
        let threads = pool.map_err(std::io::Error::other)?;
        let calls = Arc::new(Semaphore::new(CALLS * threads.current_num_threads()));
        Ok(Pool { threads, busy: Arc::default(), gate: Arc::default(), calls })
    }

    /// How many there are.
    pub fn threads(&self) -> usize {
        self.threads.current_num_threads()
    }

    /// Runs something as soon as a thread is free, in the order of arrival.
    pub fn run(&self, work: impl FnOnce() + Send + 'static) {
        let busy = Arc::clone(&self.busy);
        self.threads.spawn_fifo(move || {
            let _until_it_ends = Busy::begin(busy);
            work();
        });
    }

    /// How many threads are at work at this moment.
    pub fn busy(&self) -> usize {
        self.busy.load(Ordering::Relaxed)
    }

    /// The outcomes of a few texts, at once; `None` if too many calls wait already, or the service is ending.
    pub async fn now(
        &self,
        model: Arc<Model>,
        languages: Option<Arc<Model>>,
        texts: Vec<Text>,
    ) -> Option<Answers> {
        let permit = Arc::clone(&self.calls).try_acquire_owned().ok()?;
        let (sender, receiver) = oneshot::channel();
        // A call is not counted as a try, so that it need not keep out of the way of one that is tried alone.
        self.run(move || {
            if sender.is_closed() {
                return; // nobody waits for it any longer
            }
            let answers = model.outcomes(&texts, languages.as_deref());
            drop(permit);
            let _ = sender.send(answers);
        });
        receiver.await.ok()
    }
}

/// Counts a thread as busy until it is dropped, in a panic too.
struct Busy(Arc<AtomicUsize>);

impl Busy {
    fn begin(busy: Arc<AtomicUsize>) -> Self {
        busy.fetch_add(1, Ordering::Relaxed);
        Busy(busy)
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Counts what a desk has given to the pool and not got back.
#[derive(Debug, Default)]
pub struct Given {
    pieces: Mutex<usize>,
}

impl Given {
    /// One more.
    pub fn add(&self) {
        *self.pieces.lock().unwrap_or_else(PoisonError::into_inner) += 1;
    }

    /// One less; how many are left.
    pub fn remove(&self) -> usize {
        let mut pieces = self.pieces.lock().unwrap_or_else(PoisonError::into_inner);
        *pieces = pieces.saturating_sub(1);
        *pieces
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        *self.pieces.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
