//! The one thread that writes, and the commits that many writes share.
//!
//! Whatever arrives while a commit is under way joins the next one: alone, a write waits for one flush of the disk;
//! under load hundreds share it. A write is answered only after the commit that holds it. Each runs in a savepoint
//! of its own, so that one that fails takes nobody along.
//!
//! Two strengths of a commit, of which the stronger that a transaction holds counts:
//! [`Strength::Disk`] is on disk, and survives the machine losing its power (`synchronous=FULL`);
//! [`Strength::Process`] survives the end of this process, which is all that a claim has to (`NORMAL`: written to the
//! log, flushed with the next strong commit).

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use rusqlite::Connection;
use tokio::sync::oneshot;

use super::schema;
use crate::fault;
use crate::store::{Result, StoreError};

/// The most writes that share a commit.
const TOGETHER: usize = 512;
/// How many may wait for it.
const WAITING: usize = 4096;
/// The log is emptied at most once in so long, so that nobody who removes much makes others wait.
const PAUSE: Duration = Duration::from_secs(1);

/// What a write has to survive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Strength {
    /// The end of the process.
    Process,
    /// A loss of power.
    Disk,
}

type Reply = Box<dyn FnOnce(&Result<()>) + Send>;
/// Does a write, or, without a connection, learns that it cannot be done.
type Run = Box<dyn FnOnce(Result<&Connection>) -> Reply + Send>;

struct Write {
    strength: Strength,
    run: Run,
}

/// Sends writes to the thread; clones send to the same one.
#[derive(Debug, Clone)]
pub struct Writer {
    sender: SyncSender<Write>,
    overwrite: Arc<AtomicBool>,
    failing: Arc<AtomicBool>,
}

/// A service whose writer has died could accept nothing and finish nothing: it ends, and is started again.
struct EndsWithIt;

impl Drop for EndsWithIt {
    fn drop(&mut self) {
        if std::thread::panicking() {
            std::process::abort();
        }
    }
}

impl Writer {
    /// Starts the thread, which ends when all clones are gone and all that was sent is committed.
    pub fn start(connection: Connection) -> std::io::Result<(Writer, JoinHandle<()>)> {
        let (sender, receiver) = sync_channel(WAITING);
        let (overwrite, failing) = (Arc::<AtomicBool>::default(), Arc::<AtomicBool>::default());
        let (wanted, fails) = (Arc::clone(&overwrite), Arc::clone(&failing));
        let write = move || {
            let _whole = EndsWithIt;
            Committing {
                connection,
                strength: None,
                overwrite: wanted,
                emptied: None,
                failing: fails,
            }
            .run(&receiver);
        };
        let thread = std::thread::Builder::new().name("writer".into()).spawn(write)?;
        Ok((Writer { sender, overwrite, failing }, thread))
    }

    /// What has been removed is overwritten in the log too, after the next commit: a removed text is nowhere any more.
    pub fn overwrite_removed(&self) {
        self.overwrite.store(true, Ordering::Release);
    }

    /// Whether the last write failed: the disk is full, or the database damaged.
    pub fn is_failing(&self) -> bool {
        self.failing.load(Ordering::Acquire)
    }

    /// Writes something where the last write failed, to see whether it goes on.
    pub fn probe(&self) {
        if self.is_failing() {
            let probe =
                |connection: &Connection| Ok(connection.execute("UPDATE probe SET n = n + 1", [])?);
            let _ = self.write_blocking(Strength::Disk, probe); // says how it went by `is_failing`
        }
    }

