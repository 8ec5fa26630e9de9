//! The store as the queue: what waits in the file is claimed there.
//!
//! A claim counts as a try before it is tried. It has to survive the end of this process, not of the machine:
//! [`Strength::Process`].

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rusqlite::Connection;

use super::queue::{After, Queue, Wanted, Work};
use crate::clock;
use crate::store::sqlite::{Sqlite, Strength, batches, jobs};
use crate::store::{Bell, Claimed, Finished, Piece, PieceDone, Result};

impl Queue for Sqlite {
    fn bell(&self, model: &str) -> Arc<Bell> {
        self.bells.get(model).map(Arc::clone).unwrap_or_default()
    }

    fn ring_all(&self) {
        self.bells.values().for_each(|bell| bell.ring());
    }

    fn claim(&self, wanted: &Wanted) -> Result<Work> {
        let (wanted, now) = (wanted.clone(), clock::now());
        let alone = wanted.alone;
        let claimed = self.writer.write_blocking(Strength::Process, move |connection| {
            let model = wanted.model.as_str();
            let pieces = || batches::claim(connection, model, wanted.pieces, alone);
            if wanted.batch_first
                && let Some(pieces) = pieces()?
            {
                return Ok((jobs::Claim::default(), Some(pieces)));
            }
            let claim = jobs::claim(connection, model, wanted.jobs, now, alone)?;
            let pieces = if claim.is_empty() { pieces()? } else { None };
            Ok((claim, pieces))
        });
        let (claim, pieces) = claimed?;
        self.shared.jobs.ended(claim.expired.len() as u64);
        self.shared.watchers.tell_begun(claim.jobs.iter().map(|job| job.id));
        self.shared.watchers.tell(claim.expired.iter().copied());
        Ok(match pieces {
            _ if claim.wants_alone => Work::Alone,
            Some(pieces) if pieces.is_empty() && alone => Work::Nothing,
            Some(pieces) if pieces.is_empty() => Work::Alone,
            Some(pieces) => Work::Pieces(pieces),
            None if !claim.jobs.is_empty() || !claim.expired.is_empty() => Work::Jobs(claim.jobs),
            None => Work::Nothing,
        })
    }

    fn finish(&self, finished: Vec<Finished>, after: After) {
        let now = clock::now();
        let put = move |connection: &Connection, finished: &Vec<Finished>| {
            jobs::finish(connection, finished, now)
        };
        let tell = move |store: &Sqlite, finished: &Vec<Finished>, written: &Vec<bool>| {
            // What was removed meanwhile has given its room back already.
            store.shared.jobs.ended(written.iter().filter(|written| **written).count() as u64);
            after(written);
            store.shared.watchers.tell(finished.iter().map(|job| job.id));
        };
        let (store, tell) = (self.clone(), Mutex::new(Some(tell)));
        write(Arc::new(Answered { store, answered: finished, put, tell }));
    }

    fn finish_piece(&self, done: PieceDone, after: After) {
        let now = clock::now();
        let put =
            move |connection: &Connection, done: &PieceDone| batches::finish(connection, done, now);
        let tell = move |store: &Sqlite, done: &PieceDone, rows: &Option<u64>| {
            store.shared.rows.ended(rows.unwrap_or_default());
            after(&[rows.is_some()]);
            store.shared.watchers.tell([done.id]);
        };
        let (store, tell) = (self.clone(), Mutex::new(Some(tell)));
        write(Arc::new(Answered { store, answered: done, put, tell }));
    }

    fn release(&self, claimed: Vec<Claimed>) {
        let release = move |connection: &Connection| {
            let claimed: Vec<i64> = claimed.iter().map(|job| job.seq).collect();
            jobs::release(connection, &claimed)
        };
        self.writer.send(Strength::Process, release, |()| (), || ());
    }

