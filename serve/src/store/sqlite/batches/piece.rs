//! A piece of a batch: claimed and finished like a job, and a part of the submission.

use rusqlite::{Connection, OptionalExtension, params};

use super::batch::end;
use crate::store::sqlite::counts::count;
use crate::store::{NewPiece, Piece, PieceDone, Result, State};
use crate::task::Task;

/// Adds pieces.
pub fn add(connection: &Connection, batch: i64, model: &str, pieces: &[NewPiece]) -> Result<()> {
    let mut insert = connection.prepare_cached(
        "INSERT INTO pieces(batch, first, rows, model, text, state) VALUES(?1, ?2, ?3, ?4, ?5, ?6)",
    )?;
    let arriving = State::Arriving.number();
    for piece in pieces {
        insert.execute(params![batch, piece.first, piece.rows, model, piece.text, arriving])?;
    }
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

/// Writes what became of a piece; the last one finishes its batch. What is not running any more is dropped. Gives how
/// many rows were written.
pub fn finish(connection: &Connection, done: &PieceDone, now: i64) -> Result<Option<u64>> {
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
    let Some((rows, model)) = found else { return Ok(None) };
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
    Ok(Some(rows as u64))
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
