//! What the pages show, gathered from the service.

use uuid::Uuid;

use super::spell::{count, fixed};
use super::view::{
    Batch, Drift, Feedback, Latency, Model, Published, Request, Status, Throughput, Workers,
};
use crate::api::drift::view as known_of_drift;
use crate::clock;
use crate::predict;
use crate::refusal::Refusal;
use crate::service::{Broker, Service};
use crate::store::{Elsewhere, Job, Result};
use crate::task::Verdict;

/// What is told of a model's origin: the name in its file, and what a person calls it.
const PROVENANCE: [(&str, &str); 6] = [
    ("date", "made"),
    ("license", "licence"),
    ("lines", "sentences"),
    ("tokens", "words"),
    ("texts", "texts"),
    ("labels", "labels"),
];

/// A request, if there is one of this id.
pub async fn request(service: &Service, id: Uuid) -> Result<Option<Request>> {
    let Some(job) = service.store.job(id).await? else { return Ok(None) };
    let said = service.store.last_feedback(id).await?;
    Ok(Some(viewed(job, said)))
}

fn viewed(job: Job, said: Option<(Verdict, Option<String>)>) -> Request {
    Request {
        id: job.id.to_string(),
        task: job.task,
        state: job.state,
        created: moment(job.created),
        finished: job.finished.map(moment),
        tries: job.tries,
        reason: job.reason,
        text: job.text,
        outcome: job.result.and_then(|result| serde_json::from_str(&result).ok()),
        feedback: said.map(|(verdict, word)| Feedback { right: verdict == Verdict::Right, word }),
    }
}

/// A file, if there is one of this id.
pub async fn batch(service: &Service, id: Uuid) -> Result<Option<Batch>> {
    Ok(service.store.batch(id).await?.map(|batch| Batch {
        id: batch.id.to_string(),
        name: Some(batch.name),
        state: batch.state,
        created: moment(batch.created),
        finished: batch.finished.map(moment),
        rows: batch.rows,
        done: batch.rows_done.saturating_sub(batch.failed),
        changed: batch.changed,
        failed: batch.failed,
        reason: batch.reason,
    }))
}

/// How the service is.
///
/// # Errors
/// The store cannot be read.
pub async fn status(service: &Service) -> std::result::Result<Status, Refusal> {
    let queue = service.queue().await;
    let summary = service.metrics.summary();
    let (workers, throughput, latency) = match service.store.elsewhere().await? {
        Some(Elsewhere { workers, threads, minute, latency }) => {
            (Workers::Elsewhere { workers, threads }, Throughput { minute, hour: None }, latency)
        }
        None => {
            let (minute, hour) = (summary.minute, Some(summary.hour));
            let (busy, threads) = (service.pool.busy(), queue.threads);
            let latency = summary.latency.map(|all| all.map(f64::from));
            (Workers::Here { busy, threads }, Throughput { minute, hour }, latency)
        }
    };
    let mut models = Vec::new();
    for (name, named) in service.models.all() {
        models.push(model(service, name, &named.current.load_full()).await?);
    }
    Ok(Status {
        ready: service.is_ready(),
        started: moment(service.since),
        now: moment(clock::now()),
        open: queue.jobs,
        most_open: service.settings.max_backlog,
        rows_open: queue.rows,
        oldest: queue.oldest.map(moment),
        throughput,
        latency: latency.map(|[p50, p90, p99]| Latency { p50, p90, p99 }),
        workers,
        trouble: service.broker.as_ref().and_then(Broker::trouble),
        models,
        drift: drift(service).await?,
    })
}

async fn drift(service: &Service) -> std::result::Result<Drift, Refusal> {
    if service.settings.reference.is_none() {
        return Ok(Drift::NoReference);
    }
    let known = known_of_drift(service).await?;
    Ok(match known.last {
        Some(seen) => Drift::Measured {
            accuracy: seen.accuracy,
            interval: [seen.low, seen.high],
            verdict: seen.verdict.into_owned(),
            drifted: seen.drift,
            advice: seen.advice.into_owned(),
            known: seen.known,
            texts: seen.texts as u64,
            measured: moment(seen.when),
        },
        None => Drift::NotYet { texts: known.texts, needed: known.needed as u64 },
    })
}

async fn model(service: &Service, name: &str, model: &predict::Model) -> Result<Model> {
    let history = service.store.versions(name.to_owned()).await?;
    let provenance = model.provenance();
    let known = |(key, name): (&str, &str)| {
        let value = match provenance.get(key)? {
            serde_json::Value::String(text) if !text.is_empty() => text.clone(),
            serde_json::Value::Number(number) => count(number.as_u64()?),
            serde_json::Value::Array(labels) => count(labels.len() as u64),
            _ => return None,
        };
        Some((name.to_owned(), value))
    };
    Ok(Model {
        name: name.to_owned(),
        kind: if model.is_classifier() { "A classifier of texts" } else { "N-grams" }.to_owned(),
        version: model.version,
        opened: moment(model.opened),
        provenance: PROVENANCE.into_iter().filter_map(known).collect(),
        history: history
            .into_iter()
            .map(|version| Published {
                version: version.version,
                published: moment(version.published),
                change: version.change,
                compare: version.compare.as_ref().map(figures).unwrap_or_default(),
            })
            .collect(),
    })
}

/// The figures of a comparison: scores of the version before and of this one, their difference, and p.
fn figures(compare: &serde_json::Value) -> Vec<(String, String)> {
    let mean = |of: &str| {
        compare.get(of).and_then(|score| score.get("mean")).and_then(|mean| mean.as_f64())
    };
    let scores = [("before", mean("a")), ("now", mean("b"))];
    let scores = scores.into_iter().filter_map(|(name, mean)| Some((name, fixed(mean?, 3))));
    let p = compare.get("p").and_then(serde_json::Value::as_f64).map(|p| ("p", fixed(p, 4)));
    scores.chain(p).map(|(name, value)| (name.to_owned(), value)).collect()
}

/// Times before 1970 are none.
fn moment(milliseconds: i64) -> u64 {
    u64::try_from(milliseconds).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comparison_is_told_by_its_scores() {
        let compare = serde_json::json!({"a": {"mean": 4.09}, "b": {"mean": 4.0512}, "difference": {}, "p": 0.00021});
        let told = figures(&compare);
        let told: Vec<_> = told.iter().map(|(name, value)| format!("{name} {value}")).collect();
        assert_eq!(told, ["before 4.090", "now 4.051", "p 0.0002"]);
        assert!(figures(&serde_json::json!({"a": 1, "p": "x"})).is_empty());
    }
}
