//! How long is a net trained? Time becomes a number of sentences, so that training can be repeated anywhere.

use std::time::{Duration, Instant};

use crate::error::{Remedy, Result, Setting};
use crate::net::shape::Shape;
use crate::progress::{Progress, Unit};
use crate::train::memory::{bytes, too_little};
use crate::train::net::lessons;

/// Numbers of sentences are round, so that they can be told and asked for.
const ROUND: u64 = 100;

/// Checks that this memory is enough for any net of this shape.
pub(super) fn check_memory(shape: &Shape, memory: u64) -> Result<()> {
    let needed = lessons::memory(shape);
    if memory >= needed {
        return Ok(());
    }
    let remedy = Remedy::by(
        "give it more memory, choose a small net, or do without a net",
        &[Setting::Memory, Setting::NetSize, Setting::Net],
    );
    Err(too_little(memory, &format!("training the net takes {} and more", bytes(needed)), remedy))
}

/// How many sentences a net of this shape sees in about this time, by a trial on this machine, which is a part of
/// the time.
pub(super) fn sentences_in(time: Duration, shape: &Shape, progress: &dyn Progress) -> u64 {
    progress.stage("time the net", Unit::Pieces, None);
    let began = Instant::now();
    let speed = lessons::speed(shape) / lessons::OVERHEAD;
    let sentences = speed * time.saturating_sub(began.elapsed()).as_secs_f64();
    let sentences = (sentences as u64 / ROUND * ROUND).max(ROUND);
    progress
        .note(&format!("the net sees {sentences} sentences in about the time that was asked for"));
    sentences
}
