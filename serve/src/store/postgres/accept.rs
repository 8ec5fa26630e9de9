//! Jobs are accepted: those that arrive together share a commit, and leave what is to be sent to the queue in it.
//!
//! One statement inserts the jobs and, for each model, a row of the outbox. It may be sent twice, when a connection
//! breaks before its answer: a job that is there already by its id was put in by the first. What another request with
//! the same key has put in is looked up afterwards.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use tokio::sync::{Notify, mpsc, oneshot};
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::{Instant, timeout};
use uuid::Uuid;

use super::connections::LIMIT;
use super::core::Core;
use super::failed::{Failed, Remedy};
use crate::fault;
use crate::pace::{self, Pace};
use crate::store::{NewJob, Permit, Repeat, Result, StoreError};

/// The most jobs that share a commit.
const TOGETHER: usize = 256;
/// How many commits are under way at once: while one waits for the disk, another is executed.
const UNDER_WAY: usize = 2;
/// How many jobs may wait for theirs.
const WAITING: usize = 4096;
/// How long somebody waits for an answer who came while another commit waited for the server.
const LONGEST: Duration = Duration::from_secs(LIMIT.as_secs() + 2);
/// How often it is looked for a job whose key is taken, which may be removed meanwhile.
const LOOKS: usize = 3;

const INSERT: &str = "
WITH put AS (
  INSERT INTO jobs(id, task, model, asked, text, created, posted, expires, repeat_key, request)
  SELECT id, task, model, asked, text, now, now, now + live, repeat_key, request
  FROM (SELECT now_ms() AS now OFFSET 0) AS clock, unnest(
    $1::uuid[], $2::text[], $3::text[], $4::text[], $5::bytea[], $6::bigint[], $7::bytea[], $8::bytea[]
  ) AS given(id, task, model, asked, text, live, repeat_key, request)
  ON CONFLICT DO NOTHING
  RETURNING seq, id, model, created, expires
), posted AS (
  INSERT INTO outbox(model, kind, ids, expires, created)
  SELECT model, 0, array_agg(id ORDER BY seq), max(expires), max(created) FROM put WHERE $9 GROUP BY model
)
SELECT id FROM put";
const KNOWN: &str = "
SELECT id, repeat_key, request FROM jobs WHERE id = ANY($1::uuid[])
UNION ALL SELECT id, repeat_key, request FROM jobs WHERE repeat_key = ANY($2::bytea[])";

/// A job on its way in.
#[derive(Debug)]
struct Arriving {
    job: NewJob,
    permit: Permit,
    since: Instant,
    answer: oneshot::Sender<Result<(Uuid, bool)>>,
}

/// Hands jobs to the task that accepts them; clones hand them to the same one, which ends with the last.
#[derive(Debug, Clone)]
pub struct Accepting {
    sender: mpsc::Sender<Arriving>,
    closing: Arc<Notify>,
}

impl Accepting {
    /// Starts the task.
    pub fn start(core: &Arc<Core>) -> (Self, JoinHandle<()>) {
        let (sender, arriving) = mpsc::channel(WAITING);
        let closing = Arc::<Notify>::default();
        let task = tokio::spawn(run(Arc::clone(core), arriving, Arc::clone(&closing)));
        (Accepting { sender, closing }, task)
    }

    /// Accepts nothing more; what has arrived is accepted yet.
    pub fn close(&self) {
        self.closing.notify_one();
    }

    /// Accepts a job. Whether the answer is waited for changes nothing.
    pub async fn accept(&self, job: NewJob, permit: Permit) -> Result<(Uuid, bool)> {
        let (answer, answered) = oneshot::channel();
        let arriving = Arriving { job, permit, since: Instant::now(), answer };
        self.sender.try_send(arriving).map_err(|error| match error {
            mpsc::error::TrySendError::Full(_) => StoreError::Full,
            mpsc::error::TrySendError::Closed(_) => StoreError::Ended,
        })?;
        // It may be accepted yet, by and by; whoever sends it again with the same key is told.
        let answered = timeout(LONGEST, answered).await.map_err(|_| Failed::Late)?;
        answered.unwrap_or(Err(StoreError::Ended))
    }
}

async fn run(core: Arc<Core>, mut arriving: mpsc::Receiver<Arriving>, closing: Arc<Notify>) {
    let mut under_way = JoinSet::new();
    let (mut together, mut pace) = (Vec::new(), Pace::default());
    loop {
        tokio::select! {
            arrived = arriving.recv_many(&mut together, TOGETHER) => if arrived == 0 { break },
            () = closing.notified() => {
                arriving.close();
                continue;
            }
        }
        pace.keep().await;
        pace::join(|| arriving.try_recv().ok(), &mut together, TOGETHER);
        let core = Arc::clone(&core);
        let some = std::mem::take(&mut together);
        under_way.spawn(async move { commit(&core, some).await });
        if under_way.len() >= UNDER_WAY {
            under_way.join_next().await;
        }
    }
    while under_way.join_next().await.is_some() {}
}

