//! The whole service in one process: one file for all that is kept, and a desk for each model.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use tokio::runtime::{Handle, Runtime};

use super::behind::{Behind, Parts, Stop};
use crate::api;
use crate::desk::Desks;
use crate::metrics::Metrics;
use crate::models::{self, Registry};
use crate::predict::Pool;
use crate::queue::Queue;
use crate::service::Service;
use crate::settings::Settings;
use crate::store::sqlite::{Opened, Sqlite};
use crate::store::{Limits, Store, StoreError};

/// The file, and the desks that work on it.
struct Machine {
    opened: Opened,
    desks: Option<Desks>,
}

/// Opens models and database, and begins to do what waits.
///
/// # Errors
/// The database is in use or cannot be written, a model is damaged.
pub fn start(settings: Settings, runtime: &Handle) -> anyhow::Result<Parts> {
    let sources = models::sources(&settings)?;
    let names: Vec<String> = sources.iter().map(|named| named.name.clone()).collect();
    let limits = Limits { jobs: settings.max_backlog, rows: settings.max_rows };
    let opened =
        Sqlite::open(&settings.data, &names, limits).map_err(|error| at(error, &settings.data))?;
    api::remove_unfinished(&settings.data);
    let (store, queue): (Arc<dyn Store>, Arc<dyn Queue>) =
        (Arc::new(opened.store.clone()), Arc::new(opened.store.clone()));
    let models = models::open(sources)?;
    let models = Arc::new(runtime.block_on(Registry::new(models, &*store))?);
    let pool = Arc::new(Pool::start(settings.threads).context("the system gives no threads")?);
    let metrics = Arc::new(Metrics::new());
    let desks = Desks::open(&queue, &models, &pool, &metrics)?;
    let service = Arc::new(Service::new(settings, store, models, pool, metrics));
    Ok(Parts { service, behind: Box::new(Machine { opened, desks: Some(desks) }) })
}

fn at(error: StoreError, path: &Path) -> anyhow::Error {
    anyhow::anyhow!(
        "--data {}: {error}; give a file in a folder that is there and can be written",
        path.display()
    )
}

impl Behind for Machine {
    fn stop(&self) -> Stop {
        let stop = self.desks.as_ref().map(Desks::stop);
        Box::new(move || {
            if let Some(stop) = &stop {
                stop.now();
            }
        })
    }

    fn finish(&mut self, most: Duration) -> bool {
        self.desks.take().is_none_or(|desks| desks.finish(most))
    }

    fn close(
        self: Box<Self>,
        service: Arc<Service>,
        runtime: Runtime,
        end: bool,
    ) -> anyhow::Result<()> {
        runtime.shutdown_timeout(Duration::from_secs(1));
        if end && Arc::strong_count(&service) == 1 {
            drop(service);
            self.opened.close();
            return Ok(());
        }
        // Whoever did not leave may hold on to the store. What was written before this is committed with it.
        self.opened.settle().map_err(|error| at(error, &service.settings.data))
    }
}
