//! Numbers that begin with a cache line.

use std::ops::{Deref, DerefMut};

/// Bytes of a line.
const LINE: usize = 64;

/// A vector whose first number is at a multiple of 64 bytes, so that no row of whole lines has a number in one
/// line more than it fills: matrix instructions load such rows in half the time.
#[derive(Debug, Default)]
pub struct Aligned<T> {
    /// Up to a line of numbers that are not used, then the numbers.
    all: Vec<T>,
    /// How many are not used.
    lead: usize,
}

impl<T: Copy + Default> Aligned<T> {
    /// As [`Vec::clear`].
    pub fn clear(&mut self) {
        self.all.truncate(self.lead);
    }

    /// As [`Vec::resize`].
    pub fn resize(&mut self, length: usize, value: T) {
        if self.all.capacity() < self.lead + length {
            let most_unused = LINE / size_of::<T>();
            let mut all = Vec::<T>::with_capacity(most_unused + length.max(2 * self.len()));
            let lead = all.as_ptr().align_offset(LINE).min(most_unused);
            all.resize(lead, T::default());
            all.extend_from_slice(self);
            *self = Aligned { all, lead };
        }
        self.all.resize(self.lead + length, value); // stays where it is
    }
}

impl<T: Copy + Default> Clone for Aligned<T> {
    fn clone(&self) -> Self {
        let mut clone = Aligned::default();
        clone.resize(self.len(), T::default());
        clone.copy_from_slice(self);
        clone
    }
}

impl<T> Deref for Aligned<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.all[self.lead..]
    }
}

impl<T> DerefMut for Aligned<T> {
    fn deref_mut(&mut self) -> &mut [T] {
        &mut self.all[self.lead..]
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn is_a_vector_that_begins_with_a_line(
            steps in proptest::collection::vec((0usize..999, any::<bool>()), 1..20),
        ) {
            let (mut aligned, mut vector) = (Aligned::default(), Vec::new());
            for (i, (length, again)) in steps.into_iter().enumerate() {
                if again {
                    aligned.clear();
                    vector.clear();
                }
                aligned.resize(length, i as u16);
                vector.resize(length, i as u16);
                let copy = aligned.clone();
                for found in [&aligned, &copy] {
                    prop_assert_eq!(&found[..], &vector[..]);
                    prop_assert!(length == 0 || found.as_ptr().addr() % LINE == 0);
                }
            }
        }
    }
}
