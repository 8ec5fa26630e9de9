//! The counts that classes are made from: which units occur next to which, and how often.
//!
//! A unit is a word that needs a class, or a class that is fixed beforehand and stands for all its words.
//! Units are numbered: first the words, then the fixed classes.

use std::ops::Range;

/// Neighbours of every word on one side.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sides {
    /// (words + 1) where each word's neighbours begin.
    starts: Vec<u32>,
    /// Units.
    units: Vec<u16>,
    /// How often each was counted there.
    counts: Vec<u32>,
}

impl Sides {
    fn range(&self, word: usize) -> Range<usize> {
        self.starts[word] as usize..self.starts[word + 1] as usize
    }

    /// The neighbours of a word, each with its count; never the word itself.
    pub fn of(&self, word: usize) -> impl Iterator<Item = (usize, u32)> {
        let range = self.range(word);
        let units = self.units[range.clone()].iter().map(|&unit| usize::from(unit));
        units.zip(self.counts[range].iter().copied())
    }
}

/// Counts of all bigrams of units.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Bigrams {
    /// How many words need a class.
    pub words: usize,
    /// How many classes are fixed.
    pub fixed: usize,
    /// What follows each word.
    pub after: Sides,
    /// What precedes each word.
    pub before: Sides,
    /// (words) how often each word follows itself.
    pub same: Vec<u32>,
    /// (fixed, fixed) bigrams without a word.
    pub without: Vec<u64>,
}

/// Collects bigrams that come in the order of their first words.
#[derive(Debug)]
pub struct Builder {
    done: Bigrams,
    /// (fixed, words) what fixed classes precede.
    fixed_before: Vec<u32>,
    /// (fixed) what follows the current word of the fixed classes.
    fixed_after: Vec<u32>,
}

impl Builder {
    /// For this many words and fixed classes, at most 2^16 together, and about this many bigrams.
    pub fn new(words: usize, fixed: usize, bigrams: usize) -> Self {
        let after = Sides {
            starts: vec![0],
            units: Vec::with_capacity(bigrams),
            counts: Vec::with_capacity(bigrams),
        };
        let same = vec![0; words];
        let without = vec![0; fixed * fixed];
        let done = Bigrams { words, fixed, after, before: Sides::default(), same, without };
        Builder { done, fixed_before: vec![0; fixed * words], fixed_after: vec![0; fixed] }
    }

    /// Adds a bigram of units. First units that are words must not decrease.
    pub fn push(&mut self, first: usize, second: usize, count: u32) {
        let (words, fixed) = (self.done.words, self.done.fixed);
        if first >= words {
            match second.checked_sub(words) {
                None => self.fixed_before[(first - words) * words + second] += count,
                Some(second) => {
                    self.done.without[(first - words) * fixed + second] += u64::from(count);
                }
            }
            return;
        }
        self.finish_up_to(first);
        match second.checked_sub(words) {
            Some(second) => self.fixed_after[second] += count,
            None if second == first => self.done.same[first] += count,
            None => {
                self.done.after.units.push(second as u16);
                self.done.after.counts.push(count);
            }
        }
    }

    /// Closes the lists of all words before this one.
    fn finish_up_to(&mut self, word: usize) {
        let (after, words) = (&mut self.done.after, self.done.words);
        while after.starts.len() <= word {
            for (unit, count) in (words..).zip(&mut self.fixed_after) {
                if *count > 0 {
                    after.units.push(unit as u16);
                    after.counts.push(std::mem::take(count));
                }
            }
            after.starts.push(after.units.len() as u32);
        }
    }

    /// All bigrams, from either side.
    pub fn finish(mut self) -> Bigrams {
        let words = self.done.words;
        self.finish_up_to(words);
        let Bigrams { after, before, .. } = &mut self.done;
        after.units.shrink_to_fit();
        after.counts.shrink_to_fit();
        let mut sizes = vec![0u32; words + 1];
        let seconds = after.units.iter().map(|&unit| usize::from(unit));
        seconds.filter(|&unit| unit < words).for_each(|unit| sizes[unit + 1] += 1);
        for (at, _) in self.fixed_before.iter().enumerate().filter(|(_, count)| **count > 0) {
            sizes[at % words + 1] += 1;
        }
        for i in 0..words {
            sizes[i + 1] += sizes[i];
        }
        let all = sizes[words] as usize;
        (before.units, before.counts) = (vec![0; all], vec![0; all]);
        let mut ends = sizes.clone();
        let mut put = |second: usize, first: usize, count: u32| {
            let at = ends[second] as usize;
            (before.units[at], before.counts[at]) = (first as u16, count);
            ends[second] += 1;
        };
        for first in 0..words {
            for (second, count) in after.of(first).filter(|&(unit, _)| unit < words) {
                put(second, first, count);
            }
        }
        for (at, &count) in self.fixed_before.iter().enumerate().filter(|(_, count)| **count > 0) {
            put(at % words, words + at / words, count);
        }
        before.starts = sizes;
        self.done
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How often a word was counted, by what follows it.
    fn count(bigrams: &Bigrams, word: usize) -> u64 {
        let beside: u64 = bigrams.after.of(word).map(|(_, count)| u64::from(count)).sum();
        beside + u64::from(bigrams.same[word])
    }

    #[test]
    fn both_sides_agree() {
        // Three words and two fixed classes, 3 and 4.
        let mut builder = Builder::new(3, 2, 0);
        for (first, second, count) in
            [(4, 0, 7), (0, 1, 2), (0, 3, 1), (0, 0, 5), (3, 4, 9), (2, 1, 4), (2, 3, 1), (2, 3, 2)]
        {
            builder.push(first, second, count);
        }
        let bigrams = builder.finish();
        let sides = |sides: &Sides| (0..3).map(|w| sides.of(w).collect()).collect::<Vec<Vec<_>>>();
        assert_eq!(sides(&bigrams.after), [vec![(1, 2), (3, 1)], vec![], vec![(1, 4), (3, 3)]]);
        assert_eq!(sides(&bigrams.before), [vec![(4, 7)], vec![(0, 2), (2, 4)], vec![]]);
        assert_eq!(bigrams.same, [5, 0, 0]);
        assert_eq!(bigrams.without, [0, 9, 0, 0]);
        assert_eq!([0, 1, 2].map(|word| count(&bigrams, word)), [8, 0, 7]);
    }
}
