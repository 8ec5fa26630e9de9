//! A batch: begun while its rows arrive, accepted when all are there, looked at, removed.
//!
//! Who locks pieces and their batch locks the pieces first.

use std::sync::PoisonError;

use tokio_postgres::Row;
use uuid::Uuid;

use super::open::Postgres;
use super::rows::{get, number, text};
use crate::store::{Batch, LATE, NewBatch, NewPiece, Result, State, StoreError};

/// So many pieces of a batch are in one row of the outbox.
const POSTED: i64 = 256;
/// At most so many batches are ended in one transaction, as each may have many pieces.
const AT_ONCE: i64 = 2;
/// A batch to which nothing was added for so long, in milliseconds, does not arrive any more: its process has ended.
const ABANDONED: i64 = 300_000;

const ACCEPT: &str = "
WITH arrived AS (
  UPDATE batches SET state = CASE WHEN rows = 0 THEN 2 ELSE 0 END,
    finished = CASE WHEN rows = 0 THEN now_ms() END
  WHERE seq = $1 AND state = 6 RETURNING seq
), posted AS (
  INSERT INTO outbox(model, kind, batch, firsts, created)
  SELECT $2, 1, batch, array_agg(first ORDER BY first), now_ms() FROM (
    SELECT batch, first, (row_number() OVER (ORDER BY first) - 1) / $3 AS part
    FROM pieces WHERE batch = $1 AND EXISTS(SELECT 1 FROM arrived)
  ) AS all_of_it GROUP BY batch, part ORDER BY part
)
SELECT 1 FROM arrived UNION ALL SELECT 1 FROM batches WHERE seq = $1 AND state <> 6";
/// Only what the first statement ends loses its pieces: a worker may have begun, or finished, one of them meanwhile.
const END: &str = "
WITH ended AS (
  UPDATE batches SET state = $2::smallint, reason = $3, finished = coalesce(finished, now_ms()),
    name = CASE WHEN $4 THEN ''::bytea ELSE name END, head = CASE WHEN $4 THEN ''::bytea ELSE head END
  WHERE seq = ANY($1::bigint[]) AND (state = 0 OR $4) RETURNING seq, id
), gone AS (DELETE FROM pieces WHERE batch = ANY(ARRAY(SELECT seq FROM ended)))
SELECT id FROM ended";
const FORGET: &str = "
WITH gone AS (DELETE FROM batches WHERE seq = ANY($1::bigint[]) AND state = 6 RETURNING seq)
DELETE FROM pieces WHERE batch = ANY(ARRAY(SELECT seq FROM gone))";

