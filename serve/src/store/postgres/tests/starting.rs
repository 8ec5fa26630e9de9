//! What is said at the start, of a database that cannot be used.

use std::time::Duration;

use futures_util::future::join_all;

use super::trial::Trial;
use crate::store::postgres::{Postgres, PostgresReading};
use crate::store::{Limits, Store};

const LIMITS: Limits = Limits { jobs: 1, rows: 1 };

async fn refused(url: &str) -> String {
    let opening = tokio::time::timeout(Duration::from_secs(8), Postgres::open(url, LIMITS));
    opening.await.unwrap().unwrap_err().to_string()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_is_not_there_or_says_nothing_is_named_with_what_to_do() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let url = format!("postgres://me:secret@127.0.0.1:{port}/x");
    let said = refused(&url).await;
    assert!(said.contains("in time") && said.contains("start PostgreSQL there"), "{said}");
    drop(listener);
    let said = refused(&url).await;
    assert!(said.contains(&format!("postgres://me@127.0.0.1:{port}/x")), "{said}");
    assert!(said.contains("refused") && said.contains("start PostgreSQL there"), "{said}");
    assert!(!said.contains("secret"), "{said}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs PostgreSQL and RabbitMQ: serve/tests/servers.sh cargo test …"]
async fn many_that_start_at_once_make_the_tables_once() {
    let trial = Trial::new().await;
    let url = trial.url();
    let opened = join_all((0..6).map(|_| Postgres::open(&url, LIMITS))).await;
    for store in opened {
        store.unwrap().check().await.unwrap();
    }
    assert_eq!(trial.ask("SELECT count(*) FROM about").await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs PostgreSQL and RabbitMQ: serve/tests/servers.sh cargo test …"]
async fn a_database_of_another_is_refused() {
    let trial = Trial::new().await;
    let url = trial.url();
    let reading =
        |url: String| tokio::task::spawn_blocking(move || PostgresReading::open(&url).map(drop));
    let said = reading(url.clone()).await.unwrap().unwrap_err().to_string();
    assert!(said.contains("no tables of impute-serve"), "{said}");
    trial.say("CREATE SCHEMA impute_serve").await; // as the owner of the database may do before
    drop(Postgres::open(&url, LIMITS).await.unwrap());
    reading(url.clone()).await.unwrap().unwrap();
    trial.say("UPDATE about SET version = 99").await;
    assert!(refused(&url).await.contains("version 99, this program has version 1"));
    assert!(reading(url.clone()).await.unwrap().is_err());
    trial.say("DROP SCHEMA impute_serve CASCADE; CREATE SCHEMA impute_serve; CREATE TABLE jobs(n int)").await;
    assert!(refused(&url).await.contains("did not make"));
    let elsewhere = format!("{}_not_there", trial.url());
    let said = refused(&elsewhere).await;
    assert!(said.contains("3D000") && said.contains("CREATE DATABASE"), "{said}");
    trial.say("DROP SCHEMA impute_serve CASCADE").await;
    trial.say_outside("ALTER DATABASE NAME SET default_transaction_read_only = on").await;
    let said = refused(&url).await;
    assert!(said.contains("only be read") && said.contains("takes writes"), "{said}");
}
