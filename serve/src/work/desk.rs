//! Where the jobs of one model are taken in: claimed in the store, cut into pieces, given to the threads, written back.
//!
//! A desk claims when the threads are about to run out of its work, and takes what waits by then, so that pieces grow with
//! the load and nobody waits for others to come. It claims the next while results are being committed. Single jobs come
//! first, but every fourth claim begins with a batch if there is one.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use super::compute::Text;
use super::gate::Entered;
use super::model::Model;
use super::pool::{Given, PIECE, Pool};
use super::rows::{Kept, kept};
use crate::clock;
use crate::metrics::Metrics;
use crate::models::Registry;
use crate::store::batches::{self, Piece, PieceDone};
use crate::store::jobs::{self, Claim, Claimed, Finished};
use crate::store::{Bell, Store, StoreError, Strength};
use crate::task::{Asked, Inserting, Task};

/// The most jobs of one claim.
const MOST: usize = 64;
/// One claim in so many begins with a batch.
const TURN: u64 = 4;
/// How often a desk looks without being asked: after an error of the store.
const LOOK: Duration = Duration::from_secs(1);
/// A piece with more bytes of text is cut.
const LONG: usize = 4096;
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
                Err(error) => {
                    tracing::error!(%error, model = self.model, "nothing could be claimed; it is tried again");
                    self.bell.wait(LOOK);
                }
            }
        }
        while self.given.count() > 0 {
            self.bell.wait(LOOK);
        }
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
        claim.expired.iter().for_each(|&id| self.store.watchers.tell(id));
        Ok(match pieces {
            _ if claim.wants_alone => Work::Alone,
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
            Err(error) => {
                tracing::error!(%error, model = self.model, "nothing could be claimed; it is tried again");
                self.bell.wait(LOOK);
            }
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

/// Cuts jobs into pieces of so many, and of so many bytes: nobody is to wait long for a neighbour's long text.
fn cut(jobs: Vec<Claimed>, most: usize) -> Vec<Vec<Claimed>> {
    let (mut pieces, mut bytes) = (Vec::new(), LONG);
    for job in jobs {
        let long = bytes + job.text.len() > LONG;
        match pieces.last_mut() {
            Some(piece) if !long && Vec::len(piece) < most => piece.push(job),
            _ => {
                bytes = 0;
                pieces.push(vec![job]);
            }
        }
        bytes += pieces.last().and_then(|piece| piece.last()).map_or(0, |job| job.text.len());
    }
    pieces
}

/// Where results go.
struct Back {
    name: String,
    model: Option<Arc<Model>>,
    store: Store,
    metrics: Arc<Metrics>,
}

/// A piece of claimed jobs.
struct Jobs {
    back: Back,
    languages: Option<Arc<Model>>,
    jobs: Vec<Claimed>,
}

/// A claimed piece of a batch.
struct Rows {
    back: Back,
    piece: Piece,
}

impl Jobs {
    /// Answers the jobs if they may `begin`; else they wait again, untried.
    fn end(self, begin: bool) {
        if begin {
            return self.answer();
        }
        let claimed: Vec<i64> = self.jobs.iter().map(|job| job.seq).collect();
        let release = move |connection: &rusqlite::Connection| jobs::release(connection, &claimed);
        drop(self.back.store.writer.send(Strength::Process, release, |()| ()));
    }

    /// Answers the jobs and writes the results; does not wait for the commit.
    fn answer(self) {
        let Jobs { back, languages, jobs } = self;
        let texts: Vec<Text> = jobs.iter().map(text).collect();
        let began = std::time::Instant::now();
        let outcomes = match &back.model {
            Some(model) => model.outcomes(&texts, languages.as_deref()),
            None => {
                texts.iter().map(|_| Err("there is no such model any more".to_owned())).collect()
            }
        };
        back.metrics.predicted(texts.len(), began.elapsed());
        let version = back.model.as_ref().map_or(0, |model| model.version);
        let finished: Vec<Finished> = jobs
            .iter()
            .zip(outcomes)
            .map(|(job, outcome)| Finished {
                seq: job.seq,
                task: job.task,
                model: back.name.clone(),
                version,
                result: outcome.and_then(|outcome| {
                    serde_json::to_string(&outcome).map_err(|error| error.to_string())
                }),
            })
            .collect();
        let now = clock::now();
        let (store, writer) = (back.store.clone(), back.store.writer.clone());
        let done = finished.iter().filter(|job| job.result.is_ok()).count() as u64;
        let told = move |written: &Vec<bool>| {
            // What was removed meanwhile has given its room back already.
            store.jobs.ended(written.iter().filter(|written| **written).count() as u64);
            back.metrics.results(&back.name, version, done, jobs.len() as u64 - done);
            let now = clock::now();
            for job in &jobs {
                store.watchers.tell(job.id);
                back.metrics.finished(job.task, now - job.created);
            }
        };
        let write =
            move |connection: &rusqlite::Connection| jobs::finish(connection, &finished, now);
        writer.send(Strength::Disk, write, told, || ());
    }
}

fn text(job: &Claimed) -> Text {
    let asked: Asked = serde_json::from_str(&job.asked).unwrap_or_default();
    Text { task: job.task, asked, text: job.text.clone() }
}

impl Rows {
    /// As [`Jobs::end`].
    fn end(self, begin: bool) {
        if begin {
            return self.answer();
        }
        let (batch, first) = (self.piece.batch, self.piece.first);
        let release =
            move |connection: &rusqlite::Connection| batches::release(connection, batch, first);
        drop(self.back.store.writer.send(Strength::Process, release, |()| ()));
    }

    /// Answers the rows and writes what they became; does not wait for the commit.
    fn answer(self) {
        let Rows { back, piece } = self;
        let rows = kept(&piece.text);
        let inserting = match piece.format.as_str() {
            "kaggle" => Inserting::Any,
            _ => Inserting::Words,
        };
        let began = std::time::Instant::now();
        let answers = back.model.as_ref().map(|model| model.rows(&rows, inserting));
        back.metrics.predicted(rows.len(), began.elapsed());
        let done = put_together(&back, &piece, &rows, answers);
        let (store, id, count, now) =
            (back.store.clone(), piece.id, rows.len() as u64, clock::now());
        let (metrics, name) = (Arc::clone(&back.metrics), back.name.clone());
        let (version, failed) = (done.version, done.failed);
        let told = move |written: &bool| {
            if *written {
                store.rows.ended(count);
            }
            store.watchers.tell(id);
            metrics.rows_finished(Task::Impute, count);
            metrics.results(&name, version, count - failed, failed);
        };
        let write =
            move |connection: &rusqlite::Connection| batches::finish(connection, &done, now);
        back.store.writer.send(Strength::Disk, write, told, || ());
    }
}

/// The sentence of a row, and whether it was changed.
type RowAnswer = super::compute::Result<(Vec<u8>, bool)>;

fn put_together(
    back: &Back,
    piece: &Piece,
    rows: &[Kept],
    answers: Option<Vec<RowAnswer>>,
) -> PieceDone {
    let version = back.model.as_ref().map_or(0, |model| model.version);
    let (batch, first) = (piece.batch, piece.first);
    let mut done = PieceDone { batch, first, version, answer: Vec::new(), changed: 0, failed: 0 };
    let mut answers = answers.unwrap_or_default().into_iter();
    for row in rows {
        match answers.next() {
            Some(Ok((sentence, changed))) => {
                row.answered(&piece.format, &sentence, &mut done.answer);
                done.changed += u64::from(changed);
            }
            _ => {
                row.answered(&piece.format, row.sentence().as_bytes(), &mut done.answer);
                done.failed += 1;
            }
        }
    }
    done
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_are_short_and_in_order() {
        let job = |seq: i64, length: usize| Claimed {
            seq,
            id: uuid::Uuid::from_u128(seq as u128),
            task: Task::Repair,
            asked: String::new(),
            text: "x".repeat(length),
            created: 0,
        };
        let lengths = [10, 10, 10, 5000, 10, 4000, 90, 90, 1];
        let jobs = lengths.iter().zip(0..).map(|(&length, seq)| job(seq, length)).collect();
        let pieces = cut(jobs, 3);
        let sizes: Vec<usize> = pieces.iter().map(Vec::len).collect();
        assert_eq!(sizes, [3, 1, 2, 3]);
        let seqs: Vec<i64> = pieces.concat().iter().map(|job| job.seq).collect();
        assert_eq!(seqs, (0..9).collect::<Vec<_>>());
    }
}
