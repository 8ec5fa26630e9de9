//! A worker: it takes messages, does what they name, and writes the results. There may be any number, on any machine.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio::sync::watch;
use uuid::Uuid;

use super::connections;
use super::shared::Shared;
use super::sight::{self, Sight};
use super::signals::until_asked;
use crate::desk::Desks;
use crate::guard::Guards;
use crate::metrics::Metrics;
use crate::predict::Pool;
use crate::queue::Queue;
use crate::queue::rabbit::{Names, Taking, Worker};
use crate::settings::{Servers, Settings};
use crate::store::Limits;
use crate::store::postgres::{Postgres, Working};

/// How often a worker says that it is there.
const BEAT: Duration = Duration::from_secs(5);
/// What runs has at least so long to finish.
const LEAST: Duration = Duration::from_secs(1);

/// Works until it is asked to end.
///
/// # Errors
/// There are no servers in the settings; the database is not there, a model is damaged, an address is none.
pub fn work(settings: Settings, listens: bool) -> anyhow::Result<()> {
    let Some(servers) = settings.servers.clone() else {
        bail!("a worker needs --database and --queue: it has no work of its own");
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(settings.threads.clamp(1, 2))
        .enable_all()
        .build()
        .context("the system gives no threads")?;
    let listener = listens.then(|| {
        runtime.block_on(TcpListener::bind(settings.listen)).with_context(|| {
            format!("--listen {}: it cannot be listened on; choose another port", settings.listen)
        })
    });
    let listener = listener.transpose()?;
    let working = start(&settings, &servers, &runtime)?;
    let (ending, ended) = watch::channel(false);
    if let Some(listener) = listener {
        let address = listener.local_addr()?;
        eprintln!("impute-serve: http://{address}");
        let sight = Sight {
            metrics: Arc::clone(&working.metrics),
            store: working.store.clone(),
            queue: Arc::clone(&working.queue),
            pool: Arc::clone(&working.pool),
            ending: ended.clone(),
        };
        let router = Guards::new(&settings).around(sight::router(sight));
        runtime.spawn(connections::serve(listener, router, ended));
    }
    tracing::info!(threads = settings.threads, "ready to work");
    eprintln!("impute-serve: working");
    // A terminal that is closed, or a habit: newer models are looked for anyhow.
    let models = || tracing::info!("newer models are looked for all the time");
    runtime.block_on(until_asked(models));
    tracing::info!("ending: nothing more is begun, what runs is finished");
    ending.send_replace(true);
    working.end(&runtime, settings.drain);
    runtime.shutdown_timeout(Duration::from_secs(1));
    tracing::info!("ended");
    Ok(())
}

/// A worker at work.
struct AtWork {
    store: Postgres,
    queue: Arc<Worker<Postgres>>,
    pool: Arc<Pool>,
    metrics: Arc<Metrics>,
    desks: Desks,
    /// By which the others know it.
    id: Uuid,
}

fn start(settings: &Settings, servers: &Servers, runtime: &Runtime) -> anyhow::Result<AtWork> {
    let _within = runtime.enter();
    let shared = Shared::open(settings, servers, Limits { jobs: 0, rows: 0 }, runtime.handle())?;
    let taking =
        Taking { names: Names::default(), models: shared.names(), prefetch: settings.prefetch };
    let Shared { store, shelf, models, pool, metrics } = shared;
    let records = Arc::new(store.clone());
    let queue = Worker::start(servers.queue.url(), taking, records, &metrics).context("--queue")?;
    let queue = Arc::new(queue);
    let taken: Arc<dyn Queue> = Arc::clone(&queue) as Arc<dyn Queue>;
    let desks = Desks::open(&taken, &models, &pool, &metrics)?;
    runtime.spawn(shelf.keep_up(models));
    let id = Uuid::new_v4();
    runtime.spawn(beat(id, settings.threads, store.clone(), Arc::clone(&metrics)));
    Ok(AtWork { store, queue, pool, metrics, desks, id })
}

impl AtWork {
    /// What runs is finished and acknowledged; all else is given back.
    fn end(self, runtime: &Runtime, drain: Duration) {
        let until = Instant::now() + drain;
        let left = || until.saturating_duration_since(Instant::now()).max(LEAST);
        self.desks.stop().now();
        let finished = self.desks.finish(left());
        if !(finished && self.queue.settle(left())) {
            tracing::warn!(
                "not all could be finished in {} s; other workers do it again",
                drain.as_secs()
            );
        }
        runtime.block_on(async {
            self.queue.close().await;
            if let Err(error) = self.store.gone(self.id).await {
                tracing::warn!(%error, "the end could not be told");
            }
            self.store.close().await;
        });
    }
}

/// Says from time to time that the worker is there, and what it has done.
async fn beat(id: Uuid, threads: usize, store: Postgres, metrics: Arc<Metrics>) {
    loop {
        let working = Working {
            threads,
            texts: metrics.texts_predicted(),
            predicting_ms: (metrics.seconds_of_prediction() * 1e3) as u64,
        };
        let told = store.beat(id, &working).await;
        metrics.database_up(told.is_ok());
        if let Err(error) = told {
            tracing::warn!(%error, "the database does not hear that this worker is there");
        }
        tokio::time::sleep(BEAT).await;
    }
}
