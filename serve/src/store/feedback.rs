//! What people say of answers: kept with text and answer, longer than those of the job.

use rusqlite::{Connection, OptionalExtension, params};
use uuid::Uuid;

use super::error::Result;
use super::schema::State;

/// What somebody says of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// Whether the answer is right.
    pub right: bool,
    /// The word that was meant.
    pub word: Option<String>,
    /// The gap it belongs into.
    pub gap: Option<u64>,
    /// All that was meant.
    pub sentence: Option<String>,
}

/// Keeps what a client says of the answer to a job, in place of what it said before. Gives whether the job has an
/// answer to speak of.
pub fn say(
    connection: &Connection,
    job: Uuid,
    client: &str,
    answer: &str,
    said: &Said,
    now: i64,
) -> Result<bool> {
    let mut before =
        connection.prepare_cached("DELETE FROM feedback WHERE job = ?1 AND client = ?2")?;
    before.execute(params![job, client])?;
    let mut insert = connection.prepare_cached(
        "INSERT INTO feedback(job, client, created, verdict, task, model, version, text, answer, word, gap, sentence)
         SELECT id, ?2, ?3, ?4, task, model, version, text, ?5, ?6, ?7, ?8 FROM jobs
         WHERE id = ?1 AND state = ?9 AND text IS NOT NULL",
    )?;
    let written = insert.execute(params![
        job,
        client,
        now,
        if said.right { "right" } else { "wrong" },
        answer,
        said.word,
        said.gap.and_then(|gap| i64::try_from(gap).ok()),
        said.sentence,
        State::Done.number(),
    ])?;
    Ok(written == 1)
}

/// What was said last of the answer to a job.
pub fn last(connection: &Connection, job: Uuid) -> Result<Option<Said>> {
    let mut last = connection.prepare_cached(
        "SELECT verdict, word, gap, sentence FROM feedback WHERE job = ?1 ORDER BY seq DESC LIMIT 1",
    )?;
    let last = last.query_row([job], |row| {
        Ok(Said {
            right: row.get_ref(0)?.as_str()? == "right",
            word: row.get(1)?,
            gap: row.get::<_, Option<i64>>(2)?.and_then(|gap| u64::try_from(gap).ok()),
            sentence: row.get(3)?,
        })
    });
    Ok(last.optional()?)
}

#[cfg(test)]
mod tests {
    use super::super::schema;
    use super::*;

    fn add(connection: &Connection, state: State) -> Uuid {
        let id = Uuid::new_v4();
        connection
            .execute(
                "INSERT INTO jobs(id, task, model, asked, text, state, created, expires, version)
                 VALUES(?1, 'impute', 'english', '{}', 'a b c', ?2, 0, 0, 3)",
                params![id, state.number()],
            )
            .unwrap();
        id
    }

    #[test]
    fn the_last_word_of_each_client_counts() {
        let folder = tempfile::tempdir().unwrap();
        let connection = schema::open(&folder.path().join("x")).unwrap();
        let job = add(&connection, State::Done);
        let right = Said { right: true, word: None, gap: None, sentence: None };
        let wrong = Said { right: false, word: Some("x".into()), gap: Some(2), sentence: None };
        assert_eq!(last(&connection, job).unwrap(), None);
        assert!(say(&connection, job, "one", "a b c", &right, 1).unwrap());
        assert!(say(&connection, job, "two", "a b c", &right, 2).unwrap());
        assert!(say(&connection, job, "one", "a b c", &wrong, 3).unwrap());
        assert_eq!(last(&connection, job).unwrap(), Some(wrong));
        let kept: (i64, i64) = connection
            .query_row("SELECT count(*), min(version) FROM feedback", [], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })
            .unwrap();
        assert_eq!(kept, (2, 3));
    }

    #[test]
    fn there_has_to_be_an_answer() {
        let folder = tempfile::tempdir().unwrap();
        let connection = schema::open(&folder.path().join("x")).unwrap();
        let said = Said { right: true, word: None, gap: None, sentence: None };
        for state in [State::Waiting, State::Running, State::Failed, State::Deleted] {
            let job = add(&connection, state);
            assert!(!say(&connection, job, "one", "", &said, 1).unwrap(), "{state:?}");
        }
        assert!(!say(&connection, Uuid::new_v4(), "one", "", &said, 1).unwrap());
    }
}
