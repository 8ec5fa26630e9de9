//! A claimed piece of a batch: its rows are answered, and become a part of the submission.

use std::sync::Arc;
use std::time::Instant;

use super::back::Back;
use crate::predict::RowAnswer;
use crate::store::{Piece, PieceDone};
use crate::task::rows::{Kept, kept};
use crate::task::{Inserting, Task};

/// A claimed piece of a batch.
#[derive(Debug)]
pub struct Rows {
    /// What answers it, and where the answers go.
    pub back: Back,
    /// The piece.
    pub piece: Piece,
}

impl Rows {
    /// Answers the rows if they may `begin`; else they wait again, untried.
    pub fn end(self, begin: bool) {
        if begin {
            return self.answer();
        }
        self.back.queue.release_piece(self.piece);
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
        let (rows, failed, queue) = (rows.len() as u64, done.failed, Arc::clone(&back.queue));
        let count = move |written: &[bool]| {
            // What was removed meanwhile has no answer.
            if written.first() == Some(&true) {
                back.metrics.rows_finished(Task::Impute, rows);
                back.metrics.results(&back.name, back.version(), rows - failed, failed);
            }
        };
        queue.finish_piece(done, Box::new(count));
    }
}

/// The part of the submission that the rows become. What has no answer is there as it was.
fn put_together(version: u64, piece: &Piece, rows: &[Kept], answers: Vec<RowAnswer>) -> PieceDone {
    let Piece { batch, id, first, .. } = *piece;
    let answer = Vec::new();
    let mut done = PieceDone { batch, id, first, version, answer, changed: 0, failed: 0 };
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
