//! A database for a test, gone with it; and jobs to put in.

use tokio_postgres::{Client, NoTls};
use uuid::Uuid;

use crate::store::postgres::{Ids, Postgres};
use crate::store::{
    Claimed, Finished, Job, Jobs, Limits, NewBatch, NewJob, NewPiece, Repeat, Result,
};
use crate::task::Task;

const HOUR: i64 = 3_600_000;

/// A database that is there as long as this. Needs a runtime of several threads: to drop it waits for the server, and
/// the server for connections whose clients have not yet said who they are, which they do on other threads.
pub struct Trial {
    server: String,
    name: String,
}

impl Trial {
    /// Makes it.
    pub async fn new() -> Self {
        let server = std::env::var("IMPUTE_SERVE_TEST_DATABASE")
            .expect("IMPUTE_SERVE_TEST_DATABASE: postgres://… of a user who may make databases");
        let name = format!("impute_test_{}", Uuid::new_v4().simple());
        let made = format!("CREATE DATABASE {name} ENCODING 'UTF8' TEMPLATE template0");
        client(&server).await.batch_execute(&made).await.unwrap();
        Trial { server, name }
    }

    /// Its address.
    pub fn url(&self) -> String {
        format!("{}/{}", self.server.rsplit_once('/').unwrap().0, self.name)
    }

    /// A process that uses it.
    pub async fn open(&self) -> Postgres {
        Postgres::open(&self.url(), Limits { jobs: 1_000_000, rows: 1_000_000 }).await.unwrap()
    }

    /// A worker's process.
    pub async fn work(&self) -> Postgres {
        Postgres::open(&self.url(), Limits { jobs: 0, rows: 0 }).await.unwrap()
    }

    /// Says something to it, beside the program.
    pub async fn say(&self, sql: &str) {
        client(&self.url()).await.batch_execute(sql).await.unwrap();
    }

    /// Says something about it, from outside of it.
    pub async fn say_outside(&self, sql: &str) {
        let sql = sql.replace("NAME", &self.name);
        client(&self.server).await.batch_execute(&sql).await.unwrap();
    }

    /// Asks it for a number.
    pub async fn ask(&self, sql: &str) -> i64 {
        let sql = format!("SELECT ({sql})::bigint");
        client(&self.url()).await.query_one(&sql, &[]).await.unwrap().get(0)
    }
}

impl Drop for Trial {
    fn drop(&mut self) {
        let drop_it = format!("DROP DATABASE {} WITH (FORCE)", self.name);
        let server = self.server.clone();
        let dropping = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.unwrap().block_on(async {
                client(&server).await.batch_execute(&drop_it).await.unwrap();
            });
        });
        let dropped = dropping.join();
        assert!(dropped.is_ok() || std::thread::panicking());
    }
}

async fn client(url: &str) -> Client {
    let mut config: tokio_postgres::Config = url.parse().unwrap();
    config.options("-c search_path=impute_serve");
    let (client, connection) = config.connect(NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}

/// A job for the model `m`.
pub fn job(text: &str) -> NewJob {
    NewJob {
        id: Uuid::new_v4(),
        task: Task::Impute,
        model: "m".into(),
        asked: "{}".into(),
        text: text.into(),
        // The clock of whoever sends it is far off.
        created: 5,
        expires: 5 + HOUR,
        repeat: None,
    }
}

/// A job of a request that may be repeated.
pub fn repeated(key: &str, request: &str) -> NewJob {
    let repeat = Repeat { key: key.into(), request: request.into() };
    NewJob { repeat: Some(repeat), ..job("a b c") }
}

/// A job that is not wanted any more.
pub fn late() -> NewJob {
    NewJob { expires: 5, ..job("a b c") }
}

/// A batch of so many rows.
pub fn new_batch(rows: u64) -> NewBatch {
    NewBatch {
        id: Uuid::new_v4(),
        model: "m".into(),
        name: "a\0file".into(),
        format: "text",
        head: b"id,sentence\n".to_vec(),
        rows,
        created: 5,
        expires: 5 + HOUR,
        repeat: None,
    }
}

/// A piece with two rows, from this one on.
pub fn piece(first: i64) -> NewPiece {
    let text = format!(r#"[["{first}","a b",1],["{}","c d",1]]"#, first + 1);
    NewPiece { first, rows: 2, text }
}

/// How a job ends well.
pub fn finished(job: &Claimed, result: &str) -> Finished {
    Finished {
        seq: job.seq,
        id: job.id,
        task: job.task,
        model: "m".into(),
        version: 3,
        result: Ok(result.into()),
    }
}

/// Puts jobs in and gives their ids.
pub async fn put(store: &Postgres, texts: &[&str]) -> Vec<Uuid> {
    let mut ids = Vec::new();
    for text in texts {
        ids.push(store.accept(job(text)).await.unwrap().0);
    }
    ids
}

/// Claims a job as a worker does.
pub async fn claim(store: &Postgres, id: Uuid) -> Claimed {
    store.waiting_jobs(&[id]).await.unwrap().pop().unwrap().0
}

/// What is known of a job.
pub async fn look(store: &Postgres, id: Uuid) -> Job {
    store.job(id).await.unwrap().unwrap()
}

/// Sends all that is in the outbox, and gives the ids of jobs.
pub async fn send_all(store: &Postgres) -> Result<Vec<Uuid>> {
    let mut sent = Vec::new();
    loop {
        let outgoing = store.outbox(64).await?;
        if outgoing.rows().is_empty() {
            return Ok(sent);
        }
        for row in outgoing.rows() {
            if let Ids::Jobs(ids) = &row.ids {
                sent.extend(ids);
            }
        }
        outgoing.sent().await?;
    }
}

/// Waits until something is so.
pub async fn until(is_so: impl AsyncFn() -> bool) {
    for _ in 0..500 {
        if is_so().await {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("it is not so, after ten seconds");
}
