//! The tables, and how a database is opened.
//!
//! Times are milliseconds since 1970. States are those of [`State`](crate::store::State); what is open is below 2, so that one partial
//! index holds all that waits or runs, and claiming a job changes no index. `seq` is the order of arrival.

use std::fs::File;
use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

use crate::store::{Result, StoreError};

/// How long a statement waits for another process that writes.
pub const PATIENCE: Duration = Duration::from_secs(5);
/// What marks a database as one of these, in `PRAGMA application_id`.
const OURS: i64 = 0x1397_0e5e;
/// The version of the tables, in `PRAGMA user_version`.
const VERSION: i64 = 1;

const TABLES: &str = "
CREATE TABLE jobs(
  seq INTEGER PRIMARY KEY,
  id BLOB NOT NULL UNIQUE,
  task TEXT NOT NULL,
  model TEXT NOT NULL,
  asked TEXT NOT NULL,
  text TEXT,
  state INTEGER NOT NULL DEFAULT 0,
  tries INTEGER NOT NULL DEFAULT 0,
  created INTEGER NOT NULL,
  expires INTEGER NOT NULL,
  finished INTEGER,
  version INTEGER,
  result TEXT,
  reason TEXT,
  repeat_key BLOB,
  request BLOB
) STRICT;
CREATE INDEX jobs_open ON jobs(model, seq, expires) WHERE state < 2;
CREATE UNIQUE INDEX jobs_repeat ON jobs(repeat_key) WHERE repeat_key IS NOT NULL;

CREATE TABLE batches(
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id BLOB NOT NULL UNIQUE,
  model TEXT NOT NULL,
  name TEXT NOT NULL,
  format TEXT NOT NULL,
  head BLOB NOT NULL,
  rows INTEGER NOT NULL,
  rows_done INTEGER NOT NULL DEFAULT 0,
  changed INTEGER NOT NULL DEFAULT 0,
  failed INTEGER NOT NULL DEFAULT 0,
  first_version INTEGER,
  last_version INTEGER,
  state INTEGER NOT NULL,
  created INTEGER NOT NULL,
  expires INTEGER NOT NULL,
  finished INTEGER,
  reason TEXT,
  repeat_key BLOB,
  request BLOB
) STRICT;
CREATE INDEX batches_state ON batches(state);
CREATE UNIQUE INDEX batches_repeat ON batches(repeat_key) WHERE repeat_key IS NOT NULL;

CREATE TABLE pieces(
  batch INTEGER NOT NULL,
  first INTEGER NOT NULL,
  rows INTEGER NOT NULL,
  model TEXT NOT NULL,
  text TEXT,
  state INTEGER NOT NULL,
  tries INTEGER NOT NULL DEFAULT 0,
  version INTEGER,
  answer BLOB
) STRICT;
CREATE UNIQUE INDEX pieces_place ON pieces(batch, first);
CREATE INDEX pieces_open ON pieces(model, batch, first) WHERE state < 2;

CREATE TABLE feedback(
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  job BLOB NOT NULL,
  client TEXT NOT NULL,
  source TEXT NOT NULL,
  created INTEGER NOT NULL,
  verdict TEXT NOT NULL,
  task TEXT NOT NULL,
  model TEXT NOT NULL,
  version INTEGER,
  text TEXT NOT NULL,
  answer TEXT NOT NULL,
  word TEXT,
  gap INTEGER,
  sentence TEXT
) STRICT;
CREATE INDEX feedback_created ON feedback(created);
CREATE UNIQUE INDEX feedback_job ON feedback(job, client, source);

CREATE TABLE versions(
  model TEXT NOT NULL,
  version INTEGER NOT NULL,
  hash TEXT NOT NULL,
  published INTEGER NOT NULL,
  change TEXT NOT NULL,
  compare TEXT,
  PRIMARY KEY(model, version)
) STRICT;

CREATE TABLE probe(n INTEGER NOT NULL) STRICT;
INSERT INTO probe VALUES(0);

CREATE TABLE counts(
  day INTEGER NOT NULL,
  task TEXT NOT NULL,
  model TEXT NOT NULL,
  version INTEGER NOT NULL,
  state INTEGER NOT NULL,
  texts INTEGER NOT NULL,
  PRIMARY KEY(day, task, model, version, state)
) STRICT;
";

/// Opens the database for writing, makes it if it is not there, and keeps others from it.
pub fn open(path: &Path) -> Result<Connection> {
    private(path).map_err(|error| StoreError::Database(error.to_string()))?;
    let connection = Connection::open(path)?;
    connection.busy_timeout(PATIENCE)?;
    connection.set_prepared_statement_cache_capacity(64);
    let number = |sql| connection.query_row(sql, [], |row| row.get::<_, i64>(0));
    let (version, ours) = (number("PRAGMA user_version")?, number("PRAGMA application_id")?);
    let is_new = number("SELECT count(*) FROM sqlite_schema")? == 0;
    let refused = |what: String| Err(StoreError::Database(what));
    if !is_new && ours != OURS {
        return refused("it was not made by impute-serve; give another file".to_owned());
    }
    if !is_new && version != VERSION {
        return refused(format!(
            "its tables are of version {version}, this program has version {VERSION}; take a program that fits"
        ));
    }
    // Removed text is overwritten, not only forgotten.
    connection.execute_batch(
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON; PRAGMA cache_size=-32768;
         PRAGMA wal_autocheckpoint=2000; PRAGMA journal_size_limit=67108864; PRAGMA temp_store=MEMORY;",
    )?;
    if is_new {
        connection.execute_batch(&format!(
            "BEGIN IMMEDIATE; {TABLES} PRAGMA application_id={OURS}; PRAGMA user_version={VERSION}; COMMIT;"
        ))?;
    }
    Ok(connection)
}

/// Whether a database is one that this program reads.
///
/// # Errors
/// It is not.
pub fn check_version(connection: &Connection) -> Result<()> {
    let version: i64 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    match version {
        VERSION => Ok(()),
        0 => Err(StoreError::Database("it is no database of this program".to_owned())),
        other => Err(other_version(other)),
    }
}

fn other_version(version: i64) -> StoreError {
    StoreError::Database(format!(
        "it is of version {version}, this program writes version {VERSION}; take a newer program"
    ))
}

/// Makes the file if it is not there, for nobody else to read: texts are their owners'. What SQLite puts beside it is as
/// the file is.
pub fn private(path: &Path) -> std::io::Result<File> {
    let mut options = File::options();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Opens the database for reading beside the one that writes.
pub fn open_to_read(path: &Path) -> Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(Duration::from_secs(5))?;
    connection.execute_batch("PRAGMA cache_size=-4096;")?;
    Ok(connection)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_database_of_a_newer_program_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x");
        drop(open(&path).unwrap());
        open(&path).unwrap().execute_batch("PRAGMA user_version=99").unwrap();
        assert!(open(&path).unwrap_err().to_string().contains("take a program that fits"));
        let other = folder.path().join("y");
        Connection::open(&other).unwrap().execute_batch("CREATE TABLE t(n)").unwrap();
        assert!(open(&other).unwrap_err().to_string().contains("not made by impute-serve"));
    }
}
