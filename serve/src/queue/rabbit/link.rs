//! A connection to the broker that is made again when it is lost, and what is known of it.
//!
//! The client's own recovery is off: what is unacknowledged on a connection is gone with it, and whoever works with a
//! connection begins anew with the next.

use std::pin::pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::StreamExt;
use lapin::{Connection, ConnectionProperties, Event};
use tokio::sync::watch;

use super::address::Address;
use super::broken::Broken;
use super::limit::{REQUEST, within};
use crate::backoff::Backoff;
use crate::metrics::Metrics;

/// A connection that held for so long was a good one: the next is made soon.
const GOOD: Duration = Duration::from_secs(10);
/// How long a connection may take to end.
const CLOSE: Duration = Duration::from_secs(2);
/// How often a connection is asked whether it is still there; it says so itself, too.
const LOOK: Duration = Duration::from_secs(1);

/// What is known of a connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// There is none, for this reason.
    Away(String),
    /// It is there.
    There,
    /// It is there, and the broker takes no messages, for this reason.
    Blocked(String),
}

/// A connection to the broker.
#[derive(Debug, Clone)]
pub struct Link {
    address: Address,
    name: &'static str,
    state: Arc<watch::Sender<State>>,
    /// Who is told whether it is there.
    metrics: Option<Arc<Metrics>>,
}

/// What is done with a connection.
pub trait Session: Send + Sync + 'static {
    /// Works with a connection until it is told to stop, or something breaks.
    fn work(
        &self,
        connection: &Connection,
        link: &Link,
        stop: Stop,
    ) -> impl Future<Output = Result<(), Broken>> + Send;

    /// The connection is gone.
    fn lost(&self) {}
}

/// Says when to stop.
pub type Stop = watch::Receiver<bool>;

impl Link {
    /// A connection that is not there yet; the broker knows it by this name.
    pub fn new(address: Address, name: &'static str, metrics: &Arc<Metrics>) -> Self {
        Link { metrics: Some(Arc::clone(metrics)), ..Link::untold(address, name) }
    }

    /// One whose state is not that of the process.
    pub fn untold(address: Address, name: &'static str) -> Self {
        let (state, _) = watch::channel(State::Away("it is being connected".to_owned()));
        Link { address, name, state: Arc::new(state), metrics: None }
    }

    /// What is known of it.
    pub fn state(&self) -> State {
        self.state.borrow().clone()
    }

    fn set(&self, state: State) {
        let told = self.state.send_if_modified(|now| {
            let changed = *now != state;
            state.clone_into(now);
            changed
        });
        if told && let Some(metrics) = &self.metrics {
            metrics.queue_up(state == State::There);
        }
    }

    /// Waits until the broker takes no messages; why it does not.
    pub async fn blocked(&self) -> String {
        let mut states = self.state.subscribe();
        loop {
            if let State::Blocked(reason) = &*states.borrow_and_update() {
                return reason.clone();
            }
            if states.changed().await.is_err() {
                return std::future::pending().await;
            }
        }
    }

    /// Waits until the broker takes messages again.
    pub async fn unblocked(&self) {
        let mut states = self.state.subscribe();
        // The sender is in this very link.
        let _ = states.wait_for(|state| !matches!(state, State::Blocked(_))).await;
    }

    /// Connects, and works with the connection, again and again until it is told to stop.
    pub async fn keep(self, session: impl Session, stop: Stop) {
        let mut backoff = Backoff::default();
        loop {
            let connected = tokio::select! {
                connected = self.connect() => connected,
                () = stopped(&stop) => return,
            };
            let since = Instant::now();
            let ended = match connected {
                Ok(connection) => self.work(connection, &session, &stop).await,
                Err(broken) => Err(broken),
            };
            let Err(broken) = ended else { return };
            self.broke(&broken);
            if since.elapsed() > GOOD {
                backoff = Backoff::default();
            }
            tokio::select! {
                () = backoff.wait() => {}
                () = stopped(&stop) => return,
            }
        }
    }

    async fn connect(&self) -> Result<Connection, Broken> {
        let properties = ConnectionProperties::default().with_connection_name(self.name.into());
        let connecting = Connection::connect_uri(self.address.uri(), properties);
        within(REQUEST, "accept a connection", connecting).await
    }

    async fn work(
        &self,
        connection: Connection,
        session: &impl Session,
        stop: &Stop,
    ) -> Result<(), Broken> {
        self.set(State::There);
        tracing::info!(broker = %self.address, connection = self.name, "the broker is there");
        let ended = tokio::select! {
            ended = session.work(&connection, self, stop.clone()) => ended,
            broken = self.listen(&connection) => Err(broken),
        };
        session.lost();
        // One that is broken ends at once.
        let _ = tokio::time::timeout(CLOSE, connection.close(200, "OK".into())).await;
        ended
    }

    /// Takes note of what the broker says of the connection, until it is gone.
    async fn listen(&self, connection: &Connection) -> Broken {
        let mut events = pin!(connection.events_listener());
        loop {
            let event = tokio::time::timeout(LOOK, events.next()).await;
            let gone = !connection.status().connected();
            match event {
                Ok(Some(Event::ConnectionBlocked(reason))) => {
                    tracing::warn!(reason, connection = self.name, "the broker takes no messages");
                    self.set(State::Blocked(reason));
                }
                Ok(Some(Event::ConnectionUnblocked)) => self.set(State::There),
                // Of a channel, too: whoever uses that is told, too.
                Ok(Some(Event::Error(error))) if gone => return error.into(),
                _ if gone => return Broken::Broker("the connection is gone".to_owned()),
                Ok(None) => tokio::time::sleep(LOOK).await,
                _ => {}
            }
        }
    }

    /// The first time it is a warning, so that a broker that is away for long does not fill the log.
    fn broke(&self, broken: &Broken) {
        let (error, broker) = (broken.to_string(), &self.address);
        if matches!(self.state(), State::Away(said) if said == error) {
            tracing::debug!(error, %broker, connection = self.name, "still no connection");
        } else {
            tracing::warn!(error, %broker, connection = self.name, "no connection; it is made again");
        }
        self.set(State::Away(error));
    }
}

/// Waits until it is time to stop.
pub async fn stopped(stop: &Stop) {
    // Nobody who could say so any more is as good as a word.
    let _ = stop.clone().wait_for(|stop| *stop).await;
}
