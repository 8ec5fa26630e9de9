//! What the pages show: plain values, gathered by the routes, so that rendering asks nobody anything.
//!
//! Times are milliseconds since 1970, durations milliseconds.

pub use crate::drift::{Known, Sides};
pub use crate::store::State;
use crate::task::{Outcome, Task};

/// A text, what was asked of it and what came of it.
#[derive(Debug, Clone)]
pub struct Request {
    /// Its tracking id.
    pub id: String,
    /// What was asked.
    pub task: Task,
    /// How far it is.
    pub state: State,
    /// When it was accepted.
    pub created: u64,
    /// When it got its final state.
    pub finished: Option<u64>,
    /// How often it was tried.
    pub tries: u32,
    /// Why it failed.
    pub reason: Option<String>,
    /// What was sent, unless it is gone.
    pub text: Option<String>,
    /// The answer, where there is one.
    pub outcome: Option<Outcome>,
    /// What its sender said of the answer.
    pub feedback: Option<Feedback>,
}

/// What was said of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Feedback {
    /// Whether it was called right.
    pub right: bool,
    /// The word that was meant.
    pub word: Option<String>,
}

/// A file and how far the work on it is.
#[derive(Debug, Clone)]
pub struct Batch {
    /// Its tracking id.
    pub id: String,
    /// What its sender calls it.
    pub name: Option<String>,
    /// How far it is.
    pub state: State,
    /// When it was accepted.
    pub created: u64,
    /// When it got its final state.
    pub finished: Option<u64>,
    /// Rows of the file.
    pub rows: u64,
    /// Rows that have an answer.
    pub done: u64,
    /// Rows that something was inserted into.
    pub changed: u64,
    /// Rows that have no answer and never will.
    pub failed: u64,
    /// Why it failed.
    pub reason: Option<String>,
}

/// How the service is.
#[derive(Debug, Clone)]
pub struct Status {
    /// Whether it takes requests.
    pub ready: bool,
    /// When it started.
    pub started: u64,
    /// When these figures were taken.
    pub now: u64,
    /// Requests that wait or run.
    pub open: u64,
    /// The most of them that it takes.
    pub most_open: u64,
    /// Rows of batches that wait or run.
    pub rows_open: u64,
    /// For how long the oldest request has waited.
    pub oldest: Option<u64>,
    /// What came out lately.
    pub throughput: Throughput,
    /// From accepted to answered.
    pub latency: Option<Latency>,
    /// Who works.
    pub workers: Workers,
    /// What is wrong between those who accept and those who work, if anything is.
    pub trouble: Option<String>,
    /// The models that answer.
    pub models: Vec<Model>,
    /// Whether what people send has changed.
    pub drift: Drift,
}

/// Who works.
#[derive(Debug, Clone, Copy)]
pub enum Workers {
    /// Threads of this process.
    Here {
        /// Those that predict at this moment.
        busy: usize,
        /// All of them.
        threads: usize,
    },
    /// Other processes.
    Elsewhere {
        /// How many.
        workers: u64,
        /// All their threads.
        threads: u64,
    },
}

/// Texts that were answered.
#[derive(Debug, Clone, Copy, Default)]
pub struct Throughput {
    /// In the last minute.
    pub minute: u64,
    /// In the last hour, if that is known.
    pub hour: Option<u64>,
}

/// Percentiles of the requests of the last minutes.
#[derive(Debug, Clone, Copy)]
pub struct Latency {
    /// Half of them took at most this long.
    pub p50: f64,
    /// Nine of ten.
    pub p90: f64,
    /// All but one of a hundred.
    pub p99: f64,
}

/// A model that answers.
#[derive(Debug, Clone)]
pub struct Model {
    /// Its name.
    pub name: String,
    /// What kind of model it is, in words.
    pub kind: String,
    /// The version that answers now.
    pub version: u64,
    /// When that was opened.
    pub opened: u64,
    /// What is known of where it comes from, as names and values.
    pub provenance: Vec<(String, String)>,
    /// Its versions, latest first.
    pub history: Vec<Published>,
}

/// A version of a model.
#[derive(Debug, Clone)]
pub struct Published {
    /// Its number.
    pub version: u64,
    /// When it was published.
    pub published: u64,
    /// What changed.
    pub change: String,
    /// The figures of the comparison with the one before, as names and values.
    pub compare: Vec<(String, String)>,
}

/// Whether the texts of today can be told from those of a reference.
#[derive(Debug, Clone)]
pub enum Drift {
    /// Nobody has set a reference.
    NoReference,
    /// There is one, and nothing has been compared with it yet.
    NotYet {
        /// So many texts of late there are.
        texts: u64,
        /// So many it takes.
        needed: u64,
    },
    /// A classifier was trained to tell them apart.
    Measured {
        /// How often it is right; a half where there is nothing to tell.
        accuracy: f64,
        /// The interval around it that holds the truth in 95 of 100 cases.
        interval: [f64; 2],
        /// What that is called: none, different, drift or strong.
        verdict: String,
        /// Whether that is drift.
        drifted: bool,
        /// What to do.
        advice: String,
        /// How well the model knows both sides, if it tells.
        known: Option<Known>,
        /// How many texts it looked at.
        texts: u64,
        /// When.
        measured: u64,
    },
}

/// A limit, for the help page.
#[derive(Debug, Clone)]
pub struct Limit {
    /// The name of its setting.
    pub setting: &'static str,
    /// What it limits.
    pub about: &'static str,
    /// What it is if nobody sets it.
    pub default: &'static str,
    /// What it is now.
    pub in_force: String,
}
