//! The versions that a model has had: when each was published, what changed, and what a comparison with the one
//! before said.

use super::open::Postgres;
use super::rows::{get, number};
use crate::store::{Result, StoreError, Version};

/// How often a number is taken that another process takes at the same moment.
const TRIES: usize = 5;
/// The next number; none, where one is only wanted for another model than the last, and it is the same.
const ADD: &str = "
INSERT INTO versions(model, version, hash, published, change, compare)
SELECT $1, coalesce(max(version), 0) + 1, $2, now_ms(),
  coalesce($3, CASE WHEN max(version) IS NULL THEN $5 ELSE $6 END), $4
FROM versions WHERE model = $1
HAVING $3 IS NOT NULL
  OR (SELECT hash FROM versions WHERE model = $1 ORDER BY version DESC LIMIT 1) IS DISTINCT FROM $2
ON CONFLICT DO NOTHING
RETURNING version";

impl Postgres {
    /// The number of the last version of a model if it has this hash, else the next.
    pub(super) async fn number_of(&self, model: &str, hash: &str) -> Result<u64> {
        let last =
            "SELECT version, hash FROM versions WHERE model = $1 ORDER BY version DESC LIMIT 1";
        for _ in 0..TRIES {
            let rows = self.read(last, &[&model]).await?;
            if let Some(row) = rows.first()
                && get::<&str>(row, 1)? == hash
            {
                return number(row, 0);
            }
            if let Some(version) = self.add(model, hash, None, None).await? {
                return Ok(version);
            }
        }
        Err(StoreError::Database(taken(model)))
    }

    /// Adds a version and gives its number.
    pub(super) async fn next_version(
        &self,
        model: &str,
        hash: &str,
        change: &str,
        compare: Option<&serde_json::Value>,
    ) -> Result<u64> {
        for _ in 0..TRIES {
            if let Some(version) = self.add(model, hash, Some(change), compare).await? {
                return Ok(version);
            }
        }
        Err(StoreError::Database(taken(model)))
    }

    async fn add(
        &self,
        model: &str,
        hash: &str,
        change: Option<&str>,
        compare: Option<&serde_json::Value>,
    ) -> Result<Option<u64>> {
        let compare = compare.map(ToString::to_string);
        let (first, replaced) = ("the first", "put in its place while the service was not running");
        let given = self.write(ADD, &[&model, &hash, &change, &compare, &first, &replaced]).await?;
        given.first().map(|row| number(row, 0)).transpose()
    }

    pub(super) async fn versions_of(&self, model: &str) -> Result<Vec<Version>> {
        let sql = "SELECT version, published, change, compare FROM versions WHERE model = $1 ORDER BY version DESC";
        let rows = self.read(sql, &[&model]).await?;
        let version = |row| {
            let compare: Option<&str> = get(row, 3)?;
            Ok(Version {
                version: number(row, 0)?,
                published: get(row, 1)?,
                change: get(row, 2)?,
                compare: compare.and_then(|text| serde_json::from_str(text).ok()),
            })
        };
        rows.iter().map(version).collect()
    }
}

fn taken(model: &str) -> String {
    format!("others add versions of {model} at the same time; try again")
}
