//! From the settings to a service that answers, and from a signal to an orderly end.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use anyhow::{Context, bail};
use axum::http::HeaderMap;
use axum::response::Response;
use axum::{Router, middleware};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::time::Instant;

use super::drift::{self, Watch};
use super::{connections, timeouts, upkeep};
use crate::api;
use crate::desk::Desk;
use crate::guard::Guards;
use crate::metrics::Metrics;
use crate::models::{Registry, publish_all};
use crate::page;
use crate::refusal::Code;
use crate::service::Service;
use crate::settings::Settings;
use crate::store::{Limits, Opened, Store, StoreError, Strength};
use crate::work::{Model, Pool, Source};

/// The name of the model inside the program, and of the classifier.
const SHIPPED: &str = "english";
const CLASSIFIER: &str = "languages";
/// What runs when clients have taken all the time there is has this much more.
const LEAST: Duration = Duration::from_secs(1);

/// What runs beside the connections.
struct Parts {
    service: Arc<Service>,
    opened: Opened,
    desks: Vec<JoinHandle<()>>,
    stop: Arc<AtomicBool>,
}

/// Runs the service until it is asked to end.
///
/// # Errors
/// It cannot start: the address is taken, the database is in use, a model is damaged.
pub fn run(settings: Settings) -> anyhow::Result<()> {
    // One thread for connections is enough for thousands of requests a second, and leaves the cores to the models.
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(settings.threads.clamp(1, 4))
        .enable_all()
        .build()
        .context("the system gives no threads")?;
    let drain = settings.drain;
    // In the first second: whether the address is free.
    let listener = runtime.block_on(TcpListener::bind(settings.listen)).with_context(|| {
        format!("--listen {}: it cannot be listened on; choose another port", settings.listen)
    })?;
    let address = listener.local_addr()?;
    let watch = settings.reference.as_deref().map(|path| {
        Watch::open(path).with_context(|| format!("--reference {}", path.display())).map(Arc::new)
    });
    let watch = watch.transpose()?;
    let parts = start(settings)?;
    let (service, guards) = (Arc::clone(&parts.service), Guards::new(&parts.service.settings));
    let router = router(&service, &guards);
    tracing::info!(address = %address, threads = service.pool.threads(), "ready");
    eprintln!("impute-serve: http://{address}");
    let (drained, until) = runtime.block_on(async {
        tokio::spawn(upkeep::keep_up(Arc::clone(&service), guards.clone()));
        tokio::spawn(until_asked(Arc::clone(&service), Arc::clone(&parts.stop)));
        if let Some(watch) = watch {
            tokio::spawn(drift::keep_watch(Arc::clone(&service), watch));
        }
        let serving = tokio::spawn(connections::serve(listener, router, service.closing()));
        let _ = service.closing().wait_for(|closing| *closing).await;
        let until = Instant::now() + drain;
        (tokio::time::timeout_at(until, serving).await.is_ok(), until)
    });
    drop(service);
    end(parts, runtime, drained, until)
}

fn router(service: &Arc<Service>, guards: &Guards) -> Router {
    let limit = middleware::from_fn_with_state(service.settings.timeout, timeouts::end);
    let nothing = |headers: HeaderMap| async move { page::nothing(&headers) };
    let router = api::router().merge(page::router()).fallback(nothing).layer(limit);
    let router = guards.around(router.with_state(Arc::clone(service)));
    let metrics = Arc::clone(&service.metrics);
    router.layer(middleware::map_response(move |response: Response| {
        if let Some(code) = response.extensions().get::<Code>() {
            metrics.refused(code.name());
        }
        std::future::ready(response)
    }))
}

