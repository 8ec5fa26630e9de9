//! A piece of a batch, as the worker sees it, and as a part of the submission.

use std::collections::HashSet;

use tokio_postgres::Row;

use super::open::Postgres;
use super::rows::{get, number, tries};
use crate::store::{Piece, PieceDone, Result, TRIES};
use crate::task::rows;

/// So many pieces of a submission are read at once.
const READ: i64 = 64;
const OF_A_PIECE: &str = "p.batch, p.first, p.text, b.id, b.format, p.tries, p.rows";
const FINISH: &str = "
WITH clock AS MATERIALIZED (SELECT now_ms() AS now),
written AS (
  UPDATE pieces AS p SET state = 2, text = NULL, answer = given.answer, version = given.version
  FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bytea[], $5::bigint[], $6::bigint[])
    AS given(batch, first, version, answer, changed, failed)
  WHERE p.batch = ANY($1) AND p.first = ANY($2) AND p.batch = given.batch AND p.first = given.first AND p.state < 2
  RETURNING p.batch, p.first, p.rows, p.model, given.version, given.changed, given.failed
), sums AS (
  SELECT batch, sum(rows)::bigint AS rows, sum(changed)::bigint AS changed, sum(failed)::bigint AS failed,
    min(version) AS low, max(version) AS high
  FROM written GROUP BY batch ORDER BY batch
), added AS (
  UPDATE batches AS b SET rows_done = b.rows_done + sums.rows, changed = b.changed + sums.changed,
    failed = b.failed + sums.failed, first_version = least(b.first_version, sums.low),
    last_version = greatest(b.last_version, sums.high),
    state = CASE WHEN b.rows_done + sums.rows >= b.rows THEN 2 ELSE 1 END,
    finished = CASE WHEN b.rows_done + sums.rows >= b.rows THEN now END
  FROM sums, clock WHERE b.seq = ANY($1) AND b.seq = sums.batch AND b.state < 2
  RETURNING b.id
), counted AS (
  INSERT INTO counts AS c(day, task, model, version, state, slot, texts)
  SELECT now / 86400000, 'impute', model, version, ended, $7::smallint, sum(texts)
  FROM written, clock,
    LATERAL (VALUES(2::smallint, greatest(rows - failed, 0)), (3::smallint, failed)) AS e(ended, texts)
  WHERE texts > 0 GROUP BY 1, 3, 4, 5 ORDER BY 1, 3, 4, 5
  ON CONFLICT (day, task, model, version, state, slot) DO UPDATE SET texts = c.texts + excluded.texts
)
SELECT batch, first, NULL::uuid FROM written UNION ALL SELECT NULL, NULL, id FROM added";

