//! What is kept when texts are removed: how many there were, by day, task, model, version and state.

use rusqlite::{Connection, params};

use crate::store::{Result, State};
use crate::task::Task;

/// Milliseconds in a day.
pub const DAY: i64 = 86_400_000;

/// Counts texts that have ended.
pub fn count(
    connection: &Connection,
    now: i64,
    task: Task,
    model: &str,
    version: i64,
    state: State,
    texts: u64,
) -> Result<()> {
    let mut add = connection.prepare_cached(
        "INSERT INTO counts(day, task, model, version, state, texts) VALUES(?1, ?2, ?3, ?4, ?5, ?6)
         ON CONFLICT DO UPDATE SET texts = texts + excluded.texts",
    )?;
    let day = now.div_euclid(DAY);
    add.execute(params![day, task.name(), model, version, state.number(), texts as i64])?;
    Ok(())
}
