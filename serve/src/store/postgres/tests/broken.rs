//! Connections break, and the server takes no writes for a while.

use std::time::Duration;

use super::trial::{Trial, claim, finished, job, look, put, until};
use crate::store::{Jobs, State, Store, StoreError};

const KILL: &str = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = 'NAME' AND application_name = 'impute-serve'";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs PostgreSQL and RabbitMQ: serve/tests/servers.sh cargo test …"]
async fn connections_that_are_killed_are_replaced_and_nothing_is_lost_or_doubled() {
    let trial = Trial::new().await;
    let store = trial.open().await;
    let putting = async {
        let mut ids = Vec::new();
        for n in 0..200 {
            ids.push(store.accept(job(&n.to_string())).await.unwrap().0);
        }
        ids
    };
    let killing = async {
        for _ in 0..8 {
            tokio::time::sleep(Duration::from_millis(60)).await;
            trial.say_outside(KILL).await;
        }
    };
    let (ids, ()) = tokio::join!(putting, killing);
    assert_eq!(trial.ask("SELECT count(*) FROM jobs").await, 200);
    assert_eq!(trial.ask("SELECT sum(cardinality(ids)) FROM outbox").await, 200);
    assert!(!store.is_failing());
    // The one that listens is there again too.
    let watched = store.shared().watchers.watch(ids[0]);
    let told = watched.ended.notified();
    trial.say_outside(KILL).await;
    let job = claim(&store, ids[0]).await;
    store.finish_jobs(&[finished(&job, "{}")]).await.unwrap();
    told.await;
    let listening = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()
        AND (query LIKE 'LISTEN%' OR query = 'SELECT 1')";
    until(async || trial.ask(listening).await > 0).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs PostgreSQL and RabbitMQ: serve/tests/servers.sh cargo test …"]
async fn rows_whose_sender_is_gone_come_back() {
    let trial = Trial::new().await;
    let store = trial.open().await;
    put(&store, &["a"]).await;
    let outgoing = store.outbox(9).await.unwrap();
    trial.say_outside(KILL).await;
    assert!(matches!(outgoing.sent().await, Err(StoreError::Database(_))));
    assert_eq!(store.outbox(9).await.unwrap().rows().len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs PostgreSQL and RabbitMQ: serve/tests/servers.sh cargo test …"]
async fn a_database_that_takes_no_writes_for_a_while_says_so_and_goes_on_by_itself() {
    let trial = Trial::new().await;
    let store = trial.open().await;
    let ids = put(&store, &["a", "b"]).await;
    let claimed = claim(&store, ids[0]).await;
    trial.say_outside("ALTER DATABASE NAME SET default_transaction_read_only = on").await;
    trial.say_outside(KILL).await;
    let refused = store.accept(job("c")).await.unwrap_err().to_string();
    assert!(refused.contains("read-only") && refused.contains("25006"), "{refused}");
    assert!(store.is_failing());
    store.check().await.unwrap();
    assert_eq!(look(&store, ids[1]).await.state, State::Waiting);
    let done = [finished(&claimed, "{}")];
    assert!(store.finish_jobs(&done).await.is_err());
    assert!(store.expire().await.is_ok(), "nothing is late");
    tokio::time::sleep(Duration::from_millis(1500)).await;
    assert!(store.is_failing());
    trial.say_outside("ALTER DATABASE NAME SET default_transaction_read_only = off").await;
    until(async || !store.is_failing()).await;
    put(&store, &["c"]).await;
    assert_eq!(store.finish_jobs(&done).await.unwrap(), [true]);
    assert_eq!(trial.ask("SELECT count(*) FROM jobs").await, 3, "what was refused is not there");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs PostgreSQL and RabbitMQ: serve/tests/servers.sh cargo test …"]
async fn a_statement_that_nobody_waits_for_any_more_leaves_no_connection_behind() {
    let trial = Trial::new().await;
    let store = trial.open().await;
    let watched = store.core.connections.look("SELECT pg_sleep(0.2)");
    assert!(tokio::time::timeout(Duration::from_millis(20), watched).await.is_err());
    put(&store, &["a"]).await;
    let slow = "SELECT count(*) FROM pg_stat_activity
        WHERE datname = current_database() AND query LIKE '%sleep(0%' AND pid <> pg_backend_pid()";
    until(async || trial.ask(slow).await == 0).await;
}
