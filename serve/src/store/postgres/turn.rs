//! A job's turn, as the worker sees it: its text is read when its id comes, and its result is written once.
//!
//! Nothing is written when a job is begun. Only one that came before is counted as tried, before it is tried.

use std::collections::HashSet;

use tokio_postgres::Row;
use uuid::Uuid;

use super::counts::counted;
use super::open::Postgres;
use super::rows::{get, plain, task, text, tries};
use crate::store::{Claimed, Finished, LATE, Result, State, TRIES};

const OF_A_CLAIM: &str = "seq, id, task, asked, text, created, tries";
/// `state + 0` keeps the plan away from the index of all that is open: the ids say where to look.
const FINISH: &str = concat!(
    "WITH written AS (
  UPDATE jobs SET state = given.state, version = given.version, result = given.result, reason = given.reason,
    finished = given.now
  FROM (SELECT now_ms() AS now, g.* FROM unnest($1::uuid[], $2::smallint[], $3::bigint[], $4::text[], $5::text[])
    AS g(id, state, version, result, reason) OFFSET 0) AS given
  WHERE jobs.id = given.id AND jobs.id = ANY($1) AND jobs.state + 0 < 2
  RETURNING jobs.id, jobs.task, jobs.model, jobs.version, jobs.state, jobs.finished
), ",
    counted!("$6"),
    " SELECT id FROM written"
);
const EXPIRE: &str = concat!(
    "WITH written AS (
  UPDATE jobs SET state = 4, finished = now_ms(), reason = $2
  WHERE id = ANY($1::uuid[]) AND state + 0 < 2 AND expires <= now_ms()
  RETURNING id, task, model, version, state, finished
), ",
    counted!("$3"),
    " SELECT id FROM written"
);

impl Postgres {
    /// Those of these jobs that are open, in this order, and how often each was tried. One whose time has run out is
    /// ended.
    ///
    /// # Errors
    /// The database does not do it.
    pub async fn waiting_jobs(&self, ids: &[Uuid]) -> Result<Vec<(Claimed, u32)>> {
        let sql = format!(
            "SELECT {OF_A_CLAIM}, expires <= now_ms() FROM jobs WHERE id = ANY($1) AND state + 0 < 2"
        );
        let (mut open, mut late) = (Vec::new(), Vec::new());
        for row in self.read(&sql, &[&ids]).await? {
            let (job, tries) = claimed(&row)?;
            if get(&row, 7)? {
                late.push(job.id);
            } else {
                open.push((job, tries));
            }
        }
        if !late.is_empty() {
            self.expire_jobs(late).await?;
        }
        let place = |id: Uuid| ids.iter().position(|given| *given == id);
        open.sort_by_cached_key(|(job, _)| place(job.id));
        Ok(open)
    }

    /// Counts that a job is tried, and gives it with the number of this try; `None` if it is not open. A try that was
    /// counted by a statement whose answer was lost is not counted twice.
    ///
    /// # Errors
    /// The database does not do it.
    pub async fn try_job(&self, id: Uuid) -> Result<Option<(Claimed, u32)>> {
        let Some((job, tries)) = self.waiting_jobs(&[id]).await?.pop() else { return Ok(None) };
        if tries >= TRIES {
            return Ok(Some((job, tries + 1))); // it is not tried once more
        }
        let sql = format!(
            "UPDATE jobs SET tries = greatest(tries, $2::integer)
             WHERE id = $1 AND state + 0 < 2 RETURNING {OF_A_CLAIM}"
        );
        let this = i32::try_from(tries + 1).unwrap_or(i32::MAX);
        let rows = self.write(&sql, &[&id, &this]).await?;
        rows.first().map(claimed).transpose()
    }

    /// Writes how jobs ended, all in one commit and each once: one that is not open any more is dropped. Gives which
    /// were written.
    ///
    /// # Errors
    /// The database does not do it: nothing is written, and it may be tried again.
    pub async fn finish_jobs(&self, jobs: &[Finished]) -> Result<Vec<bool>> {
        // All who write the same rows lock them in the same order.
        let mut sorted: Vec<&Finished> = jobs.iter().collect();
        sorted.sort_by_key(|job| job.id);
        sorted.dedup_by_key(|job| job.id);
        fn column<'a, T>(sorted: &[&'a Finished], of: impl Fn(&'a Finished) -> T) -> Vec<T> {
            sorted.iter().map(|job| of(job)).collect()
        }
        let state = |job: &Finished| {
            (if job.result.is_ok() { State::Done } else { State::Failed }).number() as i16
        };
        // Results are JSON, which has no NUL.
        let reason = |job: &Finished| job.result.as_ref().err().map(|reason| plain(reason));
        let rows = self
            .write(
                FINISH,
                &[
                    &column(&sorted, |job| job.id),
                    &column(&sorted, state),
                    &column(&sorted, |job| job.version as i64),
                    &column(&sorted, |job| job.result.as_deref().ok()),
                    &column(&sorted, reason),
                    &self.core.slot,
                ],
            )
            .await?;
        let mut written = ids(&rows)?;
        self.core.tell(&written);
        let mut written: HashSet<Uuid> = written.drain(..).collect();
        Ok(jobs.iter().map(|job| written.remove(&job.id)).collect())
    }

    /// Ends those of these jobs whose time has run out.
    pub(super) async fn expire_jobs(&self, mut late: Vec<Uuid>) -> Result<usize> {
        late.sort_unstable();
        let sql = self.write(EXPIRE, &[&late, &LATE, &self.core.slot]).await?;
        let ended = ids(&sql)?;
        self.core.tell(&ended);
        Ok(ended.len())
    }
}

/// The ids in the first column.
pub(super) fn ids(rows: &[Row]) -> Result<Vec<Uuid>> {
    rows.iter().map(|row| get(row, 0)).collect()
}

fn claimed(row: &Row) -> Result<(Claimed, u32)> {
    let job = Claimed {
        seq: get(row, 0)?,
        id: get(row, 1)?,
        task: task(row, 2)?,
        asked: get(row, 3)?,
        text: text(row, 4)?.unwrap_or_default(),
        created: get(row, 5)?,
    };
    Ok((job, tries(row, 6)?))
}
