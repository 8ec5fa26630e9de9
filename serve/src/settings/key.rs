//! The settings there are: each with its name in the three places where it can be given, and its default.
//!
//! One name serves for all: `max-text` is `--max-text`, `IMPUTE_SERVE_MAX_TEXT` and `max-text` in the file. Only
//! models differ, of which there may be several: `--model NAME=FILE` again and again, a table `[models]` in the
//! file.

/// A setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Key {
    /// The address on which the service listens.
    Listen,
    /// The database of jobs, a file.
    Data,
    /// The database of jobs, on a server.
    Database,
    /// The broker.
    Queue,
    /// How many jobs one message names.
    Bundle,
    /// How many messages a worker has at once.
    Prefetch,
    /// The folder for models that were fetched.
    Cache,
    /// The models, by name.
    Models,
    /// The classifier of languages.
    Classifier,
    /// How many threads compute.
    Threads,
    /// How many jobs may wait.
    MaxBacklog,
    /// How many rows of batches may wait.
    MaxRows,
    /// How many bytes one text may have.
    MaxText,
    /// How many bytes one file may have.
    MaxUpload,
    /// How long a job may wait before it is given up.
    Ttl,
    /// How long texts and results are kept.
    Retention,
    /// How long reports of right and wrong are kept.
    KeepFeedback,
    /// How many requests a second one client may send.
    Rate,
    /// How many requests one client may send at once.
    Burst,
    /// Who may come in.
    Tokens,
    /// The text with which recent traffic is compared.
    Reference,
    /// After how many texts it is compared.
    ReferenceEvery,
    /// The form of the log.
    Log,
    /// How much is logged.
    LogLevel,
    /// How long one request may take.
    Timeout,
    /// How long running work may take to finish at the end.
    Drain,
}

/// What a setting looks like in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// An integer.
    Number,
    /// A string.
    Words,
    /// A table of names and files.
    Table,
}

impl Key {
    /// All of them, in the order in which they are printed; the table is last, as TOML wants it.
    pub const ALL: [Key; 26] = [
        Key::Listen,
        Key::Data,
        Key::Database,
        Key::Queue,
        Key::Bundle,
        Key::Prefetch,
        Key::Cache,
        Key::Classifier,
        Key::Threads,
        Key::MaxBacklog,
        Key::MaxRows,
        Key::MaxText,
        Key::MaxUpload,
        Key::Ttl,
        Key::Retention,
        Key::KeepFeedback,
        Key::Rate,
        Key::Burst,
        Key::Tokens,
        Key::Reference,
        Key::ReferenceEvery,
        Key::Log,
        Key::LogLevel,
        Key::Timeout,
        Key::Drain,
        Key::Models,
    ];

    /// The name in the file.
    pub fn name(self) -> &'static str {
        match self {
            Key::Listen => "listen",
            Key::Data => "data",
            Key::Database => "database",
            Key::Queue => "queue",
            Key::Bundle => "bundle",
            Key::Prefetch => "prefetch",
            Key::Cache => "cache",
            Key::Models => "models",
            Key::Classifier => "classifier",
            Key::Threads => "threads",
            Key::MaxBacklog => "max-backlog",
            Key::MaxRows => "max-rows",
            Key::MaxText => "max-text",
            Key::MaxUpload => "max-upload",
            Key::Ttl => "ttl",
            Key::Retention => "retention",
            Key::KeepFeedback => "keep-feedback",
            Key::Rate => "rate",
            Key::Burst => "burst",
            Key::Tokens => "tokens",
            Key::Reference => "reference",
            Key::ReferenceEvery => "reference-every",
            Key::Log => "log",
            Key::LogLevel => "log-level",
            Key::Timeout => "timeout",
            Key::Drain => "drain",
        }
    }

    /// The flag.
    pub fn flag(self) -> String {
        match self {
            Key::Models => "--model".to_owned(),
            key => format!("--{}", key.name()),
        }
    }

    /// The variable of the environment.
    pub fn variable(self) -> String {
        let name = self.flag()[2..].replace('-', "_").to_ascii_uppercase();
        format!("IMPUTE_SERVE_{name}")
    }

    /// What holds if nobody says otherwise; `None` where there is nothing, or it depends on the machine or on
    /// other settings.
    pub fn default(self) -> Option<&'static str> {
        match self {
            Key::Listen => Some("127.0.0.1:8642"),
            Key::Data => Some("impute-serve.sqlite"),
            Key::Bundle => Some("32"),
            Key::Prefetch => Some("64"),
            Key::MaxBacklog => Some("100000"),
            Key::MaxRows => Some("2000000"),
            Key::MaxText => Some("65536"),
            Key::MaxUpload => Some("268435456"),
            Key::Ttl => Some("1h"),
            Key::Retention => Some("7d"),
            Key::KeepFeedback => Some("365d"),
            Key::Burst => Some("200"),
            Key::ReferenceEvery => Some("0"),
            Key::Log => Some("text"),
            Key::LogLevel => Some("info"),
            Key::Timeout | Key::Drain => Some("30s"),
            Key::Models
            | Key::Classifier
            | Key::Threads
            | Key::Rate
            | Key::Tokens
            | Key::Database
            | Key::Queue
            | Key::Cache
            | Key::Reference => None,
        }
    }

    /// What the value looks like in a file.
    pub fn kind(self) -> Kind {
        match self {
            Key::Threads
            | Key::Bundle
            | Key::Prefetch
            | Key::MaxBacklog
            | Key::MaxRows
            | Key::MaxText
            | Key::MaxUpload
            | Key::Rate
            | Key::Burst
            | Key::ReferenceEvery => Kind::Number,
            Key::Models => Kind::Table,
            _ => Kind::Words,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_setting_is_listed_once() {
        let mut keys = Key::ALL.to_vec();
        keys.sort_unstable();
        keys.dedup();
        assert_eq!(keys.len(), Key::ALL.len());
        assert_eq!(Key::ALL.last(), Some(&Key::Models));
    }

    #[test]
    fn one_name_serves_in_all_places() {
        assert_eq!(Key::MaxText.flag(), "--max-text");
        assert_eq!(Key::MaxText.variable(), "IMPUTE_SERVE_MAX_TEXT");
        assert_eq!(Key::Models.flag(), "--model");
        assert_eq!(Key::Models.variable(), "IMPUTE_SERVE_MODEL");
    }
}
