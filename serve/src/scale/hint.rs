//! From a load to the number of workers that it asks for.
//!
//! So many that what arrives is done as it arrives, and what is open within the time that is wanted:
//! ⌈(arrivals + open / within) / each⌉. Where that is fewer than there are, workers go only while those that are left
//! would be busy for no more than 70 % of their time with it: else the next moment would ask for them again.

use std::time::Duration;

use super::load::Load;

/// A worker goes only if the others are then busy for so much of their time at most.
const BUSY: f64 = 0.7;

/// What is aimed at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Aim {
    /// What is open is to be done in so long; more than nothing.
    pub within: Duration,
    /// The most workers; at least one.
    pub most: u64,
}

/// How many workers there are to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hint {
    /// As many as there are.
    Same(u64),
    /// More than there are.
    More(u64),
    /// Fewer than there are.
    Fewer(u64),
}

impl Hint {
    /// Their number.
    pub fn workers(self) -> u64 {
        match self {
            Hint::Same(workers) | Hint::More(workers) | Hint::Fewer(workers) => workers,
        }
    }
}

/// How many workers a load asks for: none only if nothing is open and nothing arrives.
pub fn hint(load: &Load, aim: &Aim) -> Hint {
    let wanted = wanted(load, aim).min(aim.most);
    match wanted.cmp(&load.workers) {
        std::cmp::Ordering::Equal => Hint::Same(wanted),
        std::cmp::Ordering::Greater => Hint::More(wanted),
        std::cmp::Ordering::Less => Hint::Fewer(wanted),
    }
}

fn wanted(load: &Load, aim: &Aim) -> u64 {
    if load.open == 0 && load.arrivals <= 0.0 {
        return 0;
    }
    // Before the first text is done nobody knows how fast a worker is: those there are are to show it.
    let Some(each) = load.each else { return load.workers.max(1) };
    let texts_a_second = load.arrivals + load.open as f64 / aim.within.as_secs_f64();
    // A number that is too large becomes the largest.
    let workers = |busy: f64| (texts_a_second / (each * busy)).ceil().max(1.0) as u64;
    let needed = workers(1.0);
    if needed >= load.workers { needed } else { workers(BUSY).min(load.workers) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const AIM: Aim = Aim { within: Duration::from_secs(60), most: 100 };

    fn load(open: u64, arrivals: f64, workers: u64) -> Load {
        Load { open, arrivals, workers, each: Some(50.0) }
    }

    #[test]
    fn what_arrives_and_what_is_open_ask_for_workers() {
        // 100 a second arrive, 6,000 are open: 200 a second are to be done, 50 by each.
        assert_eq!(hint(&load(6000, 100.0, 2), &AIM), Hint::More(4));
        assert_eq!(hint(&load(6001, 100.0, 2), &AIM), Hint::More(5));
        assert_eq!(hint(&load(6000, 100.0, 4), &AIM), Hint::Same(4));
        let slow = Aim { within: Duration::from_secs(600), ..AIM };
        assert_eq!(hint(&load(6000, 100.0, 2), &slow), Hint::More(3));
    }

    #[test]
    fn one_is_there_while_anything_is_and_none_when_nothing_is() {
        assert_eq!(hint(&load(1, 0.0, 0), &AIM), Hint::More(1));
        assert_eq!(hint(&load(0, 0.001, 1), &AIM), Hint::Same(1));
        assert_eq!(hint(&load(0, 0.0, 1), &AIM), Hint::Fewer(0));
        assert_eq!(hint(&load(0, 0.0, 0), &AIM), Hint::Same(0));
    }

    #[test]
    fn a_worker_stays_while_the_others_would_be_busy() {
        // Without one of 4, the three others do 150 a second, 70 % of which are 105.
        assert_eq!(hint(&load(0, 105.5, 4), &AIM), Hint::Same(4));
        assert_eq!(hint(&load(0, 104.5, 4), &AIM), Hint::Fewer(3));
        // Several may go at once: two are busy for 70 % with 70 a second.
        assert_eq!(hint(&load(0, 69.0, 9), &AIM), Hint::Fewer(2));
        assert_eq!(hint(&load(0, 71.0, 9), &AIM), Hint::Fewer(3));
    }

    #[test]
    fn while_nobody_knows_how_fast_a_worker_is_those_there_are_stay() {
        let unknown = |workers| Load { each: None, ..load(5000, 10.0, workers) };
        assert_eq!(hint(&unknown(0), &AIM), Hint::More(1));
        assert_eq!(hint(&unknown(3), &AIM), Hint::Same(3));
    }

    fn some_load() -> impl Strategy<Value = Load> {
        let each = prop_oneof![4 => (0.01..1e5f64).prop_map(Some), 1 => Just(None)];
        let open = prop_oneof![Just(0), 0..100_000u64, any::<u64>()];
        let arrivals = prop_oneof![Just(0.0), 0.0..1e6f64];
        (open, arrivals, 0..200u64, each).prop_map(|(open, arrivals, workers, each)| Load {
            open,
            arrivals,
            workers,
            each,
        })
    }

    fn some_aim() -> impl Strategy<Value = Aim> {
        let most = prop_oneof![1..200u64, Just(u64::MAX)];
        (1..10_000u64, most)
            .prop_map(|(within, most)| Aim { within: Duration::from_secs(within), most })
    }

    proptest! {
        #[test]
        fn more_to_do_never_asks_for_fewer(load in some_load(), aim in some_aim(), more: u64, faster in 0.0..1e6f64) {
            let before = hint(&load, &aim).workers();
            let open = load.open.saturating_add(more);
            let after = hint(&Load { open, ..load }, &aim).workers();
            prop_assert!(after >= before);
            let arrivals = load.arrivals + faster;
            let after = hint(&Load { arrivals, ..load }, &aim).workers();
            prop_assert!(after >= before);
        }

        #[test]
        fn what_arrives_is_always_done(load in some_load(), aim in some_aim()) {
            let workers = hint(&load, &aim).workers();
            if let Some(each) = load.each && workers < aim.most {
                prop_assert!(workers as f64 * each >= load.arrivals * (1.0 - 1e-12));
                let in_time = load.open as f64 / aim.within.as_secs_f64();
                prop_assert!(workers as f64 * each >= in_time * (1.0 - 1e-12));
            }
        }

        #[test]
        fn there_is_one_while_there_is_work_and_there_are_never_too_many(load in some_load(), aim in some_aim()) {
            let workers = hint(&load, &aim).workers();
            prop_assert!(workers <= aim.most);
            prop_assert_eq!(workers > 0, load.open > 0 || load.arrivals > 0.0);
        }

        #[test]
        fn who_follows_the_hint_is_told_to_stay(load in some_load(), aim in some_aim()) {
            let workers = hint(&load, &aim).workers();
            prop_assert_eq!(hint(&Load { workers, ..load }, &aim), Hint::Same(workers));
        }

        #[test]
        fn the_kind_of_a_hint_is_that_of_its_number(load in some_load(), aim in some_aim()) {
            let hint = hint(&load, &aim);
            let fits = match hint {
                Hint::Same(workers) => workers == load.workers,
                Hint::More(workers) => workers > load.workers,
                Hint::Fewer(workers) => workers < load.workers,
            };
            prop_assert!(fits, "{hint:?}");
        }
    }
}
