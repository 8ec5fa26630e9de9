//! What can be typed after `impute-serve load`.
//!
//! Only the form of each value is checked here; what does not go together is refused by `plan`.

use std::path::PathBuf;
use std::time::Duration;

use clap::ValueEnum;
use serde::Serialize;

/// Send requests to a running service and report throughput, latency, refusals and losses
///
/// Without --rate, every client sends its next request when the one before is answered (a closed loop). With --rate
/// or --steps, requests are due at even distances whether or not the service keeps up, and latency counts from the
/// moment at which a request was due: a service that stands still for a second is seen to have stood still.
///
/// A request that is refused with 429 or 503 is sent again after the time that the service asks for; its latency
/// counts from its first attempt. Latencies are exact up to ten million of a kind and step (40 MB), and a random
/// sample of that size above.
///
/// The exit code is 1 if anything accepted is lost, unfinished or doubled, or if the run could not go on.
#[derive(clap::Args, Debug, Clone)]
#[command(before_help = "\
Examples:
  impute-serve load http://127.0.0.1:8642
  impute-serve load http://127.0.0.1:8642 --task language --clients 64 --seconds 30
  impute-serve load http://127.0.0.1:8642 --steps 100,200,400 --seconds 20 --svg steps.svg
  impute-serve load http://127.0.0.1:8642 --texts test.csv --way batch
  impute-serve load http://127.0.0.1:8642 --accept-only --requests 100000 --clients 64 --keep-going --log ids.txt
  impute-serve load http://127.0.0.1:8642 --collect ids.txt")]
pub struct Args {
    /// Where the service is: http://HOST:PORT (no TLS)
    #[arg(value_name = "URL")]
    pub url: String,

    /// Send these texts, in turn: one a line, or the competition's CSV [default: a few sentences of its own]
    #[arg(long, value_name = "FILE")]
    pub texts: Option<PathBuf>,

    /// What to ask for
    #[arg(long, value_enum, default_value_t = Task::Impute)]
    pub task: Task,

    /// Ask for this model by its name [default: the service's own choice]
    #[arg(long, value_name = "NAME")]
    pub model: Option<String>,

    /// How to ask
    #[arg(long, value_enum, default_value_t = Way::Jobs)]
    pub way: Way,

    /// Stop after this many requests, in every step [default with --way batch: 1]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub requests: Option<u64>,

    /// Stop after this many seconds, in every step [default: 10, unless --requests is given]
    #[arg(long, value_name = "S", value_parser = seconds)]
    pub seconds: Option<Duration>,

    /// How many clients, each with a connection of its own
    #[arg(long, value_name = "C", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub clients: u32,

    /// Send at this constant rate, over all clients: requests a second
    #[arg(long, value_name = "R", value_parser = rate, conflicts_with = "steps")]
    pub rate: Option<f64>,

    /// Send at these rates, one after the other
    #[arg(long, value_name = "R,R,…", value_parser = rate, value_delimiter = ',')]
    pub steps: Vec<f64>,

    /// How many jobs a client has accepted before it collects their results (without --rate) [default: 1]
    #[arg(long, value_name = "K", value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub open: Option<u32>,

    /// How many texts one call holds (with --way now) [default: 1]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=16))]
    pub texts_a_call: Option<u32>,

    /// Do not wait for results
    #[arg(long)]
    pub accept_only: bool,

    /// How many seconds a result, an answer or a service that is away is waited for
    #[arg(long, value_name = "S", default_value = "60", value_parser = seconds)]
    pub patience: Duration,

    /// Count a request refused with 429 or 503 as refused at once
    #[arg(long)]
    pub no_retry: bool,

    /// While the service is away, wait and send again what was not answered, with the same Idempotency-Key
    #[arg(long)]
    pub keep_going: bool,

    /// The token to send [default: $IMPUTE_SERVE_TOKEN, if set]
    #[arg(long, value_name = "TOKEN")]
    pub token: Option<String>,

    /// Append every accepted id and the number of its text; what counts as accepted is on disk here
    #[arg(long, value_name = "FILE")]
    pub log: Option<PathBuf>,

    /// Send nothing: wait until everything in such a log is finished, and say what is lost or doubled
    #[arg(long, value_name = "FILE", conflicts_with_all = [
        "texts", "model", "requests", "seconds", "rate", "steps", "open", "texts_a_call", "accept_only", "log", "svg",
    ])]
    pub collect: Option<PathBuf>,

    /// Print one JSON object in place of the table
    #[arg(long)]
    pub json: bool,

    /// Write the JSON object to a file too
    #[arg(long, value_name = "FILE")]
    pub json_to: Option<PathBuf>,

    /// Draw the latencies: over the steps, or over time if there is one step
    #[arg(long, value_name = "FILE")]
    pub svg: Option<PathBuf>,

    /// No progress on the terminal
    #[arg(long)]
    pub quiet: bool,
}

/// What is asked of a text.
#[derive(ValueEnum, Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Task {
    /// The missing word of a tokenised sentence
    Impute,
    /// The missing words of ordinary text
    Repair,
    /// The language of a text
    Language,
}

impl Task {
    /// Its name in the API.
    pub fn name(self) -> &'static str {
        match self {
            Task::Impute => "impute",
            Task::Repair => "repair",
            Task::Language => "language",
        }
    }
}

/// The part of the API that is used.
#[derive(ValueEnum, Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Way {
    /// POST /v1/jobs, then wait for the result
    Jobs,
    /// POST /v1/impute, /v1/repair or /v1/language: answered at once
    Now,
    /// POST /v1/batches with all texts, then follow it to its submission
    Batch,
}

/// A number of seconds.
fn seconds(text: &str) -> Result<Duration, String> {
    let wrong = || "give a number of seconds above 0, such as 0.5 or 30".to_owned();
    let seconds = text.parse().map_err(|_| wrong())?;
    match Duration::try_from_secs_f64(seconds) {
        // A year: sums of moments and such lengths stay within what a clock holds.
        Ok(length) if !length.is_zero() && length <= Duration::from_secs(31_536_000) => Ok(length),
        _ => Err(wrong()),
    }
}

/// Requests a second.
fn rate(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(rate) if (0.001..=1e6).contains(&rate) => Ok(rate),
        _ => Err("give a number of requests a second from 0.001 to 1,000,000".to_owned()),
    }
}
