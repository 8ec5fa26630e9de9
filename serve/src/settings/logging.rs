//! The log: what is in force says its form and how much of it there is; it goes to standard error.
//!
//! Text is for people, without colours; JSON is one object a line, with the fields of the event at the top and
//! the request that it belongs to under `span`. Nobody may log what clients send: no text, no result, no token.
//!
//! Invariant: the log never stops the service. A standard error that is closed or full loses lines, no more.

use std::io;

use tracing::{Metadata, Subscriber};
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::SubscriberExt;

use super::Settings;
use super::log_form::LogForm;
use super::wrong::{Cause, Wrong};

/// Sends the log of this process to standard error from now on.
///
/// # Errors
///
/// If the process has a log already.
pub fn start(settings: &Settings) -> Result<(), Wrong> {
    tracing::subscriber::set_global_default(log(settings, io::stderr)).map_err(|_| {
        Cause::new("was started before", "start it once, before anything else").at("the log")
    })
}

/// The log in the form and of the level in force, into `writer`.
pub fn log<W>(settings: &Settings, writer: W) -> Box<dyn Subscriber + Send + Sync>
where
    W: for<'writer> MakeWriter<'writer> + Send + Sync + 'static,
{
    let common = tracing_subscriber::fmt()
        .with_max_level(settings.log_level)
        .with_writer(writer)
        .with_ansi(false)
        // Else a line that cannot be written is told to standard error, where it panics.
        .log_internal_errors(false);
    match settings.log {
        LogForm::Text => Box::new(common.finish().with(filter_fn(ours))),
        LogForm::Json => {
            let json = common.json().flatten_event(true).with_span_list(false);
            Box::new(json.with_current_span(true).finish().with(filter_fn(ours)))
        }
    }
}

/// What libraries say of their own is said again where it matters, and may hold what nobody should log.
fn ours(what: &Metadata<'_>) -> bool {
    what.target().starts_with("impute")
}

#[cfg(test)]
pub(crate) mod tests {
    use std::io::Write;
    use std::sync::{Arc, Mutex, OnceLock};

    use tracing::Dispatch;
    use tracing::level_filters::LevelFilter;
    use tracing::subscriber::DefaultGuard;

    use super::super::{Flags, InForce};
    use super::*;

    /// A log that a test can read.
    #[derive(Clone, Default)]
    pub(crate) struct Page(Arc<Mutex<Vec<u8>>>);

    impl Write for Page {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    impl Page {
        /// What this thread logs is written here, in JSON, until the guard is dropped.
        pub(crate) fn logs(&self, level: LevelFilter) -> DefaultGuard {
            self.logs_in(LogForm::Json, level)
        }

        fn logs_in(&self, form: LogForm, level: LevelFilter) -> DefaultGuard {
            // With one log in the process, a place that logs asks only the log of the thread that comes by first
            // whether it is wanted; with two, it asks all. This one is never written to.
            static SECOND: OnceLock<Dispatch> = OnceLock::new();
            SECOND.get_or_init(|| Dispatch::new(tracing_subscriber::registry()));
            let in_force = InForce::find_with(&Flags::default(), |_| None).unwrap();
            let settings = Settings { log: form, log_level: level, ..in_force.settings };
            let page = self.clone();
            tracing::subscriber::set_default(log(&settings, move || page.clone()))
        }

        fn text(&self) -> String {
            String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
        }

        /// The lines.
        pub(crate) fn json(&self) -> Vec<serde_json::Value> {
            self.text().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
        }
    }

    fn logged(form: LogForm, level: LevelFilter) -> Page {
        let page = Page::default();
        let _guard = page.logs_in(form, level);
        let span = tracing::info_span!("request", id = "the-id");
        let _inside = span.enter();
        tracing::info!(status = 404, "refused");
        tracing::debug!("more");
        page
    }

    #[test]
    fn text_is_a_plain_line() {
        let text = logged(LogForm::Text, LevelFilter::INFO).text();
        assert_eq!(text.lines().count(), 1, "{text}");
        assert!(text.contains("the-id") && text.contains("refused status=404"), "{text}");
        assert!(!text.contains('\x1b'));
    }

    #[test]
    fn json_is_one_object_a_line() {
        let lines = logged(LogForm::Json, LevelFilter::DEBUG).json();
        assert_eq!(lines.len(), 2);
        assert_eq!(lines[0]["message"], "refused");
        assert_eq!(lines[0]["status"], 404);
        assert_eq!(lines[0]["span"]["id"], "the-id");
        assert_eq!(lines[1]["level"], "DEBUG");
    }

    #[test]
    fn off_is_silent() {
        assert_eq!(logged(LogForm::Text, LevelFilter::OFF).text(), "");
    }
}
