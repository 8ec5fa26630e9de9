//! The database that `impute-serve feedback` reads, beside the service that may be using it.

use std::path::{Path, PathBuf};

use super::args::Data;
use crate::settings::{self, Flags, InForce, Server};
use crate::store::sqlite::File;
use crate::store::{Reading, StoreError};

/// Opens the database that is named, or that the service would use.
///
/// # Errors
/// The settings cannot be used; there is no database, or none that is read here.
pub fn open(wanted: &Data) -> anyhow::Result<Box<dyn Reading>> {
    if let (Some(data), None) = (&wanted.data, &wanted.config) {
        return file(&PathBuf::from(data)); // the other settings need not fit
    }
    let Data { data, database, config } = wanted.clone();
    let flags = Flags { data, database, config, ..Flags::default() };
    if wanted.data.is_none()
        && let Some(server) = settings::database(&flags)?
    {
        return on(&server);
    }
    file(&InForce::find(&flags)?.settings.data)
}

fn file(path: &Path) -> anyhow::Result<Box<dyn Reading>> {
    let name = format!("--data {}", path.display());
    Ok(Box::new(File::open(path).map_err(|error| at(&name, &error))?))
}

#[cfg(feature = "scale-out")]
fn on(server: &Server) -> anyhow::Result<Box<dyn Reading>> {
    use crate::store::postgres::PostgresReading;
    let open = PostgresReading::open(server.url());
    Ok(Box::new(open.map_err(|error| at("--database", &error))?))
}

/// Not reached: the settings refuse a server.
#[cfg(not(feature = "scale-out"))]
fn on(_: &Server) -> anyhow::Result<Box<dyn Reading>> {
    anyhow::bail!("--database: this program was built without its client")
}

fn at(name: &str, error: &StoreError) -> anyhow::Error {
    anyhow::anyhow!("{name}: {error}")
}
