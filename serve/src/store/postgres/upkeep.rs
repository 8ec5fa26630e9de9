//! What is done from time to time: jobs whose time ran out are ended, old texts are removed.

use super::open::Postgres;
use super::rows::get;
use super::turn::ids;
use crate::store::Result;

/// At most so many rows are ended or removed in one transaction, so that nobody waits long for it.
const AT_ONCE: i64 = 2000;

/// The oldest jobs that ended before. The order of arrival is nearly that of the end: the first that is too young
/// ends the search.
const OLD: &str = "
WITH oldest AS MATERIALIZED (
  SELECT seq, id, state < 2 OR coalesce(finished, created) >= now_ms() - $1 AS stays FROM jobs ORDER BY seq LIMIT $2
)
SELECT id FROM oldest
WHERE NOT stays AND seq < coalesce((SELECT min(seq) FROM oldest WHERE stays), 9223372036854775807)";

impl Postgres {
    /// Ends what is no longer wanted, and tells who waits for it; does what could not be done before.
    pub(super) async fn end_late(&self) -> Result<()> {
        let late = "SELECT id FROM jobs WHERE state < 2 AND expires <= (SELECT now_ms() OFFSET 0)
            ORDER BY expires LIMIT $1";
        loop {
            let rows = self.read(late, &[&AT_ONCE]).await?;
            if rows.is_empty() {
                break;
            }
            let ended = self.expire_jobs(ids(&rows)?).await?;
            self.core.shared.jobs.ended(ended as u64);
            if (rows.len() as i64) < AT_ONCE {
                break;
            }
        }
        self.expire_batches().await?;
        self.forget_abandoned().await
    }

    /// Removes what ended so long ago, and feedback that is so old, in milliseconds.
    pub(super) async fn remove_old(&self, retention: i64, keep_feedback: i64) -> Result<()> {
        let remove = "DELETE FROM jobs WHERE id = ANY($1::uuid[]) AND state >= 2";
        loop {
            let mut old = ids(&self.read(OLD, &[&retention, &AT_ONCE]).await?)?;
            old.sort_unstable();
            if !old.is_empty() {
                self.write(remove, &[&old]).await?;
            }
            if (old.len() as i64) < AT_ONCE {
                break;
            }
        }
        self.retire_batches(retention).await?;
        let old = "SELECT seq FROM feedback WHERE created < now_ms() - $1 LIMIT $2";
        let remove =
            "DELETE FROM feedback WHERE seq = ANY($1::bigint[]) AND created < now_ms() - $2";
        loop {
            let rows = self.read(old, &[&keep_feedback, &AT_ONCE]).await?;
            let old = rows.iter().map(|row| get(row, 0)).collect::<Result<Vec<i64>>>()?;
            if !old.is_empty() {
                self.write(remove, &[&old, &keep_feedback]).await?;
            }
            if (old.len() as i64) < AT_ONCE {
                return Ok(());
            }
        }
    }
}
