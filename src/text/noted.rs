//! The paths of unfinished outputs where even a signal handler can read them: at fixed places, without a lock and
//! without memory to be allocated.
//!
//! A place is free, being written, or holds a path under a number that is never used again; who reads it
//! looks at the number before and after, and passes over a path that has changed meanwhile.

use std::ffi::CStr;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};
use std::sync::atomic::{AtomicU8, AtomicU64, fence};

/// How many paths there is room for, and how long one may be with the zero at its end. Others are not noted.
const PLACES: usize = 8;
const LENGTH: usize = 1024;

/// A place is free, or being written.
const FREE: u64 = 0;
const WRITTEN: u64 = 1;

struct Place {
    /// [`FREE`], [`WRITTEN`] or the number of its path.
    state: AtomicU64,
    path: [AtomicU8; LENGTH],
}

struct Places {
    all: [Place; PLACES],
    /// The number of the next path.
    next: AtomicU64,
}

static ALL: Places = Places::new();

/// A path that is noted until this is dropped.
pub(super) struct Noted<'a>(Option<&'a Place>);

impl Noted<'static> {
    /// Notes a path if there is room for it.
    pub fn new(path: &Path) -> Self {
        ALL.note(path)
    }
}

impl Drop for Noted<'_> {
    fn drop(&mut self) {
        if let Some(place) = self.0 {
            place.state.store(FREE, Release);
        }
    }
}

/// Calls `each` with the paths of the temporary files of all outputs being written. Safe to call from a signal
/// handler if `each` is: it takes no lock and allocates nothing.
pub fn for_each(each: impl FnMut(&CStr)) {
    ALL.for_each(each);
}

impl Places {
    const fn new() -> Self {
        let all = [const {
            Place { state: AtomicU64::new(FREE), path: [const { AtomicU8::new(0) }; LENGTH] }
        }; PLACES];
        Places { all, next: AtomicU64::new(WRITTEN + 1) }
    }

    fn note(&self, path: &Path) -> Noted<'_> {
        let bytes = path.as_os_str().as_bytes();
        if bytes.len() >= LENGTH {
            return Noted(None);
        }
        let take =
            |place: &&Place| place.state.compare_exchange(FREE, WRITTEN, Acquire, Relaxed).is_ok();
        let place = self.all.iter().find(take);
        if let Some(Place { state, path }) = place {
            // With the reader's fence: who sees one of these bytes sees that the place is written.
            fence(Release);
            for (to, &byte) in path.iter().zip(bytes.iter().chain([&0])) {
                to.store(byte, Relaxed);
            }
            state.store(self.next.fetch_add(1, Relaxed), Release);
        }
        Noted(place)
    }

    fn for_each(&self, mut each: impl FnMut(&CStr)) {
        for Place { state, path } in &self.all {
            let number = state.load(Acquire);
            if matches!(number, FREE | WRITTEN) {
                continue;
            }
            let mut copy = [0; LENGTH];
            copy.iter_mut().zip(path).for_each(|(to, byte)| *to = byte.load(Relaxed));
            fence(Acquire);
            if state.load(Relaxed) == number
                && let Ok(path) = CStr::from_bytes_until_nul(&copy)
            {
                each(path);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_noted_until_it_is_dropped() {
        let places = Places::new();
        let noted = |path: &str| {
            let mut times = 0;
            places.for_each(|other| times += usize::from(other.to_bytes() == path.as_bytes()));
            times
        };
        let [a, b] = ["a/longer path", "b"].map(|path| places.note(Path::new(path)));
        assert_eq!((noted("a/longer path"), noted("b")), (1, 1));
        drop(a);
        assert_eq!((noted("a/longer path"), noted("b")), (0, 1));
        // More than there is room for, and a path that is too long, are passed over.
        let many: Vec<Noted<'_>> = (0..2 * PLACES).map(|_| places.note(Path::new("c"))).collect();
        assert_eq!((noted("c"), noted("b")), (PLACES - 1, 1));
        drop(many);
        let _long = places.note(Path::new(&"d".repeat(LENGTH)));
        assert_eq!((noted("c"), noted("b")), (0, 1));
        drop(b);
        assert_eq!(noted("b"), 0);
    }
}
