//! PostgreSQL as a store: what the rest of the service sees of it.

use futures_util::FutureExt;
use uuid::Uuid;

use super::open::Postgres;
use crate::store::{
    Answer, Batch, Batches, Elsewhere, Job, Jobs, NewBatch, NewFeedback, NewJob, NewPiece, Reports,
    Shared, Store, StoreError, Version, Versions,
};
use crate::task::Verdict;

impl Store for Postgres {
    fn shared(&self) -> &Shared {
        &self.core.shared
    }

    fn check(&self) -> Answer<'_, ()> {
        async { self.core.connections.look("SELECT version FROM about").await.map(drop) }.boxed()
    }

    fn is_failing(&self) -> bool {
        self.core.connections.is_failing()
    }

    fn elsewhere(&self) -> Answer<'_, Option<Elsewhere>> {
        async { self.done_elsewhere().await.map(Some) }.boxed()
    }

    fn expire(&self) -> Answer<'_, ()> {
        self.end_late().boxed()
    }

    fn retire(&self, retention: i64, keep_feedback: i64) -> Answer<'_, ()> {
        self.remove_old(retention, keep_feedback).boxed()
    }
}

impl Jobs for Postgres {
    fn accept(&self, job: NewJob) -> Answer<'_, (Uuid, bool)> {
        async {
            let permit = self.core.shared.jobs.take(1).ok_or(StoreError::Full)?;
            self.accepting.accept(job, permit).await
        }
        .boxed()
    }

    fn job(&self, id: Uuid) -> Answer<'_, Option<Job>> {
        self.looking.look(id).boxed()
    }

    fn delete_job(&self, id: Uuid) -> Answer<'_, bool> {
        self.remove_job(id).boxed()
    }

    fn oldest(&self) -> Answer<'_, Option<i64>> {
        self.oldest_job().boxed()
    }
}

impl Batches for Postgres {
    fn begin_batch(&self, batch: NewBatch) -> Answer<'_, std::result::Result<i64, Uuid>> {
        self.begin(batch).boxed()
    }

    fn add_pieces(&self, batch: i64, model: String, pieces: Vec<NewPiece>) -> Answer<'_, ()> {
        async move { self.add_some(batch, &model, &pieces).await }.boxed()
    }

    fn accept_batch(&self, batch: i64, model: String) -> Answer<'_, ()> {
        async move { self.accept_all_of(batch, &model).await }.boxed()
    }

    fn forget_batch(&self, batch: i64) {
        let store = self.clone();
        // Again by and by, where it fails.
        self.runtime.spawn(async move { drop(store.forget(vec![batch]).await) });
    }

    fn batch(&self, id: Uuid) -> Answer<'_, Option<Batch>> {
        self.look_at_batch(id).boxed()
    }

    fn answers(&self, batch: i64, from: i64) -> Answer<'_, (Vec<u8>, i64)> {
        self.read_answers(batch, from).boxed()
    }

    fn delete_batch(&self, id: Uuid) -> Answer<'_, bool> {
        self.remove_batch(id).boxed()
    }
}

impl Reports for Postgres {
    fn put_feedback(&self, new: NewFeedback) -> Answer<'_, bool> {
        self.put(new).boxed()
    }

    fn last_feedback(&self, job: Uuid) -> Answer<'_, Option<(Verdict, Option<String>)>> {
        self.last_said(job).boxed()
    }

    fn recent_texts(&self, most: usize) -> Answer<'_, Vec<String>> {
        self.recent(most).boxed()
    }

    fn count_recent(&self, most: usize) -> Answer<'_, u64> {
        self.count_of_recent(most).boxed()
    }

    fn put_drift(&self, view: String) -> Answer<'_, ()> {
        async move { self.keep_drift(&view).await }.boxed()
    }

    fn last_drift(&self) -> Answer<'_, Option<(String, i64)>> {
        self.kept_drift().boxed()
    }

    fn texts_done(&self) -> Answer<'_, Option<u64>> {
        async { self.count_of_done().await.map(Some) }.boxed()
    }
}

impl Versions for Postgres {
    fn version_of(&self, model: String, hash: String) -> Answer<'_, u64> {
        async move { self.number_of(&model, &hash).await }.boxed()
    }

    fn add_version(
        &self,
        model: String,
        hash: String,
        change: String,
        compare: Option<serde_json::Value>,
    ) -> Answer<'_, u64> {
        async move { self.next_version(&model, &hash, &change, compare.as_ref()).await }.boxed()
    }

    fn versions(&self, model: String) -> Answer<'_, Vec<Version>> {
        async move { self.versions_of(&model).await }.boxed()
    }
}
