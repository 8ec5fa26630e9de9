//! The store as the rest of the service sees it: a database that is opened once, by one process.

use std::collections::BTreeMap;
use std::fs::{File, TryLockError};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use uuid::Uuid;

use super::backlog::Backlog;
use super::batches::{self, Batch};
use super::error::{Result, StoreError};
use super::jobs::{self, Job, NewJob};
use super::readers::Readers;
use super::schema;
use super::watch::{Bell, Watchers};
use super::writer::{Strength, Writer};
use crate::clock;
use crate::task::rows;

/// A write that is to be done again.
struct Again(Box<dyn FnOnce() + Send>);

impl std::fmt::Debug for Again {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Again")
    }
}

/// How much may be open.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Jobs.
    pub jobs: u64,
    /// Rows of batches.
    pub rows: u64,
}

/// The store; clones share it.
#[derive(Debug, Clone)]
pub struct Store {
    /// Writes, many to a commit.
    pub writer: Writer,
    /// Reads beside it.
    pub readers: Readers,
    /// Jobs that wait or run.
    pub jobs: Arc<Backlog>,
    /// Rows of batches that wait or run.
    pub rows: Arc<Backlog>,
    /// Who waits for a job or a batch.
    pub watchers: Arc<Watchers>,
    /// Results that could not be written, because the disk was full: written again by and by.
    again: Arc<Mutex<Vec<Again>>>,
    /// One for the worker of each model.
    bells: Arc<BTreeMap<String, Arc<Bell>>>,
}

/// A store with what ends when the service does.
#[derive(Debug)]
pub struct Opened {
    /// The store.
    pub store: Store,
    /// The thread that writes; it ends when the last clone of the store is gone.
    pub writing: JoinHandle<()>,
    /// Kept from other processes as long as this lives.
    lock: File,
}

impl Store {
    /// Opens the database, makes it if it is not there, and takes up what was being done when the last process ended.
    ///
    /// # Errors
    /// The file cannot be opened or written, was not made by this program, or is in use.
    pub fn open(path: &Path, models: &[String], limits: Limits) -> Result<Opened> {
        if path.exists() && !path.is_file() {
            return Err(StoreError::Database("it is no file; give the name of one".to_owned()));
        }
        let lock = lock(path)?;
        let connection = schema::open(path)?;
        let now = clock::now();
        let transaction = connection.unchecked_transaction()?;
        let open_jobs = jobs::recover(&transaction, now)?;
        let open_rows = batches::recover(&transaction, now, models, rows::split, rows::unanswered)?;
        transaction.commit()?;
        for model in jobs::models(&connection)?.iter().filter(|model| !models.contains(model)) {
            tracing::warn!(
                model,
                "work waits for a model that is not served; it expires unless the model comes back"
            );
        }
        if open_jobs + open_rows > 0 {
            tracing::info!(
                jobs = open_jobs,
                rows = open_rows,
                "taking up what was accepted before"
            );
        }
        let failed = |error: std::io::Error| StoreError::Database(error.to_string());
        let (writer, writing) = Writer::start(connection).map_err(failed)?;
        let bells = models.iter().map(|name| (name.clone(), Arc::default()));
        let store = Store {
            writer,
            readers: Readers::new(path),
            jobs: Backlog::new(open_jobs, limits.jobs),
            rows: Backlog::new(open_rows, limits.rows),
            watchers: Arc::default(),
            again: Arc::default(),
            bells: Arc::new(bells.collect()),
        };
        Ok(Opened { store, writing, lock })
    }

    /// The bell of the worker of a model.
    pub fn bell(&self, model: &str) -> Option<Arc<Bell>> {
        self.bells.get(model).map(Arc::clone)
    }

    /// Rings for the worker of a model.
    pub fn ring(&self, model: &str) {
        if let Some(bell) = self.bells.get(model) {
            bell.ring();
        }
    }

    /// Rings for all.
    pub fn ring_all(&self) {
        self.bells.values().for_each(|bell| bell.ring());
    }

