//! The log of what was accepted: a line for each id, on disk before the acceptance counts.
//!
//! A line is `ID NUMBER KIND`: the tracking id, the number of the text (from 0), and `job` or `batch`. A thread
//! writes all lines that wait and syncs the file once for them. A last line that was cut off never counted, and is
//! removed when the log is continued and passed over when it is read.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::JoinHandle;

use anyhow::{Context, Result, anyhow, bail};
use tokio::sync::watch;
use uuid::Uuid;

use super::calls::Kind;

/// A log that is being written.
pub struct Log {
    path: PathBuf,
    queue: Arc<(Mutex<Queue>, Condvar)>,
    synced: watch::Receiver<Synced>,
    writer: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct Queue {
    bytes: Vec<u8>,
    /// How many lines were ever added.
    added: u64,
    closed: bool,
}

/// How many lines are on disk, or why no more will be.
type Synced = Result<u64, Arc<io::Error>>;

impl Log {
    /// Opens a log, or continues it.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn open(path: &Path) -> Result<Self> {
        let failed =
            || format!("{}: the log cannot be written: check folder and rights", path.display());
        let mut file = File::options()
            .create(true)
            .truncate(false)
            .read(true)
            .write(true)
            .open(path)
            .with_context(failed)?;
        repair(&mut file).with_context(failed)?;
        Self::begin(path, file).with_context(failed)
    }

    fn begin(path: &Path, file: File) -> io::Result<Self> {
        let (sender, synced) = watch::channel(Ok(0));
        let queue = Arc::new((Mutex::new(Queue::default()), Condvar::new()));
        let its = queue.clone();
        let writer = std::thread::Builder::new().spawn(move || write(file, &its, &sender))?;
        Ok(Log { path: path.to_owned(), queue, synced, writer: Some(writer) })
    }

    /// Adds a line and returns when it is on disk.
    ///
    /// # Errors
    /// It cannot be written.
    pub async fn add(&self, id: Uuid, number: u64, kind: Kind) -> Result<()> {
        let line = {
            let mut queue = self.queue.0.lock().unwrap_or_else(PoisonError::into_inner);
            writeln!(queue.bytes, "{id} {number} {}", kind.name())?;
            queue.added += 1;
            queue.added
        };
        self.queue.1.notify_one();
        let mut synced = self.synced.clone();
        let reached =
            synced.wait_for(|synced| synced.as_ref().map_or(true, |lines| *lines >= line)).await;
        let why = match reached.as_deref() {
            Ok(Ok(_)) => return Ok(()),
            Ok(Err(error)) => error.to_string(),
            Err(_) => "its writer has ended".to_owned(),
        };
        bail!(
            "{}: the log cannot be written ({why}): check the space on its disk",
            self.path.display()
        )
    }
}

impl Drop for Log {
    fn drop(&mut self) {
        self.queue.0.lock().unwrap_or_else(PoisonError::into_inner).closed = true;
        self.queue.1.notify_one();
        if let Some(writer) = self.writer.take() {
            let _ = writer.join(); // what could not be written has been told to those who wait
        }
    }
}

/// Removes a last line that was cut off, and goes to the end.
fn repair(file: &mut File) -> io::Result<()> {
    let mut end = file.seek(SeekFrom::End(0))?;
    let mut byte = [0];
    while end > 0 {
        file.seek(SeekFrom::Start(end - 1))?;
        file.read_exact(&mut byte)?;
        if byte == *b"\n" {
            break;
        }
        end -= 1;
    }
    file.set_len(end)?;
    file.seek(SeekFrom::Start(end))?;
    Ok(())
}

/// Writes and syncs what waits, until the log is closed.
fn write(mut file: File, queue: &(Mutex<Queue>, Condvar), synced: &watch::Sender<Synced>) {
    let mut bytes = Vec::new();
    loop {
        let added = {
            let waiting = queue.0.lock().unwrap_or_else(PoisonError::into_inner);
            let idle = |queue: &mut Queue| queue.bytes.is_empty() && !queue.closed;
            let mut waiting =
                queue.1.wait_while(waiting, idle).unwrap_or_else(PoisonError::into_inner);
            if waiting.bytes.is_empty() {
                return;
            }
            std::mem::swap(&mut bytes, &mut waiting.bytes);
            waiting.added
        };
        let done = file.write_all(&bytes).and_then(|()| file.sync_data());
        bytes.clear();
        let failed = done.is_err();
        let _before = synced.send_replace(done.map(|()| added).map_err(Arc::new));
        if failed {
            return;
        }
    }
}

/// Reads a log: what was accepted, in order, doubles included.
///
/// # Errors
/// It cannot be read, or is none.
pub fn read(path: &Path) -> Result<Vec<(Uuid, Kind)>> {
    let name = path.display();
    let text = std::fs::read_to_string(path).with_context(|| {
        format!("{name}: cannot be read: give --collect a file that --log has written")
    })?;
    let whole = text.rfind('\n').map_or("", |end| &text[..end]);
    let line = |(index, line): (usize, &str)| {
        let mut words = line.split(' ');
        let id = words.next().and_then(|id| Uuid::try_parse(id).ok());
        let kind = match words.nth(1) {
            Some("job") => Some(Kind::Job),
            Some("batch") => Some(Kind::Batch),
            _ => None,
        };
        id.zip(kind).ok_or_else(|| {
            anyhow!("{name}: line {}: not a line of a log: give --collect a file that --log has written", index + 1)
        })
    };
    whole.lines().enumerate().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_line_is_on_disk_when_it_counts_and_a_cut_line_is_gone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ids");
        let ids: Vec<Uuid> = (1..=3).map(Uuid::from_u128).collect();
        let log = Log::open(&path).unwrap();
        log.add(ids[0], 7, Kind::Job).await.unwrap();
        let line = "00000000-0000-0000-0000-000000000001 7 job\n";
        assert_eq!(std::fs::read_to_string(&path).unwrap(), line);
        let two = tokio::join!(log.add(ids[1], 8, Kind::Job), log.add(ids[1], 9, Kind::Batch));
        assert!(two.0.is_ok() && two.1.is_ok());
        drop(log);
        let mut file = File::options().append(true).open(&path).unwrap();
        file.write_all(b"00000000-0000").unwrap();
        assert_eq!(read(&path).unwrap().len(), 3);
        let log = Log::open(&path).unwrap();
        log.add(ids[2], 0, Kind::Job).await.unwrap();
        let expected =
            [(ids[0], Kind::Job), (ids[1], Kind::Job), (ids[1], Kind::Batch), (ids[2], Kind::Job)];
        assert_eq!(read(&path).unwrap(), expected);
    }

    #[test]
    fn what_is_no_log_is_refused_by_its_line() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ids");
        std::fs::write(&path, "00000000-0000-0000-0000-000000000001 7 job\nhello\n").unwrap();
        assert!(read(&path).unwrap_err().to_string().contains("line 2"));
        let error = Log::open(&folder.path().join("a/b")).err().unwrap();
        assert!(format!("{error:#}").contains("check folder and rights"));
    }

    #[tokio::test]
    async fn a_line_that_cannot_be_written_is_an_error_not_a_count() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ids");
        std::fs::write(&path, "").unwrap();
        let log = Log::begin(&path, File::open(&path).unwrap()).unwrap(); // opened for reading only
        for _ in 0..2 {
            let error = log.add(Uuid::from_u128(1), 0, Kind::Job).await.unwrap_err();
            assert!(error.to_string().contains("cannot be written"), "{error}");
        }
    }
}
