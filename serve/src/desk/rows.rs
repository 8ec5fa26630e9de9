//! A claimed piece of a batch: its rows are answered, and become a part of the submission.

use std::sync::Arc;
use std::time::Instant;

use rusqlite::Connection;

use super::back::Back;
use crate::clock;
use crate::store::Strength;
use crate::store::batches::{self, Piece, PieceDone};
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

/// An answered piece on its way to the store.
struct Answered {
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
        Arc::new(Answered { back, piece, rows, done, now }).write();
    }
}

impl Answered {
    /// Writes the answers; again by and by, where the disk does not take them.
    fn write(self: Arc<Self>) {
        let (written, told, again) = (Arc::clone(&self), Arc::clone(&self), Arc::clone(&self));
        let write =
            move |connection: &Connection| batches::finish(connection, &written.done, written.now);
        let failed = move || {
            let store = again.back.store.clone();
            store.later(move || again.write());
        };
        let tell = move |written: &bool| told.tell(*written);
        self.back.store.writer.send(Strength::Disk, write, tell, failed);
    }

    fn tell(&self, written: bool) {
        let Answered { back, piece, rows, done, .. } = self;
        // What was removed meanwhile has given its room back already, and has no answer.
        if written {
            back.store.rows.ended(*rows);
            back.metrics.rows_finished(Task::Impute, *rows);
            back.metrics.results(&back.name, done.version, rows - done.failed, done.failed);
        }
        back.store.watchers.tell(piece.id);
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
