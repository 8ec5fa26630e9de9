//! What is done to whom, and when: drawn from a seed.

use std::time::Duration;

use crate::support::Random;

/// What there is to break.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    Worker,
    FrontEnd,
    Broker,
    Database,
}

impl Part {
    pub const ALL: [Part; 4] = [Part::Worker, Part::FrontEnd, Part::Broker, Part::Database];
}

/// How it is broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fate {
    /// SIGKILL, and started again.
    Killed,
    /// SIGSTOP, and SIGCONT.
    Frozen,
}

/// One thing that is done.
#[derive(Debug, Clone, Copy)]
pub struct Trial {
    pub part: Part,
    pub fate: Fate,
    /// How many jobs have been accepted when it is.
    pub due: u64,
    /// How long it stays away.
    pub away: Duration,
}

/// Each part killed and frozen so many times, spread over so many jobs, in an order that the numbers decide.
///
/// Most are away for a moment, and every fourth so long that others give it up: `longest` at most.
pub fn trials(
    parts: &[Part],
    each: u64,
    jobs: u64,
    longest: Duration,
    random: &mut Random,
) -> Vec<Trial> {
    let one = |part: &Part| [(*part, Fate::Killed), (*part, Fate::Frozen)];
    let mut all: Vec<(Part, Fate)> = (0..each).flat_map(|_| parts.iter().flat_map(one)).collect();
    for last in (1..all.len()).rev() {
        all.swap(last, random.below(last as u64 + 1) as usize);
    }
    let every = jobs / (all.len() as u64 + 1);
    let due = |at: usize, random: &mut Random| at as u64 * every + random.below(every.max(1));
    let longest = longest.as_millis() as u64;
    let away = |random: &mut Random| match random.below(4) {
        0 => longest / 2 + random.below(longest / 2 + 1),
        _ => random.below(1500),
    };
    let trial = |(at, (part, fate))| Trial {
        part,
        fate,
        due: due(at, random),
        away: Duration::from_millis(away(random)),
    };
    all.into_iter().enumerate().map(trial).collect()
}
