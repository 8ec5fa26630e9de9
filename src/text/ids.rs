//! Finds duplicate ids without keeping a file in memory.
//!
//! Numeric ids are kept as runs, so that 1, 2, 3 ... costs a few bytes whatever the length of the file; a
//! shuffled file costs at most about 24 bytes per row, and ids that are not plain numbers 8 bytes (their
//! 64-bit hash; the probability that two of a million different ids share one is 3e-8).

use std::collections::BTreeMap;

use hashbrown::HashSet;
use twox_hash::XxHash3_64;

/// The ids seen so far.
#[derive(Debug, Default)]
pub struct IdSet {
    /// First number of a run → its last number.
    runs: BTreeMap<u64, u64>,
    hashes: HashSet<u64>,
}

impl IdSet {
    /// Adds an id and returns whether it is new.
    pub fn insert(&mut self, id: &[u8]) -> bool {
        match plain_number(id) {
            Some(number) => self.insert_number(number),
            None => self.hashes.insert(XxHash3_64::oneshot(id)),
        }
    }

    fn insert_number(&mut self, number: u64) -> bool {
        let mut run = (number, number);
        if let Some((&first, &last)) = self.runs.range(..=number).next_back() {
            if last >= number {
                return false;
            }
            if last + 1 == number {
                run.0 = first;
            }
        }
        if let Some(after) = number.checked_add(1)
            && let Some(last) = self.runs.remove(&after)
        {
            run.1 = last;
        }
        self.runs.insert(run.0, run.1);
        true
    }
}

/// The id as a number, if that number is written just like the id.
fn plain_number(id: &[u8]) -> Option<u64> {
    let canonical = id == b"0" || (!id.starts_with(b"0") && id.iter().all(u8::is_ascii_digit));
    if !canonical {
        return None;
    }
    std::str::from_utf8(id).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn agrees_with_a_plain_set(ids in proptest::collection::vec("[0-3]{1,2}|[a-c]", 0..60)) {
            let (mut ours, mut plain) = (IdSet::default(), std::collections::HashSet::new());
            for id in ids {
                prop_assert_eq!(ours.insert(id.as_bytes()), plain.insert(id));
            }
        }
    }

    #[test]
    fn consecutive_ids_cost_one_run() {
        let mut ids = IdSet::default();
        assert!((1..10_000).rev().all(|id: u64| ids.insert(id.to_string().as_bytes())));
        assert_eq!(ids.runs.len(), 1);
        assert!(!ids.insert(b"77"));
        assert!(ids.insert(b"077"));
        assert!(ids.insert(b"18446744073709551615"));
    }
}
