//! Where the jobs of one model are taken in: claimed in the store, cut into pieces, given to the threads, written back.
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
use crate::clock;
use crate::metrics::Metrics;
use crate::models::Registry;
use crate::store::batches::{self, Piece};
use crate::store::jobs::{self, Claim, Claimed};
use crate::store::{Bell, Store, StoreError, Strength};
use crate::work::{Entered, Given, Pool};

/// The most jobs of one claim.
const MOST: usize = 64;
/// One claim in so many begins with a batch.
const TURN: u64 = 4;
/// How often a desk looks without being asked: after an error of the store.
const LOOK: Duration = Duration::from_secs(1);
/// The most texts of a classifier that are one piece: they take microseconds.
const QUICK: usize = 64;

/// The desk of one model.
#[derive(Debug)]
pub struct Desk {
    model: String,
    store: Store,
    models: Arc<Registry>,
    pool: Arc<Pool>,
    metrics: Arc<Metrics>,
    bell: Arc<Bell>,
    given: Arc<Given>,
    stop: Arc<AtomicBool>,
    turn: u64,
}

/// What was claimed.
enum Work {
    Jobs(Vec<Claimed>, Option<Entered>),
    Pieces(Vec<Piece>, Option<Entered>),
    /// The next was tried before, so that it has to be claimed alone.
    Alone,
    Nothing,
}

impl Desk {
    /// Opens the desk of a model; it closes when `stop` is set and its bell rings.
    ///
    /// # Errors
    /// The system gives no thread.
    pub fn open(
        model: &str,
        store: &Store,
        models: &Arc<Registry>,
        pool: &Arc<Pool>,
        metrics: &Arc<Metrics>,
        stop: &Arc<AtomicBool>,
    ) -> std::io::Result<JoinHandle<()>> {
        let mut desk = Desk {
            model: model.to_owned(),
            bell: store.bell(model).unwrap_or_default(),
            store: store.clone(),
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
                Ok(Work::Nothing) => self.bell.wait(LOOK),
                Ok(Work::Alone) => self.try_alone(),
                Ok(work) => self.give(work),
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
    fn claim(&mut self, alone: bool) -> Result<Work, StoreError> {
        let room = (self.pool.threads() + 1).saturating_sub(self.given.count()).max(1);
        self.turn += 1;
        let batch_first = self.turn.is_multiple_of(TURN);
        // Inside before the claim counts as a try: what is alone must not be counted beside it.
        let inside = (!alone).then(|| self.pool.gate.enter());
        let (model, now) = (self.model.clone(), clock::now());
        let claimed = self.store.writer.write_blocking(Strength::Process, move |connection| {
            let pieces = || batches::claim(connection, &model, room, alone);
            if batch_first && let Some(pieces) = pieces()? {
                return Ok((Claim::default(), Some(pieces)));
            }
            let claim = jobs::claim(connection, &model, MOST, now, alone)?;
            let pieces = if claim.is_empty() { pieces()? } else { None };
            Ok((claim, pieces))
        });
        let (claim, pieces) = claimed?;
        self.store.jobs.ended(claim.expired.len() as u64);
        self.store.watchers.tell_begun(claim.jobs.iter().map(|job| job.id));
        self.store.watchers.tell(claim.expired.iter().copied());
        Ok(match pieces {
            _ if claim.wants_alone => Work::Alone,
            Some(pieces) if pieces.is_empty() && alone => Work::Nothing,
            Some(pieces) if pieces.is_empty() => Work::Alone,
            Some(pieces) => Work::Pieces(pieces, inside),
            None if !claim.jobs.is_empty() => Work::Jobs(claim.jobs, inside),
            None if !claim.expired.is_empty() => Work::Jobs(Vec::new(), None),
            None => Work::Nothing,
        })
    }

    /// Tries what was tried before, while nothing else is.
    fn try_alone(&mut self) {
        let gate = Arc::clone(&self.pool.gate);
        let alone = gate.enter_alone();
        if self.stopping() {
            return;
        }
        match self.claim(true) {
            Ok(Work::Jobs(jobs, _)) => self.hand(jobs).answer(),
            Ok(Work::Pieces(pieces, _)) => {
                pieces.into_iter().for_each(|piece| self.hand_piece(piece).answer());
            }
            Ok(_) => {}
            Err(error) => self.failed(&error),
        }
        drop(alone);
    }

    /// Gives what was claimed to the threads.
    fn give(&self, work: Work) {
        let inside;
        // Each is told whether it may begin.
        let mut pieces: Vec<Box<dyn FnOnce(bool) + Send>> = Vec::new();
        match work {
            Work::Jobs(jobs, entered) => {
                inside = entered;
                self.metrics.claimed(jobs.len());
                let quick = self.model == self.models.classifier_name();
                let most = if quick { QUICK } else { PIECE };
                let size = jobs.len().div_ceil(self.pool.threads()).clamp(1, most);
                for piece in cut(jobs, size) {
                    let handed = self.hand(piece);
                    pieces.push(Box::new(move |begin| handed.end(begin)));
                }
            }
            Work::Pieces(claimed, entered) => {
                inside = entered;
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
            store: self.store.clone(),
            metrics: Arc::clone(&self.metrics),
        }
    }
}
