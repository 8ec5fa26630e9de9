//! The store in PostgreSQL: opened, and closed.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::Notify;
use tokio::task::{AbortHandle, JoinHandle};
use tokio::time::timeout;
use tokio_postgres::Row;

use super::accept::Accepting;
use super::address::Address;
use super::connections::{Connections, Given};
use super::core::Core;
use super::failed::{Failed, Remedy};
use super::listen::listen;
use super::looking::Looking;
use super::room;
use super::schema::{self, Unusable};
use super::tell::Teller;
use crate::store::{Backlog, Limits, Result, Shared, StoreError};

/// How long the server has to be found usable.
const START: Duration = Duration::from_secs(6);

/// The store in PostgreSQL; clones share it. What it does beside ends with the last of them.
#[derive(Debug, Clone)]
pub struct Postgres {
    /// What its parts share.
    pub(super) core: Arc<Core>,
    /// Accepts jobs, many to a commit.
    pub(super) accepting: Accepting,
    /// Looks at jobs, many by one statement.
    pub(super) looking: Looking,
    /// Where the rest is done of what nobody waits for.
    pub(super) runtime: Handle,
    beside: Arc<Beside>,
}

/// What runs beside.
#[derive(Debug)]
struct Beside {
    accepting: Mutex<Option<JoinHandle<()>>>,
    endless: Vec<AbortHandle>,
}

impl Drop for Beside {
    fn drop(&mut self) {
        self.endless.iter().for_each(AbortHandle::abort);
    }
}

impl Postgres {
    /// Opens the database, makes the tables if there are none, and starts what runs beside on the runtime that this
    /// is called on. With limits of 0 it is a worker's: nothing is accepted, and nobody waits for what ends.
    ///
    /// # Errors
    /// The server is not there, refuses, or takes no writes; the tables are of another version. The message names the
    /// address and what there is to do.
    pub async fn open(url: &str, limits: Limits) -> Result<Self> {
        Postgres::with(connect(url, true).await?, limits).await
    }

    /// Opens a database that others use, only to look at it: no tables are made.
    ///
    /// # Errors
    /// The server is not there, or refuses; there are no tables, or others.
    pub async fn look_into(url: &str) -> Result<Self> {
        Postgres::with(connect(url, false).await?, Limits { jobs: 0, rows: 0 }).await
    }

    async fn with(to: (Address, Arc<Connections>), limits: Limits) -> Result<Self> {
        let (address, connections) = to;
        let shared = Shared {
            jobs: Backlog::new(0, limits.jobs),
            rows: Backlog::new(0, limits.rows),
            watchers: Arc::default(),
        };
        let accepts = limits.jobs + limits.rows > 0;
        let (teller, _) = Teller::start(Arc::clone(&connections));
        let core = Arc::new(Core::new(connections, shared, teller));
        if accepts {
            room::refresh(&core.connections, &core.shared).await?;
        }
        let (accepting, task) = Accepting::start(&core);
        let mut endless = vec![tokio::spawn(room::keep_up(
            Arc::clone(&core.connections),
            core.shared.clone(),
            accepts,
        ))];
        if accepts {
            endless.push(tokio::spawn(listen(address, Arc::clone(&core.shared.watchers))));
        }
        let endless = endless.iter().map(JoinHandle::abort_handle).collect();
        let beside = Beside { accepting: Mutex::new(Some(task)), endless };
        let (looking, runtime) = (Looking::start(&core.connections), Handle::current());
        Ok(Postgres { core, accepting, looking, runtime, beside: Arc::new(beside) })
    }

    /// Accepts nothing more, and waits until what has arrived is on disk and told.
    pub async fn close(&self) {
        self.accepting.close();
        let task = self.beside.accepting.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(task) = task {
            let _ = task.await; // a panic there has been logged
        }
        self.core.teller.all_told().await;
        self.beside.endless.iter().for_each(AbortHandle::abort);
    }

    pub(super) async fn read(&self, sql: &str, given: Given<'_>) -> Result<Vec<Row>> {
        self.core.connections.read(sql, given).await
    }

    pub(super) async fn write(&self, sql: &str, given: Given<'_>) -> Result<Vec<Row>> {
        self.core.connections.write(sql, given).await
    }

    /// Told after each commit of this process that left something to be sent to the queue.
    pub fn posted(&self) -> Arc<Notify> {
        Arc::clone(&self.core.posted)
    }
}

/// Connects with a database whose tables are those of this program; makes them, if it may.
pub(super) async fn connect(url: &str, make: bool) -> Result<(Address, Arc<Connections>)> {
    let address = Address::read(url)?;
    let connections = Arc::new(Connections::new(&address)?);
    let usable = async {
        if make { schema::make(&connections).await } else { schema::check(&connections).await }
    };
    match timeout(START, usable).await.unwrap_or(Err(Unusable::Failed(Failed::Late))) {
        Ok(()) => Ok((address, connections)),
        Err(Unusable::Other(what)) => Err(refused(&address, &what)),
        Err(Unusable::Failed(failed)) => {
            let remedy = match (failed.remedy(), failed.code().map(|code| code.code())) {
                (Remedy::Leave, _) => "name the server that takes writes",
                (_, Some("3D000")) => "make it with CREATE DATABASE, or name another",
                (_, Some(code)) if code.starts_with("28") => "give another user or password",
                (_, Some("42501")) => "give a user who may use it: GRANT CREATE ON DATABASE … TO …",
                (_, Some("53300")) => "raise its max_connections, or start fewer processes",
                (_, Some(_)) => "see the server's log",
                (_, None) => "start PostgreSQL there, or name another address",
            };
            Err(refused(&address, &format!("{failed}; {remedy}")))
        }
    }
}

fn refused(address: &Address, what: &str) -> StoreError {
    StoreError::Database(format!("{}: {what}", address.name()))
}
