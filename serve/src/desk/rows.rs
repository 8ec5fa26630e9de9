//! A claimed piece of a batch: its rows are answered, and become a part of the submission.

use std::sync::Arc;
use std::time::Instant;

use rusqlite::Connection;

use super::back::{Answered, Back};
use crate::clock;
use crate::store::batches::{self, Piece, PieceDone};
use crate::store::{Result, Store, Strength};
use crate::task::rows::{Kept, kept};
use crate::task::{Inserting, Task};
use crate::work::RowAnswer;

/// A claimed piece of a batch.
#[derive(Debug)]
pub struct Rows {
    /// What answers it, and where the answers go.
    pub back: Back,
    /// The piece.
    pub piece: Piece,
}

/// An answered piece.
struct Part {
    back: Back,
    piece: Piece,
    rows: u64,
    done: PieceDone,
    now: i64,
}

impl Rows {
    /// Answers the rows if they may `begin`; else they wait again, untried.
    pub fn end(self, begin: bool) {
        if begin {
            return self.answer();
        }
        let (batch, first) = (self.piece.batch, self.piece.first);
        let release = move |connection: &Connection| batches::release(connection, batch, first);
        self.back.store.writer.send(Strength::Process, release, |()| (), || ());
    }

    /// Answers the rows and writes what they became; does not wait for the commit.
    pub fn answer(self) {
        let Rows { back, piece } = self;
        let rows = kept(&piece.text);
        let inserting = match piece.format.as_str() {
            "kaggle" => Inserting::Any,
            _ => Inserting::Words,
        };
        let began = Instant::now();
        let answers = back.model.as_ref().map(|model| model.rows(&rows, inserting));
        back.metrics.predicted(rows.len(), began.elapsed());
        let done = put_together(back.version(), &piece, &rows, answers.unwrap_or_default());
        let (rows, now) = (rows.len() as u64, clock::now());
        Arc::new(Part { back, piece, rows, done, now }).write();
    }
}

impl Answered for Part {
    type Written = bool;

    fn store(&self) -> &Store {
        &self.back.store
    }

    fn put(&self, connection: &Connection) -> Result<bool> {
        batches::finish(connection, &self.done, self.now)
    }

    fn tell(&self, written: &bool) {
        let Part { back, piece, rows, done, .. } = self;
        // What was removed meanwhile has given its room back already, and has no answer.
        if *written {
            back.store.rows.ended(*rows);
            back.metrics.rows_finished(Task::Impute, *rows);
            back.metrics.results(&back.name, done.version, rows - done.failed, done.failed);
        }
        back.store.watchers.tell([piece.id]);
    }
}

/// The part of the submission that the rows become. What has no answer is there as it was.
fn put_together(version: u64, piece: &Piece, rows: &[Kept], answers: Vec<RowAnswer>) -> PieceDone {
    let (batch, first) = (piece.batch, piece.first);
    let mut done = PieceDone { batch, first, version, answer: Vec::new(), changed: 0, failed: 0 };
    let mut answers = answers.into_iter();
    for row in rows {
        match answers.next() {
            Some(Ok((sentence, changed))) => {
                row.answered(&piece.format, &sentence, &mut done.answer);
                done.changed += u64::from(changed);
            }
            _ => {
                row.answered(&piece.format, row.sentence().as_bytes(), &mut done.answer);
                done.failed += 1;
            }
        }
    }
    done
}
