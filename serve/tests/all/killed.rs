//! The process is killed (SIGKILL) at random moments while jobs are posted, and started again: what was accepted is
//! done, once, and right. A build that answers before the commit has to fail here.
//!
//! The load generator is the client: it sends what was not answered again, under the same `Idempotency-Key`, and has
//! every accepted id on disk before it counts. `--ignored` runs the large one; `IMPUTE_SERVE_TEST_JOBS`, `…_KILLS`,
//! `…_SEED` change it.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::Value;
use uuid::Uuid;

use crate::support::{
    Random, Running, Setup, asked, in_many_languages, languages_of, load, read_only, told,
};

/// How many different texts there are.
const TEXTS: usize = 499;

/// What is tried.
struct Plan {
    jobs: u64,
    kills: u64,
    /// Jobs a second; without it as many as the clients can send.
    rate: Option<u64>,
    seed: u64,
    fault: Option<&'static str>,
}

/// What became of it.
#[derive(Debug, Default)]
struct Account {
    kills: u64,
    /// Ids that a client was told.
    accepted: usize,
    /// Those that an id of another request is, that the service does not know, and that have no end.
    doubled: u64,
    lost: u64,
    unfinished: u64,
    /// Rows of jobs in the database, how many of their ids no client was told, and how many results were ever written.
    stored: usize,
    untold: usize,
    written: i64,
    /// Stored jobs that are not done with the result that the library gives.
    wrong: usize,
}

impl Account {
    fn is_right(&self, jobs: u64) -> bool {
        let whole = self.accepted as u64 == jobs && self.stored as u64 == jobs;
        let once = self.doubled == 0 && self.untold == 0 && self.written == self.stored as i64;
        whole && once && self.lost == 0 && self.unfinished == 0 && self.wrong == 0
    }
}

fn try_it(plan: &Plan) -> Account {
    let setup = Setup::flags(&["--ttl", "12h"]);
    let mut running = Running::with(Setup { fault: plan.fault.map(str::to_owned), ..setup });
    let (url, folder) = (running.url(), running.folder.path().to_owned());
    let (texts, log) = (in_many_languages(TEXTS), folder.join("accepted.txt"));
    std::fs::write(folder.join("texts.txt"), texts.join("\n") + "\n").unwrap();
    let texts_file = folder.join("texts.txt");
    let (jobs, rate) = (plan.jobs.to_string(), plan.rate.map(|rate| rate.to_string()));
    let mut arguments = vec!["--task", "language", "--accept-only", "--clients", "16"];
    arguments.extend(["--requests", &jobs, "--texts", texts_file.to_str().unwrap()]);
    arguments.extend(rate.iter().flat_map(|rate| ["--rate", rate]));
    let mut random = Random(plan.seed);
    let mut loading = load(&url, &arguments, ("--log", &log)).spawn().unwrap();
    let mut account = Account::default();
    // At a rate, time for all kills is certain; as fast as can be, the kills are spread over all jobs.
    let every = plan.jobs / (plan.kills + 1);
    while account.kills < plan.kills && loading.try_wait().unwrap().is_none() {
        let lines = || std::fs::read(&log).map_or(0, |log| log.len() as u64 / 41);
        let due = account.kills * every + random.below(every);
        let since = Instant::now();
        while lines() < due && loading.try_wait().unwrap().is_none() {
            std::thread::sleep(Duration::from_millis(5));
            assert!(since.elapsed() < Duration::from_secs(300), "nothing is accepted any more");
        }
        std::thread::sleep(Duration::from_millis(random.below(50)));
        running.kill();
        account.kills += 1;
        running.start_again();
    }
    let loaded = loading.wait_with_output().unwrap();
    assert!(loaded.status.success(), "{}", String::from_utf8_lossy(&loaded.stdout));
    let mut collecting = load(&url, &["--clients", "16"], ("--collect", &log));
    let collected: Value = serde_json::from_slice(&collecting.output().unwrap().stdout).unwrap();
    let figure = |name: &str| collected[name].as_u64();
    account.doubled = figure("doubled").unwrap();
    account.lost = collected["ends"]["lost"].as_u64().unwrap();
    account.unfinished = collected["ends"]["unfinished"].as_u64().unwrap();
    assert!(running.terminate(Duration::from_secs(60)).success());
    look(&mut account, &running.data(), &log, &texts);
    account
}

/// What is in the database.
fn look(account: &mut Account, data: &Path, log: &Path, texts: &[String]) {
    let told = told(log);
    account.accepted = told.len();
    let expected = languages_of(texts);
    let connection = read_only(data);
    let mut jobs = connection.prepare("SELECT id, state, text, result FROM jobs").unwrap();
    let mut jobs = jobs.query([]).unwrap();
    let mut stored = BTreeSet::new();
    while let Some(job) = jobs.next().unwrap() {
        let (id, text) = (job.get::<_, Uuid>(0).unwrap(), job.get::<_, String>(2).unwrap());
        let result: Option<String> = job.get(3).unwrap();
        let result: Value = serde_json::from_str(&result.unwrap_or("null".to_owned())).unwrap();
        let right = told.get(&id).is_some_and(|&number| {
            let state = job.get::<_, i64>(1);
            state == Ok(2) && text == texts[number] && expected[number].is_in(&result)
        });
        account.wrong += usize::from(!right);
        account.untold += usize::from(!told.contains_key(&id));
        assert!(stored.insert(id), "{id} is stored twice");
    }
    account.stored = stored.len();
    // Counted in the transaction that writes a result: a second result would be a second count.
    let sum = "SELECT coalesce(sum(texts), 0) FROM counts WHERE state = 2";
    account.written = connection.query_row(sum, [], |row| row.get(0)).unwrap();
    let check = |row: &rusqlite::Row<'_>| row.get::<_, String>(0);
    assert_eq!(connection.query_row("PRAGMA integrity_check", [], check).unwrap(), "ok");
}

#[test]
fn nothing_is_lost_and_nothing_is_done_twice() {
    let plan = Plan { jobs: 3000, kills: 4, rate: Some(800), seed: 10, fault: None };
    let account = try_it(&plan);
    println!("{account:?}");
    assert_eq!(account.kills, plan.kills);
    assert!(account.is_right(plan.jobs), "{account:?}");
}

#[test]
#[ignore = "takes minutes: 100,000 jobs and twenty kills"]
fn nothing_of_a_hundred_thousand_is_lost() {
    let (jobs, kills, seed) = (asked("JOBS", 100_000), asked("KILLS", 20), asked("SEED", 1));
    let plan = Plan { jobs, kills, rate: None, seed, fault: None };
    let since = Instant::now();
    let account = try_it(&plan);
    println!("{account:?} in {:?}", since.elapsed());
    assert_eq!(account.kills, plan.kills);
    assert!(account.is_right(plan.jobs), "{account:?}");
}

/// The control: the same check has to see what is lost.
#[test]
#[cfg(debug_assertions)]
fn an_answer_before_the_commit_is_caught() {
    let plan =
        Plan { jobs: 1500, kills: 6, rate: Some(800), seed: 11, fault: Some("early-answers") };
    let account = try_it(&plan);
    println!("{account:?}");
    assert!(account.lost > 0, "{account:?}");
    assert!(!account.is_right(plan.jobs), "{account:?}");
}
