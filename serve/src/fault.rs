//! Faults that tests put in, to see that they are noticed; none of it is in a release build.
//!
//! `IMPUTE_SERVE_FAULT=early-answers` answers before the commit; `IMPUTE_SERVE_FAULT=fatal:WORD` ends the process when
//! a text with that word is predicted, `panic:WORD` panics there, `slow:WORD` takes a tenth of a second more.

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

    pub fn meets(_text: &str) {}
}

pub(crate) use put_in::{answers_before_the_commit, meets};
