//! What is put into the outbox again, because its message was lost or came back too often; and what fails for that.

use uuid::Uuid;

use super::counts::counted;
use super::open::Postgres;
use super::rows::{get, plain};
use super::turn::ids;
use crate::store::{PieceDone, Result, TRIES};
use crate::task::rows;

/// So many ids are in one row of the outbox.
const TOGETHER: usize = 256;

/// Where a time is given, only those that were not put there since.
const JOBS: &str = "
WITH open AS (
  UPDATE jobs SET posted = now_ms()
  WHERE id = ANY($1::uuid[]) AND state + 0 < 2 AND ($2::bigint IS NULL OR posted <= now_ms() - $2)
  RETURNING seq, id, model, expires, posted
), put AS (
  INSERT INTO outbox(model, kind, ids, expires, created)
  SELECT model, 0, array_agg(id ORDER BY seq), max(expires), max(posted) FROM open GROUP BY model
)
SELECT id FROM open";
const PIECES: &str = "
WITH open AS (
  UPDATE pieces SET posted = now_ms()
  WHERE batch = $1 AND first = ANY($2::bigint[]) AND state < 2 AND ($3::bigint IS NULL OR posted <= now_ms() - $3)
  RETURNING batch, first, model, posted
), put AS (
  INSERT INTO outbox(model, kind, batch, firsts, created)
  SELECT model, 1, batch, array_agg(first ORDER BY first), max(posted) FROM open GROUP BY model, batch
)
SELECT first FROM open";
const BURY: &str = concat!(
    "WITH written AS (
  UPDATE jobs SET state = 3, version = 0, reason = $2, finished = now_ms()
  WHERE id = ANY($1::uuid[]) AND state + 0 < 2 AND tries >= $3::integer
  RETURNING id, task, model, version, state, finished
), ",
    counted!("$4"),
    " SELECT id FROM written"
);

impl Postgres {
    /// Puts those of these jobs into the outbox again that are still open.
    ///
    /// # Errors
    /// The database does not do it.
    pub async fn again(&self, ids: &[Uuid]) -> Result<()> {
        self.post_jobs(ids.to_vec(), None).await.map(drop)
    }

    /// Puts those of these pieces into the outbox again that are still open.
    ///
    /// # Errors
    /// The database does not do it.
    pub async fn pieces_again(&self, batch: i64, firsts: &[i64]) -> Result<()> {
        self.post_pieces(batch, firsts, None).await.map(drop)
    }

    /// Puts open jobs and pieces into the outbox again, `most` of each at most, that were put there so long ago, in
    /// milliseconds, and are not there any more: the queue has lost them. Gives how many.
    ///
    /// # Errors
    /// The database does not do it.
    pub async fn stranded(&self, older_than_ms: i64, most: usize) -> Result<u64> {
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        let jobs = "SELECT id FROM jobs WHERE state < 2 AND posted <= now_ms() - $1
            AND id NOT IN (SELECT unnest(ids) FROM outbox WHERE kind = 0) ORDER BY expires LIMIT $2";
        let rows = self.read(jobs, &[&older_than_ms, &most]).await?;
        let jobs = self.post_jobs(ids(&rows)?, Some(older_than_ms)).await?;
        let pieces = "SELECT p.batch, array_agg(p.first) FROM (
              SELECT p.batch, p.first FROM batches AS b JOIN pieces AS p ON p.batch = b.seq
              WHERE b.state < 2 AND p.state < 2 AND p.posted <= now_ms() - $1
                AND (p.batch, p.first) NOT IN (SELECT batch, unnest(firsts) FROM outbox WHERE kind = 1) LIMIT $2
            ) AS p GROUP BY p.batch";
        let rows = self.read(pieces, &[&older_than_ms, &most]).await?;
        let mut all = jobs;
        for row in &rows {
            let (batch, firsts): (i64, Vec<i64>) = (get(row, 0)?, get(row, 1)?);
            all += self.post_pieces(batch, &firsts, Some(older_than_ms)).await?;
        }
        Ok(all)
    }

    /// Of jobs whose messages came back too often: those fail that were tried often enough, and are given; the others
    /// are put into the outbox again.
    ///
    /// # Errors
    /// The database does not do it.
    pub async fn bury(&self, jobs: &[Uuid], reason: &str) -> Result<Vec<Uuid>> {
        let most = i32::try_from(TRIES).unwrap_or(i32::MAX);
        let mut sorted = jobs.to_vec();
        sorted.sort_unstable();
        let buried = self.write(BURY, &[&sorted, &plain(reason), &most, &self.core.slot]).await?;
        let failed = ids(&buried)?;
        self.core.tell(&failed);
        self.again(&sorted).await?;
        Ok(failed)
    }

    /// The same with pieces of a batch: a single row that was tried often enough is given back as it was, a piece of
    /// more is cut.
    ///
    /// # Errors
    /// The database does not do it.
    pub async fn bury_pieces(&self, batch: i64, firsts: &[i64]) -> Result<()> {
        let (mut done, mut others) = (Vec::new(), Vec::new());
        for (piece, tries, rows) in self.waiting_pieces(batch, firsts).await? {
            let (id, first) = (piece.id, piece.first);
            if tries == 0 || rows == 1 && tries < TRIES {
                others.push(first);
            } else if rows == 1 {
                let answer = rows::unanswered(&piece.format, &piece.text);
                let failed =
                    PieceDone { batch, id, first, version: 0, answer, changed: 0, failed: 1 };
                done.push(failed);
            } else {
                self.cut_piece(batch, first).await?;
            }
        }
        if !done.is_empty() {
            self.finish_pieces(&done).await?;
        }
        self.pieces_again(batch, &others).await
    }

    async fn post_jobs(&self, mut jobs: Vec<Uuid>, older_than_ms: Option<i64>) -> Result<u64> {
        jobs.sort_unstable();
        let mut posted = 0;
        for some in jobs.chunks(TOGETHER) {
            posted += self.write(JOBS, &[&some, &older_than_ms]).await?.len() as u64;
        }
        self.posted_some(posted);
        Ok(posted)
    }

    async fn post_pieces(
        &self,
        batch: i64,
        firsts: &[i64],
        older_than_ms: Option<i64>,
    ) -> Result<u64> {
        let mut posted = 0;
        for some in firsts.chunks(TOGETHER) {
            let put = self.write(PIECES, &[&batch, &some, &older_than_ms]).await?;
            posted += put.len() as u64;
        }
        self.posted_some(posted);
        Ok(posted)
    }

    fn posted_some(&self, posted: u64) {
        if posted > 0 {
            self.core.posted.notify_one();
        }
    }
}
