//! A server that stands still keeps nobody for ever.

use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::time::Instant;

use super::trial::{Trial, job, look, put, until};
use crate::store::postgres::Postgres;
use crate::store::{Jobs, Limits, Store, StoreError};

/// What comes through while it is not frozen.
struct Line {
    port: u16,
    frozen: watch::Sender<bool>,
}

impl Line {
    async fn to(server: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (frozen, is_frozen) = watch::channel(false);
        let server = Arc::new(server);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let (server, is_frozen) = (Arc::clone(&server), is_frozen.clone());
                tokio::spawn(async move {
                    let server = TcpStream::connect(server.as_str()).await.unwrap();
                    let (from_client, to_client) = client.into_split();
                    let (from_server, to_server) = server.into_split();
                    tokio::join!(
                        copy(from_client, to_server, is_frozen.clone()),
                        copy(from_server, to_client, is_frozen)
                    );
                });
            }
        });
        Line { port, frozen }
    }
}

async fn copy(
    mut from: impl AsyncReadExt + Unpin,
    mut to: impl AsyncWriteExt + Unpin,
    mut frozen: watch::Receiver<bool>,
) {
    let mut buffer = [0; 4096];
    while let Ok(read @ 1..) = from.read(&mut buffer).await {
        let _ = frozen.wait_for(|frozen| !frozen).await;
        if to.write_all(&buffer[..read]).await.is_err() {
            return;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs PostgreSQL and RabbitMQ: serve/tests/servers.sh cargo test …"]
async fn whoever_waits_is_told_in_time_and_it_goes_on_afterwards() {
    let trial = Trial::new().await;
    let url: tokio_postgres::Config = trial.url().parse().unwrap();
    let line = Line::to(format!("127.0.0.1:{}", url.get_ports()[0])).await;
    let through = format!(
        "postgres://{}:{}@127.0.0.1:{}/{}",
        url.get_user().unwrap(),
        String::from_utf8_lossy(url.get_password().unwrap_or_default()),
        line.port,
        url.get_dbname().unwrap()
    );
    let store = Postgres::open(&through, Limits { jobs: 99, rows: 99 }).await.unwrap();
    let id = put(&store, &["a"]).await[0];
    line.frozen.send_replace(true);
    let began = Instant::now();
    let accepting = (0..5).map(|_| store.accept(job("b")));
    let (accepted, found, checked, deleted, taken) = tokio::join!(
        futures_util::future::join_all(accepting),
        store.job(id),
        store.check(),
        store.delete_job(id),
        store.outbox(9)
    );
    let told = |what: &str| what.contains("in time");
    for one in accepted {
        assert!(told(&one.unwrap_err().to_string()));
    }
    assert!(told(&found.unwrap_err().to_string()));
    assert!(matches!(checked, Err(StoreError::Database(_))));
    assert!(matches!(deleted, Err(StoreError::Database(_))));
    assert!(taken.is_err());
    assert!(began.elapsed() < Duration::from_secs(16), "{:?}", began.elapsed());
    assert!(store.is_failing());
    line.frozen.send_replace(false);
    until(async || !store.is_failing()).await;
    put(&store, &["c"]).await;
    look(&store, id).await;
    store.check().await.unwrap();
}
