//! Texts that end the process: tried alone, failed after the third time, and nobody else with them.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use uuid::Uuid;

use super::broker::{Broker, MODEL, soon};
use super::store::Memory;
use super::taking::{Tested, claim, finish, worker};
use crate::queue::{Queue, Work};
use crate::store::postgres::Ids;
use crate::store::{Piece, PieceDone, TRIES};

/// What is left when a worker has worked until it was killed, or had nothing more to do.
#[derive(Debug, PartialEq, Eq)]
enum Ended {
    Killed,
    Idle,
}

/// Works as a desk does, until a job kills the process.
async fn work(worker: &Tested, poison: &[Uuid], all_ended: impl Fn() -> bool) -> Ended {
    loop {
        let work = match claim(worker, 64, false) {
            Work::Alone => claim(worker, 64, true),
            work => work,
        };
        match work {
            Work::Jobs(jobs) if jobs.iter().any(|job| poison.contains(&job.id)) => {
                worker.kill().await;
                return Ended::Killed;
            }
            Work::Jobs(jobs) => finish(worker, &jobs),
            Work::Nothing if all_ended() && worker.unacknowledged() == 0 => return Ended::Idle,
            _ => tokio::time::sleep(std::time::Duration::from_millis(10)).await,
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs PostgreSQL and RabbitMQ: serve/tests/servers.sh cargo test …"]
async fn a_poisonous_job_fails_after_three_tries_and_nothing_else_does() {
    let (broker, store) = (Broker::new().await, Arc::<Memory>::default());
    let messages: Vec<_> = (0..10).map(|_| store.jobs(8)).collect();
    for message in &messages {
        broker.put_jobs(message).await;
    }
    // One in the midst of a message, and both of the last one.
    let poison = [messages[2][3], messages[9][6], messages[9][7]];
    let mut killed = 0;
    loop {
        let worker = worker(&broker.url(), &broker, &store, 4);
        let ended = work(&worker, &poison, || store.all_ended()).await;
        worker.close().await;
        if ended == Ended::Idle {
            break;
        }
        killed += 1;
        assert!(killed < 20, "it does not end");
    }
    for (id, job) in &store.content().jobs {
        if poison.contains(id) {
            let Some(Err(reason)) = &job.result else { panic!("{job:?}") };
            assert_eq!(reason, "the process ended 3 times while this text was tried");
            assert_eq!(job.tries, TRIES);
        } else {
            assert_eq!(job.result, Some(Ok(format!("answer to {id}"))), "{job:?}");
            assert_eq!(job.written, 1);
        }
    }
    // Each was tried three times alone; only the first time that a message is met, others were with it.
    assert!((9..=12).contains(&killed), "{killed}");
    assert_eq!(broker.left(&broker.names.jobs(MODEL)).await, 0);
    broker.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs PostgreSQL and RabbitMQ: serve/tests/servers.sh cargo test …"]
async fn what_was_delivered_before_is_tried_one_by_one_with_its_try_counted_first() {
    let (broker, store) = (Broker::new().await, Arc::<Memory>::default());
    let old = store.jobs(3);
    broker.put_jobs(&old).await;
    let first = worker(&broker.url(), &broker, &store, 8);
    super::taking::jobs(&first, 64).await;
    first.kill().await;
    broker.left(&broker.names.jobs(MODEL)).await;
    let new = store.jobs(2);
    broker.put_jobs(&new).await;
    let second = worker(&broker.url(), &broker, &store, 8);
    soon("both messages are here", async || second.unacknowledged() == 2).await;
    for id in &old {
        assert!(matches!(claim(&second, 64, false), Work::Alone));
        assert_eq!(store.job(*id).tries, 0, "it is not counted before it is claimed alone");
        let Work::Jobs(alone) = claim(&second, 64, true) else { panic!("a job alone") };
        assert_eq!(alone.iter().map(|job| job.id).collect::<Vec<_>>(), [*id]);
        assert_eq!(store.job(*id).tries, 1);
        finish(&second, &alone);
    }
    let Work::Jobs(others) = claim(&second, 64, false) else { panic!("the new ones") };
    assert_eq!(others.iter().map(|job| job.id).collect::<Vec<_>>(), new);
    finish(&second, &others);
    assert!(new.iter().all(|id| store.job(*id).tries == 0));
    second.close().await;
    assert_eq!(broker.left(&broker.names.jobs(MODEL)).await, 0);
    broker.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs PostgreSQL and RabbitMQ: serve/tests/servers.sh cargo test …"]
async fn nothing_is_lost_when_the_store_fails_between_looking_and_claiming() {
    let (broker, store) = (Broker::new().await, Arc::<Memory>::default());
    let ids = store.jobs(5);
    broker.put_jobs(&ids).await;
    let worker = worker(&broker.url(), &broker, &store, 8);
    soon("the message is here", async || worker.unacknowledged() == 1).await;
    store.failing.store(true, Ordering::Release);
    let model = MODEL.to_owned();
    let wanted =
        crate::queue::Wanted { model, jobs: 2, pieces: 1, alone: false, batch_first: false };
    assert!(tokio::task::block_in_place(|| worker.claim(&wanted)).is_err());
    store.failing.store(false, Ordering::Release);
    let Work::Jobs(two) = claim(&worker, 2, false) else { panic!("jobs") };
    assert_eq!(two.iter().map(|job| job.id).collect::<Vec<_>>(), ids[..2]);
    worker.close().await;
    broker.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs PostgreSQL and RabbitMQ: serve/tests/servers.sh cargo test …"]
async fn a_piece_that_was_delivered_before_is_cut_and_its_poisonous_row_is_given_back_as_it_was() {
    let (broker, store) = (Broker::new().await, Arc::<Memory>::default());
    store.piece(7, 0, 3);
    broker.put_pieces(7, &[0]).await;
    let kills = |piece: &Piece| piece.text.contains("sentence 1");
    for _ in 0..20 {
        let worker = worker(&broker.url(), &broker, &store, 8);
        let killed = loop {
            // What was cut is in the outbox: its relay is this test.
            for posted in std::mem::take(&mut store.content().outbox) {
                let Ids::Pieces { batch, firsts } = posted.ids else { panic!("pieces") };
                tokio::task::block_in_place(|| {
                    tokio::runtime::Handle::current().block_on(broker.put_pieces(batch, &firsts));
                });
            }
            let work = match claim(&worker, 64, false) {
                Work::Alone => claim(&worker, 64, true),
                work => work,
            };
            match work {
                Work::Pieces(pieces) if pieces.iter().any(kills) => break true,
                Work::Pieces(pieces) => {
                    assert_eq!(pieces.len(), 1, "alone");
                    let Piece { batch, id, first, .. } = pieces[0];
                    let answer = b"answer".to_vec();
                    let done =
                        PieceDone { batch, id, first, version: 1, answer, changed: 1, failed: 0 };
                    worker.finish_piece(done, Box::new(|_| ()));
                }
                _ => tokio::time::sleep(std::time::Duration::from_millis(10)).await,
            }
            let ended = store.content().pieces.values().all(|part| part.answer.is_some());
            if ended && worker.unacknowledged() == 0 {
                break false;
            }
        };
        if !killed {
            worker.close().await;
            break;
        }
        worker.kill().await;
    }
    let answers: Vec<_> =
        store.content().pieces.values().map(|part| part.answer.clone().unwrap()).collect();
    assert_eq!(answers, [&b"answer"[..], b"sentence 1\n", b"answer"]);
    assert_eq!(broker.left(&broker.names.rows(MODEL)).await, 0);
    broker.end().await;
}