fn start(settings: Settings) -> anyhow::Result<Parts> {
    let named =
        settings.models.iter().map(|(name, path)| (name.clone(), Source::File(path.clone())));
    let mut sources: Vec<(String, Source)> = named.collect();
    if sources.is_empty() {
        sources.push((SHIPPED.to_owned(), Source::Shipped));
    }
    if sources.iter().any(|(name, _)| name == CLASSIFIER) {
        bail!(
            "--model {CLASSIFIER}=…: that is the name of the classifier of languages; choose another"
        );
    }
    let mut names: Vec<String> = sources.iter().map(|(name, _)| name.clone()).collect();
    names.push(CLASSIFIER.to_owned());
    let path = settings.data.clone();
    let limits = Limits { jobs: settings.max_backlog, rows: settings.max_rows };
    let opened = Store::open(&path, &names, limits)
        .map_err(|error| at(error, &path.display().to_string()))?;
    api::remove_unfinished(&path);
    let store = opened.store.clone();
    let mut models = Vec::new();
    for (name, source) in sources {
        let model = Model::open(&name, &source).with_context(|| format!("the model {name}"))?;
        models.push((source, model));
    }
    let source = settings.classifier.clone().map_or(Source::Shipped, Source::File);
    let classifier = Model::open_classifier(CLASSIFIER, &source).context("the classifier")?;
    models.push((source, classifier));
    let models = Arc::new(Registry::new(models, &store)?);
    let pool = Arc::new(Pool::start(settings.threads).context("the system gives no threads")?);
    let metrics = Arc::new(Metrics::new());
    let stop = Arc::new(AtomicBool::new(false));
    let open = |name: &String| Desk::open(name, &store, &models, &pool, &metrics, &stop);
    let desks = names.iter().map(open).collect::<std::io::Result<Vec<_>>>()?;
    let service = Arc::new(Service::new(settings, store, models, pool, metrics));
    Ok(Parts { service, opened, desks, stop })
}

fn at(error: StoreError, path: &str) -> anyhow::Error {
    anyhow::anyhow!(
        "--data {path}: {error}; give a file in a folder that is there and can be written"
    )
}

/// Ends the service at `SIGTERM` or `SIGINT`; `SIGHUP` publishes new versions of models.
async fn until_asked(service: Arc<Service>, stop: Arc<AtomicBool>) {
    let (Ok(mut terminate), Ok(mut interrupt), Ok(mut hangup)) = (
        signal(SignalKind::terminate()),
        signal(SignalKind::interrupt()),
        signal(SignalKind::hangup()),
    ) else {
        tracing::error!("signals cannot be heard: only kill -9 ends this process");
        return;
    };
    loop {
        tokio::select! {
            _ = terminate.recv() => break,
            _ = interrupt.recv() => break,
            _ = hangup.recv() => {
                let by = Arc::clone(&service);
                tokio::spawn(async move {
                    let _one = by.publishing.lock().await;
                    let of = Arc::clone(&by);
                    let published = move || publish_all(&of.models, &of.store);
                    let _ = tokio::task::spawn_blocking(published).await;
                });
            }
        }
    }
    tracing::info!("ending: nothing more is accepted, what runs is finished");
    service.close();
    // Nothing more is begun, however long clients take to leave.
    stop.store(true, Ordering::Release);
    service.store.ring_all();
}

/// What runs is finished and committed; what could not be finished in time is taken up at the next start.
fn end(
    parts: Parts,
    runtime: tokio::runtime::Runtime,
    drained: bool,
    until: Instant,
) -> anyhow::Result<()> {
    let Parts { service, opened, desks, .. } = parts;
    let (told, ended) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        desks.into_iter().for_each(|desk| drop(desk.join()));
        let _ = told.send(());
    });
    let left = until.saturating_duration_since(Instant::now()).max(LEAST);
    let finished = ended.recv_timeout(left).is_ok();
    runtime.shutdown_timeout(Duration::from_secs(1));
    if !finished {
        tracing::warn!(
            "not all could be finished in {} s; it is taken up at the next start",
            service.settings.drain.as_secs()
        );
    }
    if finished && drained && Arc::strong_count(&service) == 1 {
        drop(service);
        opened.close();
    } else {
        // Whoever did not leave may hold on to the store. What was written before this is committed with it.
        let nothing = |_: &rusqlite::Connection| Ok(());
        let committed = opened.store.writer.write_blocking(Strength::Disk, nothing);
        committed.map_err(|error| at(error, &service.settings.data.display().to_string()))?;
    }
    tracing::info!("ended");
    Ok(())
}
