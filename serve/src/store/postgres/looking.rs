//! Jobs are looked at by many at once: one statement for all who ask while others are under way.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinSet;
use tokio::time::timeout;
use tokio_postgres::Row;
use uuid::Uuid;

use super::connections::{Connections, LIMIT};
use super::failed::Failed;
use super::rows::{get, task, text, tries};
use crate::pace::{self, Pace};
use crate::store::{Job, LATE, Result, State, StoreError};

/// The most jobs that are looked at by one statement.
const TOGETHER: usize = 256;
/// How many statements are under way at once.
const UNDER_WAY: usize = 2;
/// How many may wait for theirs.
const WAITING: usize = 4096;
/// How long somebody waits who came while others waited for the server.
const LONGEST: Duration = Duration::from_secs(LIMIT.as_secs() + 2);

/// Somebody who asks.
#[derive(Debug)]
struct Asking {
    id: Uuid,
    answer: oneshot::Sender<Result<Option<Job>>>,
}

/// Hands questions to the task that looks; clones hand them to the same one, which ends with the last.
#[derive(Debug, Clone)]
pub struct Looking {
    sender: mpsc::Sender<Asking>,
}

impl Looking {
    /// Starts the task.
    pub fn start(connections: &Arc<Connections>) -> Self {
        let (sender, asking) = mpsc::channel(WAITING);
        tokio::spawn(run(Arc::clone(connections), asking));
        Looking { sender }
    }

    /// What is known of a job.
    pub async fn look(&self, id: Uuid) -> Result<Option<Job>> {
        let (answer, answered) = oneshot::channel();
        let look = async {
            self.sender.send(Asking { id, answer }).await.map_err(|_| StoreError::Ended)?;
            answered.await.unwrap_or(Err(StoreError::Ended))
        };
        timeout(LONGEST, look).await.map_err(|_| Failed::Late)?
    }
}

async fn run(connections: Arc<Connections>, mut asking: mpsc::Receiver<Asking>) {
    let (mut under_way, mut together, mut pace) = (JoinSet::new(), Vec::new(), Pace::default());
    while asking.recv_many(&mut together, TOGETHER).await > 0 {
        pace.keep().await;
        pace::join(|| asking.try_recv().ok(), &mut together, TOGETHER);
        let (connections, some) = (Arc::clone(&connections), std::mem::take(&mut together));
        under_way.spawn(async move { look(&connections, some).await });
        if under_way.len() >= UNDER_WAY {
            under_way.join_next().await;
        }
    }
    while under_way.join_next().await.is_some() {}
}

async fn look(connections: &Connections, some: Vec<Asking>) {
    let sql = "SELECT task, model, state, tries, created, expires, finished, text, result, reason,
        state < 2 AND expires <= now_ms(), id FROM jobs WHERE id = ANY($1)";
    let ids: Vec<Uuid> = some.iter().map(|one| one.id).collect();
    let found = async {
        let rows = connections.read(sql, &[&ids]).await?;
        rows.iter()
            .map(|row| Ok((get(row, 11)?, job(row)?)))
            .collect::<Result<HashMap<Uuid, Job>>>()
    };
    let found = found.await;
    for Asking { id, answer } in some {
        let known = found.as_ref().map(|found| found.get(&id).cloned()).map_err(Clone::clone);
        let _ = answer.send(known); // nobody may be waiting any longer
    }
}

fn job(row: &Row) -> Result<Job> {
    let mut state = State::of(get::<i16>(row, 2)?.into());
    let expires = get(row, 5)?;
    let (mut finished, mut reason) = (get(row, 6)?, get(row, 9)?);
    // Its time has run out; nobody has come by to write that down yet.
    if get(row, 10)? {
        (state, finished, reason) = (State::Expired, Some(expires), Some(LATE.to_owned()));
    }
    Ok(Job {
        id: get(row, 11)?,
        task: task(row, 0)?,
        model: get(row, 1)?,
        state,
        tries: tries(row, 3)?,
        created: get(row, 4)?,
        expires,
        finished,
        text: text(row, 7)?,
        result: get(row, 8)?,
        reason,
    })
}
