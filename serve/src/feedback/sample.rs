//! `impute-serve feedback sample`: answers drawn at random, one JSON object a line.
//!
//! Two passes: the ids of all that could be drawn, of which the lowest hashes stay; then those that were drawn.

use impute::text::counted;
use impute::text::output::Output;

use super::args::Sample;
use super::data;
use super::label::Drawn;
use super::lowest::Lowest;

/// Draws and writes.
///
/// # Errors
/// The database cannot be read, or the output not written.
pub fn run(wanted: &Sample) -> anyhow::Result<()> {
    let mut output = Output::create(wanted.output.as_deref())?;
    let (mut written, mut all) = (0, 0);
    let mut reading = data::open(&wanted.data)?;
    let mut lowest = Lowest::new(wanted.number as usize, wanted.seed);
    reading.each_done(wanted.task.map(Into::into), &mut |seq, id| {
        all += 1;
        lowest.see(id.as_bytes(), || seq);
    })?;
    for seq in lowest.into_sorted() {
        let Some(done) = reading.done(seq)? else { continue };
        let mut line = serde_json::to_vec(&Drawn::new(done)?)?;
        line.push(b'\n');
        output.write(&line)?;
        written += 1;
    }
    output.finish()?;
    eprintln!("impute-serve: {} of {all} drawn", counted(written, "answer"));
    if written < u64::from(wanted.number) {
        eprintln!("impute-serve: that is all there is: texts are removed after the retention time");
    }
    Ok(())
}
