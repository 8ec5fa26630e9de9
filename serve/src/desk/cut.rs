//! Cuts what was claimed into pieces, each of which a thread does at once.

use crate::store::Claimed;

/// A piece with more bytes of text is cut.
const LONG: usize = 4096;

/// Cuts jobs into pieces of so many, and of so many bytes: nobody is to wait long for a neighbour's long text.
pub fn cut(jobs: Vec<Claimed>, most: usize) -> Vec<Vec<Claimed>> {
    let (mut pieces, mut bytes) = (Vec::new(), LONG);
    for job in jobs {
        let long = bytes + job.text.len() > LONG;
        match pieces.last_mut() {
            Some(piece) if !long && Vec::len(piece) < most => piece.push(job),
            _ => {
                bytes = 0;
                pieces.push(vec![job]);
            }
        }
        bytes += pieces.last().and_then(|piece| piece.last()).map_or(0, |job| job.text.len());
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::task::Task;

    #[test]
    fn pieces_are_short_and_in_order() {
        let job = |seq: i64, length: usize| Claimed {
            seq,
            id: uuid::Uuid::from_u128(seq as u128),
            task: Task::Repair,
            asked: String::new(),
            text: "x".repeat(length),
            created: 0,
        };
        let lengths = [10, 10, 10, 5000, 10, 4000, 90, 90, 1];
        let jobs = lengths.iter().zip(0..).map(|(&length, seq)| job(seq, length)).collect();
        let pieces = cut(jobs, 3);
        let sizes: Vec<usize> = pieces.iter().map(Vec::len).collect();
        assert_eq!(sizes, [3, 1, 2, 3]);
        let seqs: Vec<i64> = pieces.concat().iter().map(|job| job.seq).collect();
        assert_eq!(seqs, (0..9).collect::<Vec<_>>());
    }
}
