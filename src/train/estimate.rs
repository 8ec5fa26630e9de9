//! Stage 5: adjusted counts and discounts → probabilities of single words.
//!
//! For a context h and a word w, with a(hw) the adjusted count and h' the context without its first word
//! (Chen & Goodman 1998, interpolated):
//!
//! ```text
//! p(w|h) = (a(hw) - D(a(hw))) / sum_v a(hv) + gamma(h) p(w|h')
//! gamma(h) = sum_v D(a(hv)) / sum_v a(hv)          below single words, p(w|h') = 1 / (words - 1)
//! ```
//!
//! The backoff weight of h is gamma(h). A pruned n-gram gives its whole count to gamma, as if all of it had
//! been discounted; discounts come from the unpruned counts. The model stores the adjusted counts of all
//! orders but the first and applies these formulas when queried ([`crate::model::core`]). Words that are cut
//! give their probability to `<unk>`.

use super::Discounts;
use crate::model::words::{BOS, UNK};

/// (kept words) probabilities of single words, 0 for `<s>`, from the adjusted counts of all words.
pub fn unigrams(adjusted: &[u32], discounts: &Discounts, kept_words: usize) -> Vec<f32> {
    let total: f64 = adjusted.iter().map(|&a| f64::from(a)).sum();
    let left: f64 = adjusted.iter().map(|&a| discounts.of(a)).sum();
    let uniform = left / total / (adjusted.len() - 1) as f64;
    let p = |&a: &u32| (f64::from(a) - discounts.of(a)) / total + uniform;
    let mut all: Vec<f64> = adjusted.iter().map(p).collect();
    all[BOS as usize] = 0.0;
    all[UNK as usize] += all[kept_words..].iter().sum::<f64>();
    all[..kept_words].iter().map(|&p| p as f32).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cut_word_gives_its_probability_to_unk() {
        let discounts = Discounts([0.5, 1.0, 1.5]);
        let all = unigrams(&[0, 0, 3, 4, 2, 1], &discounts, 6);
        assert!((all.iter().sum::<f32>() - 1.0).abs() < 1e-6, "{all:?}");
        let cut = unigrams(&[0, 0, 3, 4, 2, 1], &discounts, 4);
        assert!((cut[0] - (all[0] + all[4] + all[5])).abs() < 1e-6, "{cut:?}");
        assert_eq!((cut[1], &cut[2..]), (0.0, &all[2..4]));
    }
}
