//! From the outbox to the queues. A row goes when the broker has confirmed all of it, so that whatever breaks in
//! between, nothing is lost: at worst it is published twice, and the second time it is skipped.

use std::collections::HashSet;
use std::ops::Range;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::future::{join_all, try_join_all};
use impute::solve::PIECE;
use lapin::options::{BasicPublishOptions, ConfirmSelectOptions};
use lapin::types::ShortString;
use lapin::{BasicProperties, Channel, Confirmation, Connection};
use tokio::task::JoinHandle;

use super::broken::Broken;
use super::declare::{declare_dead, declare_work, short};
use super::limit::{CONFIRM, REQUEST, within};
use super::link::{Link, Session, Stop, stopped};
use super::message::{JOBS, PIECES, write_jobs, write_pieces};
use super::names::Names;
use super::records::{Outgoing, Records};
use crate::metrics::Metrics;
use crate::pace::Pace;
use crate::store::postgres::Ids;
use crate::store::postgres::Posted;

/// The most rows of the outbox at once.
const ROWS: usize = 64;
/// The most pieces of a message: 64 rows of an upload. What a worker has with it when it loses its connection is
/// tried row by row, so that this must not be much.
const PIECES_TOGETHER: usize = 64 / PIECE;
/// The outbox is looked at so often without being told: other processes put something in, too.
const LOOK: Duration = Duration::from_secs(1);
/// How long a queue that took nothing is left alone.
const FULL: Duration = Duration::from_millis(500);
/// Messages are kept on disk, and come back if there is no queue for them.
const PERSISTENT: u8 = 2;
const MANDATORY: BasicPublishOptions = BasicPublishOptions { mandatory: true, immediate: false };

/// What publishes the outbox.
#[derive(Debug)]
pub struct Relay<R> {
    /// What the queues are called.
    pub names: Names,
    /// The most jobs of a message.
    pub bundle: usize,
    /// Where the outbox is.
    pub records: Arc<R>,
    /// Where it is counted.
    pub metrics: Arc<Metrics>,
}

/// What became of a round.
#[derive(Debug, PartialEq, Eq)]
pub enum Round {
    /// The outbox was empty.
    Empty,
    /// All was confirmed.
    Confirmed,
    /// Some was not taken and is still in the outbox.
    Kept,
}

/// A message to be published.
#[derive(Debug)]
struct Letter {
    /// The row of which it is a part.
    row: usize,
    queue: ShortString,
    bytes: Range<usize>,
    properties: BasicProperties,
}

/// What is known while a connection lasts.
#[derive(Debug, Default)]
pub struct Known {
    /// Queues that are there.
    declared: HashSet<String>,
    /// Rows that were sent are being removed.
    removing: Option<JoinHandle<()>>,
}

impl<R: Records> Session for Relay<R> {
    async fn work(&self, connection: &Connection, link: &Link, stop: Stop) -> Result<(), Broken> {
        tokio::select! {
            ended = self.relay(connection) => ended,
            reason = link.blocked() => {
                // What was not confirmed is in the outbox again. What the client still has may go out as well later,
                // and then be skipped by the workers.
                link.unblocked().await;
                Err(Broken::Blocked(reason))
            }
            () = stopped(&stop) => Ok(()),
        }
    }
}

impl<R: Records> Relay<R> {
    async fn relay(&self, connection: &Connection) -> Result<(), Broken> {
        let channel = within(REQUEST, "open a channel", connection.create_channel()).await?;
        let confirms = channel.confirm_select(ConfirmSelectOptions::default());
        within(REQUEST, "agree to confirm", confirms).await?;
        let (mut known, mut pace) = (Known::default(), Pace::default());
        loop {
            pace.keep().await;
            match self.round(&channel, &mut known).await {
                Ok(Round::Confirmed) => {}
                Ok(Round::Kept) => tokio::time::sleep(FULL).await,
                Ok(Round::Empty) => {
                    let _ = tokio::time::timeout(LOOK, self.records.posted()).await;
                }
                Err(Broken::Store(error)) => {
                    tracing::warn!(%error, "the outbox cannot be read; it is tried again");
                    tokio::time::sleep(LOOK).await;
                }
                Err(broken) => return Err(broken),
            }
        }
    }

