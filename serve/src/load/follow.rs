//! From an accepted id to its end.
//!
//! In: the id of a job or a batch. Out: how it ended, or that it did not while it was waited for. The service holds
//! each question until there is an answer (`?wait=`), so that few are asked.

use std::time::{Duration, Instant};

use anyhow::Result;
use hyper::StatusCode;
use serde::Deserialize;
use serde::de::IgnoredAny;
use uuid::Uuid;

use super::calls::Kind;
use super::client::{Client, Insistence};
use super::connection::Reply;
use super::tally::End;

/// The longest wait that is asked for, in seconds.
const WAIT: u64 = 20;

/// The wait before the next question if the service answered at once though nothing has ended.
const PAUSE: Duration = Duration::from_millis(20);

/// As much as is read of a state.
#[derive(Deserialize)]
struct Seen {
    state: State,
    reason: Option<String>,
    result: Option<IgnoredAny>,
    rows: Option<u64>,
}

#[derive(Deserialize, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
enum State {
    Waiting,
    Running,
    Done,
    Failed,
    Expired,
    Deleted,
}

/// Asks until there is an end, or patience has.
///
/// # Errors
/// As [`Client::insist`].
pub async fn follow(client: &mut Client, kind: Kind, id: Uuid) -> Result<End> {
    let until = Instant::now() + client.shared.plan.patience;
    loop {
        let asked = Instant::now();
        let left = until.saturating_duration_since(asked);
        if left.is_zero() {
            return Ok(End::Unfinished);
        }
        let wait = (left.as_secs() + 1).min(WAIT);
        let limit = client.shared.plan.patience + Duration::from_secs(wait);
        let how = Insistence { harmless: true, limit, until };
        let shared = client.shared.clone();
        let reply = client.insist(|| shared.calls.state(kind, id, wait), how).await?;
        let mut pause = PAUSE;
        match reply {
            Some(Reply { status: StatusCode::OK, .. }) => {
                if let Some(end) = end(kind, client.connection.body()) {
                    return Ok(end);
                }
            }
            Some(Reply { status: StatusCode::NOT_FOUND | StatusCode::GONE, .. }) => {
                return Ok(End::Lost);
            }
            Some(Reply { retry_after: Some(wait), .. }) => {
                pause = wait.clamp(PAUSE, left.max(PAUSE))
            }
            _ => {}
        }
        if asked.elapsed() < Duration::from_secs(1) {
            tokio::time::sleep(pause).await;
        }
    }
}

/// How it ended, if it has.
fn end(kind: Kind, body: &[u8]) -> Option<End> {
    let seen: Seen = serde_json::from_slice(body).ok()?;
    match seen.state {
        State::Waiting | State::Running => None,
        State::Done if kind == Kind::Job && seen.result.is_none() => {
            Some(End::Failed("done, but without a result".to_owned()))
        }
        State::Done => Some(End::Done(seen.rows.unwrap_or(1))),
        State::Failed => {
            Some(End::Failed(seen.reason.unwrap_or_else(|| "no reason given".to_owned())))
        }
        State::Expired => Some(End::Expired),
        State::Deleted => Some(End::Deleted),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_is_an_end_or_none() {
        let job = |body: &str| end(Kind::Job, body.as_bytes());
        assert_eq!(job(r#"{"state":"waiting"}"#), None);
        assert_eq!(job(r#"{"state":"running","tries":1}"#), None);
        assert_eq!(job(r#"{"state":"done","result":{"text":"a"}}"#), Some(End::Done(1)));
        assert_eq!(
            job(r#"{"state":"done"}"#),
            Some(End::Failed("done, but without a result".into()))
        );
        assert_eq!(job(r#"{"state":"failed","reason":"a\nb"}"#), Some(End::Failed("a\nb".into())));
        assert_eq!(job(r#"{"state":"expired"}"#), Some(End::Expired));
        assert_eq!(job("what"), None);
        assert_eq!(end(Kind::Batch, br#"{"state":"done","rows":7}"#), Some(End::Done(7)));
    }
}
