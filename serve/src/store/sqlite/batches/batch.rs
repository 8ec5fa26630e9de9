//! A batch: begun while its rows arrive, accepted when all are there, looked at, removed.

use rusqlite::{Connection, OptionalExtension, params};
use uuid::Uuid;

use crate::store::{Batch, LATE, NewBatch, Result, State, StoreError};

/// Begins a batch; its pieces follow. Gives its place, or the id of the one that is there already if the request is
/// a repeated one.
pub fn begin(connection: &Connection, batch: &NewBatch) -> Result<std::result::Result<i64, Uuid>> {
    if let Some(repeat) = &batch.repeat {
        let known = connection.query_row(
            "SELECT id, request, state FROM batches WHERE repeat_key = ?1",
            [&repeat.key],
            |row| Ok((row.get::<_, Uuid>(0)?, row.get::<_, Vec<u8>>(1)?, row.get::<_, i64>(2)?)),
        );
        match known.optional()? {
            Some((_, request, _)) if request != repeat.request => {
                return Err(StoreError::OtherRequest);
            }
            // The same request, still arriving elsewhere.
            Some((_, _, state)) if State::of(state) == State::Arriving => {
                return Err(StoreError::Arriving);
            }
            Some((id, ..)) => return Ok(Err(id)),
            None => {}
        }
    }
    let repeat = batch.repeat.as_ref();
    connection.execute(
        "INSERT INTO batches(id, model, name, format, head, rows, state, created, expires, repeat_key, request)
         VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
        params![
            batch.id,
            batch.model,
            batch.name,
            batch.format,
            batch.head,
            batch.rows as i64,
            State::Arriving.number(),
            batch.created,
            batch.expires,
            repeat.map(|repeat| &repeat.key),
            repeat.map(|repeat| &repeat.request),
        ],
    )?;
    Ok(Ok(connection.last_insert_rowid()))
}

/// All of a batch is there: it waits from now on. One without rows is done.
pub fn accept(connection: &Connection, batch: i64, now: i64) -> Result<()> {
    connection.execute("UPDATE pieces SET state = 0 WHERE batch = ?1", [batch])?;
    let rows = connection.query_row(
        "UPDATE batches SET state = 0 WHERE seq = ?1 RETURNING rows",
        [batch],
        |row| row.get::<_, i64>(0),
    )?;
    if rows == 0 {
        end(connection, batch, State::Done, now)?;
    }
    Ok(())
}

/// Forgets a batch of which not all arrived.
pub fn forget(connection: &Connection, batch: i64) -> Result<()> {
    connection.execute("DELETE FROM pieces WHERE batch = ?1", [batch])?;
    connection.execute("DELETE FROM batches WHERE seq = ?1", [batch])?;
    Ok(())
}

/// Lets the time of all batches run out that nobody began; gives their ids and how many rows they have.
pub fn expire_all(connection: &Connection, now: i64) -> Result<Vec<(Uuid, u64)>> {
    let mut late = connection
        .prepare_cached("SELECT seq, id, rows FROM batches WHERE state = 0 AND expires <= ?1")?;
    let late = late.query_map([now], |row| {
        Ok((row.get::<_, i64>(0)?, row.get(1)?, row.get::<_, i64>(2)? as u64))
    })?;
    let late = late.collect::<rusqlite::Result<Vec<_>>>()?;
    for (seq, ..) in &late {
        end(connection, *seq, State::Expired, now)?;
    }
    Ok(late.into_iter().map(|(_, id, rows)| (id, rows)).collect())
}

/// Ends a batch. One that expired or was removed loses its pieces.
pub fn end(connection: &Connection, batch: i64, state: State, now: i64) -> Result<()> {
    if state != State::Done {
        connection.execute("DELETE FROM pieces WHERE batch = ?1", [batch])?;
    }
    let reason = (state == State::Expired).then_some(LATE);
    connection.execute(
        "UPDATE batches SET state = ?2, finished = coalesce(finished, ?3), reason = ?4 WHERE seq = ?1",
        params![batch, state.number(), now, reason],
    )?;
    Ok(())
}

/// Removes the rows and answers of a batch. `None` if there is no such batch; else how many rows were open.
pub fn delete(connection: &Connection, id: Uuid, now: i64) -> Result<Option<u64>> {
    let Some(batch) = batch(connection, id)? else { return Ok(None) };
    let open = if batch.state.is_final() { 0 } else { batch.rows - batch.rows_done };
    end(connection, batch.seq, State::Deleted, now)?;
    connection.execute("UPDATE batches SET name = '', head = x'' WHERE seq = ?1", [batch.seq])?;
    Ok(Some(open))
}

/// What is known of a batch. One that is still arriving is not known.
pub fn batch(connection: &Connection, id: Uuid) -> Result<Option<Batch>> {
    let mut found = connection.prepare_cached(
        "SELECT seq, model, name, format, head, rows, rows_done, changed, failed, state, created, finished, reason,
           first_version, last_version FROM batches WHERE id = ?1 AND state <> ?2",
    )?;
    let found = found.query_row(params![id, State::Arriving.number()], |row| {
        Ok(Batch {
            seq: row.get(0)?,
            id,
            model: row.get(1)?,
            name: row.get(2)?,
            format: row.get(3)?,
            head: row.get(4)?,
            rows: row.get::<_, i64>(5)? as u64,
            rows_done: row.get::<_, i64>(6)? as u64,
            changed: row.get::<_, i64>(7)? as u64,
            failed: row.get::<_, i64>(8)? as u64,
            state: State::of(row.get(9)?),
            created: row.get(10)?,
            finished: row.get(11)?,
            reason: row.get(12)?,
            versions: versions(row.get(13)?, row.get(14)?),
        })
    });
    Ok(found.optional()?)
}

/// Versions follow one another: all from the first to the last have answered some of it, or were replaced before they
/// did.
fn versions(first: Option<i64>, last: Option<i64>) -> Vec<u64> {
    let (Some(first), Some(last)) = (first, last) else { return Vec::new() };
    (first.max(1)..=last).map(|version| version as u64).collect()
}
