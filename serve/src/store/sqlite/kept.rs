//! The store as the service sees it: all of what a [`Store`] does, by the thread that writes and the connections that
//! read.
//!
//! Looks at a row or two are taken on the thread that asks; see [`Readers::look`](super::readers::Readers::look).

use std::future::ready;

use rusqlite::Connection;
use uuid::Uuid;

use super::open::Sqlite;
use super::writer::Strength;
use super::{batches, feedback, jobs, versions};
use crate::clock;
use crate::store::{
    Answer, Batch, Batches, Job, Jobs, NewBatch, NewFeedback, NewJob, NewPiece, Reports, Result,
    Shared, Store, StoreError, Version, Versions,
};
use crate::task::Verdict;

impl Sqlite {
    /// Looks at a row or two, at once.
    fn look<T: Send + 'static>(
        &self,
        read: impl FnOnce(&Connection) -> Result<T>,
    ) -> Answer<'_, T> {
        Box::pin(ready(self.readers.look(read)))
    }

    /// Reads more than that.
    fn read<T: Send + 'static>(
        &self,
        read: impl FnOnce(&Connection) -> Result<T> + Send + 'static,
    ) -> Answer<'_, T> {
        Box::pin(self.readers.read(read))
    }

    fn write<T: Send + 'static>(
        &self,
        write: impl FnOnce(&Connection) -> Result<T> + Send + 'static,
    ) -> Answer<'_, T> {
        Box::pin(self.writer.write(Strength::Disk, write, |_| ()))
    }

    /// Writes what is large, and waits for room: nobody is refused for it.
    fn write_much<T: Send + 'static>(
        &self,
        strength: Strength,
        write: impl FnOnce(&Connection) -> Result<T> + Send + 'static,
    ) -> Answer<'_, T> {
        let writer = self.writer.clone();
        Box::pin(async move {
            let written = move || writer.write_blocking(strength, write);
            tokio::task::spawn_blocking(written).await.unwrap_or(Err(StoreError::Ended))
        })
    }

    /// Runs what blocks on a thread that may.
    fn blocking(&self, run: impl FnOnce(&Sqlite) -> Result<()> + Send + 'static) -> Answer<'_, ()> {
        let store = self.clone();
        Box::pin(async move {
            let ran = tokio::task::spawn_blocking(move || run(&store));
            ran.await.unwrap_or(Err(StoreError::Ended))
        })
    }
}

impl Store for Sqlite {
    fn shared(&self) -> &Shared {
        &self.shared
    }

    fn check(&self) -> Answer<'_, ()> {
        let any = "SELECT count(*) FROM versions";
        self.look(|connection| Ok(connection.query_row(any, [], |_| Ok(()))?))
    }

    fn is_failing(&self) -> bool {
        self.writer.is_failing()
    }

    fn expire(&self) -> Answer<'_, ()> {
        self.blocking(Sqlite::expire_all)
    }

    fn retire(&self, retention: i64, keep_feedback: i64) -> Answer<'_, ()> {
        self.blocking(move |store| store.retire_all(retention, keep_feedback))
    }
}

impl Jobs for Sqlite {
    fn accept(&self, job: NewJob) -> Answer<'_, (Uuid, bool)> {
        let Some(permit) = self.shared.jobs.take(1) else {
            return Box::pin(ready(Err(StoreError::Full)));
        };
        let (store, model) = (self.clone(), job.model.clone());
        let accepted = move |&(_, new): &(Uuid, bool)| {
            if new {
                permit.keep();
                store.ring(&model);
            }
        };
        let accept = move |connection: &Connection| jobs::accept(connection, &job);
        Box::pin(self.writer.write(Strength::Disk, accept, accepted))
    }

    fn job(&self, id: Uuid) -> Answer<'_, Option<Job>> {
        self.look(|connection| jobs::job(connection, id, clock::now()))
    }

    fn delete_job(&self, id: Uuid) -> Answer<'_, bool> {
        let store = self.clone();
        let deleted = move |found: &Option<bool>| {
            if *found == Some(true) {
                store.shared.jobs.ended(1);
            }
            store.writer.overwrite_removed();
            store.shared.watchers.tell([id]);
        };
        let delete = move |connection: &Connection| jobs::delete(connection, id, clock::now());
        let found = self.writer.write(Strength::Disk, delete, deleted);
        Box::pin(async { Ok(found.await?.is_some()) })
    }

    fn oldest(&self) -> Answer<'_, Option<i64>> {
        self.look(|connection| {
            let all = self.bells.keys().map(|model| jobs::oldest(connection, model));
            let first = all.collect::<Result<Vec<_>>>()?.into_iter().flatten().min();
            Ok(first.map(|created| clock::now() - created))
        })
    }
}

