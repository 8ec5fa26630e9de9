//! Tables of contexts, made when first needed and shared by all threads.
//!
//! An open hash table of slots that are written once: reading takes no lock. Nothing is ever evicted; a table
//! that finds no slot or no room is not kept. What is kept depends on threads, and sentences must not: a kept
//! table holds the very numbers that would be made anew without it.
//!
//! Memory: at most [`ROOM`] bytes of tables, and 6 MiB of slots.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

/// The most bytes of kept tables.
pub const ROOM: usize = 128 << 20;
/// Number of slots, a power of two.
const SLOTS: usize = 1 << 18;
/// How many slots are tried for a key.
const TRIES: usize = 8;

/// A key and its table, once there is one.
type Slot<T> = OnceLock<(u64, Box<T>)>;

/// Write-once tables by key.
#[derive(Debug)]
pub struct Cache<T> {
    slots: Box<[Slot<T>]>,
    room: AtomicUsize,
}

impl<T> Default for Cache<T> {
    fn default() -> Self {
        let slots = (0..SLOTS).map(|_| OnceLock::new()).collect();
        Cache { slots, room: AtomicUsize::new(ROOM) }
    }
}

impl<T> Cache<T> {
    /// The table of `key`, if it is kept.
    pub fn get(&self, key: u64) -> Option<&T> {
        let mut used = tries(key).map_while(|at| self.slots[at].get());
        used.find(|slot| slot.0 == key).map(|slot| &*slot.1)
    }

    /// Keeps a table of `size` bytes if there is a slot and room for it.
    pub fn keep(&self, key: u64, size: usize, make: impl FnOnce() -> T) {
        let Some(at) = tries(key).find(|&at| self.slots[at].get().is_none()) else {
            return;
        };
        let less = |room: usize| room.checked_sub(size);
        let taken = self.room.fetch_update(Ordering::Relaxed, Ordering::Relaxed, less);
        // If another thread was first, this table is dropped, and its room given back.
        if taken.is_ok() && self.slots[at].set((key, Box::new(make()))).is_err() {
            self.room.fetch_add(size, Ordering::Relaxed);
        }
    }
}

/// The slots of a key: the high bits of a product with 2^64 / golden ratio, and the next ones.
fn tries(key: u64) -> impl Iterator<Item = usize> {
    let hash = (key ^ (key >> 29)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let first = (hash >> (64 - SLOTS.ilog2())) as usize;
    (0..TRIES).map(move |step| (first + step) % SLOTS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_found_under_its_key() {
        let cache = Cache::default();
        (0..1000u64).for_each(|key| cache.keep(key, 1, || key * 3));
        assert!((0..1000).all(|key| cache.get(key) == Some(&(key * 3))));
        assert_eq!(cache.get(1000), None);
    }

    #[test]
    fn no_more_is_kept_than_fits_the_room_and_the_slots() {
        let cache = Cache::default();
        cache.keep(1, ROOM - 1, || ());
        cache.keep(2, 2, || ());
        cache.keep(3, 1, || ());
        assert_eq!([1, 2, 3].map(|key| cache.get(key).is_some()), [true, false, true]);
        let cache = Cache::default();
        (0..4 * SLOTS as u64).for_each(|key| cache.keep(key, 1, || ()));
        let kept = (0..4 * SLOTS as u64).filter(|&key| cache.get(key).is_some()).count();
        assert!((SLOTS / 2..=SLOTS).contains(&kept), "{kept}");
    }
}
