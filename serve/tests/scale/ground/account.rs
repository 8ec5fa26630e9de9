//! What became of all jobs: what clients were told against what the database has.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::Value;
use uuid::Uuid;

use super::place::Place;
use super::trials::{Fate, Part};
use crate::support::{languages_of, told};

/// The account of a run.
#[derive(Debug, Default)]
pub struct Account {
    /// What was done to whom, and how often.
    pub trials: BTreeMap<(Part, Fate), u64>,
    /// Ids that a client was told.
    pub accepted: usize,
    /// Those that an id of another request is, that nobody knows, and that have no end.
    pub doubled: u64,
    pub lost: u64,
    pub unfinished: u64,
    /// Jobs in the database, how many of their ids no client was told, and how many results were ever written.
    pub stored: usize,
    pub untold: usize,
    pub counted: i64,
    /// Stored jobs that are not done with the result that the library gives.
    pub wrong: usize,
    /// Rows that were not sent, and messages that nobody fetched, when all had ended.
    pub unsent: i64,
    pub left: u64,
    /// Whether the front end found jobs that nobody had any more, and sent them again.
    pub healed: bool,
}

impl Account {
    /// Whether everything that was accepted is done, once and right.
    pub fn is_right(&self, jobs: u64) -> bool {
        let whole = self.accepted as u64 == jobs && self.stored as u64 == jobs;
        let once = self.doubled == 0 && self.untold == 0 && self.counted == self.stored as i64;
        let ended = self.lost == 0 && self.unfinished == 0 && self.unsent == 0 && !self.healed;
        whole && once && ended && self.wrong == 0
    }
}

/// Looks into the database and the broker.
pub fn look(account: &mut Account, place: &Place, log: &Path, texts: &[String]) {
    let told = told(log);
    account.accepted = told.len();
    let expected = languages_of(texts);
    let jobs = "SELECT json_build_array(id, state, convert_from(text, 'UTF8'), result) FROM impute_serve.jobs";
    let mut stored = BTreeSet::new();
    for job in place.sql(jobs).lines() {
        let job: Value = serde_json::from_str(job).unwrap();
        let id = Uuid::try_parse(job[0].as_str().unwrap()).unwrap();
        let result = serde_json::from_str(job[3].as_str().unwrap_or("null")).unwrap();
        let right = told.get(&id).is_some_and(|&number| {
            job[1] == 2 && job[2] == texts[number].as_str() && expected[number].is_in(&result)
        });
        account.wrong += usize::from(!right);
        account.untold += usize::from(!told.contains_key(&id));
        assert!(stored.insert(id), "{id} is stored twice");
    }
    account.stored = stored.len();
    // Counted in the transaction that writes a result: a second result would be a second count.
    let counted = "SELECT coalesce(sum(texts), 0) FROM impute_serve.counts WHERE state = 2";
    account.counted = place.number(counted);
    account.unsent = place.number("SELECT count(*) FROM impute_serve.outbox");
    account.left = place.messages().iter().map(|(_, messages)| messages).sum();
}
