//! Tells other processes what has ended.
//!
//! A transaction that notifies holds a lock of the whole server until it is on disk, so that results of all workers
//! would wait for one another: ids are sent after the commit, many at once, in a transaction that does not wait for
//! the disk. What a process did not get to tell before it ended is found by those who listen: they look from time to
//! time.

use std::sync::Arc;

use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use uuid::Uuid;

use super::connections::Connections;
use crate::pace::{self, Pace};

/// The channel of the server that ids of jobs and batches are sent by.
pub const CHANNEL: &str = "impute_ended";
/// So many are in one message: it has less than 8000 bytes.
const TOGETHER: usize = 240;
/// At most so many messages are sent at once.
const MESSAGES: usize = 32;
const DIGITS: usize = 32;

enum Told {
    Ended(Uuid),
    All(oneshot::Sender<()>),
}

/// Tells what has ended; clones tell by the same task, which ends with the last.
#[derive(Debug, Clone)]
pub struct Teller(mpsc::UnboundedSender<Told>);

impl Teller {
    /// Starts the task.
    pub fn start(connections: Arc<Connections>) -> (Self, JoinHandle<()>) {
        let (sender, mut told) = mpsc::unbounded_channel();
        let task = tokio::spawn(async move {
            let (mut some, mut pace) = (Vec::new(), Pace::default());
            while told.recv_many(&mut some, TOGETHER * MESSAGES).await > 0 {
                pace.keep().await;
                pace::join(|| told.try_recv().ok(), &mut some, TOGETHER * MESSAGES);
                let (mut ids, mut waiting) = (Vec::new(), Vec::new());
                for one in some.drain(..) {
                    match one {
                        Told::Ended(id) => ids.push(id),
                        Told::All(who) => waiting.push(who),
                    }
                }
                send(&connections, &ids).await;
                waiting.into_iter().for_each(|who| who.send(()).unwrap_or_default());
            }
        });
        (Teller(sender), task)
    }

    /// Tells that these have ended, by and by.
    pub fn tell(&self, ids: &[Uuid]) {
        ids.iter().for_each(|id| drop(self.0.send(Told::Ended(*id))));
    }

    /// Waits until all is told.
    pub async fn all_told(&self) {
        let (sender, told) = oneshot::channel();
        if self.0.send(Told::All(sender)).is_ok() {
            let _ = told.await; // the task has ended: nobody is left to tell
        }
    }
}

async fn send(connections: &Connections, ids: &[Uuid]) {
    let messages: Vec<String> = ids.chunks(TOGETHER).map(written).collect();
    if messages.is_empty() {
        return;
    }
    let sql = "SELECT set_config('synchronous_commit', 'off', true), pg_notify($2, message)
        FROM unnest($1::text[]) AS message";
    // Who listens looks from time to time anyway.
    if let Err(error) = connections.read(sql, &[&messages, &CHANNEL]).await {
        tracing::debug!(%error, "not told: {} jobs have ended", ids.len());
    }
}

/// Ids as a message.
fn written(ids: &[Uuid]) -> String {
    let mut message = String::with_capacity(ids.len() * DIGITS);
    for id in ids {
        message.push_str(id.simple().encode_lower(&mut Uuid::encode_buffer()));
    }
    message
}

/// The ids of a message; what is none is left out.
pub fn read(message: &str) -> impl Iterator<Item = Uuid> {
    let ids = message.as_bytes().chunks(DIGITS);
    ids.filter_map(|digits| Uuid::try_parse_ascii(digits).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_come_through_in_a_message_that_is_not_too_long() {
        let ids: Vec<Uuid> = (0..TOGETHER as u128).map(|n| Uuid::from_u128(n << 70 | n)).collect();
        let message = written(&ids);
        assert!(message.len() < 8000);
        assert_eq!(read(&message).collect::<Vec<_>>(), ids);
        assert_eq!(read("no ids at all").count(), 0);
    }
}
