//! The tables: made where there are none, and only used if they are those of this program.

use tokio_postgres::Client;

use super::connections::Connections;
use super::failed::Failed;

/// The version of the tables.
const VERSION: i32 = 1;
const TABLES: &str = include_str!("tables.sql");
/// What those wait for who make the tables: one makes them.
const LOCK: i64 = 0x1397_0e5e;

/// Why the tables cannot be used.
#[derive(Debug)]
pub enum Unusable {
    /// The server says so.
    Failed(Failed),
    /// It is another one than this program needs, and what there is to do.
    Other(String),
}

impl<E: Into<Failed>> From<E> for Unusable {
    fn from(error: E) -> Self {
        Unusable::Failed(error.into())
    }
}

/// What an address leads to.
struct Found {
    read_only: bool,
    encoding: String,
    durable: bool,
    about: bool,
    schema: bool,
    used: bool,
}

/// Makes the tables if there are none.
///
/// # Errors
/// The server is not there, or takes no writes; the tables are others.
pub async fn make(connections: &Connections) -> Result<(), Unusable> {
    let lent = connections.lend().await?;
    let client = lent.client()?;
    let found = find(client).await?;
    if found.read_only {
        return Err(other("it can only be read; name the server that takes writes"));
    }
    if found.encoding != "UTF8" {
        return Err(Unusable::Other(format!(
            "its encoding is {}; make one with CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0",
            found.encoding
        )));
    }
    if !found.durable {
        tracing::warn!(
            "the database runs with fsync=off: what was accepted may be lost with its machine"
        );
    }
    // One makes them, and the others wait for it.
    client.batch_execute("BEGIN").await?;
    client.execute("SELECT pg_advisory_xact_lock($1)", &[&LOCK]).await?;
    let found = find(client).await?;
    if !found.about && found.used {
        return Err(other(
            "it has a schema impute_serve that this program did not make; name another database",
        ));
    }
    if !found.about {
        if !found.schema {
            client.batch_execute("CREATE SCHEMA impute_serve").await?;
        }
        client.batch_execute(TABLES).await?;
        client.execute("INSERT INTO about VALUES($1)", &[&VERSION]).await?;
    }
    fits(client).await?;
    client.batch_execute("COMMIT").await?;
    lent.give_back();
    Ok(())
}

/// Whether the tables are there to be read.
///
/// # Errors
/// The server is not there; there are no tables, or others.
pub async fn check(connections: &Connections) -> Result<(), Unusable> {
    let lent = connections.lend().await?;
    let client = lent.client()?;
    if !find(client).await?.about {
        return Err(other("it has no tables of impute-serve; name the one that the service uses"));
    }
    fits(client).await?;
    lent.give_back();
    Ok(())
}

async fn find(client: &Client) -> Result<Found, tokio_postgres::Error> {
    let sql = "SELECT current_setting('transaction_read_only') = 'on' OR pg_is_in_recovery(),
        current_setting('server_encoding'), current_setting('fsync') = 'on',
        to_regclass('impute_serve.about') IS NOT NULL, to_regnamespace('impute_serve') IS NOT NULL,
        EXISTS(SELECT 1 FROM pg_class WHERE relnamespace = to_regnamespace('impute_serve'))";
    let row = client.query_one(sql, &[]).await?;
    Ok(Found {
        read_only: row.try_get(0)?,
        encoding: row.try_get(1)?,
        durable: row.try_get(2)?,
        about: row.try_get(3)?,
        schema: row.try_get(4)?,
        used: row.try_get(5)?,
    })
}

async fn fits(client: &Client) -> Result<(), Unusable> {
    let row = client.query_one("SELECT version FROM impute_serve.about", &[]).await?;
    match row.try_get(0)? {
        VERSION => Ok(()),
        version => Err(Unusable::Other(format!(
            "its tables are of version {version}, this program has version {VERSION}; take a program that fits"
        ))),
    }
}

fn other(what: &str) -> Unusable {
    Unusable::Other(what.to_owned())
}
