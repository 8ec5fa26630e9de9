//! What a row of an answer holds.

use tokio_postgres::Row;
use tokio_postgres::types::FromSql;

use crate::store::{Result, StoreError};
use crate::task::Task;

/// A value.
pub fn get<'a, T: FromSql<'a>>(row: &'a Row, column: usize) -> Result<T> {
    Ok(row.try_get(column)?)
}

/// A number that is never below 0.
pub fn number(row: &Row, column: usize) -> Result<u64> {
    Ok(u64::try_from(get::<i64>(row, column)?).unwrap_or_default())
}

/// A text that people wrote: it is kept as bytes.
pub fn text(row: &Row, column: usize) -> Result<Option<String>> {
    let bytes: Option<&[u8]> = get(row, column)?;
    Ok(bytes.map(|bytes| String::from_utf8_lossy(bytes).into_owned()))
}

/// A value that is kept by its name.
pub fn named<T>(row: &Row, column: usize, of: impl Fn(&str) -> Option<T>) -> Result<T> {
    let name: &str = get(row, column)?;
    let unknown = || StoreError::Database(format!("it holds {name:?}, which is not known here"));
    of(name).ok_or_else(unknown)
}

/// The task in a column.
pub fn task(row: &Row, column: usize) -> Result<Task> {
    named(row, column, Task::named)
}

/// A text that this program wrote: one of PostgreSQL has no NUL.
pub fn plain(text: &str) -> String {
    text.replace('\0', "\u{fffd}")
}

/// How often something was tried.
pub fn tries(row: &Row, column: usize) -> Result<u32> {
    Ok(u32::try_from(get::<i16>(row, column)?).unwrap_or_default())
}
