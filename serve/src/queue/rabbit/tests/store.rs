//! A store in memory: what the queue needs of one, with an outbox, and with faults.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use tokio::sync::Notify;
use uuid::Uuid;

use super::broker::MODEL;
use crate::queue::rabbit::{Found, Outgoing, Records};
use crate::store::postgres::{Ids, Posted};
use crate::store::{Claimed, Finished, Piece, PieceDone, Result, StoreError, TRIES};
use crate::task::{Task, rows};

/// A job, and how it went.
#[derive(Debug, Clone, Default)]
pub struct Job {
    /// How often it was tried alone.
    pub tries: u32,
    /// How it ended.
    pub result: Option<std::result::Result<String, String>>,
    /// How often somebody tried to write that.
    pub written: u32,
}

/// A piece, and how it went.
#[derive(Debug, Clone)]
pub struct Part {
    /// Its rows.
    pub text: String,
    /// How often it was tried alone.
    pub tries: u32,
    /// What it became.
    pub answer: Option<Vec<u8>>,
}

/// What is in it.
#[derive(Debug, Default)]
pub struct Content {
    /// Jobs.
    pub jobs: BTreeMap<Uuid, Job>,
    /// Pieces.
    pub pieces: BTreeMap<(i64, i64), Part>,
    /// The outbox.
    pub outbox: Vec<Posted>,
    /// What was ended because it was dead.
    pub buried: Vec<Ids>,
}

/// The store.
#[derive(Debug, Default)]
pub struct Memory {
    content: Mutex<Content>,
    /// Whether writes fail.
    pub failing: AtomicBool,
    /// How often results could not be written.
    pub refused: AtomicUsize,
    /// How often something was expired.
    pub expired: AtomicUsize,
    posted: Notify,
}

/// Rows that are being sent.
#[derive(Debug)]
pub struct Taken {
    rows: Vec<Posted>,
    from: Arc<Memory>,
}

impl Memory {
    /// What is in it.
    pub fn content(&self) -> MutexGuard<'_, Content> {
        self.content.lock().unwrap()
    }

    /// Accepts so many jobs.
    pub fn jobs(&self, many: usize) -> Vec<Uuid> {
        let ids: Vec<_> = (0..many).map(|_| Uuid::new_v4()).collect();
        self.content().jobs.extend(ids.iter().map(|id| (*id, Job::default())));
        ids
    }

    /// Accepts a piece with so many rows.
    pub fn piece(&self, batch: i64, first: i64, many: usize) {
        let row = |n| format!("[\"{n}\",\"sentence {n}\",1]");
        let text = format!("[{}]", (0..many).map(row).collect::<Vec<_>>().join(","));
        let part = Part { text, tries: 0, answer: None };
        self.content().pieces.insert((batch, first), part);
    }

    /// Puts something into the outbox.
    pub fn post(&self, model: &str, ids: Ids, left: Option<Duration>) {
        let model = model.to_owned();
        self.content().outbox.push(Posted { model, ids, left, age: Duration::ZERO });
        self.posted.notify_one();
    }

    /// How a job went.
    pub fn job(&self, id: Uuid) -> Job {
        self.content().jobs[&id].clone()
    }

    /// Whether all jobs have ended.
    pub fn all_ended(&self) -> bool {
        self.content().jobs.values().all(|job| job.result.is_some())
    }

    fn fails(&self) -> Result<()> {
        if self.failing.load(Ordering::Acquire) {
            self.refused.fetch_add(1, Ordering::AcqRel);
            return Err(StoreError::Database("a fault that was asked for".to_owned()));
        }
        Ok(())
    }

    fn claimed(id: Uuid) -> Claimed {
        let (asked, text) = (String::new(), id.to_string());
        Claimed { seq: 0, id, task: Task::Repair, asked, text, created: crate::clock::now() }
    }

    fn found(&self, batch: i64, first: i64) -> Option<Found> {
        let content = self.content();
        let part = content.pieces.get(&(batch, first)).filter(|part| part.answer.is_none())?;
        let (text, id) = (part.text.clone(), Uuid::from_u128(batch as u128));
        let rows = rows::kept(&text).len() as u32;
        let piece = Piece { batch, id, first, format: "text".to_owned(), text };
        Some(Found { piece, tries: part.tries, rows })
    }
}

impl Records for Arc<Memory> {
    type Outgoing = Taken;

    async fn waiting_jobs(&self, ids: &[Uuid]) -> Result<Vec<(Claimed, u32)>> {
        self.fails()?;
        let content = self.content();
        let open = ids.iter().filter_map(|id| Some((*id, content.jobs.get(id)?)));
        let open = open.filter(|(_, job)| job.result.is_none());
        Ok(open.map(|(id, job)| (Memory::claimed(id), job.tries)).collect())
    }

