//! What a piece needs to be answered and to be written back.

use std::sync::Arc;

use rusqlite::Connection;

use crate::metrics::Metrics;
use crate::store::{Result, Store, Strength};
use crate::work::Model;

/// The model that answers a piece, and where the results go.
#[derive(Debug, Clone)]
pub struct Back {
    /// The model's name.
    pub name: String,
    /// The version of it that was in use when the piece was claimed.
    pub model: Option<Arc<Model>>,
    /// Where results go.
    pub store: Store,
    /// Where they are counted.
    pub metrics: Arc<Metrics>,
}

impl Back {
    /// The model's version.
    pub fn version(&self) -> u64 {
        self.model.as_ref().map_or(0, |model| model.version)
    }
}

/// What was answered, on its way to the store.
pub trait Answered: Send + Sync + Sized + 'static {
    /// What the store says of it.
    type Written: Send + 'static;

    /// Where it goes.
    fn store(&self) -> &Store;

    /// Writes it, in a transaction that others may share.
    ///
    /// # Errors
    /// The database does not do it.
    fn put(&self, connection: &Connection) -> Result<Self::Written>;

    /// Tells who waits for it, once it is committed.
    fn tell(&self, written: &Self::Written);

    /// Writes it without waiting for the commit; again by and by, where the disk does not take it.
    fn write(self: Arc<Self>) {
        let (written, told, again) = (Arc::clone(&self), Arc::clone(&self), Arc::clone(&self));
        let put = move |connection: &Connection| written.put(connection);
        let tell = move |written: &Self::Written| told.tell(written);
        let failed = move || {
            let store = again.store().clone();
            store.later(move || again.write());
        };
        self.store().writer.send(Strength::Disk, put, tell, failed);
    }
}