    /// Writes without waiting for room: a full queue is an overload, to be refused. What `after` does, it does on
    /// the writing thread once the commit is done, whether or not anybody still waits.
    pub async fn write<T: Send + 'static>(
        &self,
        strength: Strength,
        run: impl FnOnce(&Connection) -> Result<T> + Send + 'static,
        after: impl FnOnce(&T) + Send + 'static,
    ) -> Result<T> {
        let (write, answer) = self.prepare(strength, run, after, || ());
        self.sender.try_send(write).map_err(|error| match error {
            TrySendError::Full(_) => StoreError::Full,
            TrySendError::Disconnected(_) => StoreError::Ended,
        })?;
        answer.await.unwrap_or(Err(StoreError::Ended))
    }

    /// Writes from a thread that may block, waiting for room but not for the commit; then does what comes `after` it, or
    /// what is to be done where the write has `failed`.
    pub fn send<T: Send + 'static>(
        &self,
        strength: Strength,
        run: impl FnOnce(&Connection) -> Result<T> + Send + 'static,
        after: impl FnOnce(&T) + Send + 'static,
        failed: impl FnOnce() + Send + 'static,
    ) {
        let (write, _) = self.prepare(strength, run, after, failed);
        // If the thread has ended, so does the process.
        let _ = self.sender.send(write);
    }

    fn prepare<T: Send + 'static>(
        &self,
        strength: Strength,
        run: impl FnOnce(&Connection) -> Result<T> + Send + 'static,
        after: impl FnOnce(&T) + Send + 'static,
        failed: impl FnOnce() + Send + 'static,
    ) -> (Write, oneshot::Receiver<Result<T>>) {
        let (sender, receiver) = oneshot::channel();
        let failing = Arc::clone(&self.failing);
        let run = move |connection: Result<&Connection>| -> Reply {
            let done = connection.and_then(|connection| in_savepoint(connection, run));
            let fails = matches!(done, Err(StoreError::Database(_)));
            failing.fetch_or(fails, Ordering::AcqRel);
            Box::new(move |committed| {
                let result = done.and_then(|value| committed.clone().map(|()| value));
                match &result {
                    Ok(value) => after(value),
                    Err(_) => {
                        drop(after); // with the room that it may hold: whoever has the answer may count on it
                        failed();
                    }
                }
                let _ = sender.send(result); // nobody may be waiting any longer
            })
        };
        (Write { strength, run: Box::new(run) }, receiver)
    }

    /// Writes from a thread that may block, and waits for the commit.
    pub fn write_blocking<T: Send + 'static>(
        &self,
        strength: Strength,
        run: impl FnOnce(&Connection) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let (write, answer) = self.prepare(strength, run, |_| (), || ());
        // If the thread has ended, the sender of the answer is dropped with the write.
        let _ = self.sender.send(write);
        answer.blocking_recv().unwrap_or(Err(StoreError::Ended))
    }
}

fn in_savepoint<T>(
    connection: &Connection,
    run: impl FnOnce(&Connection) -> Result<T>,
) -> Result<T> {
    let say = |sql| -> Result<()> { Ok(connection.prepare_cached(sql)?.execute([]).map(drop)?) };
    say("SAVEPOINT one")?;
    let done = run(connection);
    if done.is_err() {
        say("ROLLBACK TO one")?;
    }
    say("RELEASE one")?;
    done
}

/// The thread's state.
struct Committing {
    connection: Connection,
    /// Of the last transaction.
    strength: Option<Strength>,
    /// Whether something was removed that the log still has.
    overwrite: Arc<AtomicBool>,
    /// When the log was last emptied for that.
    emptied: Option<Instant>,
    /// Whether the last write failed.
    failing: Arc<AtomicBool>,
}

impl Committing {
    fn run(mut self, writes: &Receiver<Write>) {
        while let Ok(first) = writes.recv() {
            let mut together = vec![first];
            together.extend(writes.try_iter().take(TOGETHER - 1));
            self.commit(together);
        }
        self.empty_the_log(); // a tidy end; the next start would do it
    }

    fn commit(&mut self, writes: Vec<Write>) {
        let strength = writes.iter().map(|write| write.strength).max().unwrap_or(Strength::Disk);
        let mut replies = Vec::with_capacity(writes.len());
        let before = self.connection.total_changes();
        let mut begun = self.be(strength).and_then(|()| self.say("BEGIN IMMEDIATE"));
        for write in writes {
            // Outside a transaction each write would be committed by itself, and told that it was not.
            replies.push((write.run)(begun.clone().map(|()| &self.connection)));
            if begun.is_ok() && self.connection.is_autocommit() {
                let what = "the transaction was rolled back: the disk is full";
                begun = Err(StoreError::Database(what.to_owned()));
            }
        }
        if fault::answers_before_the_commit() {
            replies.drain(..).for_each(|reply| reply(&Ok(())));
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
        let committed = begun.and_then(|()| self.say("COMMIT"));
        // A commit of nothing proves nothing.
        if committed.is_ok() && self.connection.total_changes() > before {
            self.failing.store(false, Ordering::Release);
        }
        if let Err(error) = &committed {
            self.failing.store(true, Ordering::Release);
            tracing::error!(%error, "nothing of {} writes was stored", replies.len());
            if !self.connection.is_autocommit() {
                let _ = self.say("ROLLBACK");
            }
        }
        replies.into_iter().for_each(|reply| reply(&committed));
        let due = self.emptied.is_none_or(|emptied| emptied.elapsed() >= PAUSE);
        if due && self.overwrite.swap(false, Ordering::AcqRel) {
            self.emptied = Some(Instant::now());
            if !self.empty_the_log() {
                self.overwrite.store(true, Ordering::Release); // somebody reads it: later
            }
        }
    }

    /// Puts what the log holds into the file, and empties it; not where somebody reads it, for whom nobody waits.
    fn empty_the_log(&self) -> bool {
        let wait = |time| self.connection.busy_timeout(time);
        let emptied = wait(Duration::ZERO).and_then(|()| {
            self.connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| {
                Ok(row.get::<_, i64>(0)? == 0)
            })
        });
        wait(schema::PATIENCE).is_ok() && emptied.unwrap_or(false)
    }

