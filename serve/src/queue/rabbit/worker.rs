//! The queue of a worker: messages come from the broker, texts and results go from and to the store.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::{Notify, watch};
use tokio::task::JoinHandle;
use uuid::Uuid;

use super::address::Address;
use super::broken::Broken;
use super::claiming::Claiming;
use super::consume::{Consuming, GiveBack};
use super::intake::Intake;
use super::link::{Link, State};
use super::names::Names;
use super::records::Records;
use super::results::{Results, results};
use super::unbegun::{done_or_back, give_back};
use crate::metrics::Metrics;
use crate::queue::{After, Queue, Wanted, Work};
use crate::store::{Bell, Claimed, Finished, Piece, PieceDone, Result};

/// How long what may end the process waits until all else is on disk, before it is asked again.
const WRITTEN: Duration = Duration::from_secs(10);
/// How long a worker that ends waits until the broker knows what is done.
const END: Duration = Duration::from_secs(5);

/// The queue of a worker.
#[derive(Debug)]
pub struct Worker<R> {
    intakes: Arc<BTreeMap<String, Intake>>,
    records: Arc<R>,
    results: Results,
    metrics: Arc<Metrics>,
    runtime: Handle,
    link: Link,
    stop: watch::Sender<bool>,
    consuming: tokio::sync::Mutex<Option<JoinHandle<()>>>,
}

/// What a worker takes, and how.
#[derive(Debug, Clone)]
pub struct Taking {
    /// What the queues are called.
    pub names: Names,
    /// The models whose queues it takes from.
    pub models: Vec<String>,
    /// The most unacknowledged messages of each queue.
    pub prefetch: u16,
}

impl<R: Records> Worker<R> {
    /// Begins to take messages, as soon as the broker is there. To be called within the runtime.
    ///
    /// # Errors
    /// The address of the broker is none.
    pub fn start(
        broker: &str,
        taking: Taking,
        records: Arc<R>,
        metrics: &Arc<Metrics>,
    ) -> Result<Self, Broken> {
        let link = Link::new(Address::read(broker)?, "impute-serve work", metrics);
        let Taking { names, models, prefetch } = taking;
        let answerable = Arc::<Notify>::default();
        let intakes = models.iter().map(|model| (model.clone(), Intake::new(model, &answerable)));
        let intakes = Arc::new(intakes.collect::<BTreeMap<_, _>>());
        let (results, writer) = results(&records, &intakes, metrics);
        let (stop, told) = watch::channel(false);
        let consuming = Consuming {
            names,
            prefetch,
            intakes: Arc::clone(&intakes),
            answerable,
            give_back: giving_back(&records, &intakes),
            metrics: Arc::clone(metrics),
        };
        tokio::spawn(writer.run());
        let consuming = tokio::spawn(link.clone().keep(consuming, told));
        Ok(Worker {
            intakes,
            records,
            results,
            metrics: Arc::clone(metrics),
            runtime: Handle::current(),
            link,
            stop,
            consuming: tokio::sync::Mutex::new(Some(consuming)),
        })
    }

    /// Whether the broker is there.
    pub fn state(&self) -> State {
        self.link.state()
    }

    /// Takes no more messages, acknowledges what is on disk, and gives all others back. To be called after the desks
    /// have ended and the queue has settled.
    pub async fn close(&self) {
        self.stop.send_replace(true);
        if let Some(consuming) = self.consuming.lock().await.take() {
            let _ = tokio::time::timeout(END, consuming).await;
        }
    }

    /// How many messages were not acknowledged.
    pub fn unacknowledged(&self) -> usize {
        self.intakes.values().map(Intake::open).sum()
    }

    /// Ends as a process does that is killed, but for what was handed over.
    #[cfg(test)]
    pub async fn kill(&self) {
        if let Some(consuming) = self.consuming.lock().await.take() {
            consuming.abort();
            let _ = consuming.await;
        }
    }
}

fn giving_back<R: Records>(records: &Arc<R>, intakes: &Arc<BTreeMap<String, Intake>>) -> GiveBack {
    let (records, intakes) = (Arc::clone(records), Arc::clone(intakes));
    GiveBack(Box::new(move || {
        let (records, intakes) = (Arc::clone(&records), Arc::clone(&intakes));
        Box::pin(async move {
            // As long as it may take; the broker gives the rest to others.
            let _ = tokio::time::timeout(END, give_back(&*records, &intakes)).await;
        })
    }))
}

impl<R: Records> Queue for Worker<R> {
    fn bell(&self, model: &str) -> Arc<Bell> {
        self.intakes.get(model).map(|intake| Arc::clone(&intake.bell)).unwrap_or_default()
    }

    fn ring_all(&self) {
        self.intakes.values().for_each(|intake| intake.bell.ring());
    }

    fn claim(&self, wanted: &Wanted) -> Result<Work> {
        let Some(intake) = self.intakes.get(&wanted.model) else { return Ok(Work::Nothing) };
        // What others have answered is on disk before something is tried that may end the process.
        if wanted.alone && !self.results.settle(WRITTEN) {
            return Ok(Work::Nothing);
        }
        if intake.jobs.fresh() < wanted.jobs && !wanted.alone {
            let mut claimed = intake.claimed.lock().unwrap_or_else(PoisonError::into_inner);
            std::thread::sleep(claimed.left());
            claimed.begin();
        }
        let Worker { records, results, metrics, .. } = self;
        let claiming = Claiming { intake, records: &**records, results, metrics };
        self.runtime.block_on(claiming.claim(wanted))
    }

    fn finish(&self, jobs: Vec<Finished>, after: After) {
        self.results.jobs(jobs, after);
    }

    fn finish_piece(&self, piece: PieceDone, after: After) {
        self.results.piece(piece, after);
    }

    fn release(&self, jobs: Vec<Claimed>) {
        let ids: Vec<Uuid> = jobs.iter().map(|job| job.id).collect();
        let (records, intakes) = (Arc::clone(&self.records), Arc::clone(&self.intakes));
        self.runtime.spawn(async move {
            let put = records.jobs_again(&ids).await;
            for intake in intakes.values() {
                done_or_back(&intake.jobs, &ids, put.clone());
            }
        });
    }

    fn release_piece(&self, piece: Piece) {
        let key = (piece.batch, piece.first);
        let (records, intakes) = (Arc::clone(&self.records), Arc::clone(&self.intakes));
        self.runtime.spawn(async move {
            let put = records.pieces_again(key.0, &[key.1]).await;
            for intake in intakes.values() {
                done_or_back(&intake.pieces, &[key], put.clone());
            }
        });
    }

    fn settle(&self, most: Duration) -> bool {
        self.results.settle(most)
    }
}
