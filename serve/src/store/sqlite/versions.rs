//! The versions that a model has had: when each was published, what changed, and what a comparison with the one before
//! said.

use rusqlite::{Connection, OptionalExtension, params};

use crate::store::{Result, Version};

/// The number of a model that is opened at the start: that of the last version if it is the same model, else the next.
pub fn version_of(connection: &Connection, model: &str, hash: &str, now: i64) -> Result<u64> {
    let last = connection.query_row(
        "SELECT version, hash FROM versions WHERE model = ?1 ORDER BY version DESC LIMIT 1",
        [model],
        |row| Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?)),
    );
    match last.optional()? {
        Some((version, known)) if known == hash => Ok(version as u64),
        Some(_) => add(
            connection,
            model,
            hash,
            now,
            "put in its place while the service was not running",
            None,
        ),
        None => add(connection, model, hash, now, "the first", None),
    }
}

/// Adds a version and gives its number.
pub fn add(
    connection: &Connection,
    model: &str,
    hash: &str,
    now: i64,
    change: &str,
    compare: Option<&serde_json::Value>,
) -> Result<u64> {
    let version: i64 = connection.query_row(
        "INSERT INTO versions(model, version, hash, published, change, compare)
         SELECT ?1, coalesce(max(version), 0) + 1, ?2, ?3, ?4, ?5 FROM versions WHERE model = ?1
         RETURNING version",
        params![model, hash, now, change, compare.map(ToString::to_string)],
        |row| row.get(0),
    )?;
    Ok(version as u64)
}

/// All versions of a model, the newest first.
pub fn of(connection: &Connection, model: &str) -> Result<Vec<Version>> {
    let mut found = connection.prepare_cached(
        "SELECT version, published, change, compare FROM versions WHERE model = ?1 ORDER BY version DESC",
    )?;
    let found = found.query_map([model], |row| {
        let compare: Option<String> = row.get(3)?;
        Ok(Version {
            version: row.get::<_, i64>(0)? as u64,
            published: row.get(1)?,
            change: row.get(2)?,
            compare: compare.and_then(|text| serde_json::from_str(&text).ok()),
        })
    })?;
    Ok(found.collect::<rusqlite::Result<Vec<_>>>()?)
}
