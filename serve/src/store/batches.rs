//! Batches: a file of rows, cut into pieces that are claimed and finished like jobs, and put together again in order.
//!
//! The pieces of a batch are stored while it arrives, and wait only once all of it is there. A piece keeps its rows
//! until it is done, then the bytes of the submission that it became.

use rusqlite::{Connection, OptionalExtension, params};
use uuid::Uuid;

use super::counts::count;
use super::error::{Result, StoreError};
use super::jobs::{LATE, Repeat, TRIES};
use super::schema::State;
use crate::task::Task;

/// A batch that arrives.
#[derive(Debug, Clone)]
pub struct NewBatch {
    /// What it is found by.
    pub id: Uuid,
    /// The name of the model that answers it.
    pub model: String,
    /// The name of the file, as its owner calls it.
    pub name: String,
    /// `kaggle` or `text`.
    pub format: &'static str,
    /// What the submission begins with.
    pub head: Vec<u8>,
    /// How many rows it has.
    pub rows: u64,
    /// When it arrived.
    pub created: i64,
    /// When it is no longer wanted.
    pub expires: i64,
    /// Who may repeat the request, and what it was.
    pub repeat: Option<Repeat>,
}

/// A piece of a batch that has been claimed.
#[derive(Debug, Clone)]
pub struct Piece {
    /// Its batch, by the order of arrival.
    pub batch: i64,
    /// What that is found by.
    pub id: Uuid,
    /// The number of its first row, from 0.
    pub first: i64,
    /// `kaggle` or `text`.
    pub format: String,
    /// Its rows, as JSON.
    pub text: String,
}

/// How a piece ended.
#[derive(Debug, Clone)]
pub struct PieceDone {
    /// Its batch, by the order of arrival.
    pub batch: i64,
    /// The number of its first row.
    pub first: i64,
    /// The model's version.
    pub version: u64,
    /// Its bytes of the submission.
    pub answer: Vec<u8>,
    /// How many of its rows were changed.
    pub changed: u64,
    /// How many could not be answered, and are there as they were.
    pub failed: u64,
}

/// What is known of a batch.
#[derive(Debug, Clone, PartialEq)]
pub struct Batch {
    /// Its place in the order of arrival.
    pub seq: i64,
    /// What it is found by.
    pub id: Uuid,
    /// The name of the model that answers it.
    pub model: String,
    /// The name of the file, as its owner calls it.
    pub name: String,
    /// `kaggle` or `text`.
    pub format: String,
    /// What the submission begins with.
    pub head: Vec<u8>,
    /// How many rows it has.
    pub rows: u64,
    /// How many are answered.
    pub rows_done: u64,
    /// How many of them were changed.
    pub changed: u64,
    /// How many could not be answered.
    pub failed: u64,
    /// The versions of the model that have answered it.
    pub versions: Vec<u64>,
    /// Where it stands.
    pub state: State,
    /// When it arrived.
    pub created: i64,
    /// When it was finished.
    pub finished: Option<i64>,
    /// Why it failed.
    pub reason: Option<String>,
}

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

