//! What a worker takes, and when the broker hears that it is done.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use uuid::Uuid;

use super::broker::{Broker, MODEL, soon};
use super::store::Memory;
use crate::metrics::Metrics;
use crate::queue::rabbit::{Taking, Worker};
use crate::queue::{Queue, Wanted, Work};
use crate::store::postgres::Ids;
use crate::store::{Claimed, Finished, PieceDone};

/// The worker of the tests.
pub type Tested = Worker<Arc<Memory>>;

/// A worker that takes from the queues of a test.
pub fn worker(url: &str, broker: &Broker, store: &Arc<Memory>, prefetch: u16) -> Tested {
    let taking = Taking { names: broker.names.clone(), models: vec![MODEL.to_owned()], prefetch };
    let records = Arc::new(Arc::clone(store));
    Worker::start(url, taking, records, &Arc::new(Metrics::new())).unwrap()
}

/// Claims as a desk does.
pub fn claim(worker: &Tested, jobs: usize, alone: bool) -> Work {
    let model = MODEL.to_owned();
    let wanted = Wanted { model, jobs, pieces: 4, alone, batch_first: false };
    tokio::task::block_in_place(|| worker.claim(&wanted)).unwrap()
}

/// Waits for jobs that were never tried.
pub async fn jobs(worker: &Tested, most: usize) -> Vec<Claimed> {
    loop {
        match claim(worker, most, false) {
            Work::Jobs(jobs) => return jobs,
            Work::Nothing => tokio::time::sleep(Duration::from_millis(10)).await,
            other => panic!("{other:?}"),
        }
    }
}

/// How a job ended well.
pub fn answered(job: &Claimed) -> Finished {
    Finished {
        seq: job.seq,
        id: job.id,
        task: job.task,
        model: MODEL.to_owned(),
        version: 1,
        result: Ok(format!("answer to {}", job.id)),
    }
}

/// Hands over answers, and waits until they are on disk.
pub fn finish(worker: &Tested, jobs: &[Claimed]) {
    worker.finish(jobs.iter().map(answered).collect(), Box::new(|_| ()));
    assert!(tokio::task::block_in_place(|| worker.settle(Duration::from_secs(60))));
}

