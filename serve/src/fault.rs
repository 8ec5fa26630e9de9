//! Faults that tests put in, to see that they are noticed; none of it is in a release build.
//!
//! `IMPUTE_SERVE_FAULT=early-answers` answers before the commit; `IMPUTE_SERVE_FAULT=early-acks` tells the broker that a
//! job is done when it is begun, `no-outbox` keeps in memory what is to be sent to it; `IMPUTE_SERVE_FAULT=fatal:WORD`
//! ends the process when a text with that word is predicted, `panic:WORD` panics there, `slow:WORD` takes a tenth of a
//! second more; `IMPUTE_SERVE_FAULT=clock:SECONDS` has the clock of this process so many seconds ahead.

#[cfg(debug_assertions)]
mod put_in {
    use std::sync::OnceLock;

    fn asked() -> &'static str {
        static ASKED: OnceLock<String> = OnceLock::new();
        ASKED.get_or_init(|| std::env::var("IMPUTE_SERVE_FAULT").unwrap_or_default())
    }

    pub fn answers_before_the_commit() -> bool {
        asked() == "early-answers"
    }

    #[cfg(feature = "scale-out")]
    pub fn acknowledges_before_the_commit() -> bool {
        asked() == "early-acks"
    }

    #[cfg(feature = "scale-out")]
    pub fn keeps_no_outbox() -> bool {
        asked() == "no-outbox"
    }

    pub fn clock_is_ahead_by() -> i64 {
        static SECONDS: OnceLock<i64> = OnceLock::new();
        let read = || asked().strip_prefix("clock:").and_then(|seconds| seconds.parse().ok());
        *SECONDS.get_or_init(|| read().unwrap_or(0)) * 1000
    }

    pub fn meets(text: &str) {
        if let Some(word) = asked().strip_prefix("fatal:")
            && text.contains(word)
        {
            std::process::abort();
        }
        if let Some(word) = asked().strip_prefix("panic:") {
            assert!(!text.contains(word), "a fault that was asked for");
        }
        if let Some(word) = asked().strip_prefix("slow:")
            && text.contains(word)
        {
            std::thread::sleep(std::time::Duration::from_millis(100));
        }
    }
}

#[cfg(not(debug_assertions))]
mod put_in {
    pub fn answers_before_the_commit() -> bool {
        false
    }

    #[cfg(feature = "scale-out")]
    pub fn acknowledges_before_the_commit() -> bool {
        false
    }

    #[cfg(feature = "scale-out")]
    pub fn keeps_no_outbox() -> bool {
        false
    }

    pub fn clock_is_ahead_by() -> i64 {
        0
    }

    pub fn meets(_text: &str) {}
}

#[cfg(feature = "scale-out")]
pub(crate) use put_in::{acknowledges_before_the_commit, keeps_no_outbox};
pub(crate) use put_in::{answers_before_the_commit, clock_is_ahead_by, meets};