    /// Publishes what is in the outbox now.
    pub async fn round(&self, channel: &Channel, known: &mut Known) -> Result<Round, Broken> {
        let outgoing = self.records.outbox(ROWS).await?;
        if outgoing.rows().is_empty() {
            return Ok(Round::Empty);
        }
        let began = Instant::now();
        let mut bytes = Vec::new();
        let letters = self.letters(outgoing.rows(), &mut bytes)?;
        self.declare(channel, &letters, known).await?;
        let sent = self.publish(channel, &letters, &bytes, outgoing.rows().len(), known).await?;
        for (row, _) in outgoing.rows().iter().zip(&sent).filter(|(_, sent)| **sent) {
            self.metrics.stage("relayed", row.age + began.elapsed());
        }
        let round = if sent.contains(&false) { Round::Kept } else { Round::Confirmed };
        // The next round need not wait until they are removed.
        known.removed().await;
        known.removing = Some(tokio::spawn(async move {
            if let Err(error) = outgoing.sent(sent).await {
                tracing::warn!(%error, "sent rows of the outbox were not removed; they are sent twice");
            }
        }));
        Ok(round)
    }

    /// The messages of these rows.
    fn letters(&self, rows: &[Posted], bytes: &mut Vec<u8>) -> Result<Vec<Letter>, Broken> {
        let mut letters = Vec::with_capacity(rows.len());
        for (number, row) in rows.iter().enumerate() {
            let kind = if matches!(row.ids, Ids::Jobs(_)) { JOBS } else { PIECES };
            let properties =
                BasicProperties::default().with_delivery_mode(PERSISTENT).with_type(kind.into());
            let properties = match row.left {
                Some(left) => properties.with_expiration(left.as_millis().to_string().into()),
                None => properties,
            };
            let mut add = |queue: &ShortString, bytes: Range<usize>| {
                let properties = properties.clone();
                letters.push(Letter { row: number, queue: queue.clone(), bytes, properties });
            };
            match &row.ids {
                Ids::Jobs(ids) => {
                    let queue = short(&self.names.jobs(&row.model))?;
                    for ids in ids.chunks(self.bundle.max(1)) {
                        let from = bytes.len();
                        write_jobs(ids, bytes);
                        add(&queue, from..bytes.len());
                    }
                }
                Ids::Pieces { batch, firsts } => {
                    let queue = short(&self.names.rows(&row.model))?;
                    for firsts in firsts.chunks(self.bundle.clamp(1, PIECES_TOGETHER)) {
                        let from = bytes.len();
                        write_pieces(*batch, firsts, bytes);
                        add(&queue, from..bytes.len());
                    }
                }
            }
        }
        Ok(letters)
    }

    async fn declare(
        &self,
        channel: &Channel,
        letters: &[Letter],
        known: &mut Known,
    ) -> Result<(), Broken> {
        for Letter { queue, .. } in letters {
            if !known.declared.contains(queue.as_str()) {
                let dead = self.names.dead();
                declare_dead(channel, &dead).await?;
                declare_work(channel, queue.as_str(), &dead).await?;
                known.declared.insert(queue.to_string());
            }
        }
        Ok(())
    }

    /// Publishes all and waits for what the broker says; which rows it has.
    async fn publish(
        &self,
        channel: &Channel,
        letters: &[Letter],
        bytes: &[u8],
        rows: usize,
        known: &mut Known,
    ) -> Result<Vec<bool>, Broken> {
        let publish = letters.iter().map(|letter| {
            let Letter { queue, bytes: range, properties, .. } = letter;
            let bytes = bytes.get(range.clone()).unwrap_or_default();
            channel.basic_publish("".into(), queue.clone(), MANDATORY, bytes, properties.clone())
        });
        let confirmations = within(CONFIRM, "confirm messages", async {
            // All are on their way before the first is waited for.
            let published = join_all(publish).await.into_iter().collect::<Result<Vec<_>, _>>()?;
            try_join_all(published).await
        });
        let mut sent = vec![true; rows];
        let (mut returned, mut confirmed) = (0, 0);
        for (letter, confirmation) in letters.iter().zip(confirmations.await?) {
            // Which message was returned is said by its queue: the client may give it with another's confirmation.
            match confirmation {
                Confirmation::Ack(None) => confirmed += 1,
                Confirmation::Ack(Some(back)) | Confirmation::Nack(Some(back)) => {
                    returned += 1;
                    known.declared.remove(back.routing_key.as_str());
                    let of_queue = letters.iter().filter(|other| other.queue == back.routing_key);
                    of_queue.for_each(|other| set(&mut sent, other.row));
                }
                Confirmation::Nack(None) | Confirmation::NotRequested => {
                    set(&mut sent, letter.row);
                }
            }
        }
        if returned > 0 {
            tracing::warn!(
                returned,
                "the broker has no queue for some messages; it is declared again"
            );
            self.metrics.returned(returned);
        }
        self.metrics.confirmed(confirmed);
        Ok(sent)
    }
}

impl Known {
    /// Waits until the rows that were sent last are removed.
    pub async fn removed(&mut self) {
        if let Some(removing) = self.removing.take() {
            let _ = removing.await;
        }
    }
}

/// This row was not sent.
fn set(sent: &mut [bool], row: usize) {
    if let Some(sent) = sent.get_mut(row) {
        *sent = false;
    }
}
