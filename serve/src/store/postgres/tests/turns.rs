//! Jobs are done: each once, whoever else does it.

use uuid::Uuid;

use super::trial::{Trial, claim, finished, look, put, send_all, until};
use crate::store::{Finished, Jobs, State, Store};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs PostgreSQL and RabbitMQ: serve/tests/servers.sh cargo test …"]
async fn a_result_is_written_and_counted_once() {
    let trial = Trial::new().await;
    let store = trial.open().await;
    let workers = [trial.work().await, trial.work().await];
    let ids = put(&store, &["one", "two", "three", "four"]).await;
    let claimed = workers[0].waiting_jobs(&ids).await.unwrap();
    let order: Vec<Uuid> = claimed.iter().map(|(job, _)| job.id).collect();
    assert_eq!(order, ids);
    assert_eq!(claimed[2].0.text, "three");
    assert!(claimed.iter().all(|(_, tries)| *tries == 0));
    assert!(store.delete_job(ids[3]).await.unwrap());
    let done: Vec<Vec<Finished>> = ["{}", "[]"]
        .map(|result| claimed.iter().map(|(job, _)| finished(job, result)).collect())
        .into();
    let written = tokio::join!(workers[0].finish_jobs(&done[0]), workers[1].finish_jobs(&done[1]));
    let (one, two) = (written.0.unwrap(), written.1.unwrap());
    for at in 0..3 {
        assert!(one[at] != two[at], "one of them has written it");
        let job = look(&store, ids[at]).await;
        assert_eq!(job.state, State::Done);
        assert_eq!(job.result.as_deref(), Some(if one[at] { "{}" } else { "[]" }));
    }
    assert!(!one[3] && !two[3], "it was removed");
    assert_eq!(look(&store, ids[3]).await.state, State::Deleted);
    assert_eq!(trial.ask("SELECT sum(texts) FROM counts WHERE state = 2 AND version = 3").await, 3);
    assert_eq!(workers[0].finish_jobs(&done[0]).await.unwrap(), [false; 4]);
    assert_eq!(trial.ask("SELECT sum(texts) FROM counts").await, 3);
    until(async || store.shared().jobs.open() == 0).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs PostgreSQL and RabbitMQ: serve/tests/servers.sh cargo test …"]
async fn many_who_write_the_same_at_once_do_not_stand_in_a_circle() {
    let trial = Trial::new().await;
    let store = trial.open().await;
    let texts: Vec<String> = (0..200).map(|n| n.to_string()).collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let accepted = texts.iter().map(|text| store.accept(super::trial::job(text)));
    let ids: Vec<Uuid> = futures_util::future::join_all(accepted)
        .await
        .into_iter()
        .map(|one| one.unwrap().0)
        .collect();
    let claimed = store.waiting_jobs(&ids).await.unwrap();
    let writing = (0..8).map(|n| {
        let mut done: Vec<_> = claimed.iter().map(|(job, _)| finished(job, "{}")).collect();
        let middle = n * 25;
        done.rotate_left(middle);
        let store = store.clone();
        async move { store.finish_jobs(&done).await.unwrap().iter().filter(|new| **new).count() }
    });
    let removing = ids.iter().take(20).map(|id| store.delete_job(*id));
    let (written, removed) = tokio::join!(
        futures_util::future::join_all(writing),
        futures_util::future::join_all(removing)
    );
    assert!(removed.into_iter().all(|found| found.unwrap()));
    let counted = trial.ask("SELECT sum(texts) FROM counts").await;
    assert_eq!(counted, written.iter().sum::<usize>() as i64);
    assert!((180..=200).contains(&counted), "{counted}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs PostgreSQL and RabbitMQ: serve/tests/servers.sh cargo test …"]
async fn a_try_is_counted_before_it_and_what_was_tried_too_often_is_buried() {
    let trial = Trial::new().await;
    let store = trial.open().await;
    let ids = put(&store, &["good", "bad"]).await;
    send_all(&store).await.unwrap();
    for this in 1..=3 {
        let (job, tries) = store.try_job(ids[1]).await.unwrap().unwrap();
        assert_eq!((job.text.as_str(), tries), ("bad", this));
        assert_eq!(store.waiting_jobs(&ids).await.unwrap()[1].1, this);
    }
    let buried = store.bury(&ids, "it ended\0 the process").await.unwrap();
    assert_eq!(buried, [ids[1]]);
    let bad = look(&store, ids[1]).await;
    assert_eq!((bad.state, bad.tries), (State::Failed, 3));
    assert_eq!(bad.reason.as_deref(), Some("it ended\u{fffd} the process"));
    assert_eq!(send_all(&store).await.unwrap(), [ids[0]], "the other one comes again");
    assert_eq!(store.try_job(ids[1]).await.unwrap().map(|(job, _)| job.id), None);
    assert_eq!(trial.ask("SELECT sum(texts) FROM counts WHERE state = 3").await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs PostgreSQL and RabbitMQ: serve/tests/servers.sh cargo test …"]
async fn who_waits_in_another_process_is_told() {
    let trial = Trial::new().await;
    let (front, worker) = (trial.open().await, trial.work().await);
    let ids = put(&front, &["one", "two"]).await;
    // Until it listens; what it hears then is what was told.
    until(async || {
        trial.ask("SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'").await == 1
    })
    .await;
    let watched = front.shared().watchers.watch(ids[0]);
    let told = watched.ended.notified();
    let job = claim(&worker, ids[0]).await;
    let began = tokio::time::Instant::now();
    worker.finish_jobs(&[finished(&job, "{}")]).await.unwrap();
    told.await;
    assert!(
        began.elapsed() < std::time::Duration::from_secs(4),
        "not by looking from time to time"
    );
    assert_eq!(look(&front, ids[0]).await.state, State::Done);
}
