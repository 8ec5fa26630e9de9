//! The time, as the store and the API have it.

use std::time::{SystemTime, UNIX_EPOCH};

use crate::fault;

/// Milliseconds since 1970.
pub fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let now = i64::try_from(since.as_millis()).unwrap_or(i64::MAX);
    now.saturating_add(fault::clock_is_ahead_by())
}
