//! What is open: taken up again after a start, and looked at.

use rusqlite::{Connection, OptionalExtension};

use super::turn::finish;
use crate::store::sqlite::tasks::task_of;
use crate::store::{Finished, Result, TRIES};

/// After a start: what was being done when the process ended waits again; what ended it too often fails. Gives the
/// number of jobs that wait.
pub fn recover(connection: &Connection, now: i64) -> Result<u64> {
    let mut bad = connection.prepare(
        "SELECT seq, id, task, model FROM jobs WHERE state < 2 AND state = 1 AND tries >= ?1",
    )?;
    let bad = bad.query_map([TRIES], |row| {
        Ok((row.get::<_, i64>(0)?, row.get(1)?, task_of(row, 2)?, row.get::<_, String>(3)?))
    })?;
    for found in bad.collect::<rusqlite::Result<Vec<_>>>()? {
        let (seq, id, task, model) = found;
        let reason = format!("the process ended {TRIES} times while this text was tried");
        let finished = Finished { seq, id, task, model, version: 0, result: Err(reason) };
        finish(connection, &[finished], now)?;
    }
    connection.execute("UPDATE jobs SET state = 0 WHERE state < 2 AND state = 1", [])?;
    let open = connection
        .query_row("SELECT count(*) FROM jobs WHERE state < 2", [], |row| row.get::<_, i64>(0))?;
    Ok(open as u64)
}

/// The models that have open work, rows of batches included.
pub fn models(connection: &Connection) -> Result<Vec<String>> {
    let mut found = connection.prepare(
        "SELECT model FROM jobs WHERE state < 2 UNION SELECT model FROM pieces WHERE state < 2",
    )?;
    let found = found.query_map([], |row| row.get(0))?;
    Ok(found.collect::<rusqlite::Result<Vec<_>>>()?)
}

/// When the oldest job arrived that waits for its turn with a model.
pub fn oldest(connection: &Connection, model: &str) -> Result<Option<i64>> {
    let mut first = connection.prepare_cached(
        "SELECT created FROM jobs WHERE state < 2 AND state = 0 AND model = ?1 ORDER BY seq LIMIT 1",
    )?;
    Ok(first.query_row([model], |row| row.get(0)).optional()?)
}
