//! All desks of the process: opened together, stopped together.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::channel;
use std::thread::JoinHandle;
use std::time::Duration;

use super::desk::Desk;
use crate::metrics::Metrics;
use crate::models::Registry;
use crate::predict::Pool;
use crate::queue::Queue;

/// The desks of all models.
#[derive(Debug)]
pub struct Desks {
    threads: Vec<JoinHandle<()>>,
    stop: Stop,
}

/// Tells the desks to begin nothing more; clones tell the same ones.
#[derive(Debug, Clone)]
pub struct Stop {
    stop: Arc<AtomicBool>,
    queue: Arc<dyn Queue>,
}

impl Stop {
    /// Nothing more is begun.
    pub fn now(&self) {
        self.stop.store(true, Ordering::Release);
        self.queue.ring_all();
    }
}

impl Desks {
    /// Opens a desk for each model.
    ///
    /// # Errors
    /// The system gives no thread.
    pub fn open(
        queue: &Arc<dyn Queue>,
        models: &Arc<Registry>,
        pool: &Arc<Pool>,
        metrics: &Arc<Metrics>,
    ) -> std::io::Result<Self> {
        let stop = Stop { stop: Arc::default(), queue: Arc::clone(queue) };
        let open = |(name, _)| Desk::open(name, queue, models, pool, metrics, &stop.stop);
        let threads = models.all().map(open).collect::<std::io::Result<Vec<_>>>()?;
        Ok(Desks { threads, stop })
    }

    /// What stops them.
    pub fn stop(&self) -> Stop {
        self.stop.clone()
    }

    /// Waits for what the desks have begun, so long at most; whether all of it was answered.
    pub fn finish(self, most: Duration) -> bool {
        let (told, ended) = channel();
        std::thread::spawn(move || {
            self.threads.into_iter().for_each(|desk| drop(desk.join()));
            let _ = told.send(());
        });
        ended.recv_timeout(most).is_ok()
    }
}
