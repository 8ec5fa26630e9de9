//! What the parts of the store in PostgreSQL share.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use tokio::sync::Notify;
use uuid::Uuid;

use super::connections::Connections;
use super::tell::Teller;
use crate::store::Shared;

/// Rows of counts are apart by this number of a process, so that processes do not wait for each other.
const SLOTS: u128 = 64;

/// What the parts share.
#[derive(Debug)]
pub struct Core {
    /// Connections to the database.
    pub connections: Arc<Connections>,
    /// How much may wait, and who waits for it.
    pub shared: Shared,
    /// Told after each commit that left something to be sent to the queue.
    pub posted: Arc<Notify>,
    /// Tells other processes what has ended.
    pub teller: Teller,
    /// Which rows of the counts this process adds to.
    pub slot: i16,
    /// Batches that could not be forgotten yet.
    pub forgotten: Mutex<Vec<i64>>,
    /// Jobs and their models that are to be sent, where a fault keeps them out of the outbox.
    pub unkept: Mutex<Vec<(String, Uuid)>>,
    /// How often something was accepted together; for tests and measurements.
    pub commits: AtomicU64,
}

impl Core {
    /// Of a process that has just begun.
    pub fn new(connections: Arc<Connections>, shared: Shared, teller: Teller) -> Self {
        Core {
            connections,
            shared,
            posted: Arc::default(),
            teller,
            slot: (Uuid::new_v4().as_u128() % SLOTS) as i16,
            forgotten: Mutex::default(),
            unkept: Mutex::default(),
            commits: AtomicU64::new(0),
        }
    }

    /// Tells all who wait for these jobs or batches, here and in other processes, that there may be results.
    pub fn tell(&self, ids: &[Uuid]) {
        self.shared.watchers.tell(ids.iter().copied());
        self.teller.tell(ids);
    }

    /// Counts a commit.
    pub fn committed(&self) {
        self.commits.fetch_add(1, Ordering::Relaxed);
    }
}
