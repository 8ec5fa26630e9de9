//! Connections that read beside the one that writes, each lent to one thread at a time.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::Connection;

use super::schema;
use crate::store::{Result, StoreError};

/// Connections to read with; clones share them.
#[derive(Debug, Clone)]
pub struct Readers {
    path: Arc<PathBuf>,
    idle: Arc<Mutex<Vec<Connection>>>,
}

impl Readers {
    /// None yet: one is opened where none is idle.
    pub fn new(path: &Path) -> Self {
        Readers { path: Arc::new(path.to_owned()), idle: Arc::default() }
    }

    /// Reads a row or two on this thread. Such a look takes microseconds and never waits for the writer; to have another
    /// thread do it would cost more than the look.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn look<T>(&self, read: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
        let idle = || self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let taken = idle().pop();
        let connection = match taken {
            Some(connection) => connection,
            None => schema::open_to_read(&self.path)?,
        };
        let result = read(&connection);
        idle().push(connection);
        result
    }

    /// Reads more than that, on a thread that may wait for the disk.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn read<T: Send + 'static>(
        &self,
        read: impl FnOnce(&Connection) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let readers = self.clone();
        let reading = tokio::task::spawn_blocking(move || readers.look(read));
        reading.await.unwrap_or(Err(StoreError::Ended))
    }
}
