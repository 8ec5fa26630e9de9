//! The queues, and what they promise: nothing is dropped.
//!
//! Quorum queues keep messages on the disks of a majority of the broker's nodes. A full one refuses what is published
//! (by default it would drop the oldest), a message whose time is over or that no worker survived is handed to the
//! queue of dead letters, and forgotten only when that has it.

use lapin::Channel;
use lapin::options::QueueDeclareOptions;
use lapin::types::{AMQPValue, FieldTable, ShortString};

use super::broken::Broken;
use super::limit::REQUEST;

/// The most messages of a queue.
const LENGTH: i64 = 1_000_000;
/// After so many deliveries that nobody acknowledged, a message is dead.
const DELIVERIES: i64 = 20;

/// What the broker says of a queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seen {
    /// Messages that wait.
    pub ready: u64,
    /// Workers that take them.
    pub consumers: u64,
}

/// Declares a queue of work, whose dead letters go to the queue `dead`.
///
/// # Errors
/// It is there and is another one, or the broker does not do it.
pub async fn declare_work(channel: &Channel, queue: &str, dead: &str) -> Result<Seen, Broken> {
    let mut arguments = common();
    let mut set = |name: &str, value: AMQPValue| {
        arguments.insert(name.into(), value);
    };
    set("x-dead-letter-exchange", text(""));
    set("x-dead-letter-routing-key", text(dead));
    set("x-dead-letter-strategy", text("at-least-once"));
    set("x-delivery-limit", AMQPValue::LongLongInt(DELIVERIES));
    declare(channel, queue, arguments, false).await
}

/// Declares the queue of dead letters. There is none for its own: they wait until they are taken.
///
/// # Errors
/// It is there and is another one, or the broker does not do it.
pub async fn declare_dead(channel: &Channel, queue: &str) -> Result<Seen, Broken> {
    declare(channel, queue, common(), false).await
}

/// Looks at a queue.
///
/// # Errors
/// There is none, or the broker does not answer. The channel is closed then.
pub async fn look(channel: &Channel, queue: &str) -> Result<Seen, Broken> {
    declare(channel, queue, FieldTable::default(), true).await
}

/// The name of a queue, as the protocol wants it.
///
/// # Errors
/// It is too long.
pub fn short(queue: &str) -> Result<ShortString, Broken> {
    ShortString::try_new(queue).map_err(|_| Broken::Long(queue.to_owned()))
}

fn text(value: &str) -> AMQPValue {
    AMQPValue::LongString(value.into())
}

fn common() -> FieldTable {
    let mut arguments = FieldTable::default();
    arguments.insert("x-queue-type".into(), text("quorum"));
    arguments.insert("x-overflow".into(), text("reject-publish"));
    arguments.insert("x-max-length".into(), AMQPValue::LongLongInt(LENGTH));
    arguments
}

async fn declare(
    channel: &Channel,
    queue: &str,
    arguments: FieldTable,
    passive: bool,
) -> Result<Seen, Broken> {
    let options = QueueDeclareOptions { durable: true, passive, ..QueueDeclareOptions::default() };
    let declared = channel.queue_declare(short(queue)?, options, arguments);
    match tokio::time::timeout(REQUEST, declared).await {
        Ok(Ok(queue)) => Ok(Seen {
            ready: u64::from(queue.message_count()),
            consumers: u64::from(queue.consumer_count()),
        }),
        Ok(Err(error)) => Err(Broken::of_queue(queue, &error)),
        Err(_) => Err(Broken::Late("declare a queue", REQUEST.as_secs())),
    }
}
