//! What was said about answers, and what of the traffic there is to look at.
//!
//! A report has its own copy of text and answer: it outlives its job, which is removed after days. It goes when
//! somebody deletes the job.

use uuid::Uuid;

use super::open::Postgres;
use super::rows::{named, number, text};
use crate::store::{NewFeedback, Result};
use crate::task::Verdict;

/// Of so many of the newest jobs, the recent texts are taken: a bound on the reading.
const NEWEST: i64 = 20_000;

impl Postgres {
    /// The job is locked against its removal meanwhile. What is said later is told to be later, whatever the clock says.
    pub(super) async fn put(&self, new: NewFeedback) -> Result<bool> {
        let sql = "WITH job AS (
              SELECT id, task, model, version, text FROM jobs
              WHERE id = $1 AND state + 0 = 2 AND text IS NOT NULL FOR SHARE
            )
            INSERT INTO feedback(job, client, source, created, verdict, task, model, version, text, answer, word, gap,
              sentence)
            SELECT id, $2, $3, greatest(now_ms(), 1 + (SELECT max(created) FROM feedback WHERE job = $1)), $4,
              task, model, version, text, $5, $6, $7, $8 FROM job
            ON CONFLICT(job, client, source) DO UPDATE SET created = excluded.created, verdict = excluded.verdict,
              version = excluded.version, text = excluded.text, answer = excluded.answer, word = excluded.word,
              gap = excluded.gap, sentence = excluded.sentence
            RETURNING 1";
        let put = self
            .write(
                sql,
                &[
                    &new.job,
                    &new.client,
                    &new.source.name(),
                    &new.verdict.name(),
                    &new.answer.as_bytes(),
                    &new.word.as_deref().map(str::as_bytes),
                    &new.gap.map(|gap| gap as i64),
                    &new.sentence.as_deref().map(str::as_bytes),
                ],
            )
            .await?;
        Ok(!put.is_empty())
    }

    pub(super) async fn last_said(&self, job: Uuid) -> Result<Option<(Verdict, Option<String>)>> {
        let sql = "SELECT verdict, word FROM feedback WHERE job = $1 ORDER BY created DESC, seq DESC LIMIT 1";
        let rows = self.read(sql, &[&job]).await?;
        let last = |row| Ok((named(row, 0, Verdict::named)?, text(row, 1)?));
        rows.first().map(last).transpose()
    }

    pub(super) async fn recent(&self, most: usize) -> Result<Vec<String>> {
        let rows = self.read(&recent("text"), &[&NEWEST, &places(most)]).await?;
        rows.iter().map(|row| Ok(text(row, 0)?.unwrap_or_default())).collect()
    }

    pub(super) async fn count_of_recent(&self, most: usize) -> Result<u64> {
        let sql = format!("SELECT count(*) FROM ({}) AS recent", recent("1"));
        let rows = self.read(&sql, &[&NEWEST, &places(most)]).await?;
        rows.first().map_or(Ok(0), |row| number(row, 0))
    }
}

fn places(most: usize) -> i64 {
    i64::try_from(most).unwrap_or(i64::MAX)
}

fn recent(what: &str) -> String {
    format!(
        "SELECT {what} FROM (SELECT seq, state, task, text FROM jobs ORDER BY seq DESC LIMIT $1) AS newest
         WHERE state = 2 AND text IS NOT NULL AND task IN ('impute', 'repair') ORDER BY seq DESC LIMIT $2"
    )
}
