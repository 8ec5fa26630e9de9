//! Writes that could not be done, because the disk was full: they are done again by and by.

use std::fmt::{Debug, Formatter};
use std::sync::{Mutex, PoisonError};

type Write = Box<dyn FnOnce() + Send>;

/// Writes that wait for the disk.
#[derive(Default)]
pub struct Again {
    writes: Mutex<Vec<Write>>,
}

impl Again {
    /// Does a write later that could not be done now.
    pub fn later(&self, write: impl FnOnce() + Send + 'static) {
        self.writes.lock().unwrap_or_else(PoisonError::into_inner).push(Box::new(write));
    }

    /// Does what could not be done before.
    pub fn now(&self) {
        self.take().into_iter().for_each(|write| write());
    }

    /// Forgets them: the next start does their work again.
    pub fn forget(&self) {
        drop(self.take());
    }

    fn take(&self) -> Vec<Write> {
        std::mem::take(&mut *self.writes.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Debug for Again {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        f.write_str("Again")
    }
}
