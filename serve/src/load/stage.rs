//! One step: all clients connected, then the clock started, then the counts closed.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Instant;

use anyhow::Result;
use tokio::task::JoinSet;

use super::args::Way;
use super::arrivals::Arrivals;
use super::client::Client;
use super::crew::{self, Ended};
use super::numbers::grouped;
use super::plan::Stage;
use super::processor;
use super::progress::Progress;
use super::shared::Shared;
use super::summary::{Course, Summary};
use super::tally::Tally;
use super::ways;

/// Runs a step.
///
/// # Errors
/// The service is not there at its beginning; what fails later is told with the summary.
pub async fn run(
    shared: &Rc<Shared>,
    stage: Stage,
    progress: &mut Progress,
) -> Result<(Summary, Ended)> {
    shared.tally.replace(Tally::default());
    let collectors =
        stage.rate.is_some() && shared.plan.way == Way::Jobs && !shared.plan.accept_only;
    let mut clients = Vec::with_capacity(shared.plan.clients);
    for _ in 0..shared.plan.clients {
        let mut client = Client::new(shared);
        client.connect().await?;
        clients.push((client, collectors.then(|| Client::new(shared))));
    }
    let (start, spent) = (Instant::now(), processor::time());
    let begun = Rc::new(Cell::new(0));
    let mut tasks = JoinSet::new();
    for (index, (client, collector)) in clients.into_iter().enumerate() {
        let arrivals = Arrivals::new(shared, stage, start, &begun, index);
        // Without results to wait for, accepting at a rate is accepting in turn.
        tasks.spawn_local(ways::run(client, collector, arrivals));
    }
    let tick = || {
        let mut tally = shared.tally.borrow_mut();
        tally.close_window(start.elapsed().as_secs_f64());
        progress.show(&line(&tally, stage, start));
    };
    let ended = crew::all(shared, tasks, tick).await;
    let length = start.elapsed();
    let processor = processor::time().zip(spent).map(|(now, before)| now.saturating_sub(before));
    let mut tally = shared.tally.take();
    tally.close_window(length.as_secs_f64());
    let course = Course {
        start,
        length,
        processor,
        waits: shared.plan.way != Way::Now && !shared.plan.accept_only,
    };
    Ok((Summary::new(tally, stage, course), ended))
}

fn line(tally: &Tally, stage: Stage, start: Instant) -> String {
    let rate = stage.rate.map_or(String::new(), |rate| format!("{rate} a second · "));
    let (accepted, results) = (tally.accepted.seen(), tally.results.seen());
    let seconds = start.elapsed().as_secs();
    format!(
        "{rate}{seconds} s · accepted {} · results {} · waited after refusals {}",
        grouped(accepted),
        grouped(results),
        grouped(tally.retries)
    )
}
