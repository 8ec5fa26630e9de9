//! The outbox on its way to the broker.

use std::sync::Arc;
use std::time::Duration;

use super::broker::{Broker, MODEL, soon};
use super::proxy::Mode;
use super::store::Memory;
use super::taking::{claim, finish, jobs, worker};
use crate::metrics::Metrics;
use crate::queue::Work;
use crate::queue::rabbit::{Front, Posting, State};
use crate::store::postgres::Ids;

fn front(url: &str, broker: &Broker, store: &Arc<Memory>, bundle: usize) -> Front {
    let posting = Posting { names: broker.names.clone(), models: vec![MODEL.to_owned()], bundle };
    let records = Arc::new(Arc::clone(store));
    Front::start(url, posting, &records, &Arc::new(Metrics::new())).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs PostgreSQL and RabbitMQ: serve/tests/servers.sh cargo test …"]
async fn the_outbox_is_published_in_bundles_and_is_empty_when_all_is_confirmed() {
    let (broker, store) = (Broker::new().await, Arc::<Memory>::default());
    let ids = store.jobs(70);
    store.post(MODEL, Ids::Jobs(ids.clone()), Some(Duration::from_secs(600)));
    store.post(MODEL, Ids::Pieces { batch: 7, firsts: (0..40).collect() }, None);
    let front = front(&broker.url(), &broker, &store, 32);
    soon("the outbox is empty", async || store.content().outbox.is_empty()).await;
    soon("70 ids are 3 messages", async || broker.ready(&broker.names.jobs(MODEL)).await == 3)
        .await;
    soon("40 pieces of 16 rows are 10", async || {
        broker.ready(&broker.names.rows(MODEL)).await == 10
    })
    .await;
    let more = store.jobs(1);
    store.post(MODEL, Ids::Jobs(more.clone()), None);
    soon("one more", async || broker.ready(&broker.names.jobs(MODEL)).await == 4).await;
    front.close().await;
    let worker = worker(&broker.url(), &broker, &store, 8);
    let mut got = Vec::new();
    while got.len() < 71 {
        let claimed = jobs(&worker, 64).await;
        finish(&worker, &claimed);
        got.extend(claimed.iter().map(|job| job.id));
    }
    assert_eq!(got, [ids, more].concat());
    worker.close().await;
    broker.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs PostgreSQL and RabbitMQ: serve/tests/servers.sh cargo test …"]
async fn a_broker_that_goes_away_before_it_confirms_has_the_outbox_kept() {
    let (broker, store) = (Broker::new().await, Arc::<Memory>::default());
    let (proxy, url) = broker.proxy().await;
    let front = front(&url, &broker, &store, 32);
    soon("the broker is there", async || front.state() == State::There).await;
    // Once, so that the queue is declared.
    store.post(MODEL, Ids::Jobs(store.jobs(1)), None);
    let queue = broker.names.jobs(MODEL);
    soon("the first is there", async || broker.ready(&queue).await == 1).await;
    proxy.set(Mode::Mute);
    let ids = store.jobs(10);
    store.post(MODEL, Ids::Jobs(ids), None);
    soon("the broker has it, and its word does not arrive", async || {
        broker.ready(&queue).await == 2
    })
    .await;
    proxy.set(Mode::Cut);
    soon("it is in the outbox again", async || store.content().outbox.len() == 1).await;
    proxy.set(Mode::Open);
    soon("it is sent again", async || broker.ready(&queue).await == 3).await;
    soon("the outbox is empty", async || store.content().outbox.is_empty()).await;
    front.close().await;
    // The double costs nothing.
    let worker = worker(&broker.url(), &broker, &store, 8);
    finish(&worker, &jobs(&worker, 64).await);
    soon("all is done", async || {
        match claim(&worker, 64, false) {
            Work::Jobs(jobs) => finish(&worker, &jobs),
            Work::Nothing => {}
            other => panic!("{other:?}"),
        }
        store.all_ended() && worker.unacknowledged() == 0
    })
    .await;
    assert!(store.content().jobs.values().all(|job| job.written == 1 && job.tries == 0));
    worker.close().await;
    assert_eq!(broker.left(&queue).await, 0);
    broker.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs PostgreSQL and RabbitMQ: serve/tests/servers.sh cargo test …"]
async fn a_message_that_comes_back_stays_in_the_outbox_until_there_is_a_queue() {
    let (broker, store) = (Broker::new().await, Arc::<Memory>::default());
    let queue = broker.names.jobs(MODEL);
    let relay = super::super::relay::Relay {
        names: broker.names.clone(),
        bundle: 4,
        records: Arc::new(Arc::clone(&store)),
        metrics: Arc::new(Metrics::new()),
    };
    let connection = lapin::Connection::connect(&broker.url(), Default::default()).await.unwrap();
    let channel = connection.create_channel().await.unwrap();
    channel.confirm_select(Default::default()).await.unwrap();
    let mut known = Default::default();
    store.post(MODEL, Ids::Jobs(store.jobs(1)), None);
    relay.round(&channel, &mut known).await.unwrap();
    broker.delete(&queue).await;
    store.post(MODEL, Ids::Jobs(store.jobs(10)), None);
    store.post(MODEL, Ids::Pieces { batch: 7, firsts: vec![0] }, None);
    relay.round(&channel, &mut known).await.unwrap();
    known.removed().await;
    let jobs_kept =
        matches!(store.content().outbox[..], [ref kept] if matches!(kept.ids, Ids::Jobs(_)));
    assert!(jobs_kept, "{:?}", store.content().outbox);
    assert_eq!(broker.ready(&broker.names.rows(MODEL)).await, 1);
    relay.round(&channel, &mut known).await.unwrap();
    known.removed().await;
    assert!(store.content().outbox.is_empty());
    assert_eq!(broker.ready(&queue).await, 3);
    broker.end().await;
}
