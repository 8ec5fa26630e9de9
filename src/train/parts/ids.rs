//! What the words of a part are in the whole: numbers that rise, in little more than a byte each.
//!
//! Blocks of 16 keep the first number and how far the others are from it; a block that goes too far keeps them all.

/// Numbers a block.
const BLOCK: usize = 16;
/// Marks a block that keeps all of its numbers: those are below this.
pub const MOST: u32 = 1 << 31;

/// Numbers that rise.
#[derive(Debug, Default)]
pub struct Ids {
    /// (blocks) the first number; or [`MOST`] and the place in `far`, in blocks.
    bases: Vec<u32>,
    /// How far each is from the first of its block.
    steps: Vec<u8>,
    far: Vec<u32>,
    /// The block that is being filled.
    block: Vec<u32>,
}

impl Ids {
    /// Adds a number that is not below the one before, but below [`MOST`].
    pub fn push(&mut self, number: u32) {
        self.block.push(number);
        if self.block.len() == BLOCK {
            self.end_block();
        }
    }

    fn end_block(&mut self) {
        let Some((&first, &last)) = self.block.first().zip(self.block.last()) else {
            return;
        };
        self.steps.extend(self.block.iter().map(|number| (number - first) as u8));
        if last - first <= u8::MAX.into() {
            self.bases.push(first);
        } else {
            self.bases.push(MOST | (self.far.len() / BLOCK) as u32);
            self.block.resize(BLOCK, last);
            self.far.extend_from_slice(&self.block);
        }
        self.block.clear();
    }

    /// Ends the numbers.
    pub fn finish(mut self) -> Self {
        self.end_block();
        self.block = Vec::new();
        self
    }

    /// The number with this index, once they are finished.
    ///
    /// # Panics
    /// There is none.
    #[inline]
    pub fn get(&self, index: u32) -> u32 {
        let index = index as usize;
        let (base, step) = (self.bases[index / BLOCK], self.steps[index]);
        match base & MOST {
            0 => base + u32::from(step),
            _ => self.far[(base ^ MOST) as usize * BLOCK + index % BLOCK],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_was_added_is_there(steps in proptest::collection::vec(prop_oneof![0u32..9, 0u32..9000], 0..200)) {
            let mut number = 0;
            let numbers: Vec<u32> = steps.iter().map(|step| { number += step; number }).collect();
            let mut ids = Ids::default();
            numbers.iter().for_each(|&number| ids.push(number));
            let ids = ids.finish();
            let read: Vec<u32> = (0..numbers.len() as u32).map(|i| ids.get(i)).collect();
            prop_assert_eq!(read, numbers);
        }
    }
}
