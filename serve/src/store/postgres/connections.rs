//! Connections that are lent, and statements that are executed with one: for how long, and how often.
//!
//! Every statement is a transaction of its own that may be repeated without harm: when a connection breaks nobody
//! knows whether it was committed, and it is sent once more. A connection whose statement was not answered is closed,
//! so that a server that stands still keeps nobody longer than [`LIMIT`].

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use deadpool_postgres::{
    ClientWrapper, Hook, HookError, Manager, ManagerConfig, Object, Pool, PoolError, QueueMode,
    RecyclingMethod, Runtime,
};
use tokio::time::{Instant, sleep, timeout, timeout_at};
use tokio_postgres::types::ToSql;
use tokio_postgres::{NoTls, Row};

use super::address::Address;
use super::failed::{Failed, Remedy};
use crate::backoff::jittered;
use crate::store::{Result, StoreError};

/// What a statement is given.
pub type Given<'a> = &'a [&'a (dyn ToSql + Sync)];

/// How long the server has for what somebody waits for.
pub const LIMIT: Duration = Duration::from_secs(10);
/// For so long, what a server that is away did not do is tried again.
const PATIENCE: Duration = Duration::from_secs(3);
/// How long the server has for a new connection.
const CONNECT: Duration = Duration::from_secs(3);
/// The most connections of a process, besides the one that listens.
const MOST: usize = 8;
/// How often a statement is tried that others were in the way of.
const TRIES: u32 = 4;

/// Connections to the database.
pub struct Connections {
    pool: Pool,
    failing: AtomicBool,
}

impl std::fmt::Debug for Connections {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Connections").field("failing", &self.failing).finish_non_exhaustive()
    }
}

/// A connection that is lent. It is closed when this is dropped, unless it is given back.
#[derive(Debug)]
pub struct Lent(Option<Object>);

impl Connections {
    /// None yet: they are made where none is idle.
    pub fn new(address: &Address) -> Result<Self> {
        let manager = ManagerConfig { recycling_method: RecyclingMethod::Fast };
        let manager = Manager::from_config(address.config().clone(), NoTls, manager);
        // 202 means on disk, whatever the server does by default.
        let durable = Hook::async_fn(|client: &mut ClientWrapper, _| {
            Box::pin(async move {
                let sql = "SELECT set_config('synchronous_commit', 'on', false)
                    WHERE current_setting('synchronous_commit') = 'off'";
                client.batch_execute(sql).await.map_err(HookError::Backend)
            })
        });
        let pool = Pool::builder(manager)
            .max_size(MOST)
            .queue_mode(QueueMode::Lifo)
            .runtime(Runtime::Tokio1)
            .create_timeout(Some(CONNECT))
            .post_create(durable)
            .build();
        let pool = pool.map_err(|error| StoreError::Database(error.to_string()))?;
        Ok(Connections { pool, failing: AtomicBool::new(false) })
    }

    /// Lends a connection.
    pub async fn lend(&self) -> std::result::Result<Lent, Failed> {
        match self.pool.get().await {
            Ok(object) => Ok(Lent(Some(object))),
            // What a hook says is what the server says.
            Err(PoolError::PostCreateHook(HookError::Backend(error))) => Err(error.into()),
            Err(error) => Err(error.into()),
        }
    }

    /// Reads.
    pub async fn read(&self, sql: &str, given: Given<'_>) -> Result<Vec<Row>> {
        Ok(self.execute(sql, given).await?)
    }

    /// Writes, in a transaction of its own; says afterwards how it went by [`Connections::is_failing`], if it gives
    /// rows.
    pub async fn write(&self, sql: &str, given: Given<'_>) -> Result<Vec<Row>> {
        Ok(self.try_to_write(sql, given).await?)
    }

    /// Writes, and says why not.
    pub async fn try_to_write(
        &self,
        sql: &str,
        given: Given<'_>,
    ) -> std::result::Result<Vec<Row>, Failed> {
        let done = self.execute(sql, given).await;
        match &done {
            // A commit of nothing proves nothing.
            Ok(rows) if !rows.is_empty() => self.goes_on(),
            Ok(_) => {}
            Err(failed) => self.failed(failed),
        }
        done
    }

    /// Reads once, as fast as that goes.
    pub async fn look(&self, sql: &str) -> Result<Vec<Row>> {
        let looked = timeout(PATIENCE, self.once(sql, &[])).await;
        Ok(looked.unwrap_or(Err(Failed::Late))?)
    }

    /// Whether the last write failed: the disk is full, the server takes no writes, or is away.
    pub fn is_failing(&self) -> bool {
        self.failing.load(Ordering::Acquire)
    }

    /// Notes that a write went well.
    fn goes_on(&self) {
        if self.failing.swap(false, Ordering::AcqRel) {
            tracing::info!("the database takes writes again");
        }
    }

    /// Notes that a write failed.
    pub fn failed(&self, failed: &Failed) {
        if failed.remedy() != Remedy::Data && !self.failing.swap(true, Ordering::AcqRel) {
            tracing::error!(error = %failed, "the database takes no writes");
        }
    }

    async fn execute(&self, sql: &str, given: Given<'_>) -> std::result::Result<Vec<Row>, Failed> {
        let (now, mut tries) = (Instant::now(), 0);
        let mut pause = Duration::from_millis(20);
        loop {
            let done = timeout_at(now + LIMIT, self.once(sql, given)).await;
            let failed = match done.unwrap_or(Err(Failed::Late)) {
                Ok(rows) => return Ok(rows),
                Err(failed) => failed,
            };
            tries += 1;
            let again = match failed.remedy() {
                Remedy::Again => tries < TRIES,
                Remedy::Reconnect => now.elapsed() + pause < PATIENCE,
                _ => false,
            };
            if !again {
                return Err(failed);
            }
            tracing::debug!(error = %failed, "once more");
            sleep(jittered(pause)).await;
            pause *= 2;
        }
    }

    async fn once(&self, sql: &str, given: Given<'_>) -> std::result::Result<Vec<Row>, Failed> {
        let lent = self.lend().await?;
        let executed = async {
            let client = lent.client()?;
            let statement = client.prepare_cached(sql).await?;
            Ok(client.query(&statement, given).await?)
        };
        let done = executed.await;
        if done.as_ref().err().is_none_or(Failed::leaves_the_connection) {
            lent.give_back();
        }
        done
    }
}

impl Lent {
    /// The connection.
    pub fn client(&self) -> std::result::Result<&ClientWrapper, Failed> {
        self.0.as_deref().ok_or(Failed::Late)
    }

    /// All that was begun with it is ended: others may have it.
    pub fn give_back(mut self) {
        self.0.take();
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        if let Some(object) = self.0.take() {
            drop(Object::take(object));
        }
    }
}