fn ids(jobs: &[Claimed]) -> Vec<Uuid> {
    jobs.iter().map(|job| job.id).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs PostgreSQL and RabbitMQ: serve/tests/servers.sh cargo test …"]
async fn an_id_is_acknowledged_after_its_result_is_on_disk_and_not_before() {
    let (broker, store) = (Broker::new().await, Arc::<Memory>::default());
    let queue = broker.names.jobs(MODEL);
    broker.put_jobs(&store.jobs(2)).await;
    let worker = worker(&broker.url(), &broker, &store, 8);
    let claimed = jobs(&worker, 64).await;
    store.failing.store(true, Ordering::Release);
    worker.finish(
        claimed.iter().map(answered).collect(),
        Box::new(|written| {
            assert_eq!(written, [true, true]);
        }),
    );
    soon("the store refuses", async || store.refused.load(Ordering::Acquire) > 2).await;
    assert!(!tokio::task::block_in_place(|| worker.settle(Duration::from_millis(10))));
    worker.kill().await;
    assert_eq!(broker.left(&queue).await, 1, "nothing was acknowledged");
    // The store takes writes again, and with them the results of a worker without a connection.
    store.failing.store(false, Ordering::Release);
    soon("the results are written", async || store.all_ended()).await;
    let second = self::worker(&broker.url(), &broker, &store, 8);
    soon("the message is here", async || second.unacknowledged() == 1).await;
    assert!(matches!(claim(&second, 64, false), Work::Nothing), "what is done is skipped");
    soon("it is acknowledged", async || second.unacknowledged() == 0).await;
    second.close().await;
    assert_eq!(broker.left(&queue).await, 0);
    assert!(store.content().jobs.values().all(|job| job.written == 1 && job.tries == 0));
    broker.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs PostgreSQL and RabbitMQ: serve/tests/servers.sh cargo test …"]
async fn a_message_is_acknowledged_when_all_its_64_ids_are_done() {
    let (broker, store) = (Broker::new().await, Arc::<Memory>::default());
    let queue = broker.names.jobs(MODEL);
    let (first, second, third) = (store.jobs(64), store.jobs(1), store.jobs(1));
    for message in [&first, &second, &third] {
        broker.put_jobs(message).await;
    }
    let one = worker(&broker.url(), &broker, &store, 8);
    let claimed = jobs(&one, 64).await;
    assert_eq!(ids(&claimed), first);
    let others = jobs(&one, 64).await;
    finish(&one, &claimed[..63]);
    finish(&one, &others);
    one.kill().await;
    assert_eq!(broker.left(&queue).await, 3, "the first is unfinished, the others are behind it");
    let two = worker(&broker.url(), &broker, &store, 8);
    soon("the last id is to be tried alone", async || {
        matches!(claim(&two, 64, false), Work::Alone)
    })
    .await;
    let Work::Jobs(last) = claim(&two, 64, true) else { panic!("the last id") };
    assert_eq!(ids(&last), first[63..]);
    finish(&two, &last);
    soon("all is acknowledged", async || two.unacknowledged() == 0).await;
    two.close().await;
    assert_eq!(broker.left(&queue).await, 0);
    assert!(store.content().jobs.values().all(|job| job.written == 1));
    broker.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs PostgreSQL and RabbitMQ: serve/tests/servers.sh cargo test …"]
async fn an_end_gives_back_what_was_not_begun() {
    let (broker, store) = (Broker::new().await, Arc::<Memory>::default());
    let (queue, rows) = (broker.names.jobs(MODEL), broker.names.rows(MODEL));
    for _ in 0..3 {
        broker.put_jobs(&store.jobs(2)).await;
    }
    store.piece(7, 0, 2);
    store.piece(7, 2, 2);
    broker.put_pieces(7, &[0, 2]).await;
    let worker = worker(&broker.url(), &broker, &store, 8);
    soon("all messages are here", async || worker.unacknowledged() == 4).await;
    // The first is done, the second was claimed, the third has not even been looked at.
    let claimed = jobs(&worker, 4).await;
    let (done, not_begun) = claimed.split_at(2);
    worker.release(not_begun.to_vec());
    finish(&worker, done);
    let model = MODEL.to_owned();
    let wanted = Wanted { model, jobs: 64, pieces: 2, alone: false, batch_first: true };
    let Work::Pieces(pieces) = tokio::task::block_in_place(|| worker.claim(&wanted)).unwrap()
    else {
        panic!("pieces come first where they are wanted first");
    };
    assert_eq!(pieces.iter().map(|piece| piece.first).collect::<Vec<_>>(), [0, 2]);
    let [first, second] = <[_; 2]>::try_from(pieces).unwrap();
    let done = PieceDone {
        batch: first.batch,
        id: first.id,
        first: first.first,
        version: 1,
        answer: b"answer".to_vec(),
        changed: 1,
        failed: 0,
    };
    worker.finish_piece(done, Box::new(|written| assert_eq!(written, [true])));
    worker.release_piece(second);
    assert!(tokio::task::block_in_place(|| worker.settle(Duration::from_secs(60))));
    worker.close().await;
    // It goes back by the outbox: from the broker it would come as something that may have ended a process.
    assert_eq!((broker.left(&queue).await, broker.left(&rows).await), (0, 0));
    {
        let content = store.content();
        let (mut again, mut firsts) = (Vec::new(), Vec::new());
        for posted in &content.outbox {
            match &posted.ids {
                Ids::Jobs(ids) => again.extend(ids.iter().copied()),
                Ids::Pieces { firsts: some, .. } => firsts.extend(some.iter().copied()),
            }
        }
        again.sort_unstable();
        let open = content.jobs.iter().filter(|(_, job)| job.result.is_none());
        let mut open: Vec<Uuid> = open.map(|(id, _)| *id).collect();
        open.sort_unstable();
        assert_eq!((again, firsts), (open, vec![2]));
        assert!(content.jobs.values().all(|job| job.tries == 0));
    }
    broker.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs PostgreSQL and RabbitMQ: serve/tests/servers.sh cargo test …"]
async fn a_message_that_cannot_be_read_goes_to_the_dead_letters_and_stops_nothing() {
    let (broker, store) = (Broker::new().await, Arc::<Memory>::default());
    let queue = broker.names.jobs(MODEL);
    let good = store.jobs(2);
    broker.put_jobs(&good[..1]).await;
    broker.put(&queue, "jobs", b"[\"no id\"]", None).await;
    broker.put(&queue, "pieces", b"{\"batch\":1,\"firsts\":[0]}", None).await;
    broker.put_jobs(&good[1..]).await;
    let worker = worker(&broker.url(), &broker, &store, 8);
    soon("all messages are here", async || worker.unacknowledged() == 2).await;
    let claimed = jobs(&worker, 64).await;
    assert_eq!(ids(&claimed), good);
    finish(&worker, &claimed);
    let dead = broker.names.dead();
    soon("two are dead", async || broker.ready(&dead).await == 2).await;
    worker.close().await;
    assert_eq!(broker.left(&queue).await, 0);
    broker.end().await;
}
