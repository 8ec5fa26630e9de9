//! What can be typed.

use clap::{Args, Parser, Subcommand};

use super::publish::Publish;
use super::scale_hint::ScaleHint;
use crate::feedback;
use crate::load;
use crate::settings::Flags;

/// The command line of the service.
#[derive(Debug, Parser)]
#[command(
    name = "impute-serve",
    version,
    about = "Restores missing words behind a page and an API, with jobs that survive a crash",
    before_help = "\
Examples:
  impute-serve                                      page and API on http://127.0.0.1:8642
  impute-serve --model news=news.impute --data /var/lib/impute/jobs.sqlite
  impute-serve --listen 0.0.0.0:8642 --tokens tokens.txt
  impute-serve config                               what is in force, and where it comes from
  impute-serve feedback export reports              what to measure on, and what to tune to
  impute-serve load http://127.0.0.1:8642           how fast it is
  impute-serve --database postgres://… --queue amqp://…         one of many front ends
  impute-serve work --database postgres://… --queue amqp://…    one of many workers",
    after_help = "\
Every flag is also a variable, --max-backlog for example IMPUTE_SERVE_MAX_BACKLOG, and a key of the TOML file; tokens
may stand in IMPUTE_SERVE_TOKENS itself, as name:token,name:token:admin. Flags go before variables, these before the file.",
    args_conflicts_with_subcommands = true,
    disable_help_subcommand = true
)]
pub struct Arguments {
    #[command(flatten)]
    pub flags: Flags,
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// What is done in place of serving.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Print the settings in force as TOML, and where each comes from
    Config(Box<Config>),
    /// Do what front ends have accepted, on this machine
    Work(Box<Work>),
    // The help of these is that of their arguments: a comment here would replace the whole of it.
    Feedback(Box<feedback::Args>),
    Load(Box<load::Args>),
    Publish(Box<Publish>),
    ScaleHint(Box<ScaleHint>),
}

/// The settings of a worker.
#[derive(Debug, Args)]
#[command(before_help = "\
Examples:
  impute-serve work --database postgres://impute@db/impute --queue amqp://impute:secret@broker/impute
  impute-serve work --listen 127.0.0.1:8643     with /metrics, /healthz and /readyz on that address

A worker listens only where --listen, its variable or the file says so.")]
pub struct Work {
    #[command(flatten)]
    pub flags: Flags,
}

/// The settings that are printed.
#[derive(Debug, Args)]
pub struct Config {
    #[command(flatten)]
    pub flags: Flags,
}
