//! Jobs are accepted: many to a commit, each once.

use std::collections::BTreeSet;
use std::sync::atomic::Ordering;

use futures_util::future::join_all;
use uuid::Uuid;

use super::trial::{Trial, job, late, look, put, repeated, send_all};
use crate::store::postgres::Postgres;
use crate::store::{Jobs, Limits, NewJob, State, Store, StoreError};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs PostgreSQL and RabbitMQ: serve/tests/servers.sh cargo test …"]
async fn what_arrives_together_shares_commits_and_is_there_once_with_its_message() {
    let trial = Trial::new().await;
    let store = trial.open().await;
    let posted = store.posted();
    let texts: Vec<String> = (0..500).map(|n| format!("text {n}\0")).collect();
    let accepted = join_all(texts.iter().map(|text| store.accept(job(text)))).await;
    let accepted: Vec<(Uuid, bool)> = accepted.into_iter().map(Result::unwrap).collect();
    assert!(accepted.iter().all(|(_, new)| *new));
    let ids: BTreeSet<Uuid> = accepted.iter().map(|(id, _)| *id).collect();
    assert_eq!(ids.len(), 500);
    assert_eq!(trial.ask("SELECT count(DISTINCT id) FROM jobs").await, 500);
    let commits = store.core.commits.load(Ordering::Relaxed);
    assert!(commits < 50, "{commits} commits");
    posted.notified().await;
    let sent = send_all(&store).await.unwrap();
    assert_eq!(sent.len(), 500);
    assert_eq!(sent.into_iter().collect::<BTreeSet<_>>(), ids);
    let found = look(&store, accepted[7].0).await;
    assert_eq!((found.text.as_deref(), found.state), (Some("text 7\0"), State::Waiting));
    // By the clock of the database.
    assert!(found.created > 1_700_000_000_000 && found.expires == found.created + 3_600_000);
    let first = trial.ask("SELECT now_ms() - min(created) FROM jobs").await;
    let age = store.oldest().await.unwrap().unwrap();
    assert!(first <= age && age <= trial.ask("SELECT now_ms() - min(created) FROM jobs").await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs PostgreSQL and RabbitMQ: serve/tests/servers.sh cargo test …"]
async fn a_repeated_request_is_the_first_and_its_key_is_for_no_other() {
    let trial = Trial::new().await;
    let (one, two) = (trial.open().await, trial.open().await);
    // At the same moment, in one commit and in two processes.
    let stores = [&one, &one, &two, &one, &two];
    let many = join_all(stores.map(|store| store.accept(repeated("key", "request")))).await;
    let many: Vec<(Uuid, bool)> = many.into_iter().map(Result::unwrap).collect();
    assert_eq!(many.iter().filter(|(_, new)| *new).count(), 1);
    assert!(many.iter().all(|(id, _)| *id == many[0].0));
    let other = two.accept(repeated("key", "another")).await;
    assert_eq!(other, Err(StoreError::OtherRequest));
    assert_eq!(send_all(&one).await.unwrap(), [many[0].0]);
    // Each may have counted meanwhile what both have accepted: one job.
    let open = [&one, &two].map(|store| store.shared().jobs.open());
    assert!(open[0] <= 1 && open[1] <= 1, "room is given back: {open:?}");
    // What was removed is not compared any more.
    assert!(one.delete_job(many[0].0).await.unwrap());
    assert_eq!(two.accept(repeated("key", "another")).await, Ok((many[0].0, false)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs PostgreSQL and RabbitMQ: serve/tests/servers.sh cargo test …"]
async fn a_commit_whose_answer_was_lost_is_not_made_twice() {
    let trial = Trial::new().await;
    let store = trial.open().await;
    let job = job("a b c");
    assert_eq!(store.accept(job.clone()).await, Ok((job.id, true)));
    assert_eq!(store.accept(job.clone()).await, Ok((job.id, true)));
    assert_eq!(send_all(&store).await.unwrap(), [job.id]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs PostgreSQL and RabbitMQ: serve/tests/servers.sh cargo test …"]
async fn one_that_cannot_be_stored_takes_nobody_along() {
    let trial = Trial::new().await;
    let store = trial.open().await;
    let bad = NewJob { asked: "\0".into(), ..job("a b c") };
    let jobs = [job("one"), bad, job("two")];
    let accepted = join_all(jobs.map(|job| store.accept(job))).await;
    let stored: Vec<bool> = accepted.iter().map(Result::is_ok).collect();
    assert_eq!(stored, [true, false, true]);
    assert!(!store.is_failing());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs PostgreSQL and RabbitMQ: serve/tests/servers.sh cargo test …"]
async fn no_more_waits_than_may_whoever_accepted_it() {
    let trial = Trial::new().await;
    let limits = Limits { jobs: 2, rows: 0 };
    let other = trial.open().await;
    put(&other, &["a b", "c d"]).await;
    let store = Postgres::open(&trial.url(), limits).await.unwrap();
    assert_eq!(store.accept(job("e f")).await, Err(StoreError::Full));
    trial.say("UPDATE jobs SET state = 2").await;
    super::trial::until(async || store.shared().jobs.open() == 0).await;
    put(&store, &["e f"]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs PostgreSQL and RabbitMQ: serve/tests/servers.sh cargo test …"]
async fn what_is_late_or_removed_is_not_done() {
    let trial = Trial::new().await;
    let (store, worker) = (trial.open().await, trial.work().await);
    let one = store.accept(late()).await.unwrap().0;
    let two = store.accept(late()).await.unwrap().0;
    let three = put(&store, &["a b c"]).await[0];
    assert_eq!(look(&store, one).await.state, State::Expired, "before that is written down");
    assert!(worker.waiting_jobs(&[one]).await.unwrap().is_empty());
    assert_eq!(trial.ask("SELECT count(*) FROM jobs WHERE state = 4").await, 1);
    store.expire().await.unwrap();
    assert_eq!(look(&store, two).await.state, State::Expired);
    assert_eq!(trial.ask("SELECT sum(texts) FROM counts WHERE state = 4").await, 2);
    assert!(store.delete_job(three).await.unwrap());
    assert!(!store.delete_job(Uuid::new_v4()).await.unwrap());
    let gone = look(&store, three).await;
    assert_eq!((gone.state, gone.text), (State::Deleted, None));
    assert!(worker.waiting_jobs(&[one, two, three]).await.unwrap().is_empty());
    // What ended long ago is removed, and counts stay.
    put(&store, &["d e"]).await;
    store.retire(3_600_000, 3_600_000).await.unwrap();
    assert_eq!(trial.ask("SELECT count(*) FROM jobs").await, 4);
    trial.say("UPDATE jobs SET finished = finished - 7200000").await;
    store.retire(3_600_000, 3_600_000).await.unwrap();
    assert_eq!(trial.ask("SELECT count(*) FROM jobs").await, 1);
    assert_eq!(trial.ask("SELECT sum(texts) FROM counts").await, 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs PostgreSQL and RabbitMQ: serve/tests/servers.sh cargo test …"]
async fn what_has_arrived_is_on_disk_when_it_is_closed() {
    let trial = Trial::new().await;
    let store = trial.open().await;
    let (one, two) = (job("one"), job("two"));
    let ids = [one.id, two.id];
    let arriving = join_all([store.accept(one), store.accept(two)]);
    let (accepted, ()) = tokio::join!(biased; arriving, store.close());
    assert!(accepted.iter().all(Result::is_ok));
    assert_eq!(store.accept(job("three")).await, Err(StoreError::Ended));
    let other = trial.open().await;
    for id in ids {
        look(&other, id).await;
    }
}