/// Adds pieces: the number of the first row, how many, and the rows as JSON.
pub fn add(
    connection: &Connection,
    batch: i64,
    model: &str,
    pieces: &[(u64, u64, String)],
) -> Result<()> {
    let mut insert = connection.prepare_cached(
        "INSERT INTO pieces(batch, first, rows, model, text, state) VALUES(?1, ?2, ?3, ?4, ?5, ?6)",
    )?;
    let arriving = State::Arriving.number();
    for (first, rows, text) in pieces {
        insert.execute(params![batch, *first as i64, *rows as i64, model, text, arriving])?;
    }
    Ok(())
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

/// Forgets a batch of which not all arrived.
pub fn forget(connection: &Connection, batch: i64) -> Result<()> {
    connection.execute("DELETE FROM pieces WHERE batch = ?1", [batch])?;
    connection.execute("DELETE FROM batches WHERE seq = ?1", [batch])?;
    Ok(())
}

/// Claims the next pieces of a model, `most` at most; `None` if none waits. One that was tried before is claimed by
/// itself, and only where it may be tried `alone`, as nothing else is then: none are claimed, though some wait. A claim counts as a try
/// before it is tried.
pub fn claim(
    connection: &Connection,
    model: &str,
    most: usize,
    alone: bool,
) -> Result<Option<Vec<Piece>>> {
    let mut next = connection.prepare_cached(
        "SELECT pieces.rowid, batch, first, text, tries, id, format, batches.state
         FROM pieces INDEXED BY pieces_open JOIN batches ON batches.seq = batch
         WHERE pieces.state < 2 AND pieces.state = 0 AND pieces.model = ?1 ORDER BY batch, first LIMIT ?2",
    )?;
    let next = next.query_map(params![model, most as i64], |row| {
        let piece = Piece {
            batch: row.get(1)?,
            first: row.get(2)?,
            text: row.get::<_, Option<String>>(3)?.unwrap_or_default(),
            id: row.get(5)?,
            format: row.get(6)?,
        };
        let tried = row.get::<_, i64>(4)? > 0;
        Ok((row.get::<_, i64>(0)?, piece, State::of(row.get(7)?), tried))
    })?;
    let (mut pieces, mut found) = (Vec::new(), false);
    for next in next.collect::<rusqlite::Result<Vec<_>>>()? {
        let (rowid, piece, state, tried) = next;
        found = true;
        if alone != tried || tried && !pieces.is_empty() {
            break;
        }
        connection
            .prepare_cached("UPDATE pieces SET state = 1, tries = tries + 1 WHERE rowid = ?1")?
            .execute([rowid])?;
        if state == State::Waiting {
            connection.execute("UPDATE batches SET state = 1 WHERE seq = ?1", [piece.batch])?;
        }
        pieces.push(piece);
        if tried {
            break;
        }
    }
    Ok(found.then_some(pieces))
}

/// Gives back a piece that was claimed and not begun: it waits again, and was not tried.
pub fn release(connection: &Connection, batch: i64, first: i64) -> Result<()> {
    let mut release = connection.prepare_cached(
        "UPDATE pieces SET state = 0, tries = tries - 1 WHERE batch = ?1 AND first = ?2 AND state = 1",
    )?;
    release.execute([batch, first])?;
    Ok(())
}

/// Writes what became of a piece; the last one finishes its batch. What is not running any more is dropped. Gives
/// whether it was written.
pub fn finish(connection: &Connection, done: &PieceDone, now: i64) -> Result<bool> {
    let mut update = connection.prepare_cached(
        "UPDATE pieces SET state = 2, text = NULL, answer = ?3, version = ?4
         WHERE batch = ?1 AND first = ?2 AND state = 1 RETURNING rows, model",
    )?;
    let version = done.version as i64;
    let found = update
        .query_row(params![done.batch, done.first, done.answer, version], |row| {
            Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?))
        })
        .optional()?;
    let Some((rows, model)) = found else { return Ok(false) };
    let mut add = connection.prepare_cached(
        "UPDATE batches SET rows_done = rows_done + ?2, changed = changed + ?3, failed = failed + ?4,
           first_version = min(coalesce(first_version, ?5), ?5), last_version = max(coalesce(last_version, ?5), ?5)
         WHERE seq = ?1 RETURNING rows_done = rows",
    )?;
    let (changed, failed) = (done.changed as i64, done.failed as i64);
    let all =
        add.query_row([done.batch, rows, changed, failed, version], |row| row.get::<_, bool>(0))?;
    if all {
        end(connection, done.batch, State::Done, now)?;
    }
    let answered = (rows - failed).max(0) as u64;
    count(connection, now, Task::Impute, &model, version, State::Done, answered)?;
    if failed > 0 {
        count(connection, now, Task::Impute, &model, version, State::Failed, done.failed)?;
    }
    Ok(true)
}

