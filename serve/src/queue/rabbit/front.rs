//! The front end's side of the broker: publishes the outbox, takes dead letters, looks at the queues.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Mutex, watch};
use tokio::task::JoinHandle;

use super::address::Address;
use super::broken::Broken;
use super::dead::DeadLetters;
use super::link::{Link, State};
use super::names::Names;
use super::records::Records;
use super::relay::Relay;
use super::watch::Watching;
use crate::metrics::Metrics;

/// How long all may take to end.
const END: Duration = Duration::from_secs(5);

/// What a front end publishes, and how.
#[derive(Debug, Clone)]
pub struct Posting {
    /// What the queues are called.
    pub names: Names,
    /// The models that have queues.
    pub models: Vec<String>,
    /// The most jobs of a message.
    pub bundle: usize,
}

/// The front end's side of the broker.
#[derive(Debug)]
pub struct Front {
    link: Link,
    stop: watch::Sender<bool>,
    tasks: Mutex<Vec<JoinHandle<()>>>,
}

impl Front {
    /// Begins, as soon as the broker is there. To be called within the runtime.
    ///
    /// # Errors
    /// The address of the broker is none.
    pub fn start<R: Records>(
        broker: &str,
        posting: Posting,
        records: &Arc<R>,
        metrics: &Arc<Metrics>,
    ) -> Result<Self, Broken> {
        let address = Address::read(broker)?;
        let Posting { names, models, bundle } = posting;
        let (stop, told) = watch::channel(false);
        let link = Link::new(address.clone(), "impute-serve relay", metrics);
        // Publishing may be blocked by the broker; the others may not.
        let quiet = |name| Link::untold(address.clone(), name);
        let relay = Relay {
            names: names.clone(),
            bundle,
            records: Arc::clone(records),
            metrics: Arc::clone(metrics),
        };
        let dead = DeadLetters {
            names: names.clone(),
            records: Arc::clone(records),
            metrics: Arc::clone(metrics),
        };
        let watching =
            Watching { names, models, records: Arc::clone(records), metrics: Arc::clone(metrics) };
        let tasks = vec![
            tokio::spawn(link.clone().keep(relay, told.clone())),
            tokio::spawn(quiet("impute-serve dead letters").keep(dead, told.clone())),
            tokio::spawn(quiet("impute-serve watch").keep(watching, told)),
        ];
        Ok(Front { link, stop, tasks: Mutex::new(tasks) })
    }

    /// Whether the broker takes messages.
    pub fn state(&self) -> State {
        self.link.state()
    }

    /// Ends. What was not confirmed stays in the outbox.
    pub async fn close(&self) {
        self.stop.send_replace(true);
        let tasks = std::mem::take(&mut *self.tasks.lock().await);
        let _ = tokio::time::timeout(END, futures_util::future::join_all(tasks)).await;
    }
}
