//! PostgreSQL as the store of this queue.

use std::sync::Arc;

use uuid::Uuid;

use super::records::{Found, Outgoing, Records};
use crate::store::postgres::{self, Posted, Postgres};
use crate::store::{Claimed, Finished, Piece, PieceDone, Result, Store};

fn found((piece, tries, rows): (Piece, u32, u32)) -> Found {
    Found { piece, tries, rows }
}

impl Outgoing for postgres::Outgoing {
    fn rows(&self) -> &[Posted] {
        self.rows()
    }

    async fn sent(self, which: Vec<bool>) -> Result<()> {
        self.sent_some(&which).await
    }
}

impl Records for Postgres {
    type Outgoing = postgres::Outgoing;

    async fn waiting_jobs(&self, ids: &[Uuid]) -> Result<Vec<(Claimed, u32)>> {
        self.waiting_jobs(ids).await
    }

    async fn try_job(&self, id: Uuid) -> Result<Option<(Claimed, u32)>> {
        self.try_job(id).await
    }

    async fn finish_jobs(&self, jobs: &[Finished]) -> Result<Vec<bool>> {
        self.finish_jobs(jobs).await
    }

    async fn waiting_pieces(&self, batch: i64, firsts: &[i64]) -> Result<Vec<Found>> {
        Ok(self.waiting_pieces(batch, firsts).await?.into_iter().map(found).collect())
    }

    async fn try_piece(&self, batch: i64, first: i64) -> Result<Option<Found>> {
        Ok(self.try_piece(batch, first).await?.map(found))
    }

    async fn finish_pieces(&self, pieces: &[PieceDone]) -> Result<Vec<bool>> {
        self.finish_pieces(pieces).await
    }

    async fn cut_piece(&self, batch: i64, first: i64) -> Result<()> {
        self.cut_piece(batch, first).await
    }

    async fn expire(&self) -> Result<()> {
        Store::expire(self).await
    }

    async fn bury_jobs(&self, ids: &[Uuid], reason: &str) -> Result<()> {
        self.bury(ids, reason).await.map(drop)
    }

    async fn bury_pieces(&self, batch: i64, firsts: &[i64]) -> Result<()> {
        self.bury_pieces(batch, firsts).await
    }

    async fn jobs_again(&self, ids: &[Uuid]) -> Result<()> {
        self.again(ids).await
    }

    async fn pieces_again(&self, batch: i64, firsts: &[i64]) -> Result<()> {
        self.pieces_again(batch, firsts).await
    }

    async fn outbox(&self, most: usize) -> Result<postgres::Outgoing> {
        self.outbox(most).await
    }

    async fn outbox_state(&self) -> Result<(u64, i64)> {
        self.outbox_state().await
    }

    async fn stranded(&self, age: i64, most: usize) -> Result<u64> {
        self.stranded(age, most).await
    }

    async fn posted(&self) {
        let posted = Arc::clone(&self.posted());
        posted.notified().await;
    }
}