/// Ends a batch. One that expired or was removed loses its pieces.
fn end(connection: &Connection, batch: i64, state: State, now: i64) -> Result<()> {
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

/// The bytes of the submission from a row on, of some pieces, and the first row that they do not have; nothing at the
/// end.
pub fn answers(connection: &Connection, batch: i64, from: i64) -> Result<(Vec<u8>, i64)> {
    const PIECES: usize = 64;
    let mut found = connection.prepare_cached(
        "SELECT answer, first + rows FROM pieces WHERE batch = ?1 AND first >= ?2 ORDER BY first LIMIT ?3",
    )?;
    let mut rows = found.query(params![batch, from, PIECES as i64])?;
    let (mut bytes, mut next) = (Vec::new(), from);
    while let Some(row) = rows.next()? {
        bytes.extend_from_slice(&row.get::<_, Option<Vec<u8>>>(0)?.unwrap_or_default());
        next = row.get(1)?;
    }
    Ok((bytes, next))
}

/// After a start: batches that had not arrived are forgotten. A piece that was being tried when the process ended is
/// cut into its rows, each of which is tried alone; a row that ended it too often is given back as it was, by
/// `unanswered`. Gives the number of rows that wait.
pub fn recover(
    connection: &Connection,
    now: i64,
    models: &[String],
    split: impl Fn(&str) -> Vec<String>,
    unanswered: impl Fn(&str, &str) -> Vec<u8>,
) -> Result<u64> {
    let arriving = State::Arriving.number();
    let of_those = "DELETE FROM pieces WHERE batch IN (SELECT seq FROM batches WHERE state = ?1)";
    connection.execute(of_those, [arriving])?;
    connection.execute("DELETE FROM batches WHERE state = ?1", [arriving])?;
    let mut running = connection.prepare(
        "SELECT batch, first, pieces.rows, tries, text, pieces.model, format FROM pieces
         JOIN batches ON batches.seq = batch WHERE pieces.state < 2 AND pieces.state = 1",
    )?;
    let running = running.query_map([], |row| {
        let numbers = [0, 1, 2, 3].map(|at| row.get::<_, i64>(at));
        let texts = [4, 5, 6].map(|at| row.get::<_, String>(at));
        Ok((numbers, texts))
    })?;
    for (numbers, texts) in running.collect::<rusqlite::Result<Vec<_>>>()? {
        let [batch, first, rows, tries] = numbers;
        let [text, model, format] = texts;
        let (batch, first, rows, tries) = (batch?, first?, rows?, tries?);
        let (text, model, format) = (text?, model?, format?);
        if rows == 1 && tries >= i64::from(TRIES) {
            let answer = unanswered(&format, &text);
            let done = PieceDone { batch, first, version: 0, answer, changed: 0, failed: 1 };
            finish(connection, &done, now)?;
            continue;
        }
        connection.execute("DELETE FROM pieces WHERE batch = ?1 AND first = ?2", [batch, first])?;
        let parts = if rows == 1 { vec![text] } else { split(&text) };
        for (at, part) in parts.into_iter().enumerate() {
            connection.execute(
                "INSERT INTO pieces(batch, first, rows, model, text, state, tries) VALUES(?1, ?2, 1, ?3, ?4, 0, ?5)",
                params![batch, first + at as i64, model, part, tries],
            )?;
        }
    }
    // One whose model is not there any more waits until its time is over.
    connection.execute(
        "UPDATE batches SET state = 0 WHERE state = 1 AND NOT EXISTS
           (SELECT 1 FROM json_each(?1) WHERE value = batches.model)",
        [serde_json::to_string(models).unwrap_or_default()],
    )?;
    let open = connection.query_row(
        "SELECT coalesce(sum(rows), 0) FROM pieces WHERE state < 2",
        [],
        |row| row.get::<_, i64>(0),
    )?;
    Ok(open as u64)
}
