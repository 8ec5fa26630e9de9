//! Models that were published: in the database, in pieces, for all who work with it.

use std::fs::File;
use std::hash::Hasher;
use std::io::{Read, Write};
use std::path::Path;

use twox_hash::XxHash3_64;

use super::connections::{Given, LIMIT};
use super::failed::Failed;
use super::open::Postgres;
use super::rows::{get, number};
use crate::store::{Result, StoreError};

/// How many bytes a piece has.
const PIECE: usize = 1 << 20;
/// So many versions of a model are kept, for those who are still fetching one.
const KEPT: i64 = 3;

/// A model as it was published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    /// Its name.
    pub model: String,
    /// Its version.
    pub version: u64,
    /// Its size in bytes.
    pub size: u64,
    /// The checksum of its file.
    pub checksum: String,
}

/// A model that is being published.
#[derive(Debug)]
pub struct Publishing<'a> {
    /// Its name.
    pub model: &'a str,
    /// The hash of what it says and knows.
    pub hash: &'a str,
    /// What changed, in a line.
    pub change: &'a str,
    /// The figures of a comparison with the version before.
    pub compare: Option<String>,
    /// Its file.
    pub file: &'a Path,
}

impl Postgres {
    /// The newest version of every model that was published.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn published(&self) -> Result<Vec<Published>> {
        let sql = "SELECT DISTINCT ON (model) model, version, size, checksum FROM models ORDER BY model, version DESC";
        let rows = self.read(sql, &[]).await?;
        let published = |row| {
            let (version, size) = (number(row, 1)?, number(row, 2)?);
            Ok(Published { model: get(row, 0)?, version, size, checksum: get(row, 3)? })
        };
        rows.iter().map(published).collect()
    }

    /// Publishes a model, all of it or nothing, and gives its version.
    ///
    /// # Errors
    /// The file cannot be read, or the database does not take it.
    pub async fn publish(&self, new: &Publishing<'_>) -> Result<u64> {
        let lent = self.core.connections.lend().await?;
        let client = lent.client()?;
        let known = "SELECT 1 FROM versions JOIN models USING(model, version) WHERE model = $1 AND hash = $2
            AND version = (SELECT max(version) FROM versions WHERE model = $1)";
        if !self.read(known, &[&new.model, &new.hash]).await?.is_empty() {
            let what = format!("this is the version of {} that is in use already", new.model);
            return Err(StoreError::Database(what));
        }
        let version = async {
            client.batch_execute("BEGIN").await?;
            // One after the other: each version has a number of its own.
            client.batch_execute("LOCK TABLE models IN SHARE ROW EXCLUSIVE MODE").await?;
            let add = "INSERT INTO versions(model, version, hash, published, change, compare)
                SELECT $1, coalesce(max(version), 0) + 1, $2, now_ms(), $3, $4 FROM versions WHERE model = $1
                RETURNING version";
            let given: Given<'_> = &[&new.model, &new.hash, &new.change, &new.compare];
            let row = client.query_one(add, given).await?;
            row.try_get::<_, i64>(0)
        };
        let version = version.await.map_err(Failed::from)?;
        let (size, checksum) = self.put_pieces(client, new, version).await?;
        let finish = async {
            let put = "INSERT INTO models(model, version, size, checksum) VALUES($1, $2, $3, $4)";
            client.execute(put, &[&new.model, &version, &size, &checksum]).await?;
            for table in ["models", "model_pieces"] {
                let old = format!("DELETE FROM {table} WHERE model = $1 AND version <= $2");
                client.execute(&old, &[&new.model, &(version - KEPT)]).await?;
            }
            client.batch_execute("COMMIT").await
        };
        finish.await.map_err(Failed::from)?;
        lent.give_back();
        Ok(version.unsigned_abs())
    }

    async fn put_pieces(
        &self,
        client: &tokio_postgres::Client,
        new: &Publishing<'_>,
        version: i64,
    ) -> Result<(i64, String)> {
        let unread = |error| at(new.file, &error);
        let mut file = File::open(new.file).map_err(unread)?;
        let (mut hasher, mut at, mut piece) = (XxHash3_64::new(), 0i64, Vec::with_capacity(PIECE));
        let put = "INSERT INTO model_pieces(model, version, at, bytes) VALUES($1, $2, $3, $4)";
        loop {
            piece.clear();
            let read = Read::by_ref(&mut file)
                .take(PIECE as u64)
                .read_to_end(&mut piece)
                .map_err(unread)?;
            if read == 0 {
                return Ok((at, format!("{:016x}", hasher.finish())));
            }
            hasher.write(&piece);
            let given: Given<'_> = &[&new.model, &version, &at, &piece];
            let put = tokio::time::timeout(LIMIT, client.execute(put, given)).await;
            put.map_err(|_| Failed::Late)?.map_err(Failed::from)?;
            at += read as i64;
        }
    }

    /// Fetches a version into a file, and compares its checksum.
    ///
    /// # Errors
    /// The database cannot be read, the disk does not take it, or it is not what was published.
    pub async fn fetch(&self, what: &Published, into: &Path) -> Result<()> {
        let unwritten = |error| at(into, &error);
        let Published { model, version, size, checksum } = what;
        let folder = into.parent().unwrap_or(Path::new("."));
        std::fs::create_dir_all(folder).map_err(unwritten)?;
        let mut file = tempfile::NamedTempFile::new_in(folder).map_err(unwritten)?;
        let (mut hasher, mut at, version) = (XxHash3_64::new(), 0i64, *version as i64);
        let sql = "SELECT bytes FROM model_pieces WHERE model = $1 AND version = $2 AND at = $3";
        while (at as u64) < *size {
            let rows = self.read(sql, &[model, &version, &at]).await?;
            let bytes: &[u8] = match rows.first() {
                Some(row) => get(row, 0)?,
                None => break,
            };
            hasher.write(bytes);
            file.write_all(bytes).map_err(unwritten)?;
            at += bytes.len() as i64;
        }
        if at as u64 != *size || format!("{:016x}", hasher.finish()) != *checksum {
            return Err(StoreError::Database(format!(
                "version {version} of the model {model} is not what was published; publish it again"
            )));
        }
        file.as_file().sync_all().map_err(unwritten)?;
        file.persist(into).map_err(|error| unwritten(error.error))?;
        Ok(())
    }
}

/// Whether a file is a version that was published.
pub fn is_what(what: &Published, path: &Path) -> bool {
    let Ok(mut file) = File::open(path) else { return false };
    let (mut hasher, mut piece) = (XxHash3_64::new(), vec![0; PIECE]);
    loop {
        match file.read(&mut piece) {
            Ok(0) => return format!("{:016x}", hasher.finish()) == what.checksum,
            Ok(read) => hasher.write(&piece[..read]),
            Err(_) => return false,
        }
    }
}

fn at(path: &Path, error: &std::io::Error) -> StoreError {
    StoreError::Database(format!("{}: {error}", path.display()))
}
