//! Models as the commands use them: no answer of a damaged one is passed off as right.
//!
//! A small model is read whole before it is used. A large one is read on a thread of its own while the
//! command works, and before the command completes its output it waits for the result. A command that forgets
//! to is a warning of the compiler (an unused variable), and CI takes no warnings.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use impute::model::Model;
use impute::progress::{Progress, Unit};

use super::Need;
use super::progress::Ui;

/// Up to so many bytes are read before the model is used: some hundredths of a second.
const AT_ONCE: u64 = 128 << 20;
/// How often the command looks whether it has waited long enough, and moves the bar.
const REFRESH: Duration = Duration::from_millis(10);

/// Whether the checksums of a model are right, as soon as that is known.
#[must_use = "without `confirm`, answers of a damaged model are taken for right ones"]
pub struct Whole(Option<Pending>);

struct Pending {
    thread: JoinHandle<impute::Result<()>>,
    size: u64,
    done: Arc<AtomicU64>,
}

/// Opens a model file and begins to compare its checksums.
///
/// # Errors
/// As [`Model::open`]; a small model that is damaged.
pub fn open(path: &Path, need: Need) -> impute::Result<(Model, Whole)> {
    let model = match need {
        Need::Lists => Model::open(path)?,
        Need::Ngrams | Need::Header => Model::open_without_lists(path)?,
    };
    let check = if need == Need::Header { None } else { model.check()? };
    let Some(check) = check else {
        return Ok((model, Whole::known()));
    };
    let (size, done) = (check.size(), Arc::new(AtomicU64::new(0)));
    if size <= AT_ONCE {
        check.run(&done)?;
        return Ok((model, Whole::known()));
    }
    let counter = Arc::clone(&done);
    let thread = std::thread::spawn(move || check.run(&counter));
    Ok((model, Whole(Some(Pending { thread, size, done }))))
}

impl Whole {
    /// A model that opening has read whole.
    pub fn known() -> Self {
        Whole(None)
    }

    /// Waits until the model is known to be whole. To be called before an output is completed.
    ///
    /// # Errors
    /// It is damaged, and whatever was made with it must not be used.
    pub fn confirm(self, ui: &Ui) -> impute::Result<()> {
        let Some(Pending { thread, size, done }) = self.0 else {
            return Ok(());
        };
        ui.stage("verify", Unit::Bytes, Some(size));
        let mut told = 0;
        while !thread.is_finished() {
            std::thread::sleep(REFRESH);
            let now = done.load(Ordering::Relaxed);
            ui.advance(now - told);
            told = now;
        }
        // A thread that panicked has found nothing out.
        thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    }
}
