//! Files of rows: pieces in, a submission out.

use super::trial::{Trial, new_batch, piece, until};
use crate::store::postgres::{Ids, Postgres};
use crate::store::{
    Batch, Batches, Limits, NewBatch, Piece, PieceDone, Repeat, State, Store, StoreError,
};

fn done(piece: &Piece, answer: &str, failed: u64) -> PieceDone {
    PieceDone {
        batch: piece.batch,
        id: piece.id,
        first: piece.first,
        version: 3,
        answer: answer.into(),
        changed: 1,
        failed,
    }
}

/// A batch of four rows in two pieces, of which nothing was sent yet.
async fn begin(store: &Postgres) -> (uuid::Uuid, i64) {
    let new = new_batch(4);
    let id = new.id;
    let batch = store.begin_batch(new).await.unwrap().unwrap();
    for first in [0, 2] {
        store.add_pieces(batch, "m".into(), vec![piece(first)]).await.unwrap();
    }
    (id, batch)
}

async fn look(store: &Postgres, id: uuid::Uuid) -> Batch {
    store.batch(id).await.unwrap().unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs PostgreSQL and RabbitMQ: serve/tests/servers.sh cargo test …"]
async fn pieces_become_a_submission_in_order() {
    let trial = Trial::new().await;
    let (front, worker) = (trial.open().await, trial.work().await);
    let (id, batch) = begin(&front).await;
    assert_eq!(front.batch(id).await.unwrap(), None, "it is arriving");
    assert!(worker.waiting_pieces(batch, &[0, 2]).await.unwrap().is_empty());
    front.accept_batch(batch, "m".into()).await.unwrap();
    front.accept_batch(batch, "m".into()).await.unwrap(); // as if the first answer were lost
    let outgoing = front.outbox(9).await.unwrap();
    assert_eq!(outgoing.rows().len(), 1);
    assert_eq!(outgoing.rows()[0].ids, Ids::Pieces { batch, firsts: vec![0, 2] });
    assert_eq!(outgoing.rows()[0].left, None);
    outgoing.sent().await.unwrap();
    let found = look(&front, id).await;
    assert_eq!((found.state, found.name.as_str(), found.rows), (State::Waiting, "a\0file", 4));
    let pieces = worker.waiting_pieces(batch, &[2, 0, 9]).await.unwrap();
    let told: Vec<_> =
        pieces.iter().map(|(piece, tries, rows)| (piece.first, *tries, *rows)).collect();
    assert_eq!(told, [(0, 0, 2), (2, 0, 2)]);
    assert_eq!(pieces[1].0.format, "text");
    let last = done(&pieces[1].0, "three\nfour\n", 0);
    assert_eq!(worker.finish_pieces(&[last.clone(), last.clone()]).await.unwrap(), [true, false]);
    let found = look(&front, id).await;
    assert_eq!((found.state, found.rows_done, found.changed), (State::Running, 2, 1));
    until(async || front.shared().rows.open() == 2).await;
    let first = done(&pieces[0].0, "one\ntwo\n", 1);
    let both = [last, first];
    let (one, two) = tokio::join!(worker.finish_pieces(&both[1..]), front.finish_pieces(&both));
    let (one, two) = (one.unwrap(), two.unwrap());
    assert!(one[0] != two[1] && !two[0]);
    let found = look(&front, id).await;
    assert_eq!((found.state, found.rows_done, found.failed), (State::Done, 4, 1));
    assert_eq!((found.versions.as_slice(), found.finished.is_some()), (&[3][..], true));
    assert_eq!(front.answers(batch, 0).await.unwrap(), (b"one\ntwo\nthree\nfour\n".to_vec(), 4));
    assert_eq!(front.answers(batch, 2).await.unwrap(), (b"three\nfour\n".to_vec(), 4));
    assert_eq!(front.answers(batch, 4).await.unwrap(), (Vec::new(), 4));
    assert_eq!(trial.ask("SELECT sum(texts) FROM counts WHERE state = 2").await, 3);
    assert_eq!(trial.ask("SELECT sum(texts) FROM counts WHERE state = 3").await, 1);
    assert!(front.delete_batch(id).await.unwrap());
    let gone = look(&front, id).await;
    assert_eq!((gone.state, gone.name.as_str(), gone.head.len()), (State::Deleted, "", 0));
    assert_eq!(trial.ask("SELECT count(*) FROM pieces").await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs PostgreSQL and RabbitMQ: serve/tests/servers.sh cargo test …"]
async fn a_piece_is_cut_into_rows_that_are_tried_alone() {
    let trial = Trial::new().await;
    let store = trial.open().await;
    let (id, batch) = begin(&store).await;
    store.accept_batch(batch, "m".into()).await.unwrap();
    store.outbox(9).await.unwrap().sent().await.unwrap();
    let (_, tries, rows) = store.try_piece(batch, 0).await.unwrap().unwrap();
    assert_eq!((tries, rows), (1, 2));
    // Twice at once: it is cut once.
    let (one, two) = tokio::join!(store.cut_piece(batch, 0), store.cut_piece(batch, 0));
    one.and(two).unwrap();
    let rows: Vec<_> =
        store.outbox(9).await.unwrap().rows().iter().map(|row| row.ids.clone()).collect();
    let one = |first| Ids::Pieces { batch, firsts: vec![first] };
    assert_eq!(rows, [one(0), one(1)]);
    let pieces = store.waiting_pieces(batch, &[0, 1, 2]).await.unwrap();
    let told: Vec<_> =
        pieces.iter().map(|(piece, tries, rows)| (piece.first, *tries, *rows)).collect();
    assert_eq!(told, [(0, 1, 1), (1, 1, 1), (2, 0, 2)]);
    assert_eq!(pieces[1].0.text, r#"[["1","c d",1]]"#);
    for _ in 0..2 {
        store.try_piece(batch, 1).await.unwrap();
    }
    store.bury_pieces(batch, &[0, 1, 2]).await.unwrap();
    let found = look(&store, id).await;
    assert_eq!((found.rows_done, found.failed), (1, 1), "one ended the process three times");
    assert_eq!(store.answers(batch, 1).await.unwrap().0, b"c d\n");
    let all = [done(&pieces[0].0, "a b\n", 0), done(&pieces[2].0, "e\nf\n", 0)];
    assert_eq!(store.finish_pieces(&all).await.unwrap(), [true, true]);
    assert_eq!(look(&store, id).await.state, State::Done);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs PostgreSQL and RabbitMQ: serve/tests/servers.sh cargo test …"]
async fn pieces_that_the_queue_has_lost_come_again() {
    let trial = Trial::new().await;
    let store = trial.open().await;
    let (_, batch) = begin(&store).await;
    assert_eq!(store.stranded(0, 9).await.unwrap(), 0, "it is arriving");
    store.accept_batch(batch, "m".into()).await.unwrap();
    assert_eq!(store.stranded(0, 9).await.unwrap(), 0, "they are in the outbox");
    store.outbox(9).await.unwrap().sent().await.unwrap();
    assert_eq!(store.stranded(0, 9).await.unwrap(), 2);
    let outgoing = store.outbox(9).await.unwrap();
    assert_eq!(outgoing.rows()[0].ids, Ids::Pieces { batch, firsts: vec![0, 2] });
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs PostgreSQL and RabbitMQ: serve/tests/servers.sh cargo test …"]
async fn what_did_not_arrive_is_forgotten_and_what_nobody_began_expires() {
    let trial = Trial::new().await;
    let store = trial.open().await;
    let repeat = |request: &str| Some(Repeat { key: b"key".to_vec(), request: request.into() });
    let new = |request| NewBatch { repeat: repeat(request), ..new_batch(0) };
    let first = store.begin_batch(new("one")).await.unwrap().unwrap();
    assert_eq!(store.begin_batch(new("one")).await, Err(StoreError::Arriving));
    assert_eq!(store.begin_batch(new("two")).await, Err(StoreError::OtherRequest));
    store.forget_batch(first);
    until(async || trial.ask("SELECT count(*) FROM batches").await == 0).await;
    let gone = store.add_pieces(first, "m".into(), vec![piece(0)]).await;
    assert!(gone.unwrap_err().to_string().contains("send it again"));
    assert!(store.accept_batch(first, "m".into()).await.is_err());
    // One without rows is done.
    let empty = new("one");
    let id = empty.id;
    let second = store.begin_batch(empty).await.unwrap().unwrap();
    store.accept_batch(second, "m".into()).await.unwrap();
    assert_eq!(store.begin_batch(new("one")).await, Ok(Err(id)));
    assert_eq!(look(&store, id).await.state, State::Done);
    // Its process has ended while it arrived.
    let (_, abandoned) = begin(&store).await;
    store.expire().await.unwrap();
    assert_eq!(trial.ask("SELECT count(*) FROM batches").await, 2);
    trial.say("UPDATE batches SET touched = touched - 301000").await;
    store.expire().await.unwrap();
    assert_eq!(trial.ask("SELECT count(*) FROM batches").await, 1);
    assert!(store.accept_batch(abandoned, "m".into()).await.is_err());
    let (late, batch) = begin(&store).await;
    store.accept_batch(batch, "m".into()).await.unwrap();
    trial.say("UPDATE batches SET expires = 0").await;
    store.expire().await.unwrap();
    assert_eq!(look(&store, late).await.state, State::Expired);
    assert_eq!(look(&store, id).await.state, State::Done);
    assert_eq!(trial.ask("SELECT count(*) FROM pieces").await, 0);
    trial.say("UPDATE batches SET finished = finished - 7200000").await;
    store.retire(3_600_000, 3_600_000).await.unwrap();
    assert_eq!(trial.ask("SELECT count(*) FROM batches").await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs PostgreSQL and RabbitMQ: serve/tests/servers.sh cargo test …"]
async fn what_is_removed_while_it_is_answered_stays_removed() {
    let trial = Trial::new().await;
    let store = trial.open().await;
    let (id, batch) = begin(&store).await;
    store.accept_batch(batch, "m".into()).await.unwrap();
    let (piece, ..) = store.waiting_pieces(batch, &[0]).await.unwrap().remove(0);
    let ending = [done(&piece, "one\n", 0)];
    let (written, removed) = tokio::join!(store.finish_pieces(&ending), store.delete_batch(id));
    written.unwrap();
    assert!(removed.unwrap());
    assert_eq!(look(&store, id).await.state, State::Deleted);
    assert!(store.waiting_pieces(batch, &[0, 2]).await.unwrap().is_empty());
    assert_eq!(store.finish_pieces(&ending).await.unwrap(), [false]);
    let limits = Limits { jobs: 1, rows: 9 };
    let other = Postgres::open(&trial.url(), limits).await.unwrap();
    assert_eq!(other.shared().rows.open(), 0);
}