    /// Does a write later that could not be done now.
    pub fn later(&self, again: impl FnOnce() + Send + 'static) {
        self.again.lock().unwrap_or_else(PoisonError::into_inner).push(Again(Box::new(again)));
    }

    /// Does what could not be done before.
    pub fn do_again(&self) {
        let all = std::mem::take(&mut *self.again.lock().unwrap_or_else(PoisonError::into_inner));
        all.into_iter().for_each(|again| (again.0)());
    }

    /// Accepts a job: when this returns, it is on disk. Gives its id, and whether it is new.
    ///
    /// # Errors
    /// As much waits as may; the key of a repeated request was used for another; the database does not do it.
    pub async fn accept(&self, job: NewJob) -> Result<(Uuid, bool)> {
        let permit = self.jobs.take(1).ok_or(StoreError::Full)?;
        let (store, model) = (self.clone(), job.model.clone());
        let accepted = move |&(_, new): &(Uuid, bool)| {
            if new {
                permit.keep();
                store.ring(&model);
            }
        };
        let accept = move |connection: &rusqlite::Connection| jobs::accept(connection, &job);
        self.writer.write(Strength::Disk, accept, accepted).await
    }

    /// What is known of a job.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn job(&self, id: Uuid) -> Result<Option<Job>> {
        self.readers.look(|connection| jobs::job(connection, id, clock::now()))
    }

    /// What is known of a batch.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn batch(&self, id: Uuid) -> Result<Option<Batch>> {
        self.readers.look(|connection| batches::batch(connection, id))
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// It does not.
    pub fn answers(&self) -> Result<()> {
        self.readers.look(|connection| {
            Ok(connection
                .query_row("SELECT count(*) FROM versions", [], |row| row.get::<_, i64>(0))
                .map(drop)?)
        })
    }

    /// When the oldest job arrived that waits for its turn.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn oldest(&self) -> Result<Option<i64>> {
        self.readers.look(|connection| {
            let all = self.bells.keys().map(|model| jobs::oldest(connection, model));
            Ok(all.collect::<Result<Vec<_>>>()?.into_iter().flatten().min())
        })
    }

    /// Removes text and result of a job; whether there is such a job.
    ///
    /// # Errors
    /// The database does not do it.
    pub async fn delete_job(&self, id: Uuid) -> Result<bool> {
        let store = self.clone();
        let deleted = move |found: &Option<bool>| {
            if *found == Some(true) {
                store.jobs.ended(1);
            }
            store.writer.overwrite_removed();
            store.watchers.tell([id]);
        };
        let delete =
            move |connection: &rusqlite::Connection| jobs::delete(connection, id, clock::now());
        Ok(self.writer.write(Strength::Disk, delete, deleted).await?.is_some())
    }

    /// Removes the rows and answers of a batch; whether there is such a batch.
    ///
    /// # Errors
    /// The database does not do it.
    pub async fn delete_batch(&self, id: Uuid) -> Result<bool> {
        let store = self.clone();
        let deleted = move |found: &Option<u64>| {
            store.rows.ended(found.unwrap_or_default());
            store.writer.overwrite_removed();
            store.watchers.tell([id]);
        };
        let delete =
            move |connection: &rusqlite::Connection| batches::delete(connection, id, clock::now());
        Ok(self.writer.write(Strength::Disk, delete, deleted).await?.is_some())
    }
}

impl Opened {
    /// Waits until all is committed. All other clones of the store have to be gone.
    pub fn close(self) {
        // Pending writes keep the store alive; the next start does their work again.
        self.store.again.lock().unwrap_or_else(PoisonError::into_inner).clear();
        drop(self.store);
        let _ = self.writing.join(); // a panic there has been logged
        drop(self.lock);
    }
}

/// Two processes on one database would do every job twice.
fn lock(path: &Path) -> Result<File> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(".lock");
    let failed = |what: String| StoreError::Database(what);
    let file = schema::private(Path::new(&beside)).map_err(|error| failed(error.to_string()))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(failed(
            "another impute-serve uses it; stop that one, or give another file".to_owned(),
        )),
        Err(TryLockError::Error(error)) => Err(failed(error.to_string())),
    }
}
