//! Models that are published, and what is known of workers.

use std::time::Duration;

use uuid::Uuid;

use super::trial::{Trial, claim, finished, job};
use crate::store::postgres::{Postgres, Publishing, Waiting, Working, is_what};
use crate::store::{Jobs, Reports, Store, Versions};

async fn publish(store: &Postgres, hash: &str, bytes: &[u8]) -> crate::store::Result<u64> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("new");
    std::fs::write(&file, bytes).unwrap();
    let new = Publishing { model: "news", hash, change: "more of it", compare: None, file: &file };
    store.publish(&new).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs PostgreSQL and RabbitMQ: serve/tests/servers.sh cargo test …"]
async fn what_is_published_is_fetched_as_it_was() {
    let trial = Trial::new().await;
    let (store, folder) = (trial.open().await, tempfile::tempdir().unwrap());
    assert_eq!(store.published().await.unwrap(), []);
    // More than a piece, and not a whole number of them.
    let bytes: Vec<u8> = (0..(5usize << 19) + 7).map(|at| ((at * at) >> 7) as u8).collect();
    assert_eq!(publish(&store, "a", &bytes).await, Ok(1));
    let published = store.published().await.unwrap();
    assert_eq!((published[0].version, published[0].size), (1, bytes.len() as u64));
    let into = folder.path().join("deep/news");
    store.fetch(&published[0], &into).await.unwrap();
    assert!(std::fs::read(&into).unwrap() == bytes && is_what(&published[0], &into));
    assert_eq!(store.versions("news".to_owned()).await.unwrap()[0].change, "more of it");
    // The same again is none, and a newer one is another.
    let refused = publish(&store, "a", &bytes).await.unwrap_err().to_string();
    assert!(refused.contains("in use already"), "{refused}");
    for (version, hash) in [(2, "b"), (3, "c"), (4, "d")] {
        assert_eq!(publish(&store, hash, hash.as_bytes()).await, Ok(version));
    }
    assert_eq!(store.published().await.unwrap()[0].version, 4);
    assert_eq!(trial.ask("SELECT count(DISTINCT version) FROM model_pieces").await, 3);
    // One that has lost a piece, or was changed, is not taken.
    assert!(store.fetch(&published[0], &into).await.is_err());
    let last = &store.published().await.unwrap()[0];
    trial.say("UPDATE model_pieces SET bytes = 'x' WHERE version = 4").await;
    let damaged = store.fetch(last, &into).await.unwrap_err().to_string();
    assert!(damaged.contains("version 4 of the model news is not what was published"), "{damaged}");
    assert!(is_what(&published[0], &into), "what was there stays");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs PostgreSQL and RabbitMQ: serve/tests/servers.sh cargo test …"]
async fn a_file_that_cannot_be_read_publishes_nothing() {
    let trial = Trial::new().await;
    let store = trial.open().await;
    let file = std::path::Path::new("no/such.model");
    let new = Publishing { model: "news", hash: "a", change: "none", compare: None, file };
    assert!(store.publish(&new).await.unwrap_err().to_string().contains("no/such.model"));
    let left = "SELECT (SELECT count(*) FROM versions) + (SELECT count(*) FROM models)";
    assert_eq!(trial.ask(left).await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs PostgreSQL and RabbitMQ: serve/tests/servers.sh cargo test …"]
async fn workers_are_known_while_they_are_there() {
    let trial = Trial::new().await;
    let store = trial.open().await;
    let [first, second] = [1, 2].map(Uuid::from_u128);
    let working = |texts| Working { threads: 2, texts, predicting_ms: 30 };
    for (worker, texts) in [(first, 1), (first, 10), (second, 5)] {
        store.beat(worker, &working(texts)).await.unwrap();
    }
    let mut known = store.working().await.unwrap();
    known.sort_by_key(|working| working.texts);
    assert_eq!(known, [working(5), working(10)]);
    trial.say("UPDATE workers SET seen = seen - 60000 WHERE texts = 10").await;
    assert_eq!(store.working().await.unwrap(), [working(5)]);
    store.gone(second).await.unwrap();
    assert_eq!(store.working().await.unwrap(), []);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs PostgreSQL and RabbitMQ: serve/tests/servers.sh cargo test …"]
async fn what_waits_and_what_was_done_is_counted() {
    let trial = Trial::new().await;
    let store = trial.open().await;
    let mut ids = Vec::new();
    for _ in 0..3 {
        ids.push(store.accept(job("a b")).await.unwrap().0);
    }
    let waiting = Waiting { open: 3, arrived: 3, over_ms: 60_000 };
    assert_eq!(store.waiting().await.unwrap(), waiting);
    let idle = store.elsewhere().await.unwrap().unwrap();
    assert_eq!((idle.workers, idle.minute, idle.latency), (0, 0, None));
    let claimed = claim(&store, ids[0]).await;
    store.finish_jobs(&[finished(&claimed, "{}")]).await.unwrap();
    trial.say("UPDATE jobs SET created = finished - 40 WHERE state = 2").await;
    store
        .beat(Uuid::from_u128(1), &Working { threads: 2, texts: 1, predicting_ms: 1 })
        .await
        .unwrap();
    let busy = store.elsewhere().await.unwrap().unwrap();
    assert_eq!((busy.workers, busy.threads, busy.minute), (1, 2, 1));
    assert_eq!(busy.latency, Some([40.0; 3]));
    assert_eq!(store.waiting().await.unwrap().open, 2);
    assert_eq!(store.texts_done().await, Ok(Some(1)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs PostgreSQL and RabbitMQ: serve/tests/servers.sh cargo test …"]
async fn the_last_comparison_is_there_for_all() {
    let trial = Trial::new().await;
    let (one, two) = (trial.open().await, trial.open().await);
    assert_eq!(two.last_drift().await, Ok(None));
    for view in ["{}", "{\"when\":1}"] {
        one.put_drift(view.to_owned()).await.unwrap();
    }
    let (view, ago) = two.last_drift().await.unwrap().unwrap();
    assert_eq!(view, "{\"when\":1}");
    assert!((0..Duration::from_secs(60).as_millis() as i64).contains(&ago));
}
