//! What became of everything in a log: each id is followed to its end.
//!
//! In: a log. Out: how many are done, failed, expired or deleted, and which are lost (the service does not know
//! them), unfinished (no end within patience, counted for each from the first question) or doubled (an id twice in
//! the log: the service has given two requests one id). Two jobs for one request are not seen here: the log knows
//! the id that was answered, not one that was never told.

use std::cell::Cell;
use std::path::Path;
use std::rc::Rc;
use std::time::Instant;

use anyhow::Result;
use tokio::task::JoinSet;
use uuid::Uuid;

use super::calls::Kind;
use super::client::Client;
use super::crew;
use super::follow::follow;
use super::log;
use super::numbers::grouped;
use super::progress::Progress;
use super::report::Collected;
use super::shared::Shared;

/// How many doubles are shown.
const SHOWN: usize = 10;

/// Follows everything in the log.
///
/// # Errors
/// The log cannot be read, or the service is not there.
pub async fn collect(
    shared: &Rc<Shared>,
    path: &Path,
    progress: &mut Progress,
) -> Result<Collected> {
    let mut ids = log::read(path)?;
    let lines = ids.len();
    let (doubled, doubles) = unique(&mut ids);
    let start = Instant::now();
    let (next, ids) = (Rc::new(Cell::new(0)), Rc::new(ids));
    let mut tasks = JoinSet::new();
    for _ in 0..shared.plan.clients.min(ids.len()) {
        let mut client = Client::new(shared);
        client.connect().await?;
        tasks.spawn_local(each(client, ids.clone(), next.clone()));
    }
    let tick = || {
        let ended = shared.tally.borrow().ends.sum();
        progress.show(&format!("{} of {} collected", grouped(ended), grouped(ids.len() as u64)));
    };
    let ended = crew::all(shared, tasks, tick).await;
    let tally = shared.tally.take();
    Ok(Collected {
        url: shared.address.url.clone(),
        log: path.display().to_string(),
        interrupted: ended.interrupted,
        fault: ended.fault.map(|fault| format!("{fault:#}")),
        seconds: start.elapsed().as_secs_f64(),
        lines: lines as u64,
        ids: ids.len() as u64,
        doubled,
        doubles: doubles.iter().map(Uuid::to_string).collect(),
        ends: tally.ends,
        still_open: (ids.len() as u64).saturating_sub(tally.ends.sum()),
        failures: tally.reasons,
        missing: tally.missing.iter().map(Uuid::to_string).collect(),
    })
}

async fn each(mut client: Client, ids: Rc<Vec<(Uuid, Kind)>>, next: Rc<Cell<usize>>) -> Result<()> {
    while let Some(&(id, kind)) = ids.get(next.get())
        && !client.shared.stopping.get()
    {
        next.set(next.get() + 1);
        let end = follow(&mut client, kind, id).await?;
        client.shared.tally.borrow_mut().end(id, &end);
    }
    Ok(())
}

/// Leaves the first line of every id, in order, and says how many ids occur again, and which.
fn unique(ids: &mut Vec<(Uuid, Kind)>) -> (u64, Vec<Uuid>) {
    let mut sorted: Vec<(Uuid, usize)> =
        ids.iter().enumerate().map(|(line, (id, _))| (*id, line)).collect();
    sorted.sort_unstable();
    let mut again = vec![false; ids.len()];
    let (mut doubled, mut doubles) = (0, Vec::new());
    for same in sorted.chunk_by(|a, b| a.0 == b.0).filter(|same| same.len() > 1) {
        doubled += 1;
        doubles.extend((doubles.len() < SHOWN).then_some(same[0].0));
        for (_, line) in &same[1..] {
            again[*line] = true;
        }
    }
    let mut again = again.into_iter();
    ids.retain(|_| again.next() != Some(true));
    (doubled, doubles)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doubles_are_counted_by_id() {
        let id = Uuid::from_u128;
        let mut ids: Vec<_> = [5, 3, 5, 9, 3, 5].map(|n| (id(n), Kind::Job)).into();
        assert_eq!(unique(&mut ids), (2, vec![id(3), id(5)]));
        assert_eq!(ids, [5, 3, 9].map(|n| (id(n), Kind::Job)));
    }
}
