//! What a run reports, as one object; `table` writes it for people.

use std::collections::BTreeMap;

use serde::Serialize;

use super::args::{Task, Way};
use super::summary::Summary;
use super::tally::Ends;

/// A run of one or more steps.
#[derive(Debug, Serialize)]
pub struct Report {
    pub url: String,
    pub way: Way,
    pub task: Task,
    pub clients: usize,
    /// How many jobs each client had accepted before it collected them; 1 at a rate.
    pub open: usize,
    pub texts_a_call: usize,
    pub interrupted: bool,
    /// Why the run could not go on.
    pub fault: Option<String>,
    pub steps: Vec<Summary>,
}

impl Report {
    /// Whether nothing is missing and the run came to its end or was ended by its user.
    pub fn sound(&self) -> bool {
        self.fault.is_none() && self.steps.iter().all(Summary::complete)
    }
}

/// What became of everything in a log.
#[derive(Debug, Serialize)]
pub struct Collected {
    pub url: String,
    pub log: String,
    pub interrupted: bool,
    pub fault: Option<String>,
    pub seconds: f64,
    /// Lines of the log.
    pub lines: u64,
    /// Different ids among them.
    pub ids: u64,
    /// How many ids occur more than once, and some of them.
    pub doubled: u64,
    pub doubles: Vec<String>,
    pub ends: Ends,
    /// Not asked for to their end, because the collecting was broken off.
    pub still_open: u64,
    pub failures: BTreeMap<String, u64>,
    /// Some of the lost and unfinished.
    pub missing: Vec<String>,
}

impl Collected {
    /// Whether nothing is missing or doubled.
    pub fn sound(&self) -> bool {
        self.fault.is_none()
            && self.doubled == 0
            && self.ends.lost == 0
            && self.ends.unfinished == 0
    }
}
