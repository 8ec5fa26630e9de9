//! Settings from the command line. Every flag may be missing: then the environment, the file or the default
//! holds.
//!
//! A flag keeps the text as it was typed; it is read together with what the other places give, so that the same
//! mistake gets the same answer wherever it is made.

use clap::Args;

use super::given::{Given, Origin, Value};
use super::key::Key;
use super::values;
use super::wrong::Wrong;

#[expect(missing_docs, reason = "clap would head the help of the whole program with it")]
#[derive(Args, Clone, Debug, Default)]
pub struct Flags {
    /// Read settings from this TOML file [env: IMPUTE_SERVE_CONFIG]
    #[arg(long, value_name = "FILE")]
    pub config: Option<String>,
    /// Listen on this address and port; other than loopback only with --tokens [default: 127.0.0.1:8642]
    #[arg(long, value_name = "ADDRESS:PORT")]
    pub listen: Option<String>,
    /// Keep jobs and reports in this SQLite file [default: impute-serve.sqlite]
    #[arg(long, value_name = "FILE")]
    pub data: Option<String>,
    /// Keep jobs and reports in this PostgreSQL database, and have them done by workers on any machine; with --queue
    #[arg(long, value_name = "URL")]
    pub database: Option<String>,
    /// Hand jobs to the workers through this RabbitMQ broker; with --database
    #[arg(long, value_name = "URL")]
    pub queue: Option<String>,
    /// Name at most this many jobs in one message to the workers [default: 32]
    #[arg(long, value_name = "JOBS")]
    pub bundle: Option<String>,
    /// Take this many messages at once as a worker [default: 64]
    #[arg(long, value_name = "MESSAGES")]
    pub prefetch: Option<String>,
    /// Keep models that were fetched from the database in this folder [default: one for this run alone]
    #[arg(long, value_name = "FOLDER")]
    pub cache: Option<String>,
    /// Serve this model under this name; give it several times for several [default: the shipped one, as english]
    #[arg(long, value_name = "NAME=FILE")]
    pub model: Vec<String>,
    /// Tell languages apart with this classifier [default: the shipped one]
    #[arg(long, value_name = "FILE")]
    pub classifier: Option<String>,
    /// Compute on this many threads [default: one for each core]
    #[arg(long, value_name = "NUMBER")]
    pub threads: Option<String>,
    /// Let at most this many jobs wait; more are refused until some are done [default: 100000]
    #[arg(long, value_name = "JOBS")]
    pub max_backlog: Option<String>,
    /// Let at most this many rows of batches wait [default: 2000000]
    #[arg(long, value_name = "ROWS")]
    pub max_rows: Option<String>,
    /// Refuse a text of more bytes [default: 65536]
    #[arg(long, value_name = "BYTES")]
    pub max_text: Option<String>,
    /// Refuse a file of more bytes [default: 268435456]
    #[arg(long, value_name = "BYTES")]
    pub max_upload: Option<String>,
    /// Give a job up that waited this long, unless it says otherwise itself [default: 1h]
    #[arg(long, value_name = "TIME")]
    pub ttl: Option<String>,
    /// Remove texts and results after this time [default: 7d]
    #[arg(long, value_name = "TIME")]
    pub retention: Option<String>,
    /// Remove reports of right and wrong after this time [default: 365d]
    #[arg(long, value_name = "TIME")]
    pub keep_feedback: Option<String>,
    /// Take this many requests a second from one client; 0 for any number [default: 0, or 50 with tokens]
    #[arg(long, value_name = "REQUESTS")]
    pub rate: Option<String>,
    /// Take this many requests at once from one client, before the rate holds [default: 200]
    #[arg(long, value_name = "REQUESTS")]
    pub burst: Option<String>,
    /// Let in who has a token of this file: lines `name token` or `name token admin`
    #[arg(long, value_name = "FILE")]
    pub tokens: Option<String>,
    /// Compare recent traffic with this text, and say when it drifts away
    #[arg(long, value_name = "FILE")]
    pub reference: Option<String>,
    /// Compare it also after this many texts, once a minute at most; 0 for every ten minutes only [default: 0]
    #[arg(long, value_name = "TEXTS")]
    pub reference_every: Option<String>,
    /// Write the log in this form: text or json [default: text]
    #[arg(long, value_name = "FORM")]
    pub log: Option<String>,
    /// Log this and what is graver: off, error, warn, info, debug or trace [default: info]
    #[arg(long, value_name = "LEVEL")]
    pub log_level: Option<String>,
    /// Let one request take at most this long [default: 30s]
    #[arg(long, value_name = "TIME")]
    pub timeout: Option<String>,
    /// Let running work take at most this long when the service ends [default: 30s]
    #[arg(long, value_name = "TIME")]
    pub drain: Option<String>,
}