impl Batches for Sqlite {
    fn begin_batch(&self, batch: NewBatch) -> Answer<'_, std::result::Result<i64, Uuid>> {
        let begin = move |connection: &Connection| batches::begin(connection, &batch);
        self.write_much(Strength::Disk, begin)
    }

    fn add_pieces(&self, batch: i64, model: String, pieces: Vec<NewPiece>) -> Answer<'_, ()> {
        let add = move |connection: &Connection| batches::add(connection, batch, &model, &pieces);
        self.write_much(Strength::Process, add)
    }

    fn accept_batch(&self, batch: i64, model: String) -> Answer<'_, ()> {
        let accept =
            move |connection: &Connection| batches::accept(connection, batch, clock::now());
        let accepted = self.write_much(Strength::Disk, accept);
        Box::pin(async move {
            accepted.await?;
            self.ring(&model);
            Ok(())
        })
    }

    fn forget_batch(&self, batch: i64) {
        let again = self.clone();
        let forgotten = move |connection: &Connection| batches::forget(connection, batch);
        let later = move || {
            let store = again.clone();
            again.again.later(move || store.forget_batch(batch));
        };
        self.writer.send(Strength::Process, forgotten, |()| (), later);
    }

    fn batch(&self, id: Uuid) -> Answer<'_, Option<Batch>> {
        self.look(|connection| batches::batch(connection, id))
    }

    fn answers(&self, batch: i64, from: i64) -> Answer<'_, (Vec<u8>, i64)> {
        self.read(move |connection| batches::answers(connection, batch, from))
    }

    fn delete_batch(&self, id: Uuid) -> Answer<'_, bool> {
        let store = self.clone();
        let deleted = move |found: &Option<u64>| {
            store.shared.rows.ended(found.unwrap_or_default());
            store.writer.overwrite_removed();
            store.shared.watchers.tell([id]);
        };
        let delete = move |connection: &Connection| batches::delete(connection, id, clock::now());
        let found = self.writer.write(Strength::Disk, delete, deleted);
        Box::pin(async { Ok(found.await?.is_some()) })
    }
}

impl Reports for Sqlite {
    fn put_feedback(&self, new: NewFeedback) -> Answer<'_, bool> {
        self.write(move |connection| feedback::put(connection, &new))
    }

    fn last_feedback(&self, job: Uuid) -> Answer<'_, Option<(Verdict, Option<String>)>> {
        self.look(|connection| feedback::last(connection, job))
    }

    fn recent_texts(&self, most: usize) -> Answer<'_, Vec<String>> {
        self.read(move |connection| feedback::recent_texts(connection, most))
    }

    fn count_recent(&self, most: usize) -> Answer<'_, u64> {
        self.read(move |connection| feedback::count_recent(connection, most))
    }
}

impl Versions for Sqlite {
    fn version_of(&self, model: String, hash: String) -> Answer<'_, u64> {
        self.write(move |to| versions::version_of(to, &model, &hash, clock::now()))
    }

    fn add_version(
        &self,
        model: String,
        hash: String,
        change: String,
        compare: Option<serde_json::Value>,
    ) -> Answer<'_, u64> {
        self.write(move |to| {
            versions::add(to, &model, &hash, clock::now(), &change, compare.as_ref())
        })
    }

    fn versions(&self, model: String) -> Answer<'_, Vec<Version>> {
        self.read(move |connection| versions::of(connection, &model))
    }
}
