//! Jobs: accepted, claimed, finished once, looked at, removed.

use rusqlite::{Connection, OptionalExtension, Row, params};
use uuid::Uuid;

use super::counts::count;
use super::error::{Result, StoreError};
use super::schema::State;
use crate::task::Task;

/// A job fails after so many tries that ended the process.
pub const TRIES: u32 = 3;
/// Why a job expired.
pub(super) const LATE: &str = "its time to live ran out before its turn came";

/// A job that arrives.
#[derive(Debug, Clone)]
pub struct NewJob {
    /// What it is found by.
    pub id: Uuid,
    /// What is to be done.
    pub task: Task,
    /// The name of the model that does it.
    pub model: String,
    /// What else is asked, as JSON.
    pub asked: String,
    /// The text.
    pub text: String,
    /// When it arrived.
    pub created: i64,
    /// When it is no longer wanted.
    pub expires: i64,
    /// Who may repeat the request, and what it was.
    pub repeat: Option<Repeat>,
}

/// What makes a repeated request harmless.
#[derive(Debug, Clone)]
pub struct Repeat {
    /// The client and its key.
    pub key: Vec<u8>,
    /// A hash of the request.
    pub request: Vec<u8>,
}

/// A job that has been claimed.
#[derive(Debug, Clone)]
pub struct Claimed {
    /// Its place in the order of arrival.
    pub seq: i64,
    /// What it is found by.
    pub id: Uuid,
    /// What is to be done.
    pub task: Task,
    /// What else is asked, as JSON.
    pub asked: String,
    /// The text.
    pub text: String,
    /// When it arrived.
    pub created: i64,
}

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

/// How a job ended.
#[derive(Debug, Clone)]
pub struct Finished {
    /// Its place in the order of arrival.
    pub seq: i64,
    /// What it is found by.
    pub id: Uuid,
    /// Its task and its model, for the counts.
    pub task: Task,
    /// The name of the model.
    pub model: String,
    /// The model's version.
    pub version: u64,
    /// The result as JSON, or a reason.
    pub result: std::result::Result<String, String>,
}

/// What is known of a job.
#[derive(Debug, Clone, PartialEq)]
pub struct Job {
    /// What it is found by.
    pub id: Uuid,
    /// What is done.
    pub task: Task,
    /// The name of the model that does it.
    pub model: String,
    /// Where it stands.
    pub state: State,
    /// How often it was tried.
    pub tries: u32,
    /// When it arrived.
    pub created: i64,
    /// When it is no longer wanted.
    pub expires: i64,
    /// When it was finished.
    pub finished: Option<i64>,
    /// The text, unless it was removed.
    pub text: Option<String>,
    /// The result as JSON, if it is done.
    pub result: Option<String>,
    /// Why it failed.
    pub reason: Option<String>,
}

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
        task: task(row, 2)?,
        asked: row.get(3)?,
        text: row.get::<_, Option<String>>(4)?.unwrap_or_default(),
        created: row.get(5)?,
    })
}

fn task(row: &Row<'_>, column: usize) -> rusqlite::Result<Task> {
    let name = row.get_ref(column)?.as_str()?;
    Task::named(name).ok_or(rusqlite::Error::InvalidQuery)
}

fn expire(connection: &Connection, seq: i64, task: Task, model: &str, now: i64) -> Result<()> {
    let mut expire = connection.prepare_cached(
        "UPDATE jobs SET state = ?2, finished = ?3, reason = ?4 WHERE seq = ?1 AND state = 0",
    )?;
    if expire.execute(params![seq, State::Expired.number(), now, LATE])? == 1 {
        count(connection, now, task, model, 0, State::Expired, 1)?;
    }
    Ok(())
}

/// Expires every waiting job whose time to live is over; gives their ids.
pub fn expire_all(connection: &Connection, now: i64) -> Result<Vec<Uuid>> {
    let mut late = connection.prepare_cached(
        "SELECT seq, id, task, model FROM jobs INDEXED BY jobs_expiring
         WHERE state < 2 AND state = 0 AND expires <= ?1 LIMIT 10000",
    )?;
    let late = late.query_map([now], |row| {
        Ok((row.get::<_, i64>(0)?, row.get::<_, Uuid>(1)?, task(row, 2)?, row.get::<_, String>(3)?))
    })?;
    let late = late.collect::<rusqlite::Result<Vec<_>>>()?;
    for (seq, _, task, model) in &late {
        expire(connection, *seq, *task, model, now)?;
    }
    Ok(late.into_iter().map(|(_, id, ..)| id).collect())
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
            count(connection, now, job.task, &job.model, version, state, 1)?;
        }
        written.push(changed == 1);
    }
    Ok(written)
}

/// After a start: what was being done when the process ended waits again; what ended it too often fails. Gives the
/// number of jobs that wait.
pub fn recover(connection: &Connection, now: i64) -> Result<u64> {
    let mut bad = connection.prepare(
        "SELECT seq, id, task, model FROM jobs WHERE state < 2 AND state = 1 AND tries >= ?1",
    )?;
    let bad = bad.query_map([TRIES], |row| {
        Ok((row.get::<_, i64>(0)?, row.get(1)?, task(row, 2)?, row.get::<_, String>(3)?))
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
            task: task(row, 0)?,
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

#[cfg(test)]
mod tests {
    use super::super::schema;
    use super::*;

    #[test]
    fn what_was_tried_before_is_claimed_by_itself_and_only_alone() {
        let folder = tempfile::tempdir().unwrap();
        let connection = schema::open(&folder.path().join("x")).unwrap();
        for id in 1..=4 {
            let (task, model, text) = (Task::Impute, "m".to_owned(), "a b c".to_owned());
            let (id, asked, expires) = (Uuid::from_u128(id), String::new(), 100);
            let job = NewJob { id, task, model, asked, text, created: 0, expires, repeat: None };
            accept(&connection, &job).unwrap();
        }
        let seqs = |most, alone| {
            let claim = claim(&connection, "m", most, 1, alone).unwrap();
            let seqs: Vec<i64> = claim.jobs.iter().map(|job| job.seq).collect();
            (seqs, claim.wants_alone)
        };
        assert_eq!(seqs(2, false), (vec![1, 2], false));
        assert_eq!(recover(&connection, 1).unwrap(), 4); // as after a crash
        assert_eq!(seqs(9, false), (vec![], true));
        assert_eq!(seqs(9, true), (vec![1], false));
        assert_eq!(seqs(9, true), (vec![2], false));
        assert_eq!(seqs(9, true), (vec![], false), "the others were not tried");
        assert_eq!(seqs(9, false), (vec![3, 4], false));
        assert_eq!(oldest(&connection, "m").unwrap(), None);
        release(&connection, &[3]).unwrap();
        assert_eq!(oldest(&connection, "m").unwrap(), Some(0));
        assert_eq!(expire_all(&connection, 100).unwrap(), [Uuid::from_u128(3)]);
        for _ in 0..2 {
            recover(&connection, 2).unwrap();
            claim(&connection, "m", 1, 2, true).unwrap();
        }
        recover(&connection, 3).unwrap();
        let first = job(&connection, Uuid::from_u128(1), 3).unwrap().unwrap();
        assert_eq!((first.state, first.tries), (State::Failed, TRIES));
    }
}
