//! What `impute-serve feedback` reads, beside services that may be running: a page of rows at a time.

use std::sync::Arc;

use tokio::runtime::{Builder, Runtime};
use tokio_postgres::Row;
use uuid::Uuid;

use super::connections::{Connections, Given};
use super::open::connect;
use super::rows::{get, named, task, text};
use crate::store::{Done, Feedback, Reading, Result, StoreError};
use crate::task::{Source, Task, Verdict};

/// So many reports are read at once, each with its text.
const REPORTS: i64 = 500;
/// So many places are read at once.
const PLACES: i64 = 20_000;

/// A database that is read.
#[derive(Debug)]
pub struct PostgresReading {
    runtime: Runtime,
    connections: Arc<Connections>,
}

impl PostgresReading {
    /// Connects. Not within a runtime: it blocks.
    ///
    /// # Errors
    /// The server is not there or refuses; the tables are of another version.
    pub fn open(url: &str) -> Result<Self> {
        let runtime = Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| StoreError::Database(error.to_string()))?;
        let (_, connections) = runtime.block_on(connect(url, false))?;
        Ok(PostgresReading { runtime, connections })
    }

    fn read(&self, sql: &str, given: Given<'_>) -> Result<Vec<Row>> {
        self.runtime.block_on(self.connections.read(sql, given))
    }
}

impl Reading for PostgresReading {
    fn each_feedback(
        &mut self,
        take: &mut dyn FnMut(Feedback) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        let sql = "SELECT seq, job, source, created, verdict, task, model, version, gap, text, answer, word, sentence
            FROM feedback WHERE seq > $1 ORDER BY seq LIMIT $2";
        let mut after = 0i64;
        loop {
            let rows = self.read(sql, &[&after, &REPORTS])?;
            for row in &rows {
                let one = feedback(row)?;
                after = one.seq;
                take(one)?;
            }
            if rows.is_empty() {
                return Ok(());
            }
        }
    }

    fn each_done(&mut self, task: Option<Task>, take: &mut dyn FnMut(i64, Uuid)) -> Result<()> {
        let sql = "SELECT seq, id, state = 2 AND text IS NOT NULL AND result IS NOT NULL
              AND ($3::text IS NULL OR task = $3)
            FROM jobs WHERE seq > $1 ORDER BY seq LIMIT $2";
        let (mut after, name) = (0i64, task.map(Task::name));
        loop {
            let rows = self.read(sql, &[&after, &PLACES, &name])?;
            for row in &rows {
                after = get(row, 0)?;
                if get(row, 2)? {
                    take(after, get(row, 1)?);
                }
            }
            if rows.is_empty() {
                return Ok(());
            }
        }
    }

    fn done(&mut self, place: i64) -> Result<Option<Done>> {
        let sql = "SELECT id, created, text, result FROM jobs
            WHERE seq = $1 AND state = 2 AND text IS NOT NULL AND result IS NOT NULL";
        let rows = self.read(sql, &[&place])?;
        let done = |row| {
            let text = text(row, 2)?.unwrap_or_default();
            Ok(Done { id: get(row, 0)?, created: get(row, 1)?, text, result: get(row, 3)? })
        };
        rows.first().map(done).transpose()
    }
}

fn feedback(row: &Row) -> Result<Feedback> {
    Ok(Feedback {
        seq: get(row, 0)?,
        job: get(row, 1)?,
        source: named(row, 2, Source::named)?,
        created: get(row, 3)?,
        verdict: named(row, 4, Verdict::named)?,
        task: task(row, 5)?,
        model: get(row, 6)?,
        version: get::<Option<i64>>(row, 7)?.and_then(|version| u64::try_from(version).ok()),
        gap: get::<Option<i64>>(row, 8)?.and_then(|gap| usize::try_from(gap).ok()),
        text: text(row, 9)?.unwrap_or_default(),
        answer: text(row, 10)?.unwrap_or_default(),
        word: text(row, 11)?,
        sentence: text(row, 12)?,
    })
}
