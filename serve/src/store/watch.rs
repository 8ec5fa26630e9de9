//! Who is told when something changes: a worker that jobs wait, a client that its job is done.

use std::collections::HashMap;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use uuid::Uuid;

/// Rings for a thread that waits for work. A ring is remembered until it is heard.
#[derive(Debug, Default)]
pub struct Bell {
    rung: Mutex<bool>,
    heard: Condvar,
}

impl Bell {
    /// Wakes the thread that waits.
    pub fn ring(&self) {
        *self.rung.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.heard.notify_one();
    }

    /// Waits for a ring, or for so long.
    pub fn wait(&self, most: Duration) {
        let rung = self.rung.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self.heard.wait_timeout_while(rung, most, |rung| !*rung);
        *waited.unwrap_or_else(PoisonError::into_inner).0 = false;
    }
}

/// Clients that wait for jobs and batches.
#[derive(Debug, Default)]
pub struct Watchers {
    waiting: Mutex<HashMap<Uuid, Waiting>>,
}

/// Who waits for one job.
#[derive(Debug, Default)]
struct Waiting {
    watchers: usize,
    changed: Arc<Notify>,
    ended: Arc<Notify>,
}

/// A place among the watchers of one job, given up when it is dropped.
#[derive(Debug)]
pub struct Watched {
    watchers: Arc<Watchers>,
    id: Uuid,
    /// Told of every change.
    pub changed: Arc<Notify>,
    /// Told when there may be a result; not that a job has begun, which most who wait need not know.
    pub ended: Arc<Notify>,
}

impl Watchers {
    /// Watches a job. Create the future of [`Notify::notified`] and enable it before the job is looked at: a change
    /// between look and wait is then not missed.
    pub fn watch(self: &Arc<Self>, id: Uuid) -> Watched {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let Waiting { watchers, changed, ended } = waiting.entry(id).or_default();
        *watchers += 1;
        let (changed, ended) = (Arc::clone(changed), Arc::clone(ended));
        Watched { watchers: Arc::clone(self), id, changed, ended }
    }

    /// Tells those who watch these jobs that they have begun.
    pub fn tell_begun(&self, ids: impl Iterator<Item = Uuid>) {
        let waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        ids.filter_map(|id| waiting.get(&id)).for_each(|found| found.changed.notify_waiters());
    }

    /// Tells those who watch these jobs or batches that there may be results.
    pub fn tell(&self, ids: impl IntoIterator<Item = Uuid>) {
        let waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        ids.into_iter().filter_map(|id| waiting.get(&id)).for_each(Waiting::tell);
    }

    /// Tells all, because the service is ending.
    pub fn tell_all(&self) {
        let waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.values().for_each(Waiting::tell);
    }
}

impl Waiting {
    fn tell(&self) {
        self.changed.notify_waiters();
        self.ended.notify_waiters();
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        let mut waiting = self.watchers.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = waiting.get_mut(&self.id) {
            found.watchers -= 1;
            if found.watchers == 0 {
                waiting.remove(&self.id);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_change_is_told_to_all_who_watch_and_nothing_is_left_behind() {
        let watchers = Arc::new(Watchers::default());
        let id = Uuid::from_u128(7);
        {
            let (first, second) = (watchers.watch(id), watchers.watch(id));
            let begun = first.changed.notified();
            let mut ended = std::pin::pin!(second.ended.notified());
            ended.as_mut().enable();
            watchers.tell_begun([id].into_iter());
            begun.await;
            assert!(!ended.as_mut().enable(), "it has only begun");
            let told = first.changed.notified();
            watchers.tell([Uuid::from_u128(8), id]);
            tokio::join!(told, ended);
        }
        assert!(watchers.waiting.lock().unwrap().is_empty());
    }

    #[test]
    fn a_ring_before_the_wait_is_heard() {
        let bell = Bell::default();
        bell.ring();
        bell.wait(Duration::from_secs(3600));
    }
}
