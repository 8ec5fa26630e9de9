//! What is done from time to time: jobs whose time ran out are ended, old texts are removed.

use rusqlite::{Connection, params};

use super::open::Sqlite;
use super::writer::Strength;
use super::{batches, jobs};
use crate::clock;
use crate::store::{Result, State};

/// At most so many rows are removed in one write, so that nobody waits long for it.
const AT_ONCE: i64 = 2000;

impl Sqlite {
    /// Ends what is no longer wanted, and tells who waits for it; writes what could not be written before.
    ///
    /// # Errors
    /// The database does not do it.
    pub fn expire_all(&self) -> Result<()> {
        self.writer.probe();
        self.again.now();
        let now = clock::now();
        let late = self.readers.look(|connection| jobs::late(connection, now))?;
        let late = self.writer.write_blocking(Strength::Process, move |connection| {
            jobs::expire_all(connection, &late, now)
        })?;
        self.shared.jobs.ended(late.len() as u64);
        self.shared.watchers.tell(late);
        let late = self.writer.write_blocking(Strength::Process, move |connection| {
            batches::expire_all(connection, now)
        })?;
        for (id, rows) in late {
            self.shared.rows.ended(rows);
            self.shared.watchers.tell([id]);
            self.writer.overwrite_removed();
        }
        Ok(())
    }

    /// Removes what has been finished for so long, in milliseconds. Counts stay.
    ///
    /// # Errors
    /// The database does not do it.
    pub fn retire_all(&self, retention: i64, keep_feedback: i64) -> Result<()> {
        let now = clock::now();
        let before = now - retention;
        loop {
            let some = self
                .writer
                .write_blocking(Strength::Process, move |connection| remove(connection, before))?;
            if some > 0 {
                self.writer.overwrite_removed();
            }
            if some < AT_ONCE {
                break;
            }
        }
        let gone = self.writer.write_blocking(Strength::Process, move |connection| {
            let gone = "DELETE FROM feedback WHERE created < ?1";
            Ok(connection.execute(gone, [now - keep_feedback])?)
        })?;
        if gone > 0 {
            self.writer.overwrite_removed();
        }
        Ok(())
    }
}

/// Removes the oldest of what was finished before, and gives how many jobs and batches. The order of arrival is
/// nearly that of the end: the first that is too young ends the search.
fn remove(connection: &Connection, before: i64) -> Result<i64> {
    let open = "state < 2 OR coalesce(finished, created) >= ?1";
    let mut first = connection.prepare_cached(&format!(
        "SELECT coalesce(min(seq), -1) FROM (SELECT seq, state, finished, created FROM jobs ORDER BY seq LIMIT ?2)
         WHERE {open}"
    ))?;
    let kept: i64 = first.query_row(params![before, AT_ONCE], |row| row.get(0))?;
    let oldest: i64 =
        connection.query_row("SELECT coalesce(min(seq), 0) FROM jobs", [], |row| row.get(0))?;
    let below = if kept < 0 { oldest + AT_ONCE } else { kept };
    let jobs = connection.execute(
        "DELETE FROM jobs WHERE seq < ?1 AND state >= 2 AND coalesce(finished, created) < ?2",
        [below, before],
    )?;
    let mut old = connection.prepare_cached(
        "SELECT seq FROM batches WHERE state BETWEEN 2 AND ?2 AND coalesce(finished, created) < ?1 LIMIT 8",
    )?;
    let last = State::Deleted.number();
    let old = old.query_map([before, last], |row| row.get::<_, i64>(0))?;
    let old = old.collect::<rusqlite::Result<Vec<_>>>()?;
    for batch in &old {
        batches::forget(connection, *batch)?;
    }
    Ok(jobs as i64 + old.len() as i64)
}
