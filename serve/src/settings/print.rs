//! What `impute-serve config` prints: the settings in force as a TOML file, each line with the place that the
//! value comes from.
//!
//! Invariant: read back with `--config`, it gives the same settings. Tokens of a variable are not printed, only
//! their number; those of a file stay there.

use std::path::{Path, PathBuf};

use super::checked::Servers;
use super::given::Origin;
use super::in_force::InForce;
use super::key::Key;
use super::log_form::LogForm;
use super::server::Server;
use super::{duration, values};

/// The column at which the places stand.
const COLUMN: usize = 44;

impl InForce {
    /// The settings as a TOML file.
    pub fn to_toml(&self) -> String {
        let mut text = String::from("# The settings in force, and where each comes from. ");
        text.push_str("Read back with: impute-serve --config FILE\n");
        for key in Key::ALL {
            match key {
                Key::Models => self.models(&mut text),
                key => self.line(key, &mut text),
            }
        }
        text
    }

    fn line(&self, key: Key, text: &mut String) {
        let line = match self.value(key) {
            Ok(value) => format!("{} = {value}", key.name()),
            Err(instead) => format!("# {}: {instead}", key.name()),
        };
        push(text, &line, &self.place(key));
    }

    fn models(&self, text: &mut String) {
        text.push_str("\n[models]\n");
        for (name, path) in &self.settings.models {
            // Quoted, since a name may have dots.
            let line = format!("{} = {}", quoted(name), quoted_path(path));
            push(text, &line, &self.place(Key::Models));
        }
        if self.settings.models.is_empty() {
            push(text, "# english: the shipped one", &self.place(Key::Models));
        }
    }

    /// The value of a setting in TOML, or what holds instead of one.
    fn value(&self, key: Key) -> Result<String, String> {
        let settings = &self.settings;
        let path = |path: &Option<PathBuf>, instead: &str| match path {
            Some(path) => Ok(quoted_path(path)),
            None => Err(instead.to_owned()),
        };
        Ok(match key {
            Key::Listen => quoted(&settings.listen.to_string()),
            Key::Data => quoted_path(&settings.data),
            Key::Classifier => path(&settings.classifier, "the shipped one")?,
            Key::Database => self.server(|servers| &servers.database)?,
            Key::Queue => self.server(|servers| &servers.queue)?,
            Key::Bundle => settings.bundle.to_string(),
            Key::Prefetch => settings.prefetch.to_string(),
            Key::Cache => path(&settings.cache, "one for each run")?,
            Key::Threads => settings.threads.to_string(),
            Key::MaxBacklog => settings.max_backlog.to_string(),
            Key::MaxRows => settings.max_rows.to_string(),
            Key::MaxText => settings.max_text.to_string(),
            Key::MaxUpload => settings.max_upload.to_string(),
            Key::Ttl => quoted(&duration::print(settings.ttl)),
            Key::Retention => quoted(&duration::print(settings.retention)),
            Key::KeepFeedback => quoted(&duration::print(settings.keep_feedback)),
            Key::Rate => settings.rate.to_string(),
            Key::Burst => settings.burst.to_string(),
            Key::Tokens => {
                let instead = match settings.tokens.len() {
                    0 => "none".to_owned(),
                    number => format!("{number}, not shown"),
                };
                path(&settings.tokens_file, &instead)?
            }
            Key::Reference => path(&settings.reference, "none")?,
            Key::ReferenceEvery => settings.reference_every.to_string(),
            Key::Log => quoted(match settings.log {
                LogForm::Text => "text",
                LogForm::Json => "json",
            }),
            Key::LogLevel => quoted(values::level_name(settings.log_level)),
            Key::Timeout => quoted(&duration::print(settings.timeout)),
            Key::Drain => quoted(&duration::print(settings.drain)),
            Key::Models => return Err("below".to_owned()),
        })
    }

    /// An address with a password is shown without it, as no value: it would not read back.
    fn server(&self, of: impl Fn(&Servers) -> &Server) -> Result<String, String> {
        match self.settings.servers.as_ref().map(of) {
            Some(server) if server.is_open() => Ok(quoted(server.url())),
            Some(server) => Err(format!("{}, its password not shown", server.shown())),
            None => Err("none".to_owned()),
        }
    }

    fn place(&self, key: Key) -> String {
        match self.given.origin(key) {
            Origin::Default => "default".to_owned(),
            Origin::File(path) => format!("file {}", path.escape_debug()),
            Origin::Environment => format!("environment {}", key.variable()),
            Origin::Flag => format!("flag {}", key.flag()),
        }
    }
}

fn push(text: &mut String, line: &str, place: &str) {
    text.push_str(&format!("{line:<COLUMN$} # {place}\n"));
}

fn quoted_path(path: &Path) -> String {
    // Every path here was read from a text.
    quoted(&path.to_string_lossy())
}

