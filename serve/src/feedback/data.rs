//! The database that `impute-serve feedback` reads, beside the service that may be using it.

use std::path::PathBuf;

use super::args::Data;
use crate::settings::{Flags, InForce};
use crate::store::sqlite::File;
use crate::store::{Reading, StoreError};

/// Opens the database that is named, or that the service would use.
///
/// # Errors
/// The settings cannot be used; there is no database, or none that is read here.
pub fn open(wanted: &Data) -> anyhow::Result<Box<dyn Reading>> {
    let path = match (&wanted.data, &wanted.config) {
        // The other settings need not fit.
        (Some(data), None) => PathBuf::from(data),
        (data, config) => {
            let flags = Flags { data: data.clone(), config: config.clone(), ..Flags::default() };
            InForce::find(&flags)?.settings.data
        }
    };
    let name = format!("--data {}", path.display());
    Ok(Box::new(File::open(&path).map_err(|error| at(&name, &error))?))
}

fn at(name: &str, error: &StoreError) -> anyhow::Error {
    anyhow::anyhow!("{name}: {error}")
}
