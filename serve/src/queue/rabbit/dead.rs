//! Dead letters: what waited too long is ended, what no worker survived fails or is tried again. A message goes when
//! the database has it.

use std::sync::Arc;

use futures_util::StreamExt;
use lapin::message::Delivery;
use lapin::options::{BasicAckOptions, BasicConsumeOptions, BasicQosOptions};
use lapin::types::FieldTable;
use lapin::{Channel, Connection};

use super::broken::Broken;
use super::declare::{declare_dead, short};
use super::limit::{REQUEST, within};
use super::link::{Link, Session, Stop, stopped};
use super::message::read;
use super::names::Names;
use super::records::Records;
use crate::backoff::Backoff;
use crate::metrics::Metrics;
use crate::store::Result as Stored;
use crate::store::postgres::Ids;

/// The most dead letters that are taken at once.
const TOGETHER: u16 = 64;
/// What is said of a job whose messages came back too often.
const REASON: &str = "the process ended each time that this text was tried";

/// What takes dead letters.
#[derive(Debug)]
pub struct DeadLetters<R> {
    /// What the queues are called.
    pub names: Names,
    /// What is told of them.
    pub records: Arc<R>,
    /// Where they are counted.
    pub metrics: Arc<Metrics>,
}

impl<R: Records> Session for DeadLetters<R> {
    async fn work(&self, connection: &Connection, _: &Link, stop: Stop) -> Result<(), Broken> {
        tokio::select! {
            ended = self.take(connection) => ended,
            () = stopped(&stop) => Ok(()),
        }
    }
}

impl<R: Records> DeadLetters<R> {
    async fn take(&self, connection: &Connection) -> Result<(), Broken> {
        let queue = self.names.dead();
        let channel = within(REQUEST, "open a channel", connection.create_channel()).await?;
        declare_dead(&channel, &queue).await?;
        let prefetch = channel.basic_qos(TOGETHER, BasicQosOptions::default());
        within(REQUEST, "set the prefetch", prefetch).await?;
        let options = BasicConsumeOptions::default();
        let consuming =
            channel.basic_consume(short(&queue)?, "".into(), options, FieldTable::default());
        let consumer = within(REQUEST, "deliver messages", consuming).await?;
        let mut letters = consumer.ready_chunks(usize::from(TOGETHER));
        while let Some(some) = letters.next().await {
            let some = some.into_iter().collect::<lapin::Result<Vec<_>>>()?;
            self.bury(&channel, &some).await?;
        }
        Err(Broken::Ended(queue))
    }

    /// Does what is to be done, as often as it takes, and acknowledges.
    async fn bury(&self, channel: &Channel, letters: &[Delivery]) -> Result<(), Broken> {
        let mut backoff = Backoff::default();
        while let Err(error) = self.tell(letters).await {
            tracing::warn!(%error, "dead letters wait for the database");
            backoff.wait().await;
        }
        for letter in letters {
            let (reason, bytes) = (reason(letter), letter.data.len());
            self.metrics.dead_letters(reason, 1);
            tracing::warn!(reason, bytes, "a dead letter");
        }
        if let Some(last) = letters.last() {
            let acknowledged =
                channel.basic_ack(last.delivery_tag, BasicAckOptions { multiple: true });
            within(REQUEST, "take an acknowledgement", acknowledged).await?;
        }
        Ok(())
    }

    /// Tells the store; twice is as good as once.
    async fn tell(&self, letters: &[Delivery]) -> Stored<()> {
        if letters.iter().any(|letter| reason(letter) == "expired") {
            self.records.expire().await?;
        }
        for letter in letters {
            let kind = letter.properties.kind().as_ref().map(|kind| kind.as_str());
            // What is still open although its time should be over is put into the outbox again, too.
            match read(kind, &letter.data) {
                Some(Ids::Jobs(ids)) => self.records.bury_jobs(&ids, REASON).await?,
                Some(Ids::Pieces { batch, firsts }) => {
                    self.records.bury_pieces(batch, &firsts).await?;
                }
                None => {} // a message of somebody else: there is nothing to be lost
            }
        }
        Ok(())
    }
}

/// Why a message is dead.
fn reason(letter: &Delivery) -> &'static str {
    let headers = letter.properties.headers().as_ref();
    let said = headers.and_then(|headers| headers.inner().get("x-first-death-reason"));
    let said = said.and_then(|said| said.as_long_string());
    match said.map(|said| said.as_bytes()) {
        Some(b"expired") => "expired",
        Some(b"delivery_limit") => "delivery_limit",
        Some(b"rejected") => "rejected",
        Some(b"maxlen") => "maxlen",
        _ => "other",
    }
}
