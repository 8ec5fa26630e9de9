//! What one client does during a step.
//!
//! In: requests that are due. Out: counts. In a closed loop a client has some jobs accepted and then collects them.
//! At a rate, accepting must not wait for results: a second connection collects, in the order of acceptance, and a
//! result counts when it is in the client's hand.

use std::borrow::Cow;
use std::time::Instant;

use anyhow::{Result, anyhow, bail};
use hyper::StatusCode;
use serde::Deserialize;
use serde::de::IgnoredAny;
use tokio::sync::mpsc;
use uuid::Uuid;

use super::args::Way;
use super::arrivals::{Arrivals, Due};
use super::calls::Kind;
use super::client::{Client, Insistence};
use super::connection::Reply;
use super::follow::follow;
use super::tally::End;

/// What was accepted.
#[derive(Debug, Clone, Copy)]
struct Accepted {
    id: Uuid,
    since: Instant,
}

/// As much as is read of an acceptance.
#[derive(Deserialize)]
struct Tracking<'a> {
    #[serde(borrow)]
    tracking_id: Cow<'a, str>,
}

/// As much as is read of what is answered at once: how many results there are.
#[derive(Deserialize)]
struct Answered {
    results: Vec<IgnoredAny>,
}

/// Runs a client to the end of a step.
///
/// # Errors
/// As [`Client::insist`]; the log cannot be written; the service speaks another language.
pub async fn run(client: Client, collector: Option<Client>, arrivals: Arrivals) -> Result<()> {
    let plan = &client.shared.plan;
    match (plan.way, collector) {
        (Way::Now, _) => at_once(client, arrivals).await,
        (_, Some(collector)) => at_a_rate(client, collector, arrivals).await,
        (_, None) => in_turn(client, arrivals).await,
    }
}

async fn at_once(mut client: Client, mut arrivals: Arrivals) -> Result<()> {
    while let Some(due) = arrivals.next().await {
        let reply = post(&mut client, &arrivals, due).await?;
        let Some(StatusCode::OK) = reply.map(|reply| reply.status) else {
            refused(&client, reply)?;
            continue;
        };
        let now = Instant::now();
        let results = serde_json::from_slice::<Answered>(client.connection.body());
        let mut tally = client.shared.tally.borrow_mut();
        match results.map(|answered| answered.results.len()) {
            Ok(texts) if texts == client.shared.plan.texts_a_call => {
                tally.result(now, now - due.since, texts as u64);
            }
            _ => tally.unanswered += 1,
        }
    }
    Ok(())
}

async fn in_turn(mut client: Client, mut arrivals: Arrivals) -> Result<()> {
    let kind = if client.shared.plan.way == Way::Batch { Kind::Batch } else { Kind::Job };
    let (many, wait) = (client.shared.plan.open, !client.shared.plan.accept_only);
    let mut open = Vec::with_capacity(many.min(1024));
    let mut more = true;
    while more {
        while more && open.len() < many {
            match arrivals.next().await {
                Some(due) => match accept(&mut client, &arrivals, kind, due).await? {
                    Some(accepted) if wait => open.push(accepted),
                    _ => {}
                },
                None => more = false,
            }
        }
        for accepted in open.drain(..) {
            collect(&mut client, kind, accepted).await?;
        }
    }
    Ok(())
}

async fn at_a_rate(
    mut client: Client,
    mut collector: Client,
    mut arrivals: Arrivals,
) -> Result<()> {
    let (sender, mut receiver) = mpsc::unbounded_channel(); // 32 bytes for each job that the service holds
    let accepting = async move {
        while let Some(due) = arrivals.next().await {
            if let Some(accepted) = accept(&mut client, &arrivals, Kind::Job, due).await?
                && sender.send(accepted).is_err()
            {
                break; // the collector has failed, and says why
            }
        }
        anyhow::Ok(())
    };
    let collecting = async move {
        while let Some(accepted) = receiver.recv().await {
            collect(&mut collector, Kind::Job, accepted).await?;
        }
        anyhow::Ok(())
    };
    tokio::try_join!(accepting, collecting)?;
    Ok(())
}

/// Posts a request; it is accepted or refused within patience, or by the end of the step.
async fn post(client: &mut Client, arrivals: &Arrivals, due: Due) -> Result<Option<Reply>> {
    let shared = client.shared.clone();
    let patience = shared.plan.patience;
    let patient = Instant::now() + patience;
    let until = arrivals.end().map_or(patient, |end| end.min(patient));
    let how = Insistence { harmless: shared.calls.have_keys(), limit: patience, until };
    client.insist(|| shared.calls.post(due.number), how).await
}

async fn accept(
    client: &mut Client,
    arrivals: &Arrivals,
    kind: Kind,
    due: Due,
) -> Result<Option<Accepted>> {
    let reply = post(client, arrivals, due).await?;
    let Some(StatusCode::ACCEPTED) = reply.map(|reply| reply.status) else {
        refused(client, reply)?;
        return Ok(None);
    };
    let now = Instant::now();
    let tracking = serde_json::from_slice::<Tracking>(client.connection.body());
    let Some(id) = tracking.ok().and_then(|it| Uuid::try_parse(&it.tracking_id).ok()) else {
        bail!(
            "{}: accepted a request without a tracking_id that is a UUID: check that the URL is that of impute-serve",
            client.shared.address.url
        );
    };
    if let Some(log) = &client.shared.log {
        log.add(id, client.shared.calls.text(due.number), kind).await?;
    }
    client.shared.tally.borrow_mut().accept(now, now.saturating_duration_since(due.since));
    Ok(Some(Accepted { id, since: due.since }))
}

async fn collect(client: &mut Client, kind: Kind, accepted: Accepted) -> Result<()> {
    let mut end = follow(client, kind, accepted.id).await?;
    if kind == Kind::Batch && matches!(end, End::Done(_)) {
        let shared = client.shared.clone();
        let patience = shared.plan.patience;
        let how = Insistence { harmless: true, limit: patience, until: Instant::now() + patience };
        let reply = client.insist(|| shared.calls.submission(accepted.id), how).await?;
        if reply.map(|reply| reply.status) != Some(StatusCode::OK) {
            end = End::Failed("done, but without its submission".to_owned());
        }
    }
    let now = Instant::now();
    let mut tally = client.shared.tally.borrow_mut();
    if let End::Done(texts) = end {
        tally.result(now, now.saturating_duration_since(accepted.since), texts);
    }
    tally.end(accepted.id, &end);
    Ok(())
}

/// Counts a request that was not accepted.
fn refused(client: &Client, reply: Option<Reply>) -> Result<()> {
    let shared = &client.shared;
    let mut tally = shared.tally.borrow_mut();
    match reply.map(|reply| reply.status) {
        Some(status @ (StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED)) => {
            let (url, path) = (&shared.address.url, shared.calls.path());
            return Err(anyhow!(
                "{url}: answered {status} to {path}: check that the URL is that of impute-serve, and the model's name"
            ));
        }
        Some(status) if status.is_client_error() || status.is_server_error() => tally.refused += 1,
        _ => tally.unanswered += 1,
    }
    Ok(())
}
