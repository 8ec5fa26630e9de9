//! The broker of the tests: queues of each test's own, and messages put in and looked at from outside.

use std::time::{Duration, Instant};

use lapin::options::{BasicPublishOptions, ConfirmSelectOptions, QueueDeleteOptions};
use lapin::uri::AMQPUri;
use lapin::{BasicProperties, Channel, Connection, ConnectionProperties};
use uuid::Uuid;

use super::proxy::Proxy;
use crate::queue::rabbit::Names;
use crate::queue::rabbit::declare::{declare_dead, declare_work, look};
use crate::queue::rabbit::message::{JOBS, PIECES, write_jobs, write_pieces};

/// The model of the tests.
pub const MODEL: &str = "english";

/// The broker, with queues for one test.
pub struct Broker {
    /// What the queues are called.
    pub names: Names,
    uri: AMQPUri,
    connection: Connection,
    channel: Channel,
}

impl Broker {
    /// Queues with names that nobody else has.
    pub async fn new() -> Self {
        let url = std::env::var("IMPUTE_SERVE_TEST_QUEUE");
        let uri: AMQPUri = url.expect("IMPUTE_SERVE_TEST_QUEUE=amqp://…").parse().unwrap();
        let names = Names::beginning_with(&format!("test-{}", Uuid::new_v4().simple()));
        let connection =
            Connection::connect_uri(uri.clone(), ConnectionProperties::default()).await.unwrap();
        let channel = connection.create_channel().await.unwrap();
        channel.confirm_select(ConfirmSelectOptions::default()).await.unwrap();
        let broker = Broker { names, uri, connection, channel };
        broker.declare().await;
        broker
    }

    /// Declares the queues.
    pub async fn declare(&self) {
        let dead = self.names.dead();
        declare_dead(&self.channel, &dead).await.unwrap();
        for queue in [self.names.jobs(MODEL), self.names.rows(MODEL)] {
            declare_work(&self.channel, &queue, &dead).await.unwrap();
        }
    }

    /// Where it is.
    pub fn url(&self) -> String {
        self.uri.to_string()
    }

    /// A way to it that can be cut.
    pub async fn proxy(&self) -> (Proxy, String) {
        let place = (self.uri.authority.host.as_str(), self.uri.authority.port);
        let place = tokio::net::lookup_host(place).await.unwrap().next().unwrap();
        let proxy = Proxy::before(place).await;
        let mut uri = self.uri.clone();
        "127.0.0.1".clone_into(&mut uri.authority.host);
        uri.authority.port = proxy.port;
        uri.query.heartbeat = Some(1);
        (proxy, uri.to_string())
    }

    /// Puts a message of jobs into their queue.
    pub async fn put_jobs(&self, ids: &[Uuid]) {
        let mut bytes = Vec::new();
        write_jobs(ids, &mut bytes);
        self.put(&self.names.jobs(MODEL), JOBS, &bytes, None).await;
    }

    /// Puts a message of pieces into their queue.
    pub async fn put_pieces(&self, batch: i64, firsts: &[i64]) {
        let mut bytes = Vec::new();
        write_pieces(batch, firsts, &mut bytes);
        self.put(&self.names.rows(MODEL), PIECES, &bytes, None).await;
    }

    /// Puts any message into a queue.
    pub async fn put(&self, queue: &str, kind: &str, bytes: &[u8], expiration: Option<&str>) {
        let properties = BasicProperties::default().with_type(kind.into()).with_delivery_mode(2);
        let properties = match expiration {
            Some(time) => properties.with_expiration(time.into()),
            None => properties,
        };
        let options = BasicPublishOptions { mandatory: true, ..BasicPublishOptions::default() };
        let publish =
            self.channel.basic_publish("".into(), queue.into(), options, bytes, properties);
        assert!(publish.await.unwrap().await.unwrap().is_ack());
    }

    /// How many messages wait in a queue.
    pub async fn ready(&self, queue: &str) -> u64 {
        look(&self.channel, queue).await.unwrap().ready
    }

    /// Waits until so many messages wait in a queue and nobody takes from it.
    pub async fn left(&self, queue: &str) -> u64 {
        soon("nobody takes from the queue", async || {
            look(&self.channel, queue).await.unwrap().consumers == 0
        })
        .await;
        // What was unacknowledged is back a moment after its consumer is gone.
        tokio::time::sleep(Duration::from_millis(300)).await;
        self.ready(queue).await
    }

    /// Removes a queue.
    pub async fn delete(&self, queue: &str) {
        self.channel.queue_delete(queue.into(), QueueDeleteOptions::default()).await.unwrap();
    }

    /// Removes the queues of the test.
    pub async fn end(self) {
        for queue in [self.names.jobs(MODEL), self.names.rows(MODEL), self.names.dead()] {
            self.delete(&queue).await;
        }
        self.connection.close(200, "OK".into()).await.unwrap();
    }
}

/// Waits until something is so, for as long as a busy machine may need.
pub async fn soon(what: &str, is: impl AsyncFn() -> bool) {
    let began = Instant::now();
    while !is().await {
        assert!(began.elapsed() < Duration::from_secs(60), "not within a minute: {what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
