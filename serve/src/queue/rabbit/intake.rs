//! What the queues of one model have delivered to this worker.

use std::sync::{Arc, Mutex};

use tokio::sync::Notify;
use uuid::Uuid;

use super::line::Line;
use super::message;
use crate::pace::Pace;
use crate::store::Bell;
use crate::store::postgres::Ids;

/// A piece, by its batch and its first row.
pub type PieceKey = (i64, i64);

/// What the queues of one model have delivered.
#[derive(Debug)]
pub struct Intake {
    /// The model.
    pub model: String,
    /// Rings for its desk.
    pub bell: Arc<Bell>,
    /// Its jobs.
    pub jobs: Line<Uuid>,
    /// Its pieces of batches.
    pub pieces: Line<PieceKey>,
    /// When its desk has claimed last.
    pub claimed: Mutex<Pace>,
}

/// One of the two queues of a model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// That of its jobs.
    Jobs,
    /// That of its pieces of batches.
    Pieces,
}

impl Intake {
    /// Nothing has arrived yet; `answerable` is told when there may be something to tell to the broker.
    pub fn new(model: &str, answerable: &Arc<Notify>) -> Self {
        Intake {
            model: model.to_owned(),
            bell: Arc::default(),
            jobs: Line::new(answerable),
            pieces: Line::new(answerable),
            claimed: Mutex::default(),
        }
    }

    /// A message arrived in one of the queues; whether it could be read.
    pub fn arrived(
        &self,
        kind: Kind,
        tag: u64,
        redelivered: bool,
        said: Option<&str>,
        bytes: &[u8],
    ) -> bool {
        match (kind, message::read(said, bytes)) {
            (Kind::Jobs, Some(Ids::Jobs(ids))) => {
                self.jobs.arrived(tag, ids.into_iter(), redelivered);
            }
            (Kind::Pieces, Some(Ids::Pieces { batch, firsts })) => {
                let keys = firsts.into_iter().map(|first| (batch, first));
                self.pieces.arrived(tag, keys, redelivered);
            }
            (Kind::Jobs, _) => {
                self.jobs.unreadable(tag);
                return false;
            }
            (Kind::Pieces, _) => {
                self.pieces.unreadable(tag);
                return false;
            }
        }
        self.bell.ring();
        true
    }

    /// How many messages were not acknowledged.
    pub fn open(&self) -> usize {
        self.jobs.open() + self.pieces.open()
    }

    /// The connection is gone.
    pub fn lost(&self) {
        self.jobs.lost();
        self.pieces.lost();
    }
}
