//! The heaviest right contexts, with two posting lists made one.
//!
//! Almost every sentence ends in the same two ids, a full stop and `</s>`, and the list C of that
//! pair is longer than all other lists of the sentence together. For the few pairs b0 b1 with the
//! longest lists, the factors of C are multiplied into those of R once, so that a gap in front of
//! such a pair has no list C to visit.

use super::gap::Neighbour;
use crate::model::lists::neighbours::head_and_sums;
use crate::model::view::View;

/// How many pairs are prepared: about half a million factors of a large model, 2 MB.
const PAIRS: usize = 16;
/// A shorter list is not worth it.
const SHORTEST: usize = 1024;

/// The prepared pairs.
#[derive(Debug, Clone, Default)]
pub(super) struct Heavy {
    pairs: Vec<Pair>,
}

#[derive(Debug, Clone)]
struct Pair {
    right: [u32; 2],
    /// (postings of R of b0) `R[x,b0]` times `C[x,b0 b1]`.
    factors: Vec<f32>,
    /// As in [`crate::model::view::NeighbourLists`].
    head: Vec<u32>,
    sums: [f64; 2],
}

impl Heavy {
    /// Prepares the pairs with the longest lists.
    pub(super) fn new(view: &View<'_>) -> Self {
        let length = |bigram: usize| view.lists.left.list(bigram).0.len();
        let bigrams = view.lists.left.offsets.len().saturating_sub(1);
        let mut longest: Vec<usize> = (0..bigrams).filter(|&i| length(i) >= SHORTEST).collect();
        longest.sort_by_key(|&bigram| std::cmp::Reverse(length(bigram)));
        longest.truncate(PAIRS);
        Heavy { pairs: longest.into_iter().filter_map(|bigram| Pair::new(view, bigram)).collect() }
    }

    /// The list of the words before `right`, C included, if it is one of the prepared pairs.
    pub(super) fn get<'a>(&'a self, view: &View<'a>, right: [u32; 2]) -> Option<Neighbour<'a>> {
        let pair = self.pairs.iter().find(|pair| pair.right == right)?;
        let words = view.lists.predecessors.postings.list(right[0] as usize).0;
        Some(Neighbour { words, factors: &pair.factors, head: &pair.head, sums: pair.sums })
    }
}

impl Pair {
    fn new(view: &View<'_>, bigram: usize) -> Option<Self> {
        let bigrams = view.lists.successors.postings;
        let b0 =
            bigrams.offsets.partition_point(|&start| start as usize <= bigram).checked_sub(1)?;
        let (words, factors) = view.lists.predecessors.postings.list(b0);
        let mut factors = factors.to_vec();
        let (trigram_words, trigram_factors) = view.lists.left.list(bigram);
        for (word, factor) in trigram_words.iter().zip(trigram_factors) {
            if let Ok(at) = words.binary_search(word) {
                factors[at] *= factor;
            }
        }
        let (sums, head) = head_and_sums(words, &factors, view.lists.weights);
        Some(Pair { right: [b0 as u32, *bigrams.words.get(bigram)?], factors, head, sums })
    }
}
