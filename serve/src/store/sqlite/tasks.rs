//! Tasks as they are stored: by their names.

use rusqlite::Row;

use crate::task::Task;

/// The task in a column.
pub fn task_of(row: &Row<'_>, column: usize) -> rusqlite::Result<Task> {
    let name = row.get_ref(column)?.as_str()?;
    Task::named(name).ok_or(rusqlite::Error::InvalidQuery)
}
