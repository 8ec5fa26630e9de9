//! Compares the checksums of a model file by reading it from the disk, beside those who use it.
//!
//! Input: the open file and its directory. A map would count all that is read as memory in use; here a
//! small buffer holds the bytes for as long as they are hashed.

use std::fs::File;
use std::hash::Hasher;
use std::io::{Read, Seek, SeekFrom};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use twox_hash::XxHash3_64;

use super::Model;
use super::format::{Directory, damaged};
use crate::error::{Error, Result};
use crate::progress::{Progress, Unit};

/// How many bytes are read at a time: few enough to stay in a core's own cache.
const BUFFER: usize = 1 << 18;
/// Up to so many bytes are read before the model is used: some hundredths of a second.
const AT_ONCE: u64 = 128 << 20;
/// How often who waits looks whether it has been long enough, and tells how far it is.
const REFRESH: Duration = Duration::from_millis(10);

/// The checksums of a file that are still to be compared.
#[derive(Debug)]
pub struct Check {
    pub(super) file: File,
    pub(super) directory: Directory,
    pub(super) name: String,
}

impl Check {
    /// How many bytes there are to read.
    pub fn size(&self) -> u64 {
        self.directory.sections.iter().map(|section| section.length).sum()
    }

    /// Reads all sections and compares their checksums; `done` counts the bytes as they are read.
    ///
    /// # Errors
    /// The first section that is not what was written, and a file that cannot be read.
    ///
    /// # Complexity
    /// O(size) time, about 0.3 s a gigabyte from memory, on the calling thread; 256 KB of memory.
    pub fn run(mut self, done: &AtomicU64) -> Result<()> {
        let failed = |e| Error::io(&self.name, "read", e);
        let mut buffer = vec![0; BUFFER];
        for section in &self.directory.sections {
            self.file.seek(SeekFrom::Start(section.offset)).map_err(failed)?;
            let (mut hash, mut left) = (XxHash3_64::default(), section.length);
            while left > 0 {
                let most = usize::try_from(left).unwrap_or(BUFFER).min(BUFFER);
                let read = match self.file.read(&mut buffer[..most]) {
                    Ok(0) => return Err(damaged(&self.name, &section.name)),
                    Ok(read) => read,
                    Err(e) if e.kind() == std::io::ErrorKind::Interrupted => continue,
                    Err(e) => return Err(failed(e)),
                };
                hash.write(&buffer[..read]);
                left -= read as u64;
                done.fetch_add(read as u64, Ordering::Relaxed);
            }
            if format!("{:016x}", hash.finish()) != section.checksum {
                return Err(damaged(&self.name, &section.name));
            }
        }
        Ok(())
    }
}

/// Whether the checksums of a model are right, as soon as that is known: no answer of a damaged one is to
/// be passed off as right.
///
/// A small model is read whole before it is used. A large one is read on a thread of its own meanwhile, and
/// who uses it waits for the result before he completes his output.
#[must_use = "without `confirm`, answers of a damaged model are taken for right ones"]
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
