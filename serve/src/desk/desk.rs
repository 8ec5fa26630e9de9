//! Where the jobs of one model are taken in: claimed from the queue, cut into pieces, given to the threads, written back.
//!
//! A desk claims when the threads are about to run out of its work, and takes what waits by then, so that pieces grow with
//! the load and nobody waits for others to come. It claims the next while results are being committed. Single jobs come
//! first, but every fourth claim begins with a batch if there is one.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use impute::solve::PIECE;

use super::back::Back;
use super::cut::cut;
use super::jobs::Jobs;
use super::rows::Rows;
use crate::metrics::Metrics;
use crate::models::Registry;
use crate::predict::{Entered, Given, Pool};
use crate::queue::{Queue, Wanted, Work};
use crate::store::{Bell, Claimed, Piece, StoreError};

/// The most jobs of one claim.
const MOST: usize = 64;
/// One claim in so many begins with a batch.
const TURN: u64 = 4;
/// How often a desk looks without being asked: after an error of the queue.
const LOOK: Duration = Duration::from_secs(1);
/// The most texts of a classifier that are one piece: they take microseconds.
const QUICK: usize = 64;

/// The desk of one model.
#[derive(Debug)]
pub struct Desk {
    model: String,
    queue: Arc<dyn Queue>,
    models: Arc<Registry>,
    pool: Arc<Pool>,
    metrics: Arc<Metrics>,
    bell: Arc<Bell>,
    given: Arc<Given>,
    stop: Arc<AtomicBool>,
    turn: u64,
}

impl Desk {
    /// Opens the desk of a model; it closes when `stop` is set and its bell rings.
    ///
    /// # Errors
    /// The system gives no thread.
    pub fn open(
        model: &str,
        queue: &Arc<dyn Queue>,
        models: &Arc<Registry>,
        pool: &Arc<Pool>,
        metrics: &Arc<Metrics>,
        stop: &Arc<AtomicBool>,
    ) -> std::io::Result<JoinHandle<()>> {
        let mut desk = Desk {
            model: model.to_owned(),
            bell: queue.bell(model),
            queue: Arc::clone(queue),
            models: Arc::clone(models),
            pool: Arc::clone(pool),
            metrics: Arc::clone(metrics),
            given: Arc::default(),
            stop: Arc::clone(stop),
            turn: 0,
        };
        let named = std::thread::Builder::new().name(format!("desk-{model}"));
        named.spawn(move || desk.run())
    }

    fn run(&mut self) {
        while !self.stopping() {
            if self.given.count() > self.pool.threads() {
                self.bell.wait(LOOK); // until a piece is done
                continue;
            }
            match self.claim(false) {
                Ok((Work::Nothing, inside)) => {
                    drop(inside);
                    self.bell.wait(LOOK);
                }
                Ok((Work::Alone, inside)) => {
                    drop(inside);
                    self.try_alone();
                }
                Ok((work, inside)) => self.give(work, inside),
                Err(error) => self.failed(&error),
            }
        }
        while self.given.count() > 0 {
            self.bell.wait(LOOK);
        }
    }

    fn failed(&self, error: &StoreError) {
        tracing::error!(%error, model = self.model, "nothing could be claimed; it is tried again");
        self.bell.wait(LOOK);
    }

    fn stopping(&self) -> bool {
        self.stop.load(Ordering::Acquire)
    }

    /// Claims what is next; of what was tried before only where that may be `alone`.
    fn claim(&mut self, alone: bool) -> Result<(Work, Option<Entered>), StoreError> {
        self.turn += 1;
        // Inside before the claim counts as a try: what is alone must not be counted beside it.
        let inside = (!alone).then(|| self.pool.gate.enter());
        let wanted = Wanted {
            model: self.model.clone(),
            jobs: MOST,
            pieces: (self.pool.threads() + 1).saturating_sub(self.given.count()).max(1),
            alone,
            batch_first: self.turn.is_multiple_of(TURN),
        };
        Ok((self.queue.claim(&wanted)?, inside))
    }

    /// Tries what was tried before, while nothing else is.
    fn try_alone(&mut self) {
        let gate = Arc::clone(&self.pool.gate);
        let alone = gate.enter_alone();
        if self.stopping() {
            return;
        }
        match self.claim(true) {
            Ok((Work::Jobs(jobs), _)) => self.hand(jobs).answer(),
            Ok((Work::Pieces(pieces), _)) => {
                pieces.into_iter().for_each(|piece| self.hand_piece(piece).answer());
            }
            Ok(_) => {}
            Err(error) => self.failed(&error),
        }
        drop(alone);
    }

    /// Gives what was claimed to the threads.
    fn give(&self, work: Work, inside: Option<Entered>) {
        // Each is told whether it may begin.
        let mut pieces: Vec<Box<dyn FnOnce(bool) + Send>> = Vec::new();
        match work {
            Work::Jobs(jobs) => {
                self.metrics.claimed(jobs.len());
                let quick = self.model == self.models.classifier_name();
                let most = if quick { QUICK } else { PIECE };
                let size = jobs.len().div_ceil(self.pool.threads()).clamp(1, most);
                for piece in cut(jobs, size) {
                    let handed = self.hand(piece);
                    pieces.push(Box::new(move |begin| handed.end(begin)));
                }
            }
            Work::Pieces(claimed) => {
                for piece in claimed {
                    let handed = self.hand_piece(piece);
                    pieces.push(Box::new(move |begin| handed.end(begin)));
                }
            }
            Work::Alone | Work::Nothing => return,
        }
        let inside = Arc::new(inside);
        for piece in pieces {
            self.given.add();
            let (given, bell) = (Arc::clone(&self.given), Arc::clone(&self.bell));
            let (inside, stop) = (Arc::clone(&inside), Arc::clone(&self.stop));
            self.pool.run(move || {
                piece(!stop.load(Ordering::Acquire));
                drop(inside);
                given.remove();
                bell.ring();
            });
        }
    }

    fn hand(&self, jobs: Vec<Claimed>) -> Jobs {
        Jobs { back: self.back(), languages: self.models.languages(), jobs }
    }

    fn hand_piece(&self, piece: Piece) -> Rows {
        Rows { back: self.back(), piece }
    }

    fn back(&self) -> Back {
        Back {
            name: self.model.clone(),
            model: self.models.current(&self.model),
            queue: Arc::clone(&self.queue),
            metrics: Arc::clone(&self.metrics),
        }
    }
}
