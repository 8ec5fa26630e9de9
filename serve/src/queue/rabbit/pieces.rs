//! How a desk gets pieces of batches: those that were never tried as they are, those that may have ended a process
//! cut into their rows, and each row alone.

use super::claiming::Claiming;
use super::intake::PieceKey;
use super::records::{Found, Records};
use crate::fault;
use crate::queue::Work;
use crate::store::{Piece, PieceDone, Result, TRIES};
use crate::task::rows;

/// The most pieces that are looked up at once, of those that were delivered before.
const LOOK_UP: usize = 64;

fn of_one_batch(first: &PieceKey, other: &PieceKey) -> bool {
    first.0 == other.0
}

fn key(piece: &Piece) -> PieceKey {
    (piece.batch, piece.first)
}

impl<R: Records> Claiming<'_, R> {
    /// Looks up what was delivered before, and cuts what was tried and has several rows; whether something has to be
    /// tried alone.
    pub async fn look_again_at_pieces(&self) -> Result<bool> {
        let line = &self.intake.pieces;
        loop {
            let keys = line.take_again(LOOK_UP, of_one_batch);
            if keys.is_empty() {
                return Ok(line.has_alone());
            }
            if let Err(error) = self.look_at(&keys).await {
                // Those that are done by now are not held any more.
                line.untake_again(keys.into_iter().filter(|key| line.holds(key)).collect());
                return Err(error);
            }
        }
    }

    async fn look_at(&self, keys: &[PieceKey]) -> Result<()> {
        let open = self.find(keys).await?;
        let mut alone = Vec::new();
        for Found { piece, tries, rows } in open {
            // Who had it may only have lost its connection: the first time it is tried whole.
            if tries > 0 && rows > 1 {
                self.cut(&piece).await?;
            } else {
                alone.push(key(&piece));
            }
        }
        self.intake.pieces.set_alone(alone.into_iter());
        Ok(())
    }

    /// Claims so many pieces that were never tried.
    pub async fn claim_pieces(&self, most: usize) -> Result<Work> {
        let line = &self.intake.pieces;
        loop {
            let keys = line.take_fresh(most, of_one_batch);
            if keys.is_empty() {
                return Ok(Work::Nothing);
            }
            match self.sort(&keys).await {
                Ok(pieces) if !pieces.is_empty() => {
                    if fault::acknowledges_before_the_commit() {
                        line.done(pieces.iter().map(key));
                    }
                    return Ok(Work::Pieces(pieces));
                }
                Ok(_) if line.has_alone() => return Ok(Work::Alone),
                Ok(_) => {}
                Err(error) => {
                    line.untake_fresh(keys.into_iter().filter(|key| line.holds(key)).collect());
                    return Err(error);
                }
            }
        }
    }

    /// Gives those that were never tried.
    async fn sort(&self, keys: &[PieceKey]) -> Result<Vec<Piece>> {
        let open = self.find(keys).await?;
        let (mut pieces, mut alone) = (Vec::with_capacity(open.len()), Vec::new());
        for Found { piece, tries, rows } in open {
            match (tries, rows) {
                (0, _) => pieces.push(piece),
                (_, 0 | 1) => alone.push(key(&piece)),
                _ => self.cut(&piece).await?,
            }
        }
        self.intake.pieces.set_alone(alone.into_iter());
        Ok(pieces)
    }

    /// Claims the next piece that is to be tried alone, with its try counted. One that was tried too often is
    /// answered as it was given.
    pub async fn claim_piece_alone(&self) -> Result<Work> {
        let line = &self.intake.pieces;
        while let Some(key) = line.take_alone() {
            match self.records.try_piece(key.0, key.1).await {
                Ok(Some(found)) if found.tries > TRIES => self.fail_piece(&found.piece),
                Ok(Some(found)) => return Ok(Work::Pieces(vec![found.piece])),
                Ok(None) => line.done(std::iter::once(key)),
                Err(error) => {
                    line.untake_alone(key);
                    return Err(error);
                }
            }
        }
        Ok(Work::Nothing)
    }

    /// Those that are open; the others are done.
    async fn find(&self, keys: &[PieceKey]) -> Result<Vec<Found>> {
        let Some((batch, _)) = keys.first() else { return Ok(Vec::new()) };
        let firsts: Vec<i64> = keys.iter().map(|(_, first)| *first).collect();
        let open = self.records.waiting_pieces(*batch, &firsts).await?;
        let is_open = |asked: &PieceKey| open.iter().any(|found| key(&found.piece) == *asked);
        let gone = keys.iter().copied().filter(|asked| !is_open(asked));
        self.intake.pieces.done_if_any(gone);
        Ok(open)
    }

    async fn cut(&self, piece: &Piece) -> Result<()> {
        self.records.cut_piece(piece.batch, piece.first).await?;
        self.intake.pieces.done(std::iter::once(key(piece)));
        Ok(())
    }

    fn fail_piece(&self, piece: &Piece) {
        let failed = PieceDone {
            batch: piece.batch,
            id: piece.id,
            first: piece.first,
            version: 0,
            answer: rows::unanswered(&piece.format, &piece.text),
            changed: 0,
            failed: 1,
        };
        self.metrics.results(&self.intake.model, 0, 0, 1);
        self.results.piece(failed, Box::new(|_| ()));
    }
}
