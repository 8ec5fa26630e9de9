//! Whether a model is whole, checked while it is used: no answer of a damaged one may be passed off as
//! right.
//!
//! A small model is read whole before it is used. A large one is meanwhile read on a thread of its own, and
//! its users wait for the result before completing an output. The compiler warns where that is forgotten.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use super::open::Model;
use crate::error::Result;
use crate::progress::{Progress, Unit};

/// Up to this many bytes are read before the model is used: some hundredths of a second.
const AT_ONCE: u64 = 128 << 20;
/// How often waiting checks whether the reading is done, and reports how far it is.
const REFRESH: Duration = Duration::from_millis(10);

/// Whether the checksums of a model are right, as soon as that is known.
#[must_use = "without `confirm`, answers from a damaged model pass for right ones"]
pub struct Whole(Option<Pending>);

struct Pending {
    thread: JoinHandle<Result<()>>,
    size: u64,
    done: Arc<AtomicU64>,
}

impl Whole {
    /// A model that opening has read whole, or of which only the header matters.
    pub fn known() -> Self {
        Whole(None)
    }

    /// Begins to compare the checksums of a model.
    ///
    /// # Errors
    /// A small model that is damaged.
    pub fn of(model: &Model) -> Result<Self> {
        let Some(check) = model.check()? else {
            return Ok(Whole::known());
        };
        let (size, done) = (check.size(), Arc::new(AtomicU64::new(0)));
        if size <= AT_ONCE {
            check.run(&done)?;
            return Ok(Whole::known());
        }
        let counter = Arc::clone(&done);
        let thread = std::thread::spawn(move || check.run(&counter));
        Ok(Whole(Some(Pending { thread, size, done })))
    }

    /// Waits until the model is known to be whole. To be called before an output is completed.
    ///
    /// # Errors
    /// It is damaged, and whatever was made with it must not be used.
    pub fn confirm(self, progress: &dyn Progress) -> Result<()> {
        let Some(Pending { thread, size, done }) = self.0 else {
            return Ok(());
        };
        progress.stage("verify", Unit::Bytes, Some(size));
        let mut told = 0;
        while !thread.is_finished() {
            std::thread::sleep(REFRESH);
            let now = done.load(Ordering::Relaxed);
            progress.advance(now - told);
            told = now;
        }
        // A thread that panicked has found nothing out.
        thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    }
}
