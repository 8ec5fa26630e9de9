//! A database that is opened once, by one process, and what was going on when the last one ended.

use std::collections::BTreeMap;
use std::fs::{File, TryLockError};
use std::path::Path;
use std::sync::Arc;
use std::thread::JoinHandle;

use super::again::Again;
use super::readers::Readers;
use super::schema;
use super::writer::{Strength, Writer};
use super::{batches, jobs};
use crate::clock;
use crate::store::{Backlog, Bell, Limits, Result, Shared, StoreError};
use crate::task::rows;

/// The store; clones share it.
#[derive(Debug, Clone)]
pub struct Sqlite {
    /// Writes, many to a commit.
    pub writer: Writer,
    /// Reads beside it.
    pub readers: Readers,
    /// How much waits, and who waits for it.
    pub shared: Shared,
    /// Writes that could not be done.
    pub again: Arc<Again>,
    /// One for the desk of each model.
    pub bells: Arc<BTreeMap<String, Arc<Bell>>>,
}

/// A store with what ends when the service does.
#[derive(Debug)]
pub struct Opened {
    /// The store.
    pub store: Sqlite,
    /// The thread that writes; it ends when the last clone of the store is gone.
    writing: JoinHandle<()>,
    /// Kept from other processes as long as this lives.
    lock: File,
}

impl Sqlite {
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
        let store = Sqlite {
            writer,
            readers: Readers::new(path),
            shared: Shared {
                jobs: Backlog::new(open_jobs, limits.jobs),
                rows: Backlog::new(open_rows, limits.rows),
                watchers: Arc::default(),
            },
            again: Arc::default(),
            bells: Arc::new(bells.collect()),
        };
        Ok(Opened { store, writing, lock })
    }

    /// Rings for the desk of a model.
    pub fn ring(&self, model: &str) {
        if let Some(bell) = self.bells.get(model) {
            bell.ring();
        }
    }
}

impl Opened {
    /// Waits until what was written is committed.
    ///
    /// # Errors
    /// It cannot be.
    pub fn settle(&self) -> Result<()> {
        self.store.writer.write_blocking(Strength::Disk, |_| Ok(()))
    }

    /// Waits until all is committed. All other clones of the store have to be gone.
    pub fn close(self) {
        // Pending writes keep the store alive; the next start does their work again.
        self.store.again.forget();
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
