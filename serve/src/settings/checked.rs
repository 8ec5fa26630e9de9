//! The settings as the service uses them: typed, and checked.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use tracing::level_filters::LevelFilter;

use super::log_form::LogForm;
use super::server::Server;
use super::tokens::Tokens;

/// The servers that many machines share.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Servers {
    /// PostgreSQL.
    pub database: Server,
    /// RabbitMQ.
    pub queue: Server,
}

/// Everything that can be set, checked: these values fit each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// The address on which the service listens; loopback unless there are tokens.
    pub listen: SocketAddr,
    /// The SQLite file; not used where there are servers.
    pub data: PathBuf,
    /// Database and broker, where many machines work together.
    pub servers: Option<Servers>,
    /// How many jobs one message names, at most.
    pub bundle: usize,
    /// How many messages a worker has at once.
    pub prefetch: u16,
    /// The folder for models that were fetched; none stands for one that goes with the process.
    pub cache: Option<PathBuf>,
    /// The files of models, by name; none stands for the shipped model alone, as `english`.
    pub models: BTreeMap<String, PathBuf>,
    /// The classifier of languages; none stands for the shipped one.
    pub classifier: Option<PathBuf>,
    /// How many threads compute, at least one.
    pub threads: usize,
    /// How many jobs may wait.
    pub max_backlog: u64,
    /// How many rows of batches may wait.
    pub max_rows: u64,
    /// How many bytes one text may have.
    pub max_text: usize,
    /// How many bytes one file may have.
    pub max_upload: u64,
    /// How long a job may wait before it is given up.
    pub ttl: Duration,
    /// How long texts and results are kept; at least `ttl`.
    pub retention: Duration,
    /// How long reports of right and wrong are kept.
    pub keep_feedback: Duration,
    /// How many requests a second one client may send; 0 stands for any number.
    pub rate: u32,
    /// How many requests one client may send at once; never fewer than one call has texts.
    pub burst: u32,
    /// Who may come in; empty where everybody on this machine may.
    pub tokens: Tokens,
    /// The file from which the tokens were read, if they were.
    pub tokens_file: Option<PathBuf>,
    /// The text with which recent traffic is compared.
    pub reference: Option<PathBuf>,
    /// After how many texts it is compared at the latest; 0 stands for any number.
    pub reference_every: u64,
    /// The form of the log.
    pub log: LogForm,
    /// How much is logged.
    pub log_level: LevelFilter,
    /// How long one request may take.
    pub timeout: Duration,
    /// How long running work may take to finish at the end.
    pub drain: Duration,
}