impl Flags {
    /// What the flags give.
    ///
    /// # Errors
    ///
    /// If a `--model` is not `NAME=FILE`.
    pub fn given(&self) -> Result<Given, Wrong> {
        let mut given = Given::default();
        for key in Key::ALL {
            let text = match key {
                Key::Models => continue,
                Key::Listen => &self.listen,
                Key::Data => &self.data,
                Key::Database => &self.database,
                Key::Queue => &self.queue,
                Key::Bundle => &self.bundle,
                Key::Prefetch => &self.prefetch,
                Key::Cache => &self.cache,
                Key::Classifier => &self.classifier,
                Key::Threads => &self.threads,
                Key::MaxBacklog => &self.max_backlog,
                Key::MaxRows => &self.max_rows,
                Key::MaxText => &self.max_text,
                Key::MaxUpload => &self.max_upload,
                Key::Ttl => &self.ttl,
                Key::Retention => &self.retention,
                Key::KeepFeedback => &self.keep_feedback,
                Key::Rate => &self.rate,
                Key::Burst => &self.burst,
                Key::Tokens => &self.tokens,
                Key::Reference => &self.reference,
                Key::ReferenceEvery => &self.reference_every,
                Key::Log => &self.log,
                Key::LogLevel => &self.log_level,
                Key::Timeout => &self.timeout,
                Key::Drain => &self.drain,
            };
            if let Some(text) = text {
                given.text(key, text, Origin::Flag);
            }
        }
        if !self.model.is_empty() {
            let models = values::models(self.model.iter().map(String::as_str));
            let models = models.map_err(|cause| cause.at(Key::Models.flag()))?;
            given.insert(Key::Models, Value::Table(models), Origin::Flag);
        }
        Ok(given)
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Program {
        #[command(flatten)]
        flags: Flags,
    }

    fn typed(words: &str) -> Flags {
        Program::parse_from(["impute-serve"].into_iter().chain(words.split_whitespace())).flags
    }

    #[test]
    fn every_setting_has_its_flag() {
        for key in Key::ALL {
            let given = typed(&format!("{} a=b", key.flag())).given().unwrap();
            assert!(given.get(key).is_some(), "{key:?}");
            assert_eq!(*given.origin(key), Origin::Flag);
            let others = Key::ALL.iter().filter(|other| given.get(**other).is_some());
            assert_eq!(others.count(), 1, "{key:?}");
        }
    }

    #[test]
    fn the_help_names_the_defaults_that_hold() {
        use clap::CommandFactory;
        let mut command = Program::command();
        let help = command.render_help().to_string();
        assert!(help.starts_with("Usage:"), "the program says itself what it is: {help}");
        for key in Key::ALL {
            let line = help.lines().skip_while(|line| !line.contains(&format!("{} <", key.flag())));
            // Wrapped or not, as the terminal is wide.
            let text = line.take(5).map(str::trim).collect::<Vec<_>>().join(" ");
            if let Some(default) = key.default() {
                assert!(text.contains(&format!("[default: {default}")), "{key:?}: {text}");
            }
        }
    }

    #[test]
    fn several_models_are_several_flags() {
        let given = typed("--model a=x.imp --model b=y.imp").given().unwrap();
        let Some(Value::Table(models)) = given.get(Key::Models) else { panic!("no models") };
        assert_eq!(models.len(), 2);
        let message = typed("--model a").given().err().unwrap().to_string();
        assert!(message.starts_with("--model: ") && message.contains("NAME=FILE"), "{message}");
    }
}