    fn release_piece(&self, piece: Piece) {
        let release =
            move |connection: &Connection| batches::release(connection, piece.batch, piece.first);
        self.writer.send(Strength::Process, release, |()| (), || ());
    }

    fn settle(&self, _most: Duration) -> bool {
        self.writer.write_blocking(Strength::Disk, |_| Ok(())).is_ok()
    }
}

/// What was answered, on its way to the file.
struct Answered<A, P, T> {
    store: Sqlite,
    answered: A,
    put: P,
    tell: Mutex<Option<T>>,
}

/// Writes it without waiting for the commit, then tells; again by and by, where the disk does not take it.
fn write<A, W, P, T>(writing: Arc<Answered<A, P, T>>)
where
    A: Send + Sync + 'static,
    W: Send + 'static,
    P: Fn(&Connection, &A) -> Result<W> + Send + Sync + 'static,
    T: FnOnce(&Sqlite, &A, &W) + Send + 'static,
{
    let [put, told, again] = [0; 3].map(|_| Arc::clone(&writing));
    let tell = move |written: &W| {
        let tell = told.tell.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(tell) = tell {
            tell(&told.store, &told.answered, written);
        }
    };
    let later = move || {
        let store = again.store.clone();
        store.again.later(move || write(again));
    };
    let put = move |connection: &Connection| (put.put)(connection, &put.answered);
    writing.store.writer.send(Strength::Disk, put, tell, later);
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::store::{Jobs, Limits, NewJob, State, Store};
    use crate::task::Task;

    fn say(store: &Sqlite, sql: &'static str) {
        let said = move |connection: &Connection| Ok(connection.execute_batch(sql)?);
        store.writer.write_blocking(Strength::Disk, said).unwrap();
    }

    #[tokio::test]
    async fn results_that_could_not_be_written_are_written_later() {
        let folder = tempfile::tempdir().unwrap();
        let limits = Limits { jobs: 9, rows: 9 };
        let opened = Sqlite::open(&folder.path().join("x"), &["m".to_owned()], limits).unwrap();
        let (store, id) = (opened.store.clone(), Uuid::from_u128(7));
        let (task, model, text) = (Task::Impute, "m".to_owned(), "a b c".to_owned());
        let (asked, created, expires) = (String::new(), 0, i64::MAX);
        let job = NewJob { id, task, model, asked, text, created, expires, repeat: None };
        store.accept(job).await.unwrap();
        let model = "m".to_owned();
        let wanted = Wanted { model, jobs: 9, pieces: 9, alone: false, batch_first: false };
        let claimed = {
            let store = store.clone();
            tokio::task::spawn_blocking(move || store.claim(&wanted).unwrap()).await.unwrap()
        };
        let Work::Jobs(claimed) = claimed else { panic!("{claimed:?}") };
        let (told, heard) = std::sync::mpsc::channel();
        let result = Err("no such model".to_owned());
        let (seq, model) = (claimed[0].seq, "m".to_owned());
        let finished = vec![Finished { seq, id, task, model, version: 0, result }];
        let (store, opened) = tokio::task::spawn_blocking(move || {
            say(&store, "ALTER TABLE jobs RENAME TO away");
            store.finish(finished, Box::new(move |written| told.send(written.to_vec()).unwrap()));
            say(&store, "ALTER TABLE away RENAME TO jobs");
            (store, opened)
        })
        .await
        .unwrap();
        let state = async || store.job(id).await.unwrap().map(|job| job.state);
        let open = || store.shared().jobs.open();
        assert_eq!((state().await, open()), (Some(State::Running), 1));
        store.expire().await.unwrap();
        let opened = tokio::task::spawn_blocking(move || {
            say(&opened.store, "");
            opened
        });
        let opened = opened.await.unwrap();
        assert_eq!((state().await, open()), (Some(State::Failed), 0));
        assert_eq!(heard.try_iter().collect::<Vec<_>>(), [[true]]);
        drop((store, opened));
    }
}
