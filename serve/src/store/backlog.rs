//! How much may wait: room is taken before something is stored, and given back when it ends.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// How much may be open.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Jobs.
    pub jobs: u64,
    /// Rows of batches.
    pub rows: u64,
}

/// What waits or runs, and how much may.
#[derive(Debug)]
pub struct Backlog {
    open: AtomicU64,
    most: u64,
}

/// Room that has been taken; given back when it is dropped, unless it is kept.
#[derive(Debug)]
pub struct Permit {
    backlog: Arc<Backlog>,
    amount: u64,
}

impl Backlog {
    /// So much is open already.
    pub fn new(open: u64, most: u64) -> Arc<Self> {
        Arc::new(Backlog { open: AtomicU64::new(open), most })
    }

    /// Takes room, if there is so much.
    pub fn take(self: &Arc<Self>, amount: u64) -> Option<Permit> {
        let more = |open: u64| open.checked_add(amount).filter(|sum| *sum <= self.most);
        let taken = self.open.fetch_update(Ordering::AcqRel, Ordering::Acquire, more);
        taken.ok().map(|_| Permit { backlog: Arc::clone(self), amount })
    }

    /// Gives room back.
    pub fn ended(&self, amount: u64) {
        let less = |open: u64| Some(open.saturating_sub(amount));
        let _ = self.open.fetch_update(Ordering::AcqRel, Ordering::Acquire, less);
    }

    /// So much is open, as somebody has counted.
    pub fn set(&self, open: u64) {
        self.open.store(open, Ordering::Release);
    }

    /// How much is open.
    pub fn open(&self) -> u64 {
        self.open.load(Ordering::Acquire)
    }

    /// How much may be.
    pub fn most(&self) -> u64 {
        self.most
    }
}

impl Permit {
    /// The room stays taken until [`Backlog::ended`].
    pub fn keep(mut self) {
        self.amount = 0;
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        self.backlog.ended(self.amount);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_more_waits_than_may() {
        let backlog = Backlog::new(2, 5);
        let permit = backlog.take(3).unwrap();
        assert!(backlog.take(1).is_none());
        drop(permit);
        backlog.take(2).unwrap().keep();
        assert_eq!(backlog.open(), 4);
        backlog.ended(9);
        assert_eq!(backlog.open(), 0);
        assert!(backlog.take(u64::MAX).is_none());
        backlog.set(5);
        assert!(backlog.take(1).is_none());
    }
}
