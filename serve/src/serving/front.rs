//! A front end: it accepts, shows and tells; workers on any machine do the work.
//!
//! What it accepts is in the database, and so is what it has yet to hand to the broker: it may end at any moment.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use tokio::runtime::{Handle, Runtime};
use tokio::task::AbortHandle;

use super::behind::{Behind, Parts, Stop};
use super::shared::Shared;
use crate::metrics::Metrics;
use crate::queue::rabbit::{Front, Names, Posting, State};
use crate::service::{Broker, Service};
use crate::settings::{Servers, Settings};
use crate::store::postgres::Postgres;
use crate::store::{Limits, Store};

/// How often it is looked whether the database is there.
const OFTEN: Duration = Duration::from_secs(5);

/// What hands out what was accepted.
struct FrontEnd {
    store: Postgres,
    front: Arc<Front>,
    renewing: AbortHandle,
}

/// Connects with the database, opens models for what is answered at once, and begins to hand out what waits.
///
/// # Errors
/// The database is not there or cannot be written, a model is damaged, an address is none.
pub fn start(settings: Settings, servers: &Servers, runtime: &Handle) -> anyhow::Result<Parts> {
    let _within = runtime.enter();
    let limits = Limits { jobs: settings.max_backlog, rows: settings.max_rows };
    let shared = Shared::open(&settings, servers, limits, runtime)?;
    let posting =
        Posting { names: Names::default(), models: shared.names(), bundle: settings.bundle };
    let Shared { store, shelf, models, pool, metrics } = shared;
    let records = Arc::new(store.clone());
    let front =
        Front::start(servers.queue.url(), posting, &records, &metrics).context("--queue")?;
    let front = Arc::new(front);
    let renewing = runtime.spawn(shelf.keep_up(Arc::clone(&models))).abort_handle();
    runtime.spawn(look(store.clone(), Arc::clone(&metrics)));
    let state = Arc::clone(&front);
    let kept: Arc<dyn Store> = Arc::new(store.clone());
    let mut service = Service::new(settings, kept, models, pool, metrics);
    service.broker = Some(Broker::new(move || trouble(&state.state())));
    let behind = Box::new(FrontEnd { store, front, renewing });
    Ok(Parts { service: Arc::new(service), behind })
}

/// Tells from time to time whether the database is there.
async fn look(store: Postgres, metrics: Arc<Metrics>) {
    loop {
        metrics.database_up(store.check().await.is_ok() && !store.is_failing());
        tokio::time::sleep(OFTEN).await;
    }
}

/// What is wrong with the broker, if anything is.
pub fn trouble(state: &State) -> Option<String> {
    match state {
        State::There => None,
        State::Away(why) => Some(format!("the broker is not there ({why})")),
        State::Blocked(why) => Some(format!("the broker takes no messages ({why})")),
    }
}

impl Behind for FrontEnd {
    fn stop(&self) -> Stop {
        Box::new(|| ())
    }

    fn finish(&mut self, _most: Duration) -> bool {
        self.renewing.abort();
        true // nothing is done here
    }

    fn close(
        self: Box<Self>,
        service: Arc<Service>,
        runtime: Runtime,
        _end: bool,
    ) -> anyhow::Result<()> {
        runtime.block_on(async {
            self.store.close().await; // what arrived is on disk
            self.front.close().await;
        });
        drop(service);
        runtime.shutdown_timeout(Duration::from_secs(1));
        Ok(())
    }
}
