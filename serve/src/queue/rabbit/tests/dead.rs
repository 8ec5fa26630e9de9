//! Dead letters: what waited too long, what came back too often, what is no message.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use lapin::options::{BasicConsumeOptions, BasicNackOptions};

use futures_util::StreamExt;

use super::broker::{Broker, MODEL, soon};
use super::store::Memory;
use crate::metrics::Metrics;
use crate::queue::rabbit::message::write_jobs;
use crate::queue::rabbit::{Front, Posting};
use crate::store::postgres::Ids;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs PostgreSQL and RabbitMQ: serve/tests/servers.sh cargo test …"]
async fn dead_letters_go_when_the_store_has_them() {
    let (broker, store) = (Broker::new().await, Arc::<Memory>::default());
    let (queue, dead) = (broker.names.jobs(MODEL), broker.names.dead());
    let (late, bad) = (store.jobs(2), store.jobs(3));
    let mut bytes = Vec::new();
    write_jobs(&late, &mut bytes);
    broker.put(&queue, "jobs", &bytes, Some("1")).await;
    soon("it is late", async || broker.ready(&dead).await == 1).await;
    // A message that comes back until the broker gives it up.
    store.content().jobs.get_mut(&bad[1]).unwrap().tries = 3;
    broker.put_jobs(&bad).await;
    let connection = lapin::Connection::connect(&broker.url(), Default::default()).await.unwrap();
    let channel = connection.create_channel().await.unwrap();
    let options = BasicConsumeOptions::default();
    let mut consumer = channel
        .basic_consume(queue.as_str().into(), "".into(), options, Default::default())
        .await
        .unwrap();
    let mut deliveries = 0;
    while broker.ready(&dead).await < 2 {
        let next = tokio::time::timeout(std::time::Duration::from_secs(1), consumer.next()).await;
        let Ok(Some(Ok(delivery))) = next else { continue };
        deliveries += 1;
        let back = BasicNackOptions { requeue: true, multiple: false };
        delivery.nack(back).await.unwrap();
    }
    assert_eq!(deliveries, 21, "the first, and 20 times again");
    broker.put(&dead, "jobs", b"no message", None).await;
    store.failing.store(true, Ordering::Release);
    let posting =
        Posting { names: broker.names.clone(), models: vec![MODEL.to_owned()], bundle: 32 };
    let records = Arc::new(Arc::clone(&store));
    let front = Front::start(&broker.url(), posting, &records, &Arc::new(Metrics::new())).unwrap();
    soon("the store refuses", async || store.refused.load(Ordering::Acquire) > 2).await;
    front.close().await;
    assert_eq!(broker.left(&dead).await, 3, "nothing was acknowledged");
    store.failing.store(false, Ordering::Release);
    let posting =
        Posting { names: broker.names.clone(), models: vec![MODEL.to_owned()], bundle: 32 };
    let front = Front::start(&broker.url(), posting, &records, &Arc::new(Metrics::new())).unwrap();
    soon("all are buried", async || store.content().buried.len() >= 2).await;
    soon("none is left", async || broker.ready(&dead).await == 0).await;
    front.close().await;
    assert_eq!(broker.left(&dead).await, 0);
    assert!(store.expired.load(Ordering::Acquire) > 0);
    assert_eq!(store.content().buried, [Ids::Jobs(late), Ids::Jobs(bad.clone())]);
    let reason = "the process ended each time that this text was tried".to_owned();
    assert_eq!(store.job(bad[1]).result, Some(Err(reason)));
    assert_eq!(store.job(bad[0]).result, None, "a good neighbour does not fail");
    broker.end().await;
}
