//! From the settings to a service that answers, and from a signal to an orderly end.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use axum::http::HeaderMap;
use axum::response::Response;
use axum::{Router, middleware};
use tokio::net::TcpListener;
use tokio::runtime::{Handle, Runtime};
use tokio::time::Instant;

use super::behind::{Behind, Parts};
use super::drift::{self, Watch};
use super::signals::end_when_asked;
use super::{connections, machine, timeouts, upkeep};
use crate::api;
use crate::guard::Guards;
use crate::page;
use crate::refusal::Code;
use crate::service::Service;
use crate::settings::Settings;

/// What runs when clients have taken all the time there is has this much more.
const LEAST: Duration = Duration::from_secs(1);

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
    let Parts { service, behind } = start(settings, runtime.handle())?;
    let guards = Guards::new(&service.settings);
    let router = router(&service, &guards);
    tracing::info!(address = %address, threads = service.pool.threads(), "ready");
    eprintln!("impute-serve: http://{address}");
    let (drained, until) = runtime.block_on(async {
        tokio::spawn(upkeep::keep_up(Arc::clone(&service), guards.clone()));
        tokio::spawn(end_when_asked(Arc::clone(&service), behind.stop()));
        if let Some(watch) = watch {
            tokio::spawn(drift::keep_watch(Arc::clone(&service), watch));
        }
        let serving = tokio::spawn(connections::serve(listener, router, service.closing()));
        let _ = service.closing().wait_for(|closing| *closing).await;
        let until = Instant::now() + drain;
        (tokio::time::timeout_at(until, serving).await.is_ok(), until)
    });
    end(service, behind, runtime, drained, until)
}

fn start(settings: Settings, runtime: &Handle) -> anyhow::Result<Parts> {
    #[cfg(feature = "scale-out")]
    if let Some(servers) = settings.servers.clone() {
        return super::front::start(settings, &servers, runtime);
    }
    machine::start(settings, runtime)
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

/// What runs is finished and committed; what could not be finished in time is taken up later.
fn end(
    service: Arc<Service>,
    mut behind: Box<dyn Behind>,
    runtime: Runtime,
    drained: bool,
    until: Instant,
) -> anyhow::Result<()> {
    let left = until.saturating_duration_since(Instant::now()).max(LEAST);
    let finished = behind.finish(left);
    if !finished {
        tracing::warn!(
            "not all could be finished in {} s; it is taken up again later",
            service.settings.drain.as_secs()
        );
    }
    behind.close(service, runtime, finished && drained)?;
    tracing::info!("ended");
    Ok(())
}