async fn commit(core: &Core, some: Vec<Arriving>) {
    // The server stood still: whoever sent these has been kept long enough.
    let (late, mut some): (Vec<_>, Vec<_>) =
        some.into_iter().partition(|one| one.since.elapsed() > LIMIT);
    answer_all(late, &Failed::Late.into());
    // Two that insert the same keys in the same order do not wait for each other in a circle.
    some.sort_by(|a, b| key(a).cmp(&key(b)));
    for _ in 0..LOOKS {
        if some.is_empty() {
            return;
        }
        some = match insert(core, &some).await {
            Ok(put) => {
                core.committed();
                let others = answer_new(core, some, &put);
                answer_known(core, others).await
            }
            Err(failed) if failed.remedy() == Remedy::Data && some.len() > 1 => {
                // One of them cannot be stored; it takes nobody along.
                for one in some {
                    Box::pin(commit(core, vec![one])).await;
                }
                return;
            }
            Err(failed) => return answer_all(some, &failed.into()),
        };
    }
    let what = "a request with the same key came and went; send it again";
    answer_all(some, &StoreError::Database(what.to_owned()));
}

fn key(one: &Arriving) -> Option<&[u8]> {
    one.job.repeat.as_ref().map(|repeat| &*repeat.key)
}

async fn insert(core: &Core, some: &[Arriving]) -> std::result::Result<HashSet<Uuid>, Failed> {
    fn column<'a, T>(some: &'a [Arriving], of: impl Fn(&'a NewJob) -> T) -> Vec<T> {
        some.iter().map(|one| of(&one.job)).collect()
    }
    let repeat = |of: fn(&Repeat) -> &Vec<u8>| {
        column(some, move |job| job.repeat.as_ref().map(|repeat| of(repeat).as_slice()))
    };
    let rows = core
        .connections
        .try_to_write(
            INSERT,
            &[
                &column(some, |job| job.id),
                &column(some, |job| job.task.name()),
                &column(some, |job| job.model.as_str()),
                &column(some, |job| job.asked.as_str()),
                &column(some, |job| job.text.as_bytes()),
                &column(some, |job| job.expires.saturating_sub(job.created)),
                &repeat(|repeat| &repeat.key),
                &repeat(|repeat| &repeat.request),
                &!fault::keeps_no_outbox(),
            ],
        )
        .await?;
    let put = rows.iter().map(|row| row.try_get(0));
    Ok(put.collect::<std::result::Result<_, _>>()?)
}

/// Answers those that were put in, and gives the others.
fn answer_new(core: &Core, some: Vec<Arriving>, put: &HashSet<Uuid>) -> Vec<Arriving> {
    let (new, others): (Vec<_>, Vec<_>) =
        some.into_iter().partition(|one| put.contains(&one.job.id));
    if fault::keeps_no_outbox() {
        let posted = new.iter().map(|one| (one.job.model.clone(), one.job.id));
        core.unkept.lock().unwrap_or_else(PoisonError::into_inner).extend(posted);
    }
    if !new.is_empty() {
        core.posted.notify_one();
    }
    new.into_iter().for_each(accepted);
    others
}

fn accepted(one: Arriving) {
    one.permit.keep();
    let _ = one.answer.send(Ok((one.job.id, true))); // nobody may be waiting any longer
}

/// Gives the room back and then the answer: whoever has it may count on the room.
fn turned_away(one: Arriving, answer: Result<(Uuid, bool)>) {
    drop(one.permit);
    let _ = one.answer.send(answer); // nobody may be waiting any longer
}

/// Answers those whose key is taken, and gives the others.
async fn answer_known(core: &Core, some: Vec<Arriving>) -> Vec<Arriving> {
    if some.is_empty() {
        return some;
    }
    let ids: Vec<Uuid> = some.iter().map(|one| one.job.id).collect();
    let keys: Vec<&[u8]> = some.iter().filter_map(key).collect();
    let known = match core.connections.read(KNOWN, &[&ids, &keys]).await {
        Ok(known) => known,
        Err(error) => {
            answer_all(some, &error);
            return Vec::new();
        }
    };
    let mut by_id = HashSet::new();
    let mut by_key: HashMap<&[u8], (Uuid, Option<&[u8]>)> = HashMap::new();
    for row in &known {
        let (id, key, request) = (row.try_get(0), row.try_get(1), row.try_get(2));
        let (Ok(id), Ok(key), Ok(request)) = (id, key, request) else { continue };
        by_id.insert(id);
        if let Some(key) = key {
            by_key.insert(key, (id, request));
        }
    }
    let mut unknown = Vec::new();
    for one in some {
        if by_id.contains(&one.job.id) {
            accepted(one); // by the same statement, whose answer was lost
            core.posted.notify_one();
            continue;
        }
        let known = one.job.repeat.as_ref().and_then(|repeat| {
            let (id, request) = by_key.get(repeat.key.as_slice())?;
            // What was removed is not compared any more.
            let same = request.is_none_or(|request| request == repeat.request);
            Some(if same { Ok((*id, false)) } else { Err(StoreError::OtherRequest) })
        });
        match known {
            Some(known) => turned_away(one, known),
            None => unknown.push(one),
        }
    }
    unknown
}

fn answer_all(some: Vec<Arriving>, error: &StoreError) {
    some.into_iter().for_each(|one| turned_away(one, Err(error.clone())));
}