impl Postgres {
    /// Those of these pieces of a batch that are open, in their order; how often each was tried, and how many rows it
    /// has.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn waiting_pieces(
        &self,
        batch: i64,
        firsts: &[i64],
    ) -> Result<Vec<(Piece, u32, u32)>> {
        let sql = format!(
            "SELECT {OF_A_PIECE} FROM pieces AS p, batches AS b
             WHERE p.batch = $1 AND p.first = ANY($2) AND b.seq = $1 AND p.state < 2 AND b.state < 2"
        );
        let rows = self.read(&sql, &[&batch, &firsts]).await?;
        let mut open = rows.iter().map(piece).collect::<Result<Vec<_>>>()?;
        open.sort_by_key(|(piece, ..)| piece.first);
        Ok(open)
    }

    /// Counts that a piece is tried, and gives it with the number of this try; `None` if it is not open. A try that
    /// was counted by a statement whose answer was lost is not counted twice.
    ///
    /// # Errors
    /// The database does not do it.
    pub async fn try_piece(&self, batch: i64, first: i64) -> Result<Option<(Piece, u32, u32)>> {
        let Some((piece, tries, rows)) = self.waiting_pieces(batch, &[first]).await?.pop() else {
            return Ok(None);
        };
        if tries >= TRIES {
            return Ok(Some((piece, tries + 1, rows))); // it is not tried once more
        }
        let sql = format!(
            "UPDATE pieces AS p SET tries = greatest(p.tries, $3::integer) FROM batches AS b
             WHERE p.batch = $1 AND p.first = $2 AND b.seq = $1 AND p.state < 2 AND b.state < 2
             RETURNING {OF_A_PIECE}"
        );
        let this = i32::try_from(tries + 1).unwrap_or(i32::MAX);
        let rows = self.write(&sql, &[&batch, &first, &this]).await?;
        rows.first().map(self::piece).transpose()
    }

    /// Writes how pieces ended, all in one commit and each once; the last one of a batch finishes it. Gives which
    /// were written.
    ///
    /// # Errors
    /// The database does not do it: nothing is written, and it may be tried again.
    pub async fn finish_pieces(&self, pieces: &[PieceDone]) -> Result<Vec<bool>> {
        // All who write the same rows lock them in the same order.
        let mut sorted: Vec<&PieceDone> = pieces.iter().collect();
        sorted.sort_by_key(|piece| (piece.batch, piece.first));
        sorted.dedup_by_key(|piece| (piece.batch, piece.first));
        let numbers = |of: fn(&PieceDone) -> i64| -> Vec<i64> {
            sorted.iter().map(|piece| of(piece)).collect()
        };
        let answers: Vec<&[u8]> = sorted.iter().map(|piece| piece.answer.as_slice()).collect();
        let rows = self
            .write(
                FINISH,
                &[
                    &numbers(|piece| piece.batch),
                    &numbers(|piece| piece.first),
                    &numbers(|piece| piece.version as i64),
                    &answers,
                    &numbers(|piece| piece.changed as i64),
                    &numbers(|piece| piece.failed as i64),
                    &self.core.slot,
                ],
            )
            .await?;
        let (mut written, mut told) = (HashSet::new(), Vec::new());
        for row in rows {
            match get(&row, 2)? {
                Some(id) => told.push(id),
                None => drop(written.insert((get::<i64>(&row, 0)?, get::<i64>(&row, 1)?))),
            }
        }
        self.core.tell(&told);
        Ok(pieces.iter().map(|piece| written.remove(&(piece.batch, piece.first))).collect())
    }

    /// Cuts a piece into its rows, each of which is tried alone and comes by itself.
    ///
    /// # Errors
    /// The database does not do it.
    pub async fn cut_piece(&self, batch: i64, first: i64) -> Result<()> {
        let Some((piece, ..)) = self.waiting_pieces(batch, &[first]).await?.pop() else {
            return Ok(());
        };
        let parts = rows::split(&piece.text);
        let sql = "
            WITH cut AS (
              UPDATE pieces SET rows = 1, text = ($3::text[])[1], posted = now_ms()
              WHERE batch = $1 AND first = $2 AND state < 2 AND rows = cardinality($3::text[]) AND rows > 1
              RETURNING batch, first, model, tries, posted
            ), more AS (
              INSERT INTO pieces(batch, first, rows, posted, model, tries, text)
              SELECT batch, cut.first + at - 1, 1, posted, model, tries, part
              FROM cut, unnest($3::text[]) WITH ORDINALITY AS given(part, at) WHERE at > 1
            )
            INSERT INTO outbox(model, kind, batch, firsts, created)
            SELECT model, 1, batch, ARRAY[cut.first + at - 1], posted
            FROM cut, generate_series(1, cardinality($3::text[])) AS at";
        self.write(sql, &[&batch, &first, &parts]).await?;
        self.core.posted.notify_one();
        Ok(())
    }

    /// The bytes of the submission from a row on, of some pieces, and the first row that they do not have.
    pub(super) async fn read_answers(&self, batch: i64, from: i64) -> Result<(Vec<u8>, i64)> {
        let sql = "SELECT answer, first + rows FROM pieces WHERE batch = $1 AND first >= $2 ORDER BY first LIMIT $3";
        let rows = self.read(sql, &[&batch, &from, &READ]).await?;
        let (mut bytes, mut next) = (Vec::new(), from);
        for row in &rows {
            bytes.extend_from_slice(get::<Option<&[u8]>>(row, 0)?.unwrap_or_default());
            next = get(row, 1)?;
        }
        Ok((bytes, next))
    }
}

fn piece(row: &Row) -> Result<(Piece, u32, u32)> {
    let piece = Piece {
        batch: get(row, 0)?,
        first: get(row, 1)?,
        text: get::<Option<String>>(row, 2)?.unwrap_or_default(),
        id: get(row, 3)?,
        format: get(row, 4)?,
    };
    Ok((piece, tries(row, 5)?, u32::try_from(number(row, 6)?).unwrap_or(u32::MAX)))
}
