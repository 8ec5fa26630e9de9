//! Jobs whose time to live is over.

use rusqlite::{Connection, OptionalExtension, params};
use uuid::Uuid;

use crate::store::sqlite::counts::count;
use crate::store::sqlite::tasks::task_of;
use crate::store::{LATE, Result, State};
use crate::task::Task;

/// At most so many are ended in one write.
const AT_ONCE: i64 = 10_000;

/// The open jobs whose time is over, by their place in the order of arrival: looked up where nobody waits for it.
pub fn late(connection: &Connection, now: i64) -> Result<Vec<i64>> {
    let mut late = connection.prepare_cached(
        "SELECT seq FROM jobs INDEXED BY jobs_open WHERE state < 2 AND expires <= ?1 LIMIT ?2",
    )?;
    let late = late.query_map([now, AT_ONCE], |row| row.get(0))?;
    Ok(late.collect::<rusqlite::Result<_>>()?)
}

/// Expires those of these jobs that still wait; gives their ids.
pub fn expire_all(connection: &Connection, late: &[i64], now: i64) -> Result<Vec<Uuid>> {
    let mut waiting = connection
        .prepare_cached("SELECT id, task, model FROM jobs WHERE seq = ?1 AND state = 0")?;
    let mut expired = Vec::new();
    for &seq in late {
        let found = waiting
            .query_row([seq], |row| Ok((row.get(0)?, task_of(row, 1)?, row.get::<_, String>(2)?)));
        if let Some((id, task, model)) = found.optional()? {
            expire(connection, seq, task, &model, now)?;
            expired.push(id);
        }
    }
    Ok(expired)
}

/// Expires a job, if it still waits.
pub fn expire(connection: &Connection, seq: i64, task: Task, model: &str, now: i64) -> Result<()> {
    let mut expire = connection.prepare_cached(
        "UPDATE jobs SET state = ?2, finished = ?3, reason = ?4 WHERE seq = ?1 AND state = 0",
    )?;
    if expire.execute(params![seq, State::Expired.number(), now, LATE])? == 1 {
        count(connection, now, task, model, 0, State::Expired, 1)?;
    }
    Ok(())
}
