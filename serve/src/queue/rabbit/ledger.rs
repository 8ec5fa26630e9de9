//! Which messages of a channel can be acknowledged: those of which everything is on disk.
//!
//! One acknowledgement covers all messages up to a tag, so that only those count before which nothing is unfinished.
//! A channel has one consumer: its tags are 1, 2, 3, …

use std::collections::VecDeque;

/// The messages of a channel that were not acknowledged.
#[derive(Debug, Default)]
pub struct Ledger {
    /// The tag of the first of them.
    first: u64,
    letters: VecDeque<Letter>,
    /// How many of them the broker waits for.
    open: usize,
    /// To be given back as they are.
    back: Vec<u64>,
    /// To be dead-lettered.
    refused: Vec<u64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Letter {
    /// So many of its parts are unfinished, and whether a part was given back.
    Open(u32, bool),
    /// All of it is on disk.
    Done,
    /// The broker has it again.
    Gone,
}

/// What is to be told to the broker, in this order: what is done covers all tags before it that were not given back
/// by then.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Answers {
    /// What cannot be read.
    pub refused: Vec<u64>,
    /// What is given back, for another worker.
    pub back: Vec<u64>,
    /// The tag up to which all the rest is done.
    pub done: Option<u64>,
}

impl Ledger {
    /// A message with so many parts arrived; 0 is one that cannot be read.
    pub fn arrived(&mut self, tag: u64, parts: usize) {
        if self.letters.is_empty() {
            self.first = tag;
        }
        if parts == 0 {
            self.refused.push(tag);
            self.letters.push_back(Letter::Gone);
        } else {
            self.open += 1;
            let parts = u32::try_from(parts).unwrap_or(u32::MAX);
            self.letters.push_back(Letter::Open(parts, false));
        }
    }

    /// A part of this message is on disk, or is not wanted any more.
    pub fn done(&mut self, tag: u64) {
        self.ended(tag, false);
    }

    /// A part of this message was not begun.
    pub fn back(&mut self, tag: u64) {
        self.ended(tag, true);
    }

    fn ended(&mut self, tag: u64, back: bool) {
        let at = tag.checked_sub(self.first).and_then(|at| usize::try_from(at).ok());
        let Some(letter) = at.and_then(|at| self.letters.get_mut(at)) else { return };
        if let Letter::Open(parts, some_back) = *letter {
            let (parts, back) = (parts.saturating_sub(1), back || some_back);
            *letter = match (parts, back) {
                (0, true) => {
                    self.open -= 1;
                    self.back.push(tag);
                    Letter::Gone
                }
                (0, false) => Letter::Done,
                _ => Letter::Open(parts, back),
            };
        }
    }

    /// What can be told to the broker now; each once.
    pub fn answers(&mut self) -> Answers {
        let mut done = None;
        while let Some(letter @ (Letter::Done | Letter::Gone)) = self.letters.front() {
            // The tag of an acknowledgement has to be one that the broker waits for.
            if *letter == Letter::Done {
                done = Some(self.first);
                self.open -= 1;
            }
            self.letters.pop_front();
            self.first += 1;
        }
        let (back, refused) = (std::mem::take(&mut self.back), std::mem::take(&mut self.refused));
        Answers { refused, back, done }
    }

    /// How many messages were neither acknowledged nor given back.
    pub fn open(&self) -> usize {
        self.open
    }

    /// The channel is gone, and all its tags.
    pub fn clear(&mut self) {
        *self = Ledger::default();
    }
}

