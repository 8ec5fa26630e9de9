//! Hears from other processes what has ended, and tells those who wait here.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, sleep, timeout};
use tokio_postgres::{AsyncMessage, NoTls};

use super::address::Address;
use super::connections::LIMIT;
use super::failed::Failed;
use super::tell::{CHANNEL, read};
use crate::backoff::Backoff;
use crate::store::Watchers;

/// A connection that held for so long was a good one: the next is made soon.
const GOOD: Duration = Duration::from_secs(5);
/// So often everybody looks who waits: what ended together with a process that could not tell it any more is seen
/// then. It is also asked whether the server is there.
const OFTEN: Duration = Duration::from_secs(5);

/// Listens for ever, with a connection of its own that is made again when it breaks.
pub async fn listen(address: Address, watchers: Arc<Watchers>) {
    let mut backoff = Backoff::default();
    loop {
        let began = Instant::now();
        let Err(failed) = hear(&address, &watchers).await;
        tracing::debug!(error = %failed, "what ends is not heard; listening again");
        if began.elapsed() > GOOD {
            backoff = Backoff::default();
        }
        backoff.wait().await;
        watchers.tell_all();
    }
}

async fn hear(address: &Address, watchers: &Watchers) -> Result<std::convert::Infallible, Failed> {
    let connected = timeout(LIMIT, address.config().connect(NoTls)).await;
    let (client, mut connection) = connected.map_err(|_| Failed::Late)??;
    let heard = async {
        while let Some(message) = poll_fn(|context| connection.poll_message(context)).await {
            if let AsyncMessage::Notification(said) = message? {
                watchers.tell(read(said.payload()));
            }
        }
        Err(Failed::Late)
    };
    let kept_up = async {
        let within = |sql| timeout(LIMIT, client.batch_execute(sql));
        let begin = format!("LISTEN {CHANNEL}");
        within(&begin).await.map_err(|_| Failed::Late)??;
        loop {
            watchers.tell_all();
            sleep(OFTEN).await;
            within("SELECT 1").await.map_err(|_| Failed::Late)??;
        }
    };
    let (mut heard, mut kept_up) = (pin!(heard), pin!(kept_up));
    tokio::select! {
        ended = &mut heard => ended,
        ended = &mut kept_up => ended,
    }
}