    fn be(&mut self, strength: Strength) -> Result<()> {
        if self.strength != Some(strength) {
            self.say(match strength {
                Strength::Process => "PRAGMA synchronous=NORMAL",
                Strength::Disk => "PRAGMA synchronous=FULL",
            })?;
            self.strength = Some(strength);
        }
        Ok(())
    }

    fn say(&self, sql: &str) -> Result<()> {
        Ok(self.connection.execute_batch(sql)?)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicUsize;

    use super::*;

    fn writer(folder: &tempfile::TempDir) -> (Writer, JoinHandle<()>) {
        let connection = Connection::open(folder.path().join("x")).unwrap();
        connection.execute_batch("PRAGMA journal_mode=WAL; CREATE TABLE t(n UNIQUE)").unwrap();
        Writer::start(connection).unwrap()
    }

    fn put(n: i64) -> impl FnOnce(&Connection) -> Result<i64> + Send + 'static {
        move |connection| {
            connection.execute("INSERT INTO t VALUES(?1)", [n + 1000])?;
            connection.execute("INSERT INTO t VALUES(?1)", [n])?;
            Ok(n)
        }
    }

    #[test]
    fn a_write_that_fails_leaves_nothing_and_takes_nobody_along() {
        let folder = tempfile::tempdir().unwrap();
        let (writer, thread) = writer(&folder);
        let (told, failed) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        for n in [1, 2, 1, 3] {
            let (told, failed) = (Arc::clone(&told), Arc::clone(&failed));
            let after = move |n: &i64| {
                told.fetch_add(*n as usize, Ordering::SeqCst);
            };
            let not = move || {
                failed.fetch_add(n as usize, Ordering::SeqCst);
            };
            writer.send(Strength::Disk, put(n), after, not);
        }
        let stored = writer.write_blocking(Strength::Process, |connection| {
            Ok(connection.query_row("SELECT count(*) FROM t", [], |row| row.get::<_, i64>(0))?)
        });
        assert_eq!(stored, Ok(6));
        assert_eq!((told.load(Ordering::SeqCst), failed.load(Ordering::SeqCst)), (6, 1));
        drop(writer);
        thread.join().unwrap();
    }

    #[test]
    fn a_transaction_that_cannot_begin_or_is_rolled_back_leaves_nothing_and_all_are_told() {
        let folder = tempfile::tempdir().unwrap();
        let connection = Connection::open(folder.path().join("x")).unwrap();
        connection.execute_batch("PRAGMA journal_mode=WAL; CREATE TABLE t(n UNIQUE)").unwrap();
        let (sender, _receiver) = sync_channel(1);
        let writer = Writer { sender, overwrite: Arc::default(), failing: Arc::default() };
        let told = Arc::new(AtomicUsize::new(0));
        let write = |run: fn(&Connection) -> Result<()>| {
            let told = Arc::clone(&told);
            let failed = move || {
                told.fetch_add(1, Ordering::SeqCst);
            };
            let (run, _) =
                writer.prepare(Strength::Disk, run, |()| unreachable!("it is told"), failed);
            run
        };
        let insert = |connection: &Connection| {
            Ok(connection.execute("INSERT INTO t VALUES(7)", []).map(drop)?)
        };
        let roll_back = |connection: &Connection| Ok(connection.execute_batch("ROLLBACK")?);
        let (overwrite, failing) = (Arc::default(), Arc::clone(&writer.failing));
        let mut thread =
            Committing { connection, strength: None, overwrite, emptied: None, failing };
        thread.commit(vec![write(roll_back), write(insert)]);
        assert_eq!(told.load(Ordering::SeqCst), 2);
        thread.connection.busy_timeout(Duration::ZERO).unwrap();
        let other = Connection::open(folder.path().join("x")).unwrap();
        other.execute_batch("BEGIN IMMEDIATE").unwrap();
        thread.commit(vec![write(insert)]);
        assert_eq!(told.load(Ordering::SeqCst), 3);
        other.execute_batch("ROLLBACK").unwrap();
        let stored = other.query_row("SELECT count(*) FROM t", [], |row| row.get::<_, i64>(0));
        assert_eq!(stored, Ok(0));
        assert!(writer.is_failing());
    }

    #[test]
    fn what_is_sent_before_the_end_is_committed() {
        let folder = tempfile::tempdir().unwrap();
        let (writer, thread) = writer(&folder);
        (0..500).for_each(|n| writer.send(Strength::Disk, put(n), |_| (), || ()));
        drop(writer);
        thread.join().unwrap();
        let connection = Connection::open(folder.path().join("x")).unwrap();
        let stored = connection.query_row("SELECT count(*) FROM t", [], |row| row.get(0));
        assert_eq!(stored, Ok(1000));
    }
}
