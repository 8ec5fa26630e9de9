//! A connection that is lost, and a broker that stands still.

use std::sync::Arc;
use std::time::Duration;

use super::broker::{Broker, MODEL, soon};
use super::proxy::Mode;
use super::store::Memory;
use super::taking::{claim, finish, jobs, worker};
use crate::metrics::Metrics;
use crate::queue::Work;
use crate::queue::rabbit::declare::look;
use crate::queue::rabbit::{Front, Posting, State};

fn there(state: &State) -> bool {
    *state == State::There
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs PostgreSQL and RabbitMQ: serve/tests/servers.sh cargo test …"]
async fn results_for_a_lost_connection_are_written_and_what_comes_again_is_skipped() {
    let (broker, store) = (Broker::new().await, Arc::<Memory>::default());
    let (proxy, url) = broker.proxy().await;
    let queue = broker.names.jobs(MODEL);
    for _ in 0..6 {
        broker.put_jobs(&store.jobs(4)).await;
    }
    let worker = worker(&url, &broker, &store, 8);
    // Messages 1 and 2 are done before, 3 and 4 while the connection is away, 5 and 6 when it is there again.
    let before = jobs(&worker, 8).await;
    let during = jobs(&worker, 8).await;
    let after = jobs(&worker, 8).await;
    finish(&worker, &before);
    soon("two are acknowledged", async || worker.unacknowledged() == 4).await;
    proxy.set(Mode::Cut);
    soon("the connection is gone", async || !there(&worker.state())).await;
    assert!(matches!(worker.state(), State::Away(reason) if !reason.is_empty()));
    finish(&worker, &during);
    // The last word of the connection may not have arrived.
    assert!(broker.left(&queue).await >= 4, "nobody could acknowledge those of 3, 4, 5 and 6");
    proxy.set(Mode::Open);
    soon("all are here again", async || there(&worker.state()) && worker.unacknowledged() > 0)
        .await;
    soon("what is done is skipped, what is being done is not begun again", async || {
        assert!(matches!(claim(&worker, 64, false), Work::Nothing));
        worker.unacknowledged() == 2
    })
    .await;
    finish(&worker, &after);
    soon("all is acknowledged", async || worker.unacknowledged() == 0).await;
    worker.close().await;
    assert_eq!(broker.left(&queue).await, 0);
    assert!(store.content().jobs.values().all(|job| job.written == 1 && job.tries == 0));
    broker.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs PostgreSQL and RabbitMQ: serve/tests/servers.sh cargo test …"]
async fn a_broker_that_stands_still_is_noticed_and_work_goes_on_when_it_moves() {
    let (broker, store) = (Broker::new().await, Arc::<Memory>::default());
    let (proxy, url) = broker.proxy().await;
    let queue = broker.names.jobs(MODEL);
    let worker = worker(&url, &broker, &store, 8);
    soon("the broker is there", async || there(&worker.state())).await;
    proxy.set(Mode::Frozen);
    soon("it is not", async || !there(&worker.state())).await;
    broker.put_jobs(&store.jobs(3)).await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    proxy.set(Mode::Open);
    soon("all is done", async || {
        // The broker may have delivered it to the connection that is gone.
        let work = match claim(&worker, 64, false) {
            Work::Alone => claim(&worker, 64, true),
            work => work,
        };
        if let Work::Jobs(jobs) = work {
            finish(&worker, &jobs);
        }
        store.all_ended() && worker.unacknowledged() == 0
    })
    .await;
    worker.close().await;
    assert_eq!(broker.left(&queue).await, 0);
    broker.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs PostgreSQL and RabbitMQ: serve/tests/servers.sh cargo test …"]
async fn a_queue_that_is_deleted_is_taken_from_again_once_it_is_there() {
    let (broker, store) = (Broker::new().await, Arc::<Memory>::default());
    let worker = worker(&broker.url(), &broker, &store, 8);
    soon("the broker is there", async || there(&worker.state())).await;
    broker.delete(&broker.names.jobs(MODEL)).await;
    soon("it is declared again", async || {
        let connection =
            lapin::Connection::connect(&broker.url(), Default::default()).await.unwrap();
        let channel = connection.create_channel().await.unwrap();
        look(&channel, &broker.names.jobs(MODEL)).await.is_ok_and(|seen| seen.consumers == 1)
    })
    .await;
    broker.put_jobs(&store.jobs(1)).await;
    finish(&worker, &jobs(&worker, 1).await);
    worker.close().await;
    broker.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs PostgreSQL and RabbitMQ: serve/tests/servers.sh cargo test …"]
async fn a_queue_that_was_declared_otherwise_is_named_with_what_to_do() {
    let (broker, store) = (Broker::new().await, Arc::<Memory>::default());
    let queue = broker.names.jobs(MODEL);
    broker.delete(&queue).await;
    let connection = lapin::Connection::connect(&broker.url(), Default::default()).await.unwrap();
    let channel = connection.create_channel().await.unwrap();
    let options = lapin::options::QueueDeclareOptions { durable: true, ..Default::default() };
    channel.queue_declare(queue.as_str().into(), options, Default::default()).await.unwrap();
    let worker = worker(&broker.url(), &broker, &store, 8);
    soon("the state says so", async || match worker.state() {
        State::Away(said) => said.contains(&queue) && said.contains("delete_queue"),
        _ => false,
    })
    .await;
    worker.close().await;
    broker.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_broker_that_is_away_is_no_error_and_its_password_is_not_told() {
    let store = Arc::new(Arc::<Memory>::default());
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let url = format!("amqp://me:secret@127.0.0.1:{free}");
    let posting = Posting { names: Default::default(), models: vec![], bundle: 32 };
    let front = Front::start(&url, posting, &store, &Arc::new(Metrics::new())).unwrap();
    soon(
        "it is away",
        async || matches!(front.state(), State::Away(said) if said.contains("refused")),
    )
    .await;
    assert!(!format!("{front:?} {:?}", front.state()).contains("secret"));
    front.close().await;
}
