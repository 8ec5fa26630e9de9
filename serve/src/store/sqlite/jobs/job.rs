//! A job: put in, looked at, removed.

use rusqlite::{Connection, OptionalExtension, params};
use uuid::Uuid;

use crate::store::sqlite::tasks::task_of;
use crate::store::{Job, LATE, NewJob, Result, State, StoreError};

/// Puts a job in; gives the id of the one that is there already if the request is a repeated one.
pub fn accept(connection: &Connection, job: &NewJob) -> Result<(Uuid, bool)> {
    if let Some(repeat) = &job.repeat {
        let mut known =
            connection.prepare_cached("SELECT id, request FROM jobs WHERE repeat_key = ?1")?;
        let known = known.query_row([&repeat.key], |row| {
            Ok((row.get::<_, Uuid>(0)?, row.get::<_, Option<Vec<u8>>>(1)?))
        });
        if let Some((id, request)) = known.optional()? {
            // What was removed is not compared any more.
            return if request.is_none_or(|request| request == repeat.request) {
                Ok((id, false))
            } else {
                Err(StoreError::OtherRequest)
            };
        }
    }
    let mut insert = connection.prepare_cached(
        "INSERT INTO jobs(id, task, model, asked, text, created, expires, repeat_key, request)
         VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
    )?;
    let repeat = job.repeat.as_ref();
    insert.execute(params![
        job.id,
        job.task.name(),
        job.model,
        job.asked,
        job.text,
        job.created,
        job.expires,
        repeat.map(|repeat| &repeat.key),
        repeat.map(|repeat| &repeat.request),
    ])?;
    Ok((job.id, true))
}

/// What is known of a job.
pub fn job(connection: &Connection, id: Uuid, now: i64) -> Result<Option<Job>> {
    let mut found = connection.prepare_cached(
        "SELECT task, model, state, tries, created, expires, finished, text, result, reason FROM jobs WHERE id = ?1",
    )?;
    let job = found.query_row([id], |row| {
        let mut state = State::of(row.get(2)?);
        let expires = row.get(5)?;
        let (mut finished, mut reason) = (row.get(6)?, row.get(9)?);
        // Its time has run out; nobody has come by to write that down yet.
        if state == State::Waiting && expires <= now {
            (state, finished, reason) = (State::Expired, Some(expires), Some(LATE.to_owned()));
        }
        Ok(Job {
            id,
            task: task_of(row, 0)?,
            model: row.get(1)?,
            state,
            tries: row.get(3)?,
            created: row.get(4)?,
            expires,
            finished,
            text: row.get(7)?,
            result: row.get(8)?,
            reason,
        })
    });
    Ok(job.optional()?)
}

/// Removes the text and the result of a job, and what was said about it, which may be there longer than the job.
/// `None` if there is nothing of the kind; else whether it was open.
pub fn delete(connection: &Connection, id: Uuid, now: i64) -> Result<Option<bool>> {
    let mut found = connection.prepare_cached("SELECT state FROM jobs WHERE id = ?1")?;
    let state = found.query_row([id], |row| row.get::<_, i64>(0)).optional()?;
    let mut forget = connection.prepare_cached("DELETE FROM feedback WHERE job = ?1")?;
    let said = forget.execute([id])? > 0;
    let Some(state) = state.map(State::of) else { return Ok(said.then_some(false)) };
    let mut remove = connection.prepare_cached(
        "UPDATE jobs SET text = NULL, result = NULL, reason = NULL, asked = '', request = NULL, state = ?2,
           finished = coalesce(finished, ?3) WHERE id = ?1",
    )?;
    remove.execute(params![id, State::Deleted.number(), now])?;
    Ok(Some(!state.is_final()))
}
