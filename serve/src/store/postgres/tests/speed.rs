//! How fast it is; printed, not judged.

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use uuid::Uuid;

use super::trial::{Trial, finished, job, send_all};
use crate::store::postgres::Postgres;
use crate::store::{Claimed, Jobs};

async fn accept(store: &Postgres, clients: usize, jobs: usize) -> Vec<Uuid> {
    let (began, before) = (Instant::now(), store.core.commits.load(Ordering::Relaxed));
    let sending = (0..clients).map(|_| {
        let store = store.clone();
        tokio::spawn(async move {
            let mut accepted = Vec::new();
            for _ in 0..jobs / clients {
                let began = Instant::now();
                let text = "the cat sat on the mat and looked at a dog that was not there";
                accepted.push((store.accept(job(text)).await.unwrap().0, began.elapsed()));
            }
            accepted
        })
    });
    let mut all: Vec<(Uuid, Duration)> = Vec::new();
    for sent in sending.collect::<Vec<_>>() {
        all.extend(sent.await.unwrap());
    }
    let (time, commits) = (began.elapsed(), store.core.commits.load(Ordering::Relaxed) - before);
    let mut latencies: Vec<Duration> = all.iter().map(|(_, time)| *time).collect();
    latencies.sort_unstable();
    let at = |part: usize| latencies[latencies.len() * part / 100];
    eprintln!(
        "{clients} clients: {:.0} accepted a second, {:.1} a commit, p50 {:.1?}, p99 {:.1?}",
        all.len() as f64 / time.as_secs_f64(),
        all.len() as f64 / commits as f64,
        at(50),
        at(99),
    );
    all.into_iter().map(|(id, _)| id).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs PostgreSQL and RabbitMQ: serve/tests/servers.sh cargo test …"]
async fn how_fast_jobs_are_accepted_and_finished() {
    let trial = Trial::new().await;
    let store = trial.open().await;
    accept(&store, 1, 200).await;
    accept(&store, 32, 8_000).await;
    let ids = accept(&store, 256, 32_000).await;
    let began = Instant::now();
    let sent = send_all(&store).await.unwrap().len();
    eprintln!("{:.0} sent a second", sent as f64 / began.elapsed().as_secs_f64());
    for together in [1, 16, 64, 256] {
        let some = &ids[together * 20..together * 40];
        let (mut read, mut written) = (Duration::ZERO, Duration::ZERO);
        for ids in some.chunks(together) {
            let began = Instant::now();
            let claimed = store.waiting_jobs(ids).await.unwrap();
            read += began.elapsed();
            let began = Instant::now();
            finish(&store, &claimed).await;
            written += began.elapsed();
        }
        eprintln!("{together} jobs: read in {:.1?}, finished in {:.1?}", read / 20, written / 20);
    }
    let (began, halves) = (Instant::now(), ids.split_at(ids.len() / 2));
    let working = [halves.0.to_vec(), halves.1.to_vec()].map(|ids| {
        let store = store.clone();
        tokio::spawn(async move {
            for some in ids.chunks(64) {
                finish(&store, &store.waiting_jobs(some).await.unwrap()).await;
            }
        })
    });
    for worker in working {
        worker.await.unwrap();
    }
    let speed = ids.len() as f64 / began.elapsed().as_secs_f64();
    eprintln!("two who finish 64 at a time: {speed:.0} a second");
}

async fn finish(store: &Postgres, claimed: &[(Claimed, u32)]) {
    let result = "r".repeat(300);
    let done: Vec<_> = claimed.iter().map(|(job, _)| finished(job, &result)).collect();
    store.finish_jobs(&done).await.unwrap();
}
