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
use super::watch::Watch;
use crate::error::Result;
use crate::progress::{Progress, Unit};

/// Up to this many bytes are read before the model is used: some hundredths of a second.
const AT_ONCE: u64 = 128 << 20;
/// How often waiting checks whether the reading is done, and reports how far it is.
const REFRESH: Duration = Duration::from_millis(10);

/// Whether the checksums of a model are right, as soon as that is known.
#[must_use = "without `confirm`, answers from a damaged model pass for right ones"]
pub struct Whole {
    pending: Option<Pending>,
    /// The file and its name, where one is mapped.
    watch: Option<(Watch, String)>,
}

struct Pending {
    thread: JoinHandle<Result<()>>,
    size: u64,
    done: Arc<AtomicU64>,
}

impl Whole {
    /// A model that opening has read whole, or of which only the header matters.
    pub fn known() -> Self {
        Whole { pending: None, watch: None }
    }

    /// Begins to compare the checksums of a model.
    ///
    /// # Errors
    /// A small model that is damaged.
    pub fn of(model: &Model) -> Result<Self> {
        let Some(check) = model.check()? else {
            return Ok(Whole::known());
        };
        let watch = model.watch()?.map(|watch| (watch, model.name().to_owned()));
        let (size, done) = (check.size(), Arc::new(AtomicU64::new(0)));
        if size <= AT_ONCE {
            check.run(&done)?;
            return Ok(Whole { pending: None, watch });
        }
        let counter = Arc::clone(&done);
        let thread = std::thread::spawn(move || check.run(&counter));
        Ok(Whole { pending: Some(Pending { thread, size, done }), watch })
    }

    /// Waits until the model is known to be whole, and to have been so all the time. To be called before an output
    /// is completed.
    ///
    /// # Errors
    /// It is damaged or was written to, or `progress` says to stop, and whatever was made with it must not be used.
    pub fn confirm(self, progress: &dyn Progress) -> Result<()> {
        self.pending.map_or(Ok(()), |pending| pending.wait(progress))?;
        self.watch.map_or(Ok(()), |(watch, name)| watch.check(&name))
    }
}

impl Pending {
    fn wait(self, progress: &dyn Progress) -> Result<()> {
        let Pending { thread, size, done } = self;
        progress.stage("verify", Unit::Bytes, Some(size));
        let mut told = 0;
        while !thread.is_finished() {
            std::thread::sleep(REFRESH);
            let now = done.load(Ordering::Relaxed);
            progress.advance(now - told);
            progress.go_on()?;
            told = now;
        }
        // A thread that panicked has found nothing out.
        thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    }
}