    async fn try_job(&self, id: Uuid) -> Result<Option<(Claimed, u32)>> {
        self.fails()?;
        let mut content = self.content();
        let Some(job) = content.jobs.get_mut(&id).filter(|job| job.result.is_none()) else {
            return Ok(None);
        };
        let this = job.tries + 1;
        job.tries = this.min(TRIES); // the last is not tried once more
        Ok(Some((Memory::claimed(id), this)))
    }

    async fn finish_jobs(&self, jobs: &[Finished]) -> Result<Vec<bool>> {
        self.fails()?;
        let mut content = self.content();
        let written = jobs.iter().map(|finished| {
            let Some(job) = content.jobs.get_mut(&finished.id) else { return false };
            job.written += 1;
            let open = job.result.is_none();
            job.result.get_or_insert(finished.result.clone());
            open
        });
        Ok(written.collect())
    }

    async fn waiting_pieces(&self, batch: i64, firsts: &[i64]) -> Result<Vec<Found>> {
        self.fails()?;
        Ok(firsts.iter().filter_map(|first| self.found(batch, *first)).collect())
    }

    async fn try_piece(&self, batch: i64, first: i64) -> Result<Option<Found>> {
        self.fails()?;
        if self.found(batch, first).is_none() {
            return Ok(None);
        }
        self.content().pieces.get_mut(&(batch, first)).unwrap().tries += 1;
        Ok(self.found(batch, first))
    }

    async fn finish_pieces(&self, pieces: &[PieceDone]) -> Result<Vec<bool>> {
        self.fails()?;
        let mut content = self.content();
        let written = pieces.iter().map(|done| {
            let Some(part) = content.pieces.get_mut(&(done.batch, done.first)) else {
                return false;
            };
            let open = part.answer.is_none();
            part.answer.get_or_insert(done.answer.clone());
            open
        });
        Ok(written.collect())
    }

    async fn cut_piece(&self, batch: i64, first: i64) -> Result<()> {
        self.fails()?;
        let mut content = self.content();
        let part = content.pieces.remove(&(batch, first)).unwrap();
        let mut firsts = Vec::new();
        for (text, first) in rows::split(&part.text).into_iter().zip(first..) {
            content.pieces.insert((batch, first), Part { text, ..part.clone() });
            firsts.push(first);
        }
        drop(content);
        self.post(super::broker::MODEL, Ids::Pieces { batch, firsts }, None);
        Ok(())
    }

    async fn expire(&self) -> Result<()> {
        self.fails()?;
        self.expired.fetch_add(1, Ordering::AcqRel);
        Ok(())
    }

    async fn bury_jobs(&self, ids: &[Uuid], reason: &str) -> Result<()> {
        self.fails()?;
        let mut content = self.content();
        content.buried.push(Ids::Jobs(ids.to_vec()));
        for id in ids {
            if let Some(job) = content.jobs.get_mut(id).filter(|job| job.tries >= TRIES) {
                job.result.get_or_insert(Err(reason.to_owned()));
            }
        }
        Ok(())
    }

    async fn bury_pieces(&self, batch: i64, firsts: &[i64]) -> Result<()> {
        self.fails()?;
        self.content().buried.push(Ids::Pieces { batch, firsts: firsts.to_vec() });
        Ok(())
    }

    async fn jobs_again(&self, ids: &[Uuid]) -> Result<()> {
        self.fails()?;
        ids.iter().for_each(|id| self.post(MODEL, Ids::Jobs(vec![*id]), None));
        Ok(())
    }

    async fn pieces_again(&self, batch: i64, firsts: &[i64]) -> Result<()> {
        self.fails()?;
        self.post(MODEL, Ids::Pieces { batch, firsts: firsts.to_vec() }, None);
        Ok(())
    }

    async fn outbox(&self, most: usize) -> Result<Taken> {
        let mut content = self.content();
        let many = content.outbox.len().min(most);
        let rows = content.outbox.drain(..many).collect();
        Ok(Taken { rows, from: Arc::clone(self) })
    }

    async fn outbox_state(&self) -> Result<(u64, i64)> {
        Ok((self.content().outbox.len() as u64, 0))
    }

    async fn stranded(&self, _age: i64, _most: usize) -> Result<u64> {
        Ok(0)
    }

    async fn posted(&self) {
        self.posted.notified().await;
    }
}

impl Outgoing for Taken {
    fn rows(&self) -> &[Posted] {
        &self.rows
    }

    async fn sent(mut self, which: Vec<bool>) -> Result<()> {
        let mut which = which.into_iter();
        self.rows.retain(|_| !which.next().unwrap());
        Ok(())
    }
}

impl Drop for Taken {
    fn drop(&mut self) {
        let mut content = self.from.content();
        content.outbox.splice(0..0, self.rows.drain(..));
    }
}
