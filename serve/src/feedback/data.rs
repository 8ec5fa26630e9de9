//! The database that `impute-serve feedback` reads, beside the service that may be using it.

use std::path::PathBuf;

use super::args::Data;
use crate::settings::{Flags, InForce};
use crate::store::{Readers, StoreError};

/// A database that is only read, and what messages call it.
#[derive(Debug)]
pub struct Reading {
    readers: Readers,
    name: String,
}

impl Reading {
    /// Opens the database that is named, or that the service would use.
    ///
    /// # Errors
    /// The settings cannot be used; there is no database, or none that is read here.
    pub fn open(wanted: &Data) -> anyhow::Result<Self> {
        let path = match (&wanted.data, &wanted.config) {
            // The other settings need not fit.
            (Some(data), None) => PathBuf::from(data),
            (data, config) => {
                let flags =
                    Flags { data: data.clone(), config: config.clone(), ..Flags::default() };
                InForce::find(&flags)?.settings.data
            }
        };
        let name = format!("--data {}", path.display());
        let readers = Readers::of_existing(&path).map_err(|error| at(&name, &error))?;
        Ok(Reading { readers, name })
    }

    /// Reads at one moment, whatever is written meanwhile.
    ///
    /// # Errors
    /// What `read` gives, or the database cannot be read.
    pub fn read<T>(
        &self,
        read: impl FnOnce(&rusqlite::Connection) -> anyhow::Result<T>,
    ) -> anyhow::Result<T> {
        let done = self.readers.look(|connection| {
            let moment = connection.unchecked_transaction()?;
            let done = read(&moment);
            moment.rollback()?;
            Ok(done)
        });
        done.map_err(|error| at(&self.name, &error))?
    }
}

fn at(name: &str, error: &StoreError) -> anyhow::Error {
    anyhow::anyhow!("{name}: {error}")
}
