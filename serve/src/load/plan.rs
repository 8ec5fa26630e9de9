//! What follows from the arguments: the steps to run, and the rules that all requests keep.
//!
//! In: [`Args`]. Out: a [`Plan`], or an error that says which options do not go together.

use std::time::Duration;

use super::args::{Args, Task, Way};
use anyhow::{Result, bail};

/// How long a step lasts if nothing is said.
const LENGTH: Duration = Duration::from_secs(10);

/// What is done.
#[derive(Debug, Clone)]
pub struct Plan {
    pub way: Way,
    pub task: Task,
    pub clients: usize,
    /// How many jobs a client has accepted before it collects them.
    pub open: usize,
    pub texts_a_call: usize,
    pub accept_only: bool,
    pub patience: Duration,
    pub retry: bool,
    pub keep_going: bool,
    /// One after the other; at least one.
    pub stages: Vec<Stage>,
}

/// A step: one rate, or a closed loop.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stage {
    /// Requests a second over all clients; `None` for a closed loop.
    pub rate: Option<f64>,
    /// It ends at the first of these; at least one is there.
    pub requests: Option<u64>,
    pub length: Option<Duration>,
}

impl Plan {
    /// Checks what was typed.
    ///
    /// # Errors
    /// Options that have no meaning together.
    pub fn new(args: &Args) -> Result<Self> {
        let even = args.rate.is_some() || !args.steps.is_empty();
        match args.way {
            Way::Batch if args.task != Task::Impute => {
                bail!("--way batch fills in sentences: leave out --task {}", args.task.name())
            }
            Way::Batch if even => bail!(
                "--rate and --steps are for single requests: leave them out with --way batch, or send more \
                 batches with --requests and --clients"
            ),
            Way::Now if args.accept_only || args.log.is_some() => bail!(
                "--way now accepts nothing for later: leave out --accept-only and --log, or use --way jobs"
            ),
            _ => {}
        }
        if args.texts_a_call.is_some() && args.way != Way::Now {
            bail!("--texts-a-call is for --way now: a job holds one text, a batch all of them");
        }
        if args.open.is_some() && (args.way != Way::Jobs || even || args.accept_only) {
            bail!(
                "--open is for jobs in a closed loop: leave out --rate, --steps, --accept-only and --way"
            );
        }
        let requests =
            args.requests.or((args.way == Way::Batch && args.seconds.is_none()).then_some(1));
        let length = args.seconds.or(requests.is_none().then_some(LENGTH));
        let stage = |rate| Stage { rate, requests, length };
        let stages = match &args.steps[..] {
            [] => vec![stage(args.rate)],
            steps => steps.iter().map(|&rate| stage(Some(rate))).collect(),
        };
        Ok(Plan {
            way: args.way,
            task: args.task,
            clients: args.clients as usize,
            open: args.open.unwrap_or(1) as usize,
            texts_a_call: args.texts_a_call.unwrap_or(1) as usize,
            accept_only: args.accept_only,
            patience: args.patience,
            retry: !args.no_retry,
            keep_going: args.keep_going,
            stages,
        })
    }
}
