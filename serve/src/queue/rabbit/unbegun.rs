//! What a worker has and did not begin goes back by way of the outbox: the broker would have it delivered as something
//! that may have ended a process, to be tried alone.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::hash::Hash;

use super::intake::Intake;
use super::line::Line;
use super::records::Records;
use crate::store::Result;

/// Gives back what waits at a worker that is ending.
pub async fn give_back<R: Records>(records: &R, intakes: &BTreeMap<String, Intake>) {
    for intake in intakes.values() {
        loop {
            let jobs = intake.jobs.take_fresh(usize::MAX, |_, _| true);
            if jobs.is_empty() {
                break;
            }
            done_or_back(&intake.jobs, &jobs, records.jobs_again(&jobs).await);
        }
        loop {
            let pieces = intake.pieces.take_fresh(usize::MAX, |first, other| first.0 == other.0);
            let Some(&(batch, _)) = pieces.first() else { break };
            let firsts: Vec<i64> = pieces.iter().map(|(_, first)| *first).collect();
            done_or_back(&intake.pieces, &pieces, records.pieces_again(batch, &firsts).await);
        }
    }
}

/// What is in the outbox again is done with here; what could not be put there the broker gives to others.
pub fn done_or_back<K: Copy + Eq + Hash + Debug>(line: &Line<K>, keys: &[K], put: Result<()>) {
    match put {
        Ok(()) => line.done(keys.iter().copied()),
        Err(error) => {
            tracing::warn!(%error, "what was not begun goes back to the broker");
            line.back(keys.iter().copied());
        }
    }
}
