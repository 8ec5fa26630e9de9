//! What a front end and a worker share: the database, its shelf of models, and those of them that are in use.

use std::sync::Arc;

use anyhow::Context;
use tokio::runtime::Handle;

use crate::metrics::Metrics;
use crate::models::{self, Registry, Shelf};
use crate::predict::Pool;
use crate::settings::{Servers, Settings};
use crate::store::postgres::Postgres;
use crate::store::{Limits, Store};

/// What was opened.
pub struct Shared {
    pub store: Postgres,
    pub shelf: Arc<Shelf>,
    pub models: Arc<Registry>,
    pub pool: Arc<Pool>,
    pub metrics: Arc<Metrics>,
}

impl Shared {
    /// Connects with the database, opens the models on its shelf, and starts threads.
    ///
    /// # Errors
    /// The database is not there or cannot be written, a model is damaged, the system gives no threads.
    pub fn open(
        settings: &Settings,
        servers: &Servers,
        limits: Limits,
        runtime: &Handle,
    ) -> anyhow::Result<Self> {
        let opening = Postgres::open(servers.database.url(), limits);
        let store = runtime.block_on(opening).context("--database")?;
        let shelf = Arc::new(Shelf::new(&store, settings.cache.as_deref())?);
        let opened = models::open(runtime.block_on(shelf.sources())?)?;
        let models = runtime.block_on(Registry::new(opened, &store as &dyn Store))?;
        let pool = Pool::start(settings.threads).context("the system gives no threads")?;
        Ok(Shared {
            store,
            shelf,
            models: Arc::new(models),
            pool: Arc::new(pool),
            metrics: Arc::new(Metrics::new()),
        })
    }

    /// The names of the models, each of which has queues.
    pub fn names(&self) -> Vec<String> {
        self.models.all().map(|(name, _)| name.to_owned()).collect()
    }
}
