//! The outbox: what is to be sent is there until it is sent.

use std::sync::atomic::Ordering;
use std::time::Duration;

use futures_util::future::join_all;

use super::trial::{Trial, claim, finished, job, late, put, send_all, until};
use crate::store::postgres::Ids;
use crate::store::{Jobs, NewJob};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs PostgreSQL and RabbitMQ: serve/tests/servers.sh cargo test …"]
async fn rows_that_are_being_sent_are_left_alone_and_come_back_if_they_are_not_sent() {
    let trial = Trial::new().await;
    let (one, two) = (trial.open().await, trial.open().await);
    let ids = put(&one, &["a", "b", "c"]).await;
    assert_eq!(one.outbox_state().await.unwrap().0, 3);
    let first = one.outbox(2).await.unwrap();
    let second = two.outbox(9).await.unwrap();
    let all: Vec<_> = first.rows().iter().chain(second.rows()).map(|row| row.ids.clone()).collect();
    assert_eq!(all, ids.iter().map(|id| Ids::Jobs(vec![*id])).collect::<Vec<_>>());
    let left = first.rows()[0].left.unwrap();
    assert!(left > Duration::from_secs(3590) && left <= Duration::from_secs(3600), "{left:?}");
    assert!(one.outbox(9).await.unwrap().rows().is_empty());
    second.sent().await.unwrap();
    // One of two is sent.
    first.sent_some(&[false, true]).await.unwrap();
    let first = one.outbox(9).await.unwrap();
    assert_eq!(first.rows().len(), 1);
    assert!(two.outbox(9).await.unwrap().rows().is_empty());
    drop(first);
    until(async || two.outbox(9).await.unwrap().rows().len() == 1).await;
    assert_eq!(send_all(&two).await.unwrap(), ids[..1]);
    assert_eq!(one.outbox_state().await.unwrap(), (0, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs PostgreSQL and RabbitMQ: serve/tests/servers.sh cargo test …"]
async fn a_row_is_for_one_model_and_no_longer_than_the_last_job_is_wanted() {
    let trial = Trial::new().await;
    let store = trial.open().await;
    let commits = || store.core.commits.load(Ordering::Relaxed);
    // Those that are sent at once share a commit, unless the first is taken before the others are there.
    for _ in 0..100 {
        trial.say("DELETE FROM outbox").await;
        let before = commits();
        let other = NewJob { model: "n".into(), ..late() };
        let jobs = [job("a"), late(), other, job("b")];
        let accepted = join_all(jobs.map(|job| store.accept(job))).await;
        assert!(accepted.iter().all(Result::is_ok), "{accepted:?}");
        if commits() == before + 1 {
            break;
        }
    }
    let outgoing = store.outbox(9).await.unwrap();
    let mut rows: Vec<_> = outgoing.rows().to_vec();
    rows.sort_by(|a, b| a.model.cmp(&b.model));
    let of = |at: usize| match &rows[at].ids {
        Ids::Jobs(ids) => (rows[at].model.as_str(), ids.len(), rows[at].left.unwrap()),
        Ids::Pieces { .. } => unreachable!("there are none"),
    };
    assert_eq!((of(0).0, of(0).1), ("m", 3));
    assert!(of(0).2 > Duration::from_secs(3590));
    assert_eq!(of(1), ("n", 1, Duration::ZERO));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs PostgreSQL and RabbitMQ: serve/tests/servers.sh cargo test …"]
async fn what_the_queue_has_lost_comes_again_once() {
    let trial = Trial::new().await;
    let (one, two) = (trial.open().await, trial.open().await);
    let ids = put(&one, &["done", "lost", "waits"]).await;
    assert_eq!(one.stranded(0, 9).await.unwrap(), 0, "all are in the outbox");
    let outgoing = one.outbox(2).await.unwrap();
    outgoing.sent().await.unwrap();
    let done = claim(&one, ids[0]).await;
    one.finish_jobs(&[finished(&done, "{}")]).await.unwrap();
    assert_eq!(one.stranded(60_000, 9).await.unwrap(), 0, "not so old");
    trial.say("UPDATE jobs SET posted = posted - 61000").await;
    let (first, second) = tokio::join!(one.stranded(60_000, 9), two.stranded(60_000, 9));
    assert_eq!(first.unwrap() + second.unwrap(), 1, "one of them has put it there");
    assert_eq!(send_all(&one).await.unwrap(), [ids[2], ids[1]]);
    assert_eq!(one.stranded(60_000, 9).await.unwrap(), 1, "the one that waited is as old");
    assert_eq!(one.stranded(60_000, 9).await.unwrap(), 0);
    one.again(&ids).await.unwrap();
    assert_eq!(send_all(&one).await.unwrap().len(), 3, "those that are open, in one row");
}
