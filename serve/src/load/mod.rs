//! `impute-serve load`: requests in a measured stream, and a report of what came back.
//!
//! In: the address of a running service and what to send to it. Out: throughput, latencies, refusals, and whether
//! anything that was accepted is missing. It is an HTTP client that knows the API and nothing of the server's
//! insides.
//!
//! ```text
//! args ──► plan ──► run ──► stage ──► crew of clients: ways (jobs, now, batch) ──► client ──► connection
//!                    │        └── tally (latencies, windows)    └── log
//!                    └── report ──► table, JSON, picture
//! ```
//!
//! * `args`, `plan` – what was typed, and what follows from it; `address`, `texts`, `calls` – whom to ask, and what.
//! * `connection` – one connection kept alive; `client` – insists: refusals, waiting, coming back after an outage.
//! * `stage` – one step; `crew` – all clients at work, until the end, a failure or Ctrl-C.
//! * `arrivals` – when the next request is due; `ways` – what one client does; `follow` – until a result is there.
//! * `log` – the accepted ids on disk; `collect` – what became of them.
//! * `latencies`, `tally` – what is measured; `summary`, `report`, `table`, `picture` – how it is told.
//!
//! Everything runs on one thread, so that the generator takes little from the machine that it measures. What was
//! accepted is done, failed, expired, deleted, lost, unfinished or still open when the report is printed; these add
//! up.

mod address;
mod args;
mod arrivals;
mod calls;
mod client;
mod collect;
mod connection;
mod crew;
mod follow;
mod latencies;
mod log;
mod numbers;
mod picture;
mod plan;
mod processor;
mod progress;
mod report;
mod run;
mod shared;
mod stage;
mod summary;
mod table;
mod tally;
#[cfg(test)]
mod tests;
mod texts;
mod ways;

pub(crate) use address::Address;
pub use args::{Args, Task, Way};
pub(crate) use connection::Connection;
pub use run::run;
pub(crate) use run::{TOKEN, block_on};