/// A string of TOML, whose signs are escaped as in JSON, and DEL besides.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string().replace('\u{7f}', "\\u007f")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::fs;

    use proptest::prelude::*;

    use super::super::Flags;
    use super::super::file;
    use super::super::given::{Given, Value};
    use super::super::read;
    use super::*;

    const TOKEN: &str = "0123456789abcdef";

    fn in_force(given: Given) -> InForce {
        let settings = read::settings(&given).unwrap();
        InForce { settings, given }
    }

    #[test]
    fn says_where_each_value_comes_from() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("serve.toml");
        fs::write(&path, "max-text = 100\n[models]\nnews = \"n.imp\"\n").unwrap();
        let path = path.to_str().unwrap();
        let flags =
            Flags { config: Some(path.into()), burst: Some("40".into()), ..Flags::default() };
        let lookup = |name: &str| match name {
            "IMPUTE_SERVE_TOKENS" => Some(format!("me:{TOKEN}").into()),
            _ => None,
        };
        let text = InForce::find_with(&flags, lookup).unwrap().to_toml();
        let line = |start: &str| {
            let line = text.lines().find(|line| line.starts_with(start)).expect(start);
            line.split_whitespace().collect::<Vec<_>>().join(" ")
        };
        assert_eq!(line("listen"), "listen = \"127.0.0.1:8642\" # default");
        assert_eq!(line("max-text"), format!("max-text = 100 # file {path}"));
        assert_eq!(line("burst"), "burst = 40 # flag --burst");
        assert_eq!(line("# tokens"), "# tokens: 1, not shown # environment IMPUTE_SERVE_TOKENS");
        assert_eq!(line("rate"), "rate = 50 # default");
        assert_eq!(line("\"news\""), format!("\"news\" = \"n.imp\" # file {path}"));
        assert!(!text.contains(TOKEN));
        assert!(text.lines().skip(1).all(|line| line.contains(" # ") || line.len() < 10), "{text}");
    }

    #[test]
    fn a_file_of_tokens_is_named_and_not_shown() {
        let file = tempfile::NamedTempFile::new().unwrap();
        fs::write(file.path(), format!("me {TOKEN} admin\n")).unwrap();
        let mut given = Given::defaults();
        given.text(Key::Tokens, file.path().to_str().unwrap(), Origin::Flag);
        given.text(Key::Listen, "[::]:443", Origin::Flag);
        let before = in_force(given);
        let text = before.to_toml();
        assert!(text.contains(file.path().to_str().unwrap()) && !text.contains(TOKEN), "{text}");
        let again = Given::defaults().under(file::read(&text, "printed.toml").unwrap());
        assert_eq!(read::settings(&again).unwrap(), before.settings);
    }

    fn words() -> impl Strategy<Value = String> {
        // Any text a name of a file can be, and those that TOML and comments make much of.
        prop_oneof!["[^\0]{1,12}", "[\"'\\\\#\n\t\r=\u{7f}\u{80}]{1,8}", "[a-z/]{1,9}"]
    }

    fn time(least: u64, most: u64) -> impl Strategy<Value = String> {
        (least..=most).prop_map(|seconds| format!("{seconds}s"))
    }

    prop_compose! {
        fn some_given()(
            numbers in (1..=1024u32, 1..=1u64 << 40, 1..=1u64 << 40, 1..=1000u64, 1000..=1u64 << 40),
            rates in (0..=1_000_000u32, 16..=1_000_000u32, 0..=1u64 << 40),
            spans in (time(1, 100), time(100, 3_153_600_000), time(60, 9_999_999)),
            ends in (time(1, 3600), time(0, 3600)),
            data in words(),
            optional in (proptest::option::of(words()), proptest::option::of(words())),
            listen in prop_oneof![Just("[::1]:1"), Just("127.0.0.1:65535"), Just("127.3.2.1:0")],
            log in prop_oneof![Just("text"), Just("json")],
            level in proptest::sample::select(vec!["off", "error", "warn", "info", "debug", "trace"]),
            models in proptest::collection::btree_map("[A-Za-z0-9._-]{1,9}x", words(), 0..4),
            origin in prop_oneof![
                Just(Origin::Default),
                words().prop_map(Origin::File),
                Just(Origin::Environment),
                Just(Origin::Flag),
            ],
            which in any::<u32>(),
        ) -> Given {
            let (classifier, reference) = optional;
            let values = [
                (Key::Listen, listen.to_owned()),
                (Key::Data, data),
                (Key::Threads, numbers.0.to_string()),
                (Key::MaxBacklog, numbers.1.to_string()),
                (Key::MaxRows, numbers.2.to_string()),
                (Key::MaxText, numbers.3.to_string()),
                (Key::MaxUpload, numbers.4.to_string()),
                (Key::Ttl, spans.0),
                (Key::Retention, spans.1),
                (Key::KeepFeedback, spans.2),
                (Key::Rate, rates.0.to_string()),
                (Key::Burst, rates.1.to_string()),
                (Key::Log, log.to_owned()),
                (Key::LogLevel, level.to_owned()),
                (Key::Timeout, ends.0),
                (Key::Drain, ends.1),
            ];
            let mut given = Given::defaults();
            for (key, text) in values {
                // Not all at once: those left out hold by default, unless they only fit together.
                let together = matches!(key, Key::MaxText | Key::MaxUpload | Key::Ttl | Key::Retention);
                if together || which >> (key as u32) & 1 == 1 {
                    given.text(key, text, origin.clone());
                }
            }
            let every = reference.as_ref().map(|_| rates.2.to_string());
            let optional = [
                (Key::Classifier, classifier),
                (Key::Reference, reference),
                (Key::ReferenceEvery, every),
            ];
            for (key, text) in optional {
                if let Some(text) = text {
                    given.text(key, text, origin.clone());
                }
            }
            let models: BTreeMap<String, String> = models;
            given.insert(Key::Models, Value::Table(models), origin);
            given
        }
    }

    proptest! {
        #[test]
        fn what_is_printed_reads_back_to_the_same_settings(given in some_given()) {
            let before = in_force(given);
            let text = before.to_toml();
            let again = Given::defaults().under(file::read(&text, "printed.toml").unwrap());
            prop_assert_eq!(read::settings(&again).unwrap(), before.settings);
        }
    }
}
