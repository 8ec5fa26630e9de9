//! What one queue has delivered to this worker: what waits here, what is being done, and what can be acknowledged.
//!
//! A part is a job or a piece, known by a key. One that is held twice (a double, or what was delivered again while it
//! is still being done) is done once and counts for all its messages.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, VecDeque};
use std::fmt::Debug;
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use super::ledger::{Answers, Ledger};

/// What one queue has delivered.
#[derive(Debug)]
pub struct Line<K> {
    inner: Mutex<Inner<K>>,
    /// Told when there may be something to tell to the broker.
    answerable: Arc<Notify>,
}

#[derive(Debug)]
struct Inner<K> {
    /// How many channels there were before this one.
    session: u64,
    ledger: Ledger,
    held: HashMap<K, Held>,
    /// Delivered for the first time.
    fresh: VecDeque<K>,
    /// Delivered before: it may have ended a process.
    again: VecDeque<K>,
    /// Known to be open and to be tried alone.
    alone: VecDeque<K>,
}

/// The message in which a part arrived.
#[derive(Debug, Clone, Copy)]
struct Place {
    session: u64,
    tag: u64,
}

/// All messages in which a part arrived.
#[derive(Debug)]
struct Held {
    first: Place,
    more: Vec<Place>,
}

impl<K: Copy + Eq + Hash + Debug> Line<K> {
    /// Nothing has arrived yet; `answerable` is told when there may be something to tell to the broker.
    pub fn new(answerable: &Arc<Notify>) -> Self {
        Line {
            inner: Mutex::new(Inner {
                session: 0,
                ledger: Ledger::default(),
                held: HashMap::new(),
                fresh: VecDeque::new(),
                again: VecDeque::new(),
                alone: VecDeque::new(),
            }),
            answerable: Arc::clone(answerable),
        }
    }

    fn inner(&self) -> MutexGuard<'_, Inner<K>> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A message arrived on the channel that is open now.
    pub fn arrived(&self, tag: u64, parts: impl ExactSizeIterator<Item = K>, redelivered: bool) {
        let mut inner = self.inner();
        let inner = &mut *inner;
        let place = Place { session: inner.session, tag };
        inner.ledger.arrived(tag, parts.len());
        let waits = if redelivered { &mut inner.again } else { &mut inner.fresh };
        for key in parts {
            match inner.held.entry(key) {
                Entry::Occupied(held) => held.into_mut().more.push(place),
                Entry::Vacant(free) => {
                    free.insert(Held { first: place, more: Vec::new() });
                    waits.push_back(key);
                }
            }
        }
    }

    /// A message arrived that cannot be read.
    pub fn unreadable(&self, tag: u64) {
        self.inner().ledger.arrived(tag, 0);
        self.answerable.notify_one();
    }

    /// Takes what was delivered for the first time, so much at most, as long as it is `alike` the first of it.
    pub fn take_fresh(&self, most: usize, alike: impl Fn(&K, &K) -> bool) -> Vec<K> {
        take(&mut self.inner().fresh, most, alike)
    }

    /// How much there is of that.
    pub fn fresh(&self) -> usize {
        self.inner().fresh.len()
    }

    /// Takes what was delivered before, in the same way.
    pub fn take_again(&self, most: usize, alike: impl Fn(&K, &K) -> bool) -> Vec<K> {
        take(&mut self.inner().again, most, alike)
    }

    /// Takes the next that is to be tried alone.
    pub fn take_alone(&self) -> Option<K> {
        self.inner().alone.pop_front()
    }

    /// Whether something is to be tried alone.
    pub fn has_alone(&self) -> bool {
        !self.inner().alone.is_empty()
    }

    /// What was taken could not be looked up: it is next again.
    pub fn untake_fresh(&self, keys: Vec<K>) {
        let mut inner = self.inner();
        keys.into_iter().rev().for_each(|key| inner.fresh.push_front(key));
    }

    /// The same of what was delivered before.
    pub fn untake_again(&self, keys: Vec<K>) {
        let mut inner = self.inner();
        keys.into_iter().rev().for_each(|key| inner.again.push_front(key));
    }

    /// The same of what is to be tried alone.
    pub fn untake_alone(&self, key: K) {
        self.inner().alone.push_front(key);
    }

    /// What was taken has to be tried alone.
    pub fn set_alone(&self, keys: impl Iterator<Item = K>) {
        self.inner().alone.extend(keys);
    }

    /// What was taken is on disk, or is not wanted any more.
    pub fn done(&self, keys: impl Iterator<Item = K>) {
        self.end(keys, Ledger::done);
    }

    /// The same of keys some of which may be here.
    pub fn done_if_any(&self, keys: impl Iterator<Item = K>) {
        let mut keys = keys.peekable();
        if keys.peek().is_some() {
            self.done(keys);
        }
    }

