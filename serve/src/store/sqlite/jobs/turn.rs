//! A turn: jobs are claimed, and finished once.

use std::collections::BTreeMap;

use rusqlite::{Connection, Row, params};
use uuid::Uuid;

use super::late::expire;
use crate::store::sqlite::counts::count;
use crate::store::sqlite::tasks::task_of;
use crate::store::{Claimed, Finished, Result, State};

/// What a model is to do next.
#[derive(Debug, Default)]
pub struct Claim {
    /// The jobs; a single one if it was tried before.
    pub jobs: Vec<Claimed>,
    /// Whether the next was tried before, and nothing was claimed because it may not be alone.
    pub wants_alone: bool,
    /// Those whose time had run out.
    pub expired: Vec<Uuid>,
}

impl Claim {
    /// Whether nothing was found.
    pub fn is_empty(&self) -> bool {
        self.jobs.is_empty() && self.expired.is_empty() && !self.wants_alone
    }
}

/// Claims the oldest jobs of a model, `most` at most. One that was claimed before is claimed by itself, and only where
/// it may be tried `alone`: then nothing else is claimed. A claim counts as a try before it is tried.
pub fn claim(
    connection: &Connection,
    model: &str,
    most: usize,
    now: i64,
    alone: bool,
) -> Result<Claim> {
    let mut waiting = connection.prepare_cached(
        "SELECT seq, id, task, asked, text, created, expires, tries FROM jobs
         WHERE state < 2 AND state = 0 AND model = ?1 ORDER BY seq",
    )?;
    let mut rows = waiting.query([model])?;
    let (mut claim, mut late) = (Claim::default(), Vec::new());
    while let Some(row) = rows.next()? {
        let job = claimed(row)?;
        if row.get::<_, i64>(6)? <= now {
            claim.expired.push(job.id);
            late.push((job.seq, job.task));
            if late.len() >= most {
                break;
            }
            continue;
        }
        let tried = row.get::<_, i64>(7)? > 0;
        if alone && !tried {
            break;
        }
        if tried && (!claim.jobs.is_empty() || !alone) {
            claim.wants_alone = claim.jobs.is_empty();
            break;
        }
        claim.jobs.push(job);
        if tried || claim.jobs.len() >= most {
            break;
        }
    }
    drop(rows);
    let mut begin =
        connection.prepare_cached("UPDATE jobs SET state = 1, tries = tries + 1 WHERE seq = ?1")?;
    for job in &claim.jobs {
        begin.execute([job.seq])?;
    }
    for (seq, task) in late {
        expire(connection, seq, task, model, now)?;
    }
    Ok(claim)
}

fn claimed(row: &Row<'_>) -> rusqlite::Result<Claimed> {
    Ok(Claimed {
        seq: row.get(0)?,
        id: row.get(1)?,
        task: task_of(row, 2)?,
        asked: row.get(3)?,
        text: row.get::<_, Option<String>>(4)?.unwrap_or_default(),
        created: row.get(5)?,
    })
}

/// Gives back what was claimed and not begun: it waits again, and was not tried.
pub fn release(connection: &Connection, claimed: &[i64]) -> Result<()> {
    let mut release = connection.prepare_cached(
        "UPDATE jobs SET state = 0, tries = tries - 1 WHERE seq = ?1 AND state = 1",
    )?;
    for seq in claimed {
        release.execute([seq])?;
    }
    Ok(())
}

/// Writes results. One whose job is not running any more (it was removed) is dropped: a result is written once.
/// Gives which were written.
pub fn finish(connection: &Connection, finished: &[Finished], now: i64) -> Result<Vec<bool>> {
    let mut update = connection.prepare_cached(
        "UPDATE jobs SET state = ?2, result = ?3, reason = ?4, version = ?5, finished = ?6
         WHERE seq = ?1 AND state = 1 AND id = ?7",
    )?;
    let mut written = Vec::with_capacity(finished.len());
    let mut counts = BTreeMap::new();
    for job in finished {
        let state = if job.result.is_ok() { State::Done } else { State::Failed };
        let (result, reason) = (job.result.as_ref().ok(), job.result.as_ref().err());
        let version = job.version as i64;
        let changed = update.execute(params![
            job.seq,
            state.number(),
            result,
            reason,
            version,
            now,
            job.id
        ])?;
        if changed == 1 {
            *counts.entry((job.task, &job.model, version, state)).or_default() += 1;
        }
        written.push(changed == 1);
    }
    for ((task, model, version, state), texts) in counts {
        count(connection, now, task, model, version, state, texts)?;
    }
    Ok(written)
}