impl Answers {
    /// Whether there is nothing to tell.
    pub fn is_empty(&self) -> bool {
        *self == Answers::default()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    fn ledger(parts: &[usize]) -> Ledger {
        let mut ledger = Ledger::default();
        parts.iter().zip(1..).for_each(|(&parts, tag)| ledger.arrived(tag, parts));
        ledger
    }

    fn done(tag: u64) -> Answers {
        Answers { done: Some(tag), ..Answers::default() }
    }

    #[test]
    fn a_message_is_acknowledged_when_all_its_parts_are_done() {
        let mut ledger = ledger(&[64, 1]);
        (0..63).for_each(|_| ledger.done(1));
        assert!(ledger.answers().is_empty());
        ledger.done(1);
        assert_eq!(ledger.answers(), done(1));
        assert!(ledger.answers().is_empty(), "each is told once");
    }

    #[test]
    fn an_unfinished_message_is_never_covered_by_later_ones() {
        let mut ledger = ledger(&[1, 1, 1, 1]);
        ledger.done(2);
        ledger.done(4);
        assert!(ledger.answers().is_empty());
        ledger.done(1);
        assert_eq!(ledger.answers(), done(2));
        ledger.done(3);
        assert_eq!(ledger.answers(), done(4));
        assert_eq!(ledger.open(), 0);
        ledger.arrived(5, 1);
        ledger.done(5);
        assert_eq!(ledger.answers(), done(5));
    }

    #[test]
    fn what_was_not_begun_goes_back_whole_and_is_not_acknowledged() {
        let mut ledger = ledger(&[2, 1]);
        ledger.done(1);
        ledger.done(2);
        ledger.back(1);
        let back = Answers { done: Some(2), back: vec![1], refused: vec![] };
        assert_eq!(ledger.answers(), back);
    }

    #[test]
    fn what_cannot_be_read_is_refused_and_holds_up_nothing() {
        let mut ledger = ledger(&[1, 0]);
        ledger.done(1);
        let refused = Answers { done: Some(1), back: vec![], refused: vec![2] };
        assert_eq!(ledger.answers(), refused, "the tag is not that of the refused one");
        assert_eq!(ledger.open(), 0);
    }

    #[test]
    fn tags_of_a_channel_that_is_gone_are_unknown() {
        let mut ledger = ledger(&[1, 1]);
        ledger.clear();
        ledger.done(2);
        assert!(ledger.answers().is_empty());
    }

    proptest! {
        /// Against a ledger that looks at every message each time.
        #[test]
        fn exactly_the_finished_ones_are_acknowledged(
            parts in prop::collection::vec(0usize..4, 1..20),
            order in prop::collection::vec((any::<prop::sample::Index>(), any::<bool>()), 0..80),
        ) {
            let mut ledger = ledger(&parts);
            let mut left = parts.clone();
            let (mut gave_back, mut acknowledged) = (BTreeSet::new(), BTreeSet::new());
            let (mut returned, mut refused) = (BTreeSet::new(), BTreeSet::new());
            for (index, back) in order {
                let at = index.index(parts.len());
                let tag = at as u64 + 1;
                if left[at] > 0 {
                    left[at] -= 1;
                    if back {
                        gave_back.insert(tag);
                        ledger.back(tag);
                    } else {
                        ledger.done(tag);
                    }
                }
                let answers = ledger.answers();
                if let Some(done) = answers.done {
                    prop_assert!(!returned.contains(&done) && parts[done as usize - 1] > 0);
                    let covered = (1..=done).filter(|tag| !returned.contains(tag));
                    acknowledged.extend(covered.filter(|tag| parts[*tag as usize - 1] > 0
                        && !answers.back.contains(tag)));
                }
                returned.extend(answers.back);
                refused.extend(answers.refused);
                let readable = parts.iter().filter(|parts| **parts > 0).count();
                prop_assert_eq!(ledger.open(), readable - acknowledged.len() - returned.len());
                for tag in &acknowledged {
                    prop_assert!(left[*tag as usize - 1] == 0 && !gave_back.contains(tag));
                }
                for tag in &returned {
                    prop_assert!(left[*tag as usize - 1] == 0 && gave_back.contains(tag));
                }
                let unfinished = (1..).zip(&left).find(|(_, left)| **left > 0);
                let prefix = unfinished.map_or(parts.len() as u64, |(tag, _)| tag - 1);
                for tag in 1..=prefix {
                    prop_assert!(acknowledged.contains(&tag) || gave_back.contains(&tag)
                        || parts[tag as usize - 1] == 0);
                }
            }
        }
    }
}
