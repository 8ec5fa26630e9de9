//! What workers say of themselves, and how much there is for them: what `impute-serve scale-hint` is computed from.

use uuid::Uuid;

use super::open::Postgres;
use super::rows::{get, number};
use crate::store::{Elsewhere, Result};

/// A worker that has said nothing for so many milliseconds is not there.
const GONE: i64 = 20_000;
/// Of so many of the newest jobs, those that arrived lately are counted: a bound on the reading.
const NEWEST: i64 = 50_000;
/// What is lately, in milliseconds.
const LATELY: i64 = 60_000;

/// What a worker says of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Working {
    /// How many threads of it predict.
    pub threads: usize,
    /// How many texts it has predicted.
    pub texts: u64,
    /// How many milliseconds its threads have spent on that, all together.
    pub predicting_ms: u64,
}

/// How much there is for workers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Waiting {
    /// Jobs and rows of batches that are open.
    pub open: u64,
    /// Jobs that arrived lately.
    pub arrived: u64,
    /// In so many milliseconds.
    pub over_ms: u64,
}

impl Postgres {
    /// A worker is there.
    ///
    /// # Errors
    /// The database does not take it.
    pub async fn beat(&self, worker: Uuid, working: &Working) -> Result<()> {
        let sql = "INSERT INTO workers(id, threads, seen, started, texts, predicting_ms)
            VALUES($1, $2, now_ms(), now_ms(), $3, $4)
            ON CONFLICT(id) DO UPDATE SET seen = excluded.seen, texts = excluded.texts,
              predicting_ms = excluded.predicting_ms";
        let threads = i32::try_from(working.threads).unwrap_or(i32::MAX);
        let [texts, predicting] = [working.texts, working.predicting_ms].map(|n| n as i64);
        self.write(sql, &[&worker, &threads, &texts, &predicting]).await?;
        Ok(())
    }

    /// A worker has gone; those that went without a word are forgotten too.
    ///
    /// # Errors
    /// The database does not take it.
    pub async fn gone(&self, worker: Uuid) -> Result<()> {
        let sql = "DELETE FROM workers WHERE id = $1 OR seen < now_ms() - 100 * $2::bigint";
        self.write(sql, &[&worker, &GONE]).await?;
        Ok(())
    }

    /// The workers that are there.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn working(&self) -> Result<Vec<Working>> {
        let sql = "SELECT threads::bigint, texts, predicting_ms FROM workers WHERE seen >= now_ms() - $1::bigint";
        let rows = self.read(sql, &[&GONE]).await?;
        let working = |row| {
            let (texts, predicting_ms) = (number(row, 1)?, number(row, 2)?);
            Ok(Working { threads: number(row, 0)? as usize, texts, predicting_ms })
        };
        rows.iter().map(working).collect()
    }

    /// How much there is for them.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn waiting(&self) -> Result<Waiting> {
        let open = "SELECT (SELECT count(*) FROM jobs WHERE state < 2)
            + (SELECT coalesce(sum(rows - rows_done), 0) FROM batches WHERE state < 2)::bigint";
        let lately = "SELECT count(*), coalesce(now_ms() - min(created), 1) FROM
            (SELECT created FROM jobs ORDER BY seq DESC LIMIT $1) AS newest WHERE created >= now_ms() - $2::bigint";
        let (open, lately) =
            (self.read(open, &[]).await?, self.read(lately, &[&NEWEST, &LATELY]).await?);
        let of = |rows: &[tokio_postgres::Row], column| {
            rows.first().map_or(Ok(0), |row| number(row, column))
        };
        let (open, arrived) = (of(&open, 0)?, of(&lately, 0)?);
        // A few that arrived a moment ago say nothing of a rate; only a full page has a shorter time.
        let over_ms = if arrived < NEWEST as u64 { LATELY as u64 } else { of(&lately, 1)?.max(1) };
        Ok(Waiting { open, arrived, over_ms })
    }

    /// What workers do.
    ///
    /// # Errors
    /// The database cannot be read.
    pub(super) async fn done_elsewhere(&self) -> Result<Elsewhere> {
        let working = self.working().await?;
        let sql = "SELECT count(*) FILTER (WHERE finished >= now - 60000),
              percentile_disc(ARRAY[0.5, 0.9, 0.99]) WITHIN GROUP (ORDER BY finished - created)
            FROM (SELECT created, finished FROM jobs WHERE state IN (2, 3) ORDER BY seq DESC LIMIT $1) AS newest,
              (SELECT now_ms() AS now OFFSET 0) AS clock WHERE finished >= now - 300000";
        let rows = self.read(sql, &[&NEWEST]).await?;
        let row = rows.first();
        let latency = row.map_or(Ok(None), |row| get::<Option<Vec<i64>>>(row, 1))?;
        let latency = latency.and_then(|all| <[i64; 3]>::try_from(all).ok());
        Ok(Elsewhere {
            workers: working.len() as u64,
            threads: working.iter().map(|working| working.threads as u64).sum(),
            minute: row.map_or(Ok(0), |row| number(row, 0))?,
            latency: latency.map(|all| all.map(|milliseconds| milliseconds as f64)),
        })
    }

    /// Keeps the last comparison with the reference, for all front ends.
    ///
    /// # Errors
    /// The database does not take it.
    pub(super) async fn keep_drift(&self, view: &str) -> Result<()> {
        let sql = "INSERT INTO drift(at, view) VALUES(now_ms(), $1)
            ON CONFLICT(one) DO UPDATE SET at = excluded.at, view = excluded.view";
        self.write(sql, &[&view]).await?;
        Ok(())
    }

    /// The last comparison, and how many milliseconds ago it was.
    ///
    /// # Errors
    /// The database cannot be read.
    pub(super) async fn kept_drift(&self) -> Result<Option<(String, i64)>> {
        let rows = self.read("SELECT view, now_ms() - at FROM drift", &[]).await?;
        rows.first().map(|row| Ok((get(row, 0)?, get(row, 1)?))).transpose()
    }

    /// How many texts of jobs and batches were done in all.
    ///
    /// # Errors
    /// The database cannot be read.
    pub(super) async fn count_of_done(&self) -> Result<u64> {
        let sql = "SELECT coalesce(sum(texts), 0)::bigint FROM counts WHERE state = 2 AND task IN ('impute', 'repair')";
        let rows = self.read(sql, &[]).await?;
        rows.first().map_or(Ok(0), |row| number(row, 0))
    }
}
