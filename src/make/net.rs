//! How long is a net trained? Time becomes a number of sentences, so that what was trained can be
//! trained again anywhere.

use std::time::Duration;

use crate::error::{Error, ErrorKind, Remedy, Result, Setting};
use crate::net::shape::Shape;
use crate::progress::{Progress, Unit};
use crate::train::memory::bytes;
use crate::train::net::lessons;

/// Whether so much memory is enough for any net of this shape.
///
/// # Errors
/// It is not.
pub(super) fn check_memory(shape: &Shape, memory: u64) -> Result<()> {
    let needed = lessons::memory(shape);
    if memory >= needed {
        return Ok(());
    }
    let (memory, needed) = (bytes(memory), bytes(needed));
    let error = Error::value(
        format!("{memory} of memory are too little: training the net takes {needed} and more"),
        Remedy::by(
            "give it more memory, choose a small net, or do without a net",
            &[Setting::Memory, Setting::NetSize, Setting::Net],
        ),
    );
    Err(error.of(ErrorKind::Memory))
}

/// How many sentences a net of this shape sees in about so much time: tries how fast this machine is.
pub(super) fn sentences_in(time: Duration, shape: &Shape, progress: &dyn Progress) -> u64 {
    progress.stage("try the net", Unit::Pieces, None);
    let sentences = lessons::speed(shape) * time.as_secs_f64();
    let sentences = (sentences as u64).max(1).next_multiple_of(1000);
    progress
        .note(&format!("the net sees {sentences} sentences in about the time that was asked for"));
    sentences
}
