//! The worker's connection: takes messages in, and tells the broker which are done.
//!
//! Each queue has a channel of its own, so that a slow model holds up no acknowledgement of another.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::future::BoxFuture;
use futures_util::stream::select_all;
use lapin::message::Delivery;
use lapin::options::{
    BasicAckOptions, BasicCancelOptions, BasicConsumeOptions, BasicNackOptions, BasicQosOptions,
    BasicRejectOptions,
};
use lapin::types::{FieldTable, ShortString};
use lapin::{Channel, Connection, Consumer};
use tokio::sync::Notify;

use super::broken::Broken;
use super::declare::{declare_dead, declare_work, short};
use super::intake::{Intake, Kind};
use super::ledger::Answers;
use super::limit::{REQUEST, within};
use super::link::{Link, Session, Stop, stopped};
use super::names::Names;
use crate::metrics::Metrics;

/// A message of pieces has work for a while: no more of them than these wait with one worker.
const PIECES: u16 = 8;
/// How often the number of unacknowledged messages is told.
const TELL: Duration = Duration::from_secs(1);

/// What a worker does with its connection.
#[derive(Debug)]
pub struct Consuming {
    /// What the queues are called.
    pub names: Names,
    /// The most unacknowledged messages of a queue.
    pub prefetch: u16,
    /// Where messages go.
    pub intakes: Arc<BTreeMap<String, Intake>>,
    /// Tells that there may be something to acknowledge.
    pub answerable: Arc<Notify>,
    /// Gives back what was not begun.
    pub give_back: GiveBack,
    /// Where it is counted.
    pub metrics: Arc<Metrics>,
}

/// Gives back what was not begun, at the end.
pub struct GiveBack(pub Box<dyn Fn() -> BoxFuture<'static, ()> + Send + Sync>);

impl fmt::Debug for GiveBack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("GiveBack")
    }
}

/// A queue that is taken from.
struct Taken<'a> {
    intake: &'a Intake,
    kind: Kind,
    queue: String,
    channel: Channel,
    consumer: ShortString,
}

impl Session for Consuming {
    async fn work(&self, connection: &Connection, _: &Link, stop: Stop) -> Result<(), Broken> {
        let (mut taken, mut consumers) = (Vec::new(), Vec::new());
        let declaring = within(REQUEST, "open a channel", connection.create_channel()).await?;
        declare_dead(&declaring, &self.names.dead()).await?;
        for intake in self.intakes.values() {
            for kind in [Kind::Jobs, Kind::Pieces] {
                let (queue, consumer) = self.take(connection, intake, kind).await?;
                taken.push(queue);
                consumers.push(consumer);
            }
        }
        tokio::select! {
            broken = self.take_in(&taken, consumers) => return Err(broken),
            ended = self.answer_all(&taken, &stop) => ended?,
        }
        // No more is delivered; what was not begun is given back, and what is on disk is acknowledged.
        for Taken { channel, consumer, .. } in &taken {
            let cancel = channel.basic_cancel(consumer.clone(), BasicCancelOptions::default());
            within(REQUEST, "end a delivery", cancel).await?;
        }
        (self.give_back.0)().await;
        self.answer(&taken).await
    }

    fn lost(&self) {
        self.intakes.values().for_each(Intake::lost);
        self.metrics.unacknowledged(0);
    }
}

impl Consuming {
    async fn take<'a>(
        &self,
        connection: &Connection,
        intake: &'a Intake,
        kind: Kind,
    ) -> Result<(Taken<'a>, Consumer), Broken> {
        let queue = match kind {
            Kind::Jobs => self.names.jobs(&intake.model),
            Kind::Pieces => self.names.rows(&intake.model),
        };
        let channel = within(REQUEST, "open a channel", connection.create_channel()).await?;
        declare_work(&channel, &queue, &self.names.dead()).await?;
        let most = match kind {
            Kind::Jobs => self.prefetch,
            Kind::Pieces => self.prefetch.min(PIECES),
        };
        let prefetch = channel.basic_qos(most, BasicQosOptions::default());
        within(REQUEST, "set the prefetch", prefetch).await?;
        let consuming = channel.basic_consume(
            short(&queue)?,
            "".into(),
            BasicConsumeOptions::default(),
            FieldTable::default(),
        );
        let consumer = within(REQUEST, "deliver messages", consuming).await?;
        let tag = consumer.tag();
        Ok((Taken { intake, kind, queue, channel, consumer: tag }, consumer))
    }

    /// Takes messages in until a delivery ends.
    async fn take_in(&self, taken: &[Taken<'_>], consumers: Vec<Consumer>) -> Broken {
        // A stream that ends says so once, and the others would go on without it.
        let numbered = consumers.into_iter().enumerate().map(|(number, consumer)| {
            let ended = futures_util::stream::once(async { None });
            consumer.map(Some).chain(ended).map(move |delivery| (number, delivery))
        });
        let mut deliveries = select_all(numbered.map(Box::pin));
        while let Some((number, delivery)) = deliveries.next().await {
            let Some(of) = taken.get(number) else { continue };
            match delivery {
                Some(Ok(delivery)) => self.take_one(of, &delivery),
                Some(Err(error)) => return error.into(),
                None => return Broken::Ended(of.queue.clone()),
            }
        }
        Broken::Ended("all queues".to_owned())
    }

    fn take_one(&self, of: &Taken<'_>, delivery: &Delivery) {
        let Delivery { delivery_tag, redelivered, properties, data, .. } = delivery;
        if *redelivered {
            self.metrics.redelivered(1);
        }
        let said = properties.kind().as_ref().map(|kind| kind.as_str());
        if !of.intake.arrived(of.kind, *delivery_tag, *redelivered, said, data) {
            let (queue, bytes) = (&of.queue, data.len());
            tracing::error!(queue, bytes, "a message cannot be read; it goes to the dead letters");
        }
    }

    /// Tells the broker what is done, whenever there is something, and at the end what is left of that. What is not
    /// done by then is given back with the end of the connection.
    async fn answer_all(&self, taken: &[Taken<'_>], stop: &Stop) -> Result<(), Broken> {
        loop {
            // What became answerable meanwhile is answered together.
            let last = tokio::select! {
                () = self.answerable.notified() => false,
                () = tokio::time::sleep(TELL) => false,
                () = stopped(stop) => true,
            };
            self.answer(taken).await?;
            let open = self.intakes.values().map(Intake::open).sum::<usize>();
            self.metrics.unacknowledged(open as u64);
            if last {
                return Ok(());
            }
        }
    }

    async fn answer(&self, taken: &[Taken<'_>]) -> Result<(), Broken> {
        for Taken { intake, kind, channel, .. } in taken {
            let answers = match kind {
                Kind::Jobs => intake.jobs.answers(),
                Kind::Pieces => intake.pieces.answers(),
            };
            if !answers.is_empty() {
                within(REQUEST, "take an acknowledgement", tell(channel, answers)).await?;
            }
        }
        Ok(())
    }
}

async fn tell(channel: &Channel, answers: Answers) -> lapin::Result<()> {
    let Answers { refused, back, done } = answers;
    for tag in refused {
        channel.basic_reject(tag, BasicRejectOptions { requeue: false }).await?;
    }
    for tag in back {
        channel.basic_nack(tag, BasicNackOptions { requeue: true, multiple: false }).await?;
    }
    if let Some(tag) = done {
        channel.basic_ack(tag, BasicAckOptions { multiple: true }).await?;
    }
    Ok(())
}