impl Postgres {
    pub(super) async fn begin(&self, batch: NewBatch) -> Result<std::result::Result<i64, Uuid>> {
        let sql = "INSERT INTO batches(id, model, name, format, head, rows, state, created, touched, expires,
              repeat_key, request)
            SELECT $1, $2, $3, $4, $5, $6, 6, now, now, now + $7, $8, $9
            FROM (SELECT now_ms() AS now OFFSET 0) AS clock
            ON CONFLICT DO NOTHING RETURNING seq";
        let repeat = batch.repeat.as_ref();
        let (key, request) =
            (repeat.map(|repeat| &repeat.key), repeat.map(|repeat| &repeat.request));
        let rows = self
            .write(
                sql,
                &[
                    &batch.id,
                    &batch.model,
                    &batch.name.as_bytes(),
                    &batch.format,
                    &batch.head,
                    &(batch.rows as i64),
                    &batch.expires.saturating_sub(batch.created),
                    &key,
                    &request,
                ],
            )
            .await?;
        if let Some(row) = rows.first() {
            return Ok(Ok(get(row, 0)?));
        }
        let sql = "SELECT id, request, state, seq FROM batches WHERE id = $1
            UNION ALL SELECT id, request, state, seq FROM batches WHERE repeat_key = $2";
        let rows = self.read(sql, &[&batch.id, &key]).await?;
        // Forgotten between the two: as if it had still been on its way.
        let row = rows.first().ok_or(StoreError::Arriving)?;
        let (id, known): (Uuid, Option<&[u8]>) = (get(row, 0)?, get(row, 1)?);
        if id == batch.id {
            return Ok(Ok(get(row, 3)?)); // by the same statement, whose answer was lost
        }
        if known != request.map(Vec::as_slice) {
            return Err(StoreError::OtherRequest);
        }
        // The same request, still arriving elsewhere.
        match State::of(get::<i16>(row, 2)?.into()) {
            State::Arriving => Err(StoreError::Arriving),
            _ => Ok(Err(id)),
        }
    }

    pub(super) async fn add_some(
        &self,
        batch: i64,
        model: &str,
        pieces: &[NewPiece],
    ) -> Result<()> {
        let sql = "WITH there AS (UPDATE batches SET touched = now_ms() WHERE seq = $1 AND state = 6 RETURNING seq),
            added AS (INSERT INTO pieces(batch, first, rows, posted, model, text)
              SELECT seq, first, rows, now_ms(), $2, text
              FROM there, unnest($3::bigint[], $4::bigint[], $5::text[]) AS given(first, rows, text)
              ON CONFLICT DO NOTHING)
            SELECT 1 FROM there";
        let firsts: Vec<i64> = pieces.iter().map(|piece| piece.first).collect();
        let rows: Vec<i64> = pieces.iter().map(|piece| piece.rows).collect();
        let texts: Vec<&str> = pieces.iter().map(|piece| piece.text.as_str()).collect();
        let given = self.write(sql, &[&batch, &model, &firsts, &rows, &texts]).await?;
        there(&given)
    }

    pub(super) async fn accept_all_of(&self, batch: i64, model: &str) -> Result<()> {
        let accepted = self.write(ACCEPT, &[&batch, &model, &POSTED]).await?;
        there(&accepted)?;
        self.core.posted.notify_one();
        Ok(())
    }

    /// Forgets batches that do not arrive any more; again by and by, where that cannot be done now.
    pub(super) async fn forget(&self, batches: Vec<i64>) -> Result<()> {
        let forgotten = self.write(FORGET, &[&batches]).await;
        if forgotten.is_err() {
            let mut later = self.core.forgotten.lock().unwrap_or_else(PoisonError::into_inner);
            later.extend(batches);
        }
        forgotten.map(drop)
    }

    /// Forgets those that could not be forgotten, and those whose process has ended.
    pub(super) async fn forget_abandoned(&self) -> Result<()> {
        let later = || self.core.forgotten.lock().unwrap_or_else(PoisonError::into_inner);
        let mut batches = std::mem::take(&mut *later());
        let sql = "SELECT seq FROM batches WHERE state = 6 AND touched <= now_ms() - $1";
        for row in self.read(sql, &[&ABANDONED]).await? {
            batches.push(get(&row, 0)?);
        }
        if batches.is_empty() { Ok(()) } else { self.forget(batches).await }
    }

    pub(super) async fn look_at_batch(&self, id: Uuid) -> Result<Option<Batch>> {
        let sql = "SELECT seq, model, name, format, head, rows, rows_done, changed, failed, state, created, finished,
            reason, first_version, last_version FROM batches WHERE id = $1 AND state <> 6";
        let rows = self.read(sql, &[&id]).await?;
        rows.first().map(|row| batch(id, row)).transpose()
    }

    pub(super) async fn remove_batch(&self, id: Uuid) -> Result<bool> {
        let Some(batch) = self.look_at_batch(id).await? else { return Ok(false) };
        self.end(&[batch.seq], State::Deleted, None).await?;
        if !batch.state.is_final() {
            self.core.shared.rows.ended(batch.rows - batch.rows_done);
        }
        Ok(true)
    }

    /// Lets the time of all batches run out that nobody began.
    pub(super) async fn expire_batches(&self) -> Result<()> {
        let sql =
            "SELECT seq FROM batches WHERE state = 0 AND expires <= now_ms() ORDER BY seq LIMIT $1";
        loop {
            let rows = self.read(sql, &[&AT_ONCE]).await?;
            let late = rows.iter().map(|row| get(row, 0)).collect::<Result<Vec<i64>>>()?;
            if late.is_empty() {
                return Ok(());
            }
            self.end(&late, State::Expired, Some(LATE)).await?;
        }
    }

    /// Ends batches, which lose their pieces.
    async fn end(&self, batches: &[i64], state: State, reason: Option<&str>) -> Result<()> {
        let given = (state.number() as i16, state == State::Deleted);
        let ended = self.write(END, &[&batches, &given.0, &reason, &given.1]).await?;
        self.core.tell(&super::turn::ids(&ended)?);
        Ok(())
    }

    /// Removes the batches that ended before; and pieces that were left by those that have none.
    pub(super) async fn retire_batches(&self, retention: i64) -> Result<()> {
        let left = "DELETE FROM pieces WHERE batch = ANY(ARRAY(SELECT seq FROM batches WHERE state IN (4, 5)))";
        self.write(left, &[]).await?;
        let old = "SELECT seq FROM batches
            WHERE state BETWEEN 2 AND 5 AND coalesce(finished, created) < now_ms() - $1 ORDER BY seq LIMIT $2";
        let gone = "WITH gone AS (DELETE FROM pieces WHERE batch = ANY($1::bigint[]) RETURNING 1)
            DELETE FROM batches WHERE seq = ANY($1) AND (SELECT count(*) FROM gone) >= 0";
        loop {
            let rows = self.read(old, &[&retention, &AT_ONCE]).await?;
            let old = rows.iter().map(|row| get(row, 0)).collect::<Result<Vec<i64>>>()?;
            if old.is_empty() {
                return Ok(());
            }
            self.write(gone, &[&old]).await?;
        }
    }
}

fn there(rows: &[Row]) -> Result<()> {
    let gone =
        || StoreError::Database("the batch was given up meanwhile; send it again".to_owned());
    rows.first().map(drop).ok_or_else(gone)
}

fn batch(id: Uuid, row: &Row) -> Result<Batch> {
    Ok(Batch {
        seq: get(row, 0)?,
        id,
        model: get(row, 1)?,
        name: text(row, 2)?.unwrap_or_default(),
        format: get(row, 3)?,
        head: get(row, 4)?,
        rows: number(row, 5)?,
        rows_done: number(row, 6)?,
        changed: number(row, 7)?,
        failed: number(row, 8)?,
        state: State::of(get::<i16>(row, 9)?.into()),
        created: get(row, 10)?,
        finished: get(row, 11)?,
        reason: get(row, 12)?,
        versions: versions(get(row, 13)?, get(row, 14)?),
    })
}

/// Versions follow one another: all from the first to the last have answered some of it, or were replaced before they
/// did.
fn versions(first: Option<i64>, last: Option<i64>) -> Vec<u64> {
    let (Some(first), Some(last)) = (first, last) else { return Vec::new() };
    (first.max(1)..=last).map(|version| version as u64).collect()
}
