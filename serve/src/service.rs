//! All that a request may use.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use tokio::sync::watch;

use crate::clock;
use crate::drift::DriftView;
use crate::metrics::{Metrics, Open};
use crate::models::Registry;
use crate::predict::{Model, Pool};
use crate::refusal::{Code, Refusal};
use crate::settings::Settings;
use crate::store::{Shared, Store, StoreError};
use crate::task::Task;
use crate::uploads::Uploads;

/// The broker, as far as a front end sees it.
pub struct Broker(Box<dyn Fn() -> Option<String> + Send + Sync>);

impl Broker {
    /// One whose trouble is asked for in this way.
    pub fn new(trouble: impl Fn() -> Option<String> + Send + Sync + 'static) -> Self {
        Broker(Box::new(trouble))
    }

    /// What is wrong with it, if anything is.
    pub fn trouble(&self) -> Option<String> {
        (self.0)()
    }
}

impl fmt::Debug for Broker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Broker, trouble: {:?}", self.trouble())
    }
}

/// The service: one for the process, shared by all requests.
#[derive(Debug)]
pub struct Service {
    /// What is in force.
    pub settings: Settings,
    /// What is kept.
    pub store: Arc<dyn Store>,
    /// The models in use.
    pub models: Arc<Registry>,
    /// The threads that predict.
    pub pool: Arc<Pool>,
    /// What is measured.
    pub metrics: Arc<Metrics>,
    /// Room for files on their way in.
    pub uploads: Arc<Uploads>,
    /// One version of a model is published at a time.
    pub publishing: tokio::sync::Mutex<()>,
    /// What the last comparison with the reference found.
    pub drift: Mutex<Option<DriftView>>,
    /// What is between those who accept and those who work, where these are other processes.
    pub broker: Option<Broker>,
    /// When it was ready, in milliseconds since 1970.
    pub since: i64,
    /// Whether models are open and jobs are done.
    ready: AtomicBool,
    /// Whether the service is ending.
    closing: watch::Sender<bool>,
}

impl Service {
    /// Puts the parts together.
    pub fn new(
        settings: Settings,
        store: Arc<dyn Store>,
        models: Arc<Registry>,
        pool: Arc<Pool>,
        metrics: Arc<Metrics>,
    ) -> Self {
        Service {
            settings,
            store,
            models,
            pool,
            metrics,
            uploads: Arc::default(),
            publishing: tokio::sync::Mutex::default(),
            drift: Mutex::default(),
            broker: None,
            since: clock::now(),
            ready: AtomicBool::new(true),
            closing: watch::Sender::new(false),
        }
    }

    /// Whether new work is taken.
    pub fn is_ready(&self) -> bool {
        self.ready.load(Ordering::Acquire)
    }

    /// Begins the end: the service is not ready, and accepts no new work.
    pub fn close(&self) {
        self.ready.store(false, Ordering::Release);
        self.closing.send_replace(true);
        self.store.shared().watchers.tell_all();
    }

    /// Becomes true when the service is ending.
    pub fn closing(&self) -> watch::Receiver<bool> {
        self.closing.subscribe()
    }

    /// Refuses new work while the service is ending.
    ///
    /// # Errors
    /// It is.
    pub fn accepts(&self) -> Result<(), Refusal> {
        if self.is_ready() { Ok(()) } else { Err(ending()) }
    }

    /// The model that is to do a task: the one that is named, or the one that does it by default.
    ///
    /// # Errors
    /// There is none of that name, or it does not do it.
    pub fn model_for(&self, task: Task, named: Option<&str>) -> Result<Arc<Model>, Refusal> {
        let name = named.unwrap_or(match task {
            Task::Language => self.models.classifier_name(),
            Task::Impute | Task::Repair => self.models.default_name(),
        });
        let unknown = || {
            let names: Vec<&str> = self.models.all().map(|(name, _)| name).collect();
            let message = format!("No model has this name; those there are: {}.", names.join(", "));
            Refusal::new(Code::Unprocessable, message)
        };
        let model = self.models.current(name).ok_or_else(unknown)?;
        model
            .can(task)
            .map_err(|why| Refusal::new(Code::Unprocessable, format!("Choose another: {why}.")))?;
        Ok(model)
    }

    /// What waits.
    pub async fn queue(&self) -> Open {
        let oldest = self.store.oldest().await.ok().flatten();
        let Shared { jobs, rows, .. } = self.store.shared();
        Open {
            jobs: jobs.open(),
            rows: rows.open(),
            oldest: oldest.map(|age| age.max(0)),
            threads: self.pool.threads(),
        }
    }
}

/// The refusal of a service that is ending.
pub fn ending() -> Refusal {
    Refusal::new(Code::ShuttingDown, "The service is ending; send it again when it is back.")
        .retry_after(5)
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Full => Refusal::new(
                Code::BacklogFull,
                "As much work waits as may wait; send it again later.",
            )
            .retry_after(2),
            StoreError::OtherRequest => Refusal::new(
                Code::Conflict,
                "This Idempotency-Key was used for another request; take a new key for a new request.",
            ),
            StoreError::Arriving => Refusal::new(
                Code::Conflict,
                "The same file is on its way in already, with this Idempotency-Key; ask again in a moment.",
            )
            .retry_after(2),
            StoreError::Ended => ending(),
            StoreError::Database(_) => {
                tracing::error!(%error, "a database operation failed");
                let message = "The database does not take it at the moment; send it again later.";
                Refusal::new(Code::NotReady, message).retry_after(5)
            }
        }
    }
}
