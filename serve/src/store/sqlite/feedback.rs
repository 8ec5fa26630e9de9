//! What was said about answers, and what of the traffic there is to look at.
//!
//! A report has its own copy of text and answer: it outlives its job, which is removed after days. It goes when
//! somebody deletes the job.

use rusqlite::{Connection, OptionalExtension, Row, params};
use uuid::Uuid;

use crate::store::{Done, Feedback, NewFeedback, Result, State, StoreError};
use crate::task::{Source, Task, Verdict};

/// Of so many of the newest jobs, the recent texts are taken: a bound on the reading.
const NEWEST: i64 = 20_000;

/// Keeps what was said, in place of what the same client has said before for the same reason. Whether it could be:
/// the job may have been deleted meanwhile. What is said later is told to be later, whatever the clock says.
pub fn put(connection: &Connection, new: &NewFeedback) -> Result<bool> {
    let mut put = connection.prepare_cached(
        "INSERT INTO feedback(job, client, source, created, verdict, task, model, version, text, answer, word, gap,
           sentence)
         SELECT id, ?2, ?3, max(?4, coalesce((SELECT 1 + max(created) FROM feedback WHERE job = ?1), 0)), ?5, task,
           model, version, text, ?6, ?7, ?8, ?9
         FROM jobs WHERE id = ?1 AND state = ?10 AND text IS NOT NULL
         ON CONFLICT(job, client, source) DO UPDATE SET created = excluded.created, verdict = excluded.verdict,
           version = excluded.version, text = excluded.text, answer = excluded.answer, word = excluded.word,
           gap = excluded.gap, sentence = excluded.sentence",
    )?;
    let changed = put.execute(params![
        new.job,
        new.client,
        new.source.name(),
        new.created,
        new.verdict.name(),
        new.answer,
        new.word,
        new.gap.map(|gap| gap as i64),
        new.sentence,
        State::Done.number(),
    ])?;
    Ok(changed == 1)
}

/// What was said last about the answer of a job, and the word that was meant.
pub fn last(connection: &Connection, job: Uuid) -> Result<Option<(Verdict, Option<String>)>> {
    let mut last = connection.prepare_cached(
        "SELECT verdict, word FROM feedback WHERE job = ?1 ORDER BY created DESC, seq DESC LIMIT 1",
    )?;
    let last = last.query_row([job], |row| Ok((named(row, 0, Verdict::named)?, row.get(1)?)));
    Ok(last.optional()?)
}

/// Gives everything that was said, in the order in which it was first said.
pub fn each<E: From<StoreError>>(
    connection: &Connection,
    mut take: impl FnMut(Feedback) -> std::result::Result<(), E>,
) -> std::result::Result<(), E> {
    let wrong = |error: rusqlite::Error| E::from(error.into());
    let mut all = connection
        .prepare(
            "SELECT seq, job, source, created, verdict, task, model, version, text, answer, word, gap, sentence
             FROM feedback ORDER BY seq",
        )
        .map_err(wrong)?;
    let mut rows = all.query([]).map_err(wrong)?;
    while let Some(row) = rows.next().map_err(wrong)? {
        take(feedback(row).map_err(wrong)?)?;
    }
    Ok(())
}

fn feedback(row: &Row<'_>) -> rusqlite::Result<Feedback> {
    let number = |n: Option<i64>| n.and_then(|n| u64::try_from(n).ok());
    Ok(Feedback {
        seq: row.get(0)?,
        job: row.get(1)?,
        source: named(row, 2, Source::named)?,
        created: row.get(3)?,
        verdict: named(row, 4, Verdict::named)?,
        task: named(row, 5, Task::named)?,
        model: row.get(6)?,
        version: number(row.get(7)?),
        text: row.get(8)?,
        answer: row.get(9)?,
        word: row.get(10)?,
        gap: number(row.get(11)?).and_then(|gap| usize::try_from(gap).ok()),
        sentence: row.get(12)?,
    })
}

fn named<T>(row: &Row<'_>, column: usize, of: impl Fn(&str) -> Option<T>) -> rusqlite::Result<T> {
    of(row.get_ref(column)?.as_str()?).ok_or(rusqlite::Error::InvalidQuery)
}

/// Gives the place and the id of every finished job whose text is still there.
pub fn each_done(
    connection: &Connection,
    task: Option<Task>,
    mut take: impl FnMut(i64, Uuid),
) -> Result<()> {
    let mut all = connection.prepare(
        "SELECT seq, id FROM jobs WHERE state = ?1 AND text IS NOT NULL AND result IS NOT NULL
           AND (?2 IS NULL OR task = ?2)",
    )?;
    let mut rows = all.query(params![State::Done.number(), task.map(Task::name)])?;
    while let Some(row) = rows.next()? {
        take(row.get(0)?, row.get(1)?);
    }
    Ok(())
}

/// A finished job by its place; `None` if its text is gone.
pub fn done(connection: &Connection, seq: i64) -> Result<Option<Done>> {
    let mut one = connection.prepare_cached(
        "SELECT id, created, text, result FROM jobs
         WHERE seq = ?1 AND state = ?2 AND text IS NOT NULL AND result IS NOT NULL",
    )?;
    let one = one.query_row([seq, State::Done.number()], |row| {
        Ok(Done { id: row.get(0)?, created: row.get(1)?, text: row.get(2)?, result: row.get(3)? })
    });
    Ok(one.optional()?)
}

/// The texts of the newest finished jobs of `impute` and `repair`, `most` at most.
pub fn recent_texts(connection: &Connection, most: usize) -> Result<Vec<String>> {
    let mut newest = connection.prepare_cached(&recent("text"))?;
    let texts =
        newest.query_map(params![NEWEST, State::Done.number(), most as i64], |row| row.get(0))?;
    Ok(texts.collect::<rusqlite::Result<Vec<String>>>()?)
}

