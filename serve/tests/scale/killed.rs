//! Workers, front end, broker and database are killed and frozen in turn while jobs are posted: what was accepted is
//! done, once, and right. A worker that acknowledges before the commit, and a front end without an outbox, have to
//! fail here.
//!
//! `IMPUTE_SERVE_TEST_JOBS`, `…_EACH` (how often each is killed and frozen), `…_SECONDS` (how long jobs are posted) and
//! `…_SEED` change the large one.

use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::ground::{Account, Fate, Part, Place, Server, Trial, front_end, look, trials, worker};
use crate::support::{Random, Running, Setup, asked, in_many_languages, load};

/// How many different texts there are.
const TEXTS: usize = 499;

/// What is tried.
struct Plan {
    jobs: u64,
    /// How long they are posted if nothing is in the way.
    seconds: u64,
    parts: &'static [Part],
    each: u64,
    longest: Duration,
    seed: u64,
    /// Faults of workers and of the front end.
    faults: [Option<&'static str>; 2],
    /// How long it is waited after all trials, and then for each result.
    rest: Duration,
    patience: &'static str,
}

impl Plan {
    /// Everything is broken.
    fn all(jobs: u64, seconds: u64, each: u64, longest: u64, seed: u64) -> Self {
        let (parts, longest) = (&Part::ALL, Duration::from_secs(longest));
        Plan {
            jobs,
            seconds,
            parts,
            each,
            longest,
            seed,
            faults: [None; 2],
            rest: Duration::ZERO,
            patience: "300",
        }
    }
}

/// The processes, in a place of their own.
struct Ground {
    workers: Vec<Running>,
    front: Running,
    place: Place,
}

impl Ground {
    fn new(faults: [Option<&str>; 2]) -> Self {
        let place = Place::new();
        let with =
            |setup: Setup, fault: Option<&str>| Setup { fault: fault.map(str::to_owned), ..setup };
        let front = Running::with(with(front_end(&place, &["--ttl", "12h"]), faults[1]));
        let worker = || Running::with(with(worker(&place, &["--threads", "1"]), faults[0]));
        Ground { workers: vec![worker(), worker()], front, place }
    }

