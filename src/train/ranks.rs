//! Which words come first?

use rayon::prelude::*;

use super::WordSet;
use crate::model::words::{SPECIAL, WordList};

/// The ids of all words but the special ones, those of a list first, more frequent ones first, then by their bytes, and how
/// many of them are in the list; without one, all are. Without counts they are as if all were equally frequent.
pub fn by_rank(words: &WordList, counts: &[u64], list: Option<&WordSet>) -> (Vec<u32>, usize) {
    let is_listed = |word| list.is_none_or(|list| list.contains(word));
    let listed: Vec<bool> = words.iter().map(is_listed).collect();
    let key = |id: u32| (listed[id as usize], counts.get(id as usize));
    let mut by_rank: Vec<u32> = (SPECIAL as u32..words.len() as u32).collect();
    by_rank.par_sort_unstable_by(|&a, &b| {
        key(b).cmp(&key(a)).then_with(|| words.get(a).cmp(words.get(b)))
    });
    let count = by_rank.iter().filter(|&&id| listed[id as usize]).count();
    (by_rank, count)
}
