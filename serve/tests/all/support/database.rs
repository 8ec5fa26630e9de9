//! A look into the database beside the service, or after it.

use std::path::Path;

use rusqlite::{Connection, OpenFlags};

/// Opens it without the right to change anything.
pub fn read_only(path: &Path) -> Connection {
    Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap()
}