    fn carry_out(&mut self, trial: Trial, random: &mut Random) {
        let which = random.below(self.workers.len() as u64) as usize;
        let servers = &self.place.servers;
        match (trial.part, trial.fate) {
            (Part::Worker, fate) => process(&mut self.workers[which], fate, trial.away),
            (Part::FrontEnd, fate) => process(&mut self.front, fate, trial.away),
            (Part::Broker, fate) => server(servers, Server::Broker, fate, trial.away),
            (Part::Database, fate) => server(servers, Server::Database, fate, trial.away),
        }
    }
}

fn process(running: &mut Running, fate: Fate, away: Duration) {
    match fate {
        Fate::Killed => {
            running.kill();
            std::thread::sleep(away);
            running.start_again();
        }
        Fate::Frozen => {
            running.signal(libc::SIGSTOP);
            std::thread::sleep(away);
            running.signal(libc::SIGCONT);
        }
    }
}

fn server(servers: &crate::ground::Servers, which: Server, fate: Fate, away: Duration) {
    match fate {
        Fate::Killed => servers.kill(which),
        Fate::Frozen => servers.freeze(which),
    }
    std::thread::sleep(away);
    servers.start(which);
}

fn try_it(plan: &Plan) -> Account {
    let mut ground = Ground::new(plan.faults);
    let folder = tempfile::tempdir().unwrap();
    let (texts, log) = (in_many_languages(TEXTS), folder.path().join("accepted.txt"));
    let texts_file = folder.path().join("texts.txt");
    std::fs::write(&texts_file, texts.join("\n") + "\n").unwrap();
    let (jobs, rate) = (plan.jobs.to_string(), (plan.jobs / plan.seconds).max(1).to_string());
    let mut arguments = vec!["--task", "language", "--accept-only", "--clients", "16"];
    arguments.extend(["--requests", &jobs, "--rate", &rate]);
    arguments.extend(["--texts", texts_file.to_str().unwrap()]);
    let mut random = Random(plan.seed);
    let trials = trials(plan.parts, plan.each, plan.jobs, plan.longest, &mut random);
    let url = ground.front.url();
    let mut loading = load(&url, &arguments, ("--log", &log)).spawn().unwrap();
    let mut account = Account::default();
    for trial in trials {
        let since = Instant::now();
        while accepted(&log) < trial.due && loading.try_wait().unwrap().is_none() {
            std::thread::sleep(Duration::from_millis(5));
            assert!(since.elapsed() < Duration::from_secs(300), "nothing is accepted any more");
        }
        println!("{:6} accepted: {trial:?}", accepted(&log));
        ground.carry_out(trial, &mut random);
        *account.trials.entry((trial.part, trial.fate)).or_default() += 1;
    }
    let loaded = loading.wait_with_output().unwrap();
    assert!(loaded.status.success(), "{}", String::from_utf8_lossy(&loaded.stdout));
    std::thread::sleep(plan.rest);
    let arguments = ["--clients", "256", "--patience", plan.patience];
    let collected =
        load(&url, &arguments, ("--collect", &log)).stderr(Stdio::piped()).output().unwrap();
    let said = String::from_utf8_lossy(&collected.stderr);
    let collected: Value = serde_json::from_slice(&collected.stdout)
        .unwrap_or_else(|error| panic!("{error}: nothing was collected: {said}"));
    account.doubled = collected["doubled"].as_u64().unwrap();
    account.lost = collected["ends"]["lost"].as_u64().unwrap();
    account.unfinished = collected["ends"]["unfinished"].as_u64().unwrap();
    look(&mut account, &ground.place, &log, &texts);
    account.healed = ground.front.said().contains("no message of what is open");
    println!("{account:?}");
    for process in ground.workers.iter_mut().chain([&mut ground.front]) {
        assert!(process.terminate(Duration::from_secs(60)).success(), "{}", process.said());
    }
    account
}

/// How many lines the log of the client has.
fn accepted(log: &Path) -> u64 {
    std::fs::metadata(log).map_or(0, |log| log.len() / 41)
}

#[test]
#[ignore = "needs PostgreSQL and RabbitMQ: serve/tests/servers.sh cargo test -p impute-serve --features scale-out --test scale -- --ignored"]
fn nothing_is_lost_and_nothing_is_done_twice() {
    let jobs = asked("JOBS", 6000);
    let (seconds, each) = (asked("SECONDS", (jobs / 300).clamp(60, 600)), asked("EACH", 3));
    // Longer than any limit of a connection.
    let plan = Plan::all(jobs, seconds, each, asked("LONGEST", 15), asked("SEED", 1));
    let since = Instant::now();
    let account = try_it(&plan);
    println!("{jobs} jobs in {:?}", since.elapsed());
    assert!(Part::ALL.iter().all(|&part| account.trials[&(part, Fate::Killed)] >= each));
    assert!(Part::ALL.iter().all(|&part| account.trials[&(part, Fate::Frozen)] >= each));
    assert!(account.is_right(plan.jobs), "{account:?}");
}

/// The plan of the controls.
#[cfg(debug_assertions)]
fn control(parts: &'static [Part], faults: [Option<&'static str>; 2]) -> Plan {
    let longest = Duration::from_millis(200);
    let (rest, patience) = if faults == [None; 2] { (0, "120") } else { (10, "5") };
    let rest = Duration::from_secs(rest);
    Plan { jobs: 3000, seconds: 10, parts, each: 3, longest, seed: 11, faults, rest, patience }
}

/// The same check has to see what is lost: with these faults, what the broker does not have is not sent again.
#[cfg(debug_assertions)]
fn loses(plan: &Plan) {
    let account = try_it(plan);
    assert!(account.unfinished > 0, "{account:?}");
    assert!(!account.is_right(plan.jobs), "{account:?}");
}

#[test]
#[cfg(debug_assertions)]
#[ignore = "needs PostgreSQL and RabbitMQ: serve/tests/servers.sh cargo test -p impute-serve --features scale-out --test scale -- --ignored"]
fn without_their_faults_the_controls_lose_nothing() {
    let plan = control(&[Part::Worker, Part::FrontEnd, Part::Broker], [None; 2]);
    let account = try_it(&plan);
    assert!(account.is_right(plan.jobs), "{account:?}");
}

#[test]
#[cfg(debug_assertions)]
#[ignore = "needs PostgreSQL and RabbitMQ: serve/tests/servers.sh cargo test -p impute-serve --features scale-out --test scale -- --ignored"]
fn an_acknowledgement_before_the_commit_is_caught() {
    loses(&control(&[Part::Worker], [Some("early-acks"), None]));
}

#[test]
#[cfg(debug_assertions)]
#[ignore = "needs PostgreSQL and RabbitMQ: serve/tests/servers.sh cargo test -p impute-serve --features scale-out --test scale -- --ignored"]
fn publishing_without_an_outbox_is_caught() {
    loses(&control(&[Part::FrontEnd, Part::Broker], [None, Some("no-outbox")]));
}
