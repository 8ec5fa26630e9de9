//! The database beside the service that may be using it, or after it: only read.

use std::path::Path;

use rusqlite::Connection;
use uuid::Uuid;

use super::{feedback, schema};
use crate::store::{Done, Feedback, Reading, Result, StoreError};
use crate::task::Task;

/// A database that is only read, as it was at the moment when it was opened, whatever is written meanwhile.
#[derive(Debug)]
pub struct File {
    connection: Connection,
}

impl File {
    /// Opens a database that has to be there.
    ///
    /// # Errors
    /// There is none, or it is of another version.
    pub fn open(path: &Path) -> Result<Self> {
        if !path.is_file() {
            let what = "there is no such file; name the one that the service keeps its jobs in";
            return Err(StoreError::Database(what.to_owned()));
        }
        let connection = schema::open_to_read(path)?;
        connection.execute_batch("BEGIN")?;
        schema::check_version(&connection)?; // the first look fixes the moment
        Ok(File { connection })
    }
}

impl Reading for File {
    fn each_feedback(
        &mut self,
        take: &mut dyn FnMut(Feedback) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        feedback::each(&self.connection, take)
    }

    fn each_done(&mut self, task: Option<Task>, take: &mut dyn FnMut(i64, Uuid)) -> Result<()> {
        feedback::each_done(&self.connection, task, take)
    }

    fn done(&mut self, place: i64) -> Result<Option<Done>> {
        feedback::done(&self.connection, place)
    }
}