/// How many texts [`recent_texts`] gives.
pub fn count_recent(connection: &Connection, most: usize) -> Result<u64> {
    let sql = format!("SELECT count(*) FROM ({})", recent("1"));
    let mut count = connection.prepare_cached(&sql)?;
    let count: i64 =
        count.query_row(params![NEWEST, State::Done.number(), most as i64], |row| row.get(0))?;
    Ok(count as u64)
}

fn recent(what: &str) -> String {
    format!(
        "SELECT {what} FROM (SELECT seq, state, task, text FROM jobs ORDER BY seq DESC LIMIT ?1)
         WHERE state = ?2 AND text IS NOT NULL AND task IN ('impute', 'repair') ORDER BY seq DESC LIMIT ?3"
    )
}

#[cfg(test)]
mod tests {
    use super::super::{jobs, schema};
    use super::*;
    use crate::store::NewJob;

    fn database() -> (tempfile::TempDir, Connection) {
        let folder = tempfile::tempdir().unwrap();
        let connection = schema::open(&folder.path().join("x")).unwrap();
        (folder, connection)
    }

    fn job(connection: &Connection, task: Task, text: &str, done: bool) -> Uuid {
        let id = Uuid::new_v4();
        let new = NewJob {
            id,
            task,
            model: "english".into(),
            asked: "{}".into(),
            text: text.into(),
            created: 5,
            expires: i64::MAX,
            repeat: None,
        };
        jobs::accept(connection, &new).unwrap();
        if done {
            connection
                .execute(
                    "UPDATE jobs SET state = 2, result = '{}', version = 3 WHERE id = ?1",
                    [id],
                )
                .unwrap();
        }
        id
    }

    fn all(connection: &Connection) -> Vec<Feedback> {
        let mut all = Vec::new();
        each(connection, |one| {
            all.push(one);
            Ok::<(), StoreError>(())
        })
        .unwrap();
        all
    }

    #[test]
    fn the_last_word_of_a_client_counts_and_its_number_stays() {
        let (_folder, connection) = database();
        let id = job(&connection, Task::Impute, "a c", true);
        for client in ["one", "two"] {
            assert!(
                put(&connection, &NewFeedback::sample(id, client, Source::Report, Verdict::Right))
                    .unwrap()
            );
        }
        let mut again = NewFeedback::sample(id, "one", Source::Report, Verdict::Wrong);
        (again.word, again.gap) = (Some("b".into()), Some(1));
        assert!(put(&connection, &again).unwrap());
        assert_eq!(last(&connection, id).unwrap(), Some((Verdict::Wrong, Some("b".into()))));
        // A label of a sample is no report, and does not replace one.
        assert!(
            put(&connection, &NewFeedback::sample(id, "one", Source::Sample, Verdict::Right))
                .unwrap()
        );
        let all = all(&connection);
        let told: Vec<_> = all.iter().map(|one| (one.source, one.verdict)).collect();
        let expected = [
            (Source::Report, Verdict::Wrong),
            (Source::Report, Verdict::Right),
            (Source::Sample, Verdict::Right),
        ];
        assert_eq!(told, expected);
        assert_eq!((all[0].seq, all[1].seq), (1, 2));
        assert_eq!((all[0].word.as_deref(), all[0].gap), (Some("b"), Some(1)));
        let of_job = (all[0].text.as_str(), all[0].version, all[0].model.as_str(), all[0].task);
        assert_eq!(of_job, ("a c", Some(3), "english", Task::Impute));
    }

    #[test]
    fn only_of_what_is_done_and_gone_with_its_job_however_old() {
        let (_folder, connection) = database();
        let [open, old, new] =
            [false, true, true].map(|done| job(&connection, Task::Impute, "a c", done));
        let put = |id| {
            put(&connection, &NewFeedback::sample(id, "one", Source::Report, Verdict::Right))
                .unwrap()
        };
        assert_eq!([open, old, new, Uuid::new_v4()].map(put), [false, true, true, false]);
        connection.execute("DELETE FROM jobs WHERE id = ?1", [old]).unwrap();
        assert_eq!(all(&connection).len(), 2);
        assert_eq!(jobs::delete(&connection, old, 9).unwrap(), Some(false));
        assert_eq!(jobs::delete(&connection, old, 9).unwrap(), None);
        assert_eq!(jobs::delete(&connection, new, 9).unwrap(), Some(false));
        assert!(all(&connection).is_empty());
        assert!(!put(new));
    }

    #[test]
    fn recent_texts_are_the_newest_that_are_done_and_no_languages() {
        let (_folder, connection) = database();
        job(&connection, Task::Impute, "one", true);
        job(&connection, Task::Language, "two", true);
        job(&connection, Task::Repair, "three", true);
        job(&connection, Task::Impute, "four", false);
        job(&connection, Task::Impute, "five", true);
        assert_eq!(recent_texts(&connection, 2).unwrap(), ["five", "three"]);
        assert_eq!(recent_texts(&connection, 9).unwrap().len(), 3);
        assert_eq!([2, 9].map(|most| count_recent(&connection, most).unwrap()), [2, 3]);
        let mut places = Vec::new();
        each_done(&connection, Some(Task::Repair), |seq, _| places.push(seq)).unwrap();
        assert_eq!(places, [3]);
        each_done(&connection, None, |seq, _| places.push(seq)).unwrap();
        assert_eq!(places, [3, 1, 2, 3, 5]);
        assert_eq!(done(&connection, 3).unwrap().unwrap().text, "three");
        assert_eq!(done(&connection, 4).unwrap(), None);
    }
}
