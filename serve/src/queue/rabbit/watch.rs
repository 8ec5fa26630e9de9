//! What the queues are like: how much waits, who takes it, and whether the broker has lost something.

use std::sync::Arc;
use std::time::{Duration, Instant};

use lapin::{Channel, Connection};

use super::broken::Broken;
use super::declare::{Seen, declare_dead, declare_work, look};
use super::limit::{REQUEST, within};
use super::link::{Link, Session, Stop, stopped};
use super::names::Names;
use super::records::Records;
use crate::fault;
use crate::metrics::Metrics;

/// How often it is looked.
const LOOK: Duration = Duration::from_secs(2);
/// So many times in a row nothing waits anywhere before something may be stranded.
const QUIET: u32 = 3;
/// What has been open for so many milliseconds while nothing waits is stranded, at first.
const STRANDED: i64 = 60_000;
/// It may as well be in the hands of a slow worker: each time that there is some, it has to be twice as old the next
/// time, up to so many milliseconds.
const LONGEST: i64 = 1_800_000;
/// How often it is asked what is stranded.
const ASK: Duration = Duration::from_secs(30);
/// The same while something waits: it may be that which is old.
const BESIDE: i64 = 900_000;
const ASK_BESIDE: Duration = Duration::from_secs(120);
/// The most that is put into the outbox again at once.
const MOST: usize = 10_000;

/// What looks at the queues.
#[derive(Debug)]
pub struct Watching<R> {
    /// What the queues are called.
    pub names: Names,
    /// The models that have queues.
    pub models: Vec<String>,
    /// The outbox, and what is open.
    pub records: Arc<R>,
    /// Who is told.
    pub metrics: Arc<Metrics>,
}

/// How long nothing has waited.
#[derive(Debug)]
struct Quiet {
    looks: u32,
    asked: Instant,
    /// How old something has to be, to be stranded.
    age: i64,
}

impl<R: Records> Session for Watching<R> {
    async fn work(&self, connection: &Connection, _: &Link, stop: Stop) -> Result<(), Broken> {
        let mut channel = open(connection).await?;
        let mut quiet = Quiet::new(Instant::now());
        loop {
            let ready = self.look_at_all(connection, &mut channel).await?;
            self.look_at_store(ready, &mut quiet).await;
            tokio::select! {
                () = tokio::time::sleep(LOOK) => {}
                () = stopped(&stop) => return Ok(()),
            }
        }
    }
}

impl<R: Records> Watching<R> {
    /// How many messages wait in the queues of the models.
    async fn look_at_all(
        &self,
        connection: &Connection,
        channel: &mut Channel,
    ) -> Result<u64, Broken> {
        let dead = self.names.dead();
        let mut ready = 0;
        for model in &self.models {
            for queue in [self.names.jobs(model), self.names.rows(model)] {
                ready += self.look_at(connection, channel, &queue, false).await?.ready;
            }
        }
        self.look_at(connection, channel, &dead, true).await?;
        Ok(ready)
    }

    async fn look_at(
        &self,
        connection: &Connection,
        channel: &mut Channel,
        queue: &str,
        dead: bool,
    ) -> Result<Seen, Broken> {
        let seen = match look(channel, queue).await {
            Err(Broken::Missing(_)) => {
                *channel = open(connection).await?; // the answer closed the other one
                let all_dead = self.names.dead();
                let declared = declare_dead(channel, &all_dead).await?;
                if dead { declared } else { declare_work(channel, queue, &all_dead).await? }
            }
            seen => seen?,
        };
        self.metrics.queue_seen(queue, seen.ready, seen.consumers);
        Ok(seen)
    }

    async fn look_at_store(&self, ready: u64, quiet: &mut Quiet) {
        let Ok((rows, age)) = self.records.outbox_state().await else { return };
        self.metrics.outbox(rows, age);
        let waits = ready > 0 || rows > 0;
        // A test that acknowledges too early wants to see what is lost by that.
        let heals = !(fault::acknowledges_before_the_commit() || fault::keeps_no_outbox());
        let Some(age) = quiet.looked(waits, Instant::now()).filter(|_| heals) else { return };
        match self.records.stranded(age, MOST).await {
            Ok(stranded) => {
                if stranded > 0 {
                    tracing::warn!(
                        stranded,
                        "the broker has no message of what is open; it is sent again"
                    );
                }
                quiet.found(stranded);
            }
            Err(error) => tracing::warn!(%error, "what is stranded is not known"),
        }
    }
}

impl Quiet {
    fn new(now: Instant) -> Self {
        Quiet { looks: 0, asked: now, age: STRANDED }
    }

    /// Somebody looked, and something waits or nothing does. How old what is stranded has to be, if it is to be asked
    /// for now.
    fn looked(&mut self, waits: bool, now: Instant) -> Option<i64> {
        self.looks = if waits { 0 } else { self.looks + 1 };
        let since = now.duration_since(self.asked);
        let age = match self.looks >= QUIET {
            true => (since >= ASK).then_some(self.age),
            // While others come and go, only what is much older than they.
            false => (since >= ASK_BESIDE).then_some(BESIDE),
        };
        if age.is_some() {
            self.asked = now;
        }
        age
    }

    /// So much was stranded.
    fn found(&mut self, stranded: u64) {
        self.age = if stranded == 0 { STRANDED } else { (2 * self.age).min(LONGEST) };
    }
}

async fn open(connection: &Connection) -> Result<Channel, Broken> {
    within(REQUEST, "open a channel", connection.create_channel()).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_stranded_is_asked_for_when_nothing_has_waited_for_a_while() {
        let start = Instant::now();
        let mut quiet = Quiet::new(start);
        let mut look = |waits, seconds| quiet.looked(waits, start + Duration::from_secs(seconds));
        for (waits, seconds) in
            [(false, 1), (false, 2), (false, 3), (true, 30), (false, 31), (false, 32)]
        {
            assert_eq!(look(waits, seconds), None, "{seconds} s");
        }
        assert_eq!(look(false, 33), Some(STRANDED));
        assert_eq!(look(false, 34), None, "it was just asked");
        assert_eq!(look(false, 63), Some(STRANDED));
        assert_eq!(look(true, 182), None);
        assert_eq!(look(true, 183), Some(BESIDE), "what is much older");
        assert_eq!(look(true, 184), None);
    }

    #[test]
    fn what_may_be_in_slow_hands_is_sent_ever_more_rarely() {
        let mut quiet = Quiet::new(Instant::now());
        let ages: Vec<_> = (0..6)
            .map(|_| {
                quiet.found(7);
                quiet.age
            })
            .collect();
        assert_eq!(ages, [120_000, 240_000, 480_000, 960_000, LONGEST, LONGEST]);
        quiet.found(0);
        assert_eq!(quiet.age, STRANDED);
    }
}