    /// What was taken was not begun.
    pub fn back(&self, keys: impl Iterator<Item = K>) {
        self.end(keys, Ledger::back);
    }

    fn end(&self, keys: impl Iterator<Item = K>, end: impl Fn(&mut Ledger, u64)) {
        let mut inner = self.inner();
        keys.for_each(|key| inner.ended(key, &end));
        drop(inner);
        self.answerable.notify_one();
    }

    /// Whether this part is here.
    pub fn holds(&self, key: &K) -> bool {
        self.inner().held.contains_key(key)
    }

    /// What can be told to the broker now, on the channel that is open.
    pub fn answers(&self) -> Answers {
        self.inner().ledger.answers()
    }

    /// How many messages were not acknowledged.
    pub fn open(&self) -> usize {
        self.inner().ledger.open()
    }

    /// The channel is gone. What was not taken will be delivered again; what is being done stays, and counts for the
    /// messages in which it is delivered again.
    pub fn lost(&self) {
        let mut inner = self.inner();
        inner.session += 1;
        inner.ledger.clear();
        let Inner { held, fresh, again, alone, .. } = &mut *inner;
        for key in fresh.drain(..).chain(again.drain(..)).chain(alone.drain(..)) {
            held.remove(&key);
        }
    }
}

impl<K: Copy + Eq + Hash> Inner<K> {
    fn ended(&mut self, key: K, end: impl Fn(&mut Ledger, u64)) {
        let Some(Held { first, more }) = self.held.remove(&key) else { return };
        for place in std::iter::once(first).chain(more) {
            if place.session == self.session {
                end(&mut self.ledger, place.tag);
            }
        }
    }
}

fn take<K>(from: &mut VecDeque<K>, most: usize, alike: impl Fn(&K, &K) -> bool) -> Vec<K> {
    let Some(first) = from.front() else { return Vec::new() };
    let many = from.iter().take(most).take_while(|key| alike(first, key)).count();
    from.drain(..many).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn any(_: &u32, _: &u32) -> bool {
        true
    }

    fn line(messages: &[&[u32]]) -> Line<u32> {
        let line = Line::new(&Arc::default());
        for (parts, tag) in messages.iter().zip(1..) {
            line.arrived(tag, parts.iter().copied(), false);
        }
        line
    }

    #[test]
    fn parts_are_taken_in_order_and_messages_end_with_their_last_part() {
        let line = line(&[&[1, 2], &[3]]);
        assert_eq!(line.take_fresh(2, any), [1, 2]);
        assert_eq!(line.take_fresh(2, any), [3]);
        assert!(line.take_fresh(2, any).is_empty());
        line.done([3, 1].into_iter());
        assert!(line.answers().is_empty());
        line.done([2].into_iter());
        assert_eq!(line.answers().done, Some(2));
        assert_eq!(line.open(), 0);
    }

    #[test]
    fn what_is_taken_together_is_alike() {
        let line = line(&[&[10, 11, 20, 12]]);
        let tens = |first: &u32, key: &u32| first / 10 == key / 10;
        let taken = line.take_fresh(8, tens);
        assert_eq!(taken, [10, 11]);
        line.untake_fresh(taken);
        assert_eq!(line.take_fresh(1, tens), [10]);
    }

    #[test]
    fn a_double_is_done_once_and_counts_for_both_messages() {
        let line = line(&[&[1], &[1, 2]]);
        assert_eq!(line.take_fresh(8, any), [1, 2]);
        line.done([1].into_iter());
        assert_eq!(line.answers().done, Some(1));
        line.done([2].into_iter());
        assert_eq!(line.answers().done, Some(2));
    }

    #[test]
    fn nothing_of_a_lost_channel_is_acknowledged_on_the_next() {
        let line = line(&[&[1], &[2], &[3]]);
        assert_eq!(line.take_fresh(2, any), [1, 2]);
        line.lost();
        assert!(line.take_fresh(8, any).is_empty(), "what was not taken will be delivered again");
        line.done([1].into_iter());
        assert!(line.answers().is_empty());
        // All three are delivered again, while 2 is still being done.
        line.arrived(1, [1, 3].into_iter(), true);
        line.arrived(2, [2].into_iter(), true);
        assert_eq!(line.take_again(8, any), [1, 3]);
        line.done([2].into_iter());
        assert!(line.answers().is_empty());
        line.done([1, 3].into_iter());
        assert_eq!(line.answers().done, Some(2));
    }

    #[test]
    fn what_was_not_begun_goes_back() {
        let line = line(&[&[1, 2], &[3]]);
        line.take_fresh(8, any);
        line.done([1].into_iter());
        line.back([2, 3].into_iter());
        let answers = line.answers();
        assert_eq!((answers.done, answers.back), (None, vec![1, 2]));
        assert!(!line.holds(&2));
    }
}
