//! The threads that predict: never more than there are cores.
//!
//! Synchronous calls, for which somebody waits, go before what was accepted for later; but one time in four what is
//! older goes first, so that no number of calls can keep jobs from being done.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use rayon::{ThreadPool, ThreadPoolBuilder};
use tokio::sync::{Semaphore, oneshot};

use super::compute::{Result, Text};
use super::gate::Gate;
use super::model::Model;
use crate::task::Outcome;

/// How many synchronous calls may wait for a thread, for each thread: more are refused.
const CALLS: usize = 16;
/// One time in so many, what was accepted for later goes before the calls.
const TURN: u64 = 4;

/// The threads, and who may use them.
#[derive(Debug)]
pub struct Pool {
    threads: ThreadPool,
    /// What waits for a thread.
    waiting: Arc<Mutex<Waiting>>,
    /// How many of them are at work.
    busy: Arc<AtomicUsize>,
    /// What all jobs go through.
    pub gate: Arc<Gate>,
    /// Room for synchronous calls.
    calls: Arc<Semaphore>,
}

type Work = Box<dyn FnOnce() + Send>;

#[derive(Default)]
struct Waiting {
    calls: VecDeque<Work>,
    later: VecDeque<Work>,
    turn: u64,
}

impl Waiting {
    fn next(&mut self) -> Option<Work> {
        self.turn += 1;
        match self.turn % TURN {
            0 => self.later.pop_front().or_else(|| self.calls.pop_front()),
            _ => self.calls.pop_front().or_else(|| self.later.pop_front()),
        }
    }
}

impl std::fmt::Debug for Waiting {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} calls, {} for later", self.calls.len(), self.later.len())
    }
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
        let threads = Pool {
            threads,
            waiting: Arc::default(),
            busy: Arc::default(),
            gate: Arc::default(),
            calls,
        };
        Ok(threads)
    }

    /// How many there are.
    pub fn threads(&self) -> usize {
        self.threads.current_num_threads()
    }

    /// Runs something when its turn comes, in the order of arrival.
    pub fn run(&self, work: impl FnOnce() + Send + 'static) {
        self.queue(|waiting| waiting.later.push_back(Box::new(work)));
    }

    fn queue(&self, put: impl FnOnce(&mut Waiting)) {
        put(&mut self.waiting.lock().unwrap_or_else(PoisonError::into_inner));
        let (waiting, busy) = (Arc::clone(&self.waiting), Arc::clone(&self.busy));
        // As many turns as there is work: each takes what is next by then.
        self.threads.spawn_fifo(move || {
            let _until_it_ends = Busy::begin(busy);
            let next = waiting.lock().unwrap_or_else(PoisonError::into_inner).next();
            if let Some(work) = next {
                work();
            }
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
        let call = move || {
            if sender.is_closed() {
                return; // nobody waits for it any longer
            }
            let answers = model.outcomes(&texts, languages.as_deref());
            drop(permit);
            let _ = sender.send(answers);
        };
        self.queue(|waiting| waiting.calls.push_back(Box::new(call)));
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

    /// One less.
    pub fn remove(&self) {
        let mut pieces = self.pieces.lock().unwrap_or_else(PoisonError::into_inner);
        *pieces = pieces.saturating_sub(1);
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        *self.pieces.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_go_first_but_do_not_keep_the_rest_from_being_done() {
        let mut waiting = Waiting::default();
        let (sender, done) = std::sync::mpsc::channel();
        for at in 0..5 {
            let (call, later) = (sender.clone(), sender.clone());
            waiting.calls.push_back(Box::new(move || call.send(at).unwrap()));
            waiting.later.push_back(Box::new(move || later.send(at + 10).unwrap()));
        }
        std::iter::from_fn(|| waiting.next()).for_each(|work| work());
        let order: Vec<i32> = done.try_iter().collect();
        assert_eq!(order, [0, 1, 2, 10, 3, 4, 11, 12, 13, 14]);
    }
}
