//! Nothing waits for the broker for ever: it may be frozen.

use std::time::Duration;

use super::broken::Broken;

/// How long a request to the broker may take.
pub const REQUEST: Duration = Duration::from_secs(10);
/// How long it may take until the broker has confirmed what was published.
pub const CONFIRM: Duration = Duration::from_secs(30);

/// Waits for the broker to do something, for so long.
///
/// # Errors
/// It takes longer, or the broker says no.
pub async fn within<T>(
    limit: Duration,
    what: &'static str,
    asked: impl Future<Output = lapin::Result<T>>,
) -> Result<T, Broken> {
    match tokio::time::timeout(limit, asked).await {
        Ok(answered) => Ok(answered?),
        Err(_) => Err(Broken::Late(what, limit.as_secs())),
    }
}
