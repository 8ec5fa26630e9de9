//! The outbox: what is to be sent to the queue, and is gone once it is sent.
//!
//! Rows are locked while they are being sent; who comes meanwhile takes the next ones. One whose sender ends comes
//! back: it may then be sent twice, which is harmless.

use std::sync::PoisonError;
use std::time::Duration;

use tokio::time::timeout;
use uuid::Uuid;

use super::connections::{Given, LIMIT, Lent};
use super::failed::Failed;
use super::open::Postgres;
use super::rows::{get, number};
use crate::fault;
use crate::store::Result;

/// What is to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Posted {
    /// The name of the model that does it.
    pub model: String,
    /// What it is.
    pub ids: Ids,
    /// How long it is wanted, from now on; `None` for as long as it takes.
    pub left: Option<Duration>,
    /// How long ago it was put there.
    pub age: Duration,
}

/// What a message names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ids {
    /// Jobs, by their ids.
    Jobs(Vec<Uuid>),
    /// Pieces of a batch, by their first rows.
    Pieces {
        /// The batch, by its place.
        batch: i64,
        /// The first rows.
        firsts: Vec<i64>,
    },
}

impl Ids {
    /// How many jobs or pieces it names.
    pub fn parts(&self) -> usize {
        match self {
            Ids::Jobs(ids) => ids.len(),
            Ids::Pieces { firsts, .. } => firsts.len(),
        }
    }
}

/// Rows that are being sent. They come back when this is dropped before [`Outgoing::sent`].
#[derive(Debug)]
pub struct Outgoing {
    seqs: Vec<i64>,
    rows: Vec<Posted>,
    /// Within the transaction that locks them; none if there are none.
    lent: Option<Lent>,
}

impl Outgoing {
    /// Nothing brings these back: a fault.
    fn unkept(jobs: Vec<(String, Uuid)>) -> Self {
        let one = |(model, id)| {
            let (ids, left, age) = (Ids::Jobs(vec![id]), None, Duration::ZERO);
            Posted { model, ids, left, age }
        };
        let rows: Vec<Posted> = jobs.into_iter().map(one).collect();
        Outgoing { seqs: Vec::new(), rows, lent: None }
    }

    /// What is to be sent, the oldest first.
    pub fn rows(&self) -> &[Posted] {
        &self.rows
    }

    /// All of it is sent: it is removed.
    ///
    /// # Errors
    /// The database does not do it: all of it comes back.
    pub async fn sent(self) -> Result<()> {
        let all = vec![true; self.seqs.len()];
        self.sent_some(&all).await
    }

    /// Those were sent for which it says so: they are removed, and the others come back.
    ///
    /// # Errors
    /// The database does not do it: all of it comes back.
    pub async fn sent_some(mut self, which: &[bool]) -> Result<()> {
        let Some(lent) = self.lent.take() else { return Ok(()) };
        let sent = self.seqs.iter().zip(which).filter(|(_, sent)| **sent);
        let sent: Vec<i64> = sent.map(|(seq, _)| *seq).collect();
        let done = async {
            let client = lent.client()?;
            let remove = "DELETE FROM outbox WHERE seq = ANY($1)";
            let remove = client.prepare_cached(remove).await?;
            // If the first fails, the second takes back what was begun.
            let given: Given<'_> = &[&sent];
            tokio::try_join!(
                biased;
                client.execute(&remove, given),
                client.batch_execute("COMMIT"),
            )
            .map_err(Failed::from)
        };
        timeout(LIMIT, done).await.unwrap_or(Err(Failed::Late))?;
        lent.give_back();
        Ok(())
    }
}

impl Postgres {
    /// Takes the oldest rows that nobody else is sending, `most` at most, and locks them.
    ///
    /// # Errors
    /// The database does not do it.
    pub async fn outbox(&self, most: usize) -> Result<Outgoing> {
        if fault::keeps_no_outbox() {
            let mut unkept = self.core.unkept.lock().unwrap_or_else(PoisonError::into_inner);
            return Ok(Outgoing::unkept(std::mem::take(&mut *unkept)));
        }
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        let taken = async {
            let lent = self.core.connections.lend().await?;
            let client = lent.client()?;
            let sql = "SELECT seq, model, kind, ids, batch, firsts,
                CASE WHEN expires IS NOT NULL THEN expires - now_ms() END,
                now_ms() - created
                FROM outbox ORDER BY seq LIMIT $1 FOR UPDATE SKIP LOCKED";
            let select = client.prepare_cached(sql).await?;
            // What comes back after a loss of power is sent twice: nobody waits for the disk.
            let begin = client.batch_execute("BEGIN; SET LOCAL synchronous_commit = off");
            let given: Given<'_> = &[&most];
            let ((), rows) = tokio::try_join!(biased; begin, client.query(&select, given))?;
            if rows.is_empty() {
                client.batch_execute("ROLLBACK").await?;
            }
            Ok((lent, rows))
        };
        let taken = timeout(LIMIT, taken).await.unwrap_or(Err(Failed::Late));
        let (lent, found) = taken.inspect_err(|failed| self.core.connections.failed(failed))?;
        if found.is_empty() {
            lent.give_back();
            return Ok(Outgoing { seqs: Vec::new(), rows: Vec::new(), lent: None });
        }
        let (mut seqs, mut rows) = (Vec::new(), Vec::new());
        for row in &found {
            seqs.push(get(row, 0)?);
            let ids = match get::<i16>(row, 2)? {
                0 => Ids::Jobs(get(row, 3)?),
                _ => Ids::Pieces { batch: get(row, 4)?, firsts: get(row, 5)? },
            };
            let span = |ms: i64| Duration::from_millis(u64::try_from(ms).unwrap_or_default());
            let left = get::<Option<i64>>(row, 6)?.map(span);
            rows.push(Posted { model: get(row, 1)?, ids, left, age: span(get(row, 7)?) });
        }
        Ok(Outgoing { seqs, rows, lent: Some(lent) })
    }

    /// How many rows wait to be sent, and how old the oldest is, in milliseconds.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn outbox_state(&self) -> Result<(u64, i64)> {
        let sql = "SELECT count(*), greatest(now_ms() - min(created), 0) FROM outbox";
        let rows = self.read(sql, &[]).await?;
        let Some(row) = rows.first() else { return Ok((0, 0)) };
        Ok((number(row, 0)?, get::<Option<i64>>(row, 1)?.unwrap_or_default()))
    }
}
