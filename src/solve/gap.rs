//! The score of every word of the vocabulary in one gap, exactly.
//!
//! For left neighbours a1 a0, right neighbours b0 b1 and a candidate x, a trigram model gives
//!
//! ```text
//! S(x) = ln P(x|a1 a0) + ln P(b0|a0 x) + ln P(b1|x b0)
//!      = K(gap) + g[x] + F[a0,x] + R[x,b0] + A[a1 a0,x] + B[a0,x,b0] + C[x,b0 b1]
//! K    = bow(a1 a0) + bow(a0) + p(b0) + P(b1|b0)
//! ```
//!
//! (terms and their lists: [`crate::model::build`]; every term that is not stored is exactly 0).
//! The file keeps the exponentials of the terms, so that exp S is a product, and one pass over five
//! posting lists gives every word's score. Words that no list holds share K + g; their sum is a
//! constant of the model less the part of the words that were met. A model of bigrams has the terms
//! g, F and R, and K = bow(a0) + p(b0).
//!
//! The evidence of a gap is how much likelier the sentence is with a word in it, summed over all
//! words, than as it stands:
//!
//! ```text
//! ln evidence = ln sum_x exp S(x) - [ln P(b0|a1 a0) + ln P(b1|a0 b0)]
//! ```

use super::Worker;
use crate::model::view::View;
use crate::model::words::{BOS, EOS, UNK};

/// The words around a gap, as ids; `<s>` and `</s>` beyond the ends of the sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gap {
    /// a1 a0, the last one next to the gap.
    pub left: [u32; 2],
    /// b0 b1, the first one next to the gap.
    pub right: [u32; 2],
}

impl Gap {
    /// The gap behind the `left`-th word of a sentence (counted from 0); `None` if there is no word
    /// on both sides of it.
    pub fn of(sentence: &[u32], left: usize) -> Option<Self> {
        let (before, after) = sentence.split_at_checked(left + 1)?;
        Some(Gap {
            left: match *before {
                [.., a1, a0] => [a1, a0],
                [a0] => [BOS, a0],
                [] => return None,
            },
            right: match *after {
                [b0, b1, ..] => [b0, b1],
                [b0] => [b0, EOS],
                [] => return None,
            },
        })
    }
}

/// A word for a gap.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Candidate {
    /// Its id.
    pub word: u32,
    /// Its probability among all words, given the gap.
    pub probability: f64,
}

/// What the model says of one gap.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GapScore {
    /// Natural log of the evidence.
    pub ln_evidence: f64,
    /// Natural log of P(b0 | a1 a0): how likely the sentence's own next word is.
    pub ln_next: f64,
    /// Expected length of the missing word in characters, given the gap.
    pub mean_chars: f64,
}

impl Worker<'_, '_> {
    /// Scores every word in `gap` and puts the best `k`, best first, into `best`.
    ///
    /// # Complexity
    /// O(postings of the five lists + k), a few nanoseconds a posting.
    pub fn score(&mut self, gap: Gap, k: usize, best: &mut Vec<Candidate>) -> GapScore {
        let view = self.solver.view;
        let constant = Constant::of(&view, gap);
        self.touch(&view, gap);
        let [mass, chars] = self.sum(k);
        self.untouched(&view, k);
        self.reset();
        self.candidates.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        self.candidates.truncate(k);
        best.clear();
        best.extend(self.candidates.iter().map(|&(weight, word)| Candidate {
            word,
            probability: f64::from(weight) / mass,
        }));
        GapScore {
            ln_evidence: constant.ln + mass.ln() - constant.ln_joined,
            ln_next: constant.ln_next,
            mean_chars: chars / mass,
        }
    }

    /// Multiplies the factors of the five lists into the scores. With a trigram its bigrams are
    /// stored too, so that every word of the last three lists has been met in the first two.
    fn touch(&mut self, view: &View<'_>, gap: Gap) {
        let lists = &view.lists;
        let [[a1, a0], [b0, b1]] = [gap.left, gap.right];
        let (words, factors) = lists.successors.list(a0 as usize);
        self.candidates.clear();
        self.touched.extend_from_slice(words);
        for (&word, &factor) in words.iter().zip(factors) {
            if let Some(score) = self.scores.get_mut(word as usize) {
                *score = factor;
            }
        }
        let (words, factors) = lists.predecessors.list(b0 as usize);
        for (&word, &factor) in words.iter().zip(factors) {
            if let Some(score) = self.scores.get_mut(word as usize) {
                if *score == 0.0 {
                    self.touched.push(word);
                    *score = factor;
                } else {
                    *score *= factor;
                }
            }
        }
        if view.order < 3 {
            return;
        }
        let right = view.find(&[a1, a0]).map(|bigram| lists.right.list(bigram));
        let left = view.find(&[b0, b1]).map(|bigram| lists.left.list(bigram));
        let middle = view.find_pair(a0, b0).map(|pair| lists.middle.list(pair));
        for (words, factors) in [right, left, middle].into_iter().flatten() {
            for (&word, &factor) in words.iter().zip(factors) {
                if let Some(score) = self.scores.get_mut(word as usize) {
                    *score *= factor;
                }
            }
        }
    }

    /// Sums exp(S - K), plain and times the length in characters, over all words; gathers the best
    /// of the touched words.
    fn sum(&mut self, k: usize) -> [f64; 2] {
        let weights = self.solver.view.lists.weights;
        let (mut mass, mut chars, mut plain_mass, mut plain_chars) = (0.0, 0.0, 0.0, 0.0);
        let mut best = Best::new(&mut self.candidates, k);
        for &word in &self.touched {
            let (Some(&score), Some(&[weight, length])) =
                (self.scores.get(word as usize), weights.get(word as usize))
            else {
                continue;
            };
            let full = (score * weight).min(f32::MAX);
            mass += f64::from(full);
            chars += f64::from(full * length);
            plain_mass += f64::from(weight);
            plain_chars += f64::from(weight * length);
            if full >= best.threshold && word != UNK {
                best.push(full, word);
            }
        }
        let [all_mass, all_chars] = self.solver.totals;
        // Rounding must not leave less than nothing for the words that were not met.
        [mass + (all_mass - plain_mass).max(0.0), chars + (all_chars - plain_chars).max(0.0)]
    }

    /// Gathers the best of the words that no list holds: those with the highest g.
    fn untouched(&mut self, view: &View<'_>, k: usize) {
        let mut best = Best::new(&mut self.candidates, k);
        best.cut();
        for &word in view.lists.by_weight {
            let Some(&[weight, _]) = view.lists.weights.get(word as usize) else { continue };
            if weight < best.threshold || (weight == 0.0 && best.found.len() >= k) {
                break;
            }
            if self.scores.get(word as usize) == Some(&0.0) {
                best.push(weight, word);
            }
        }
    }

    fn reset(&mut self) {
        for &word in &self.touched {
            if let Some(score) = self.scores.get_mut(word as usize) {
                *score = 0.0;
            }
        }
        self.touched.clear();
    }
}

/// Keeps the k highest of many weights: gathers four times as many, then cuts.
struct Best<'b> {
    found: &'b mut Vec<(f32, u32)>,
    k: usize,
    /// Nothing below this is among the best.
    threshold: f32,
}

impl<'b> Best<'b> {
    fn new(found: &'b mut Vec<(f32, u32)>, k: usize) -> Self {
        Best { found, k, threshold: if k == 0 { f32::INFINITY } else { 0.0 } }
    }

    fn push(&mut self, weight: f32, word: u32) {
        self.found.push((weight, word));
        if self.found.len() >= 4 * self.k {
            self.cut();
        }
    }

    fn cut(&mut self) {
        if self.k > 0 && self.found.len() >= self.k {
            let order = |a: &(f32, u32), b: &(f32, u32)| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1));
            let (_, last, _) = self.found.select_nth_unstable_by(self.k - 1, order);
            self.threshold = last.0;
            self.found.truncate(self.k);
        }
    }
}

/// What all words of a gap share.
struct Constant {
    /// K.
    ln: f64,
    /// The log-probability of what stands behind the gap, without a word in it.
    ln_joined: f64,
    /// Its first factor, ln P(b0 | a1 a0).
    ln_next: f64,
}

impl Constant {
    fn of(view: &View<'_>, gap: Gap) -> Self {
        let [[a1, a0], [b0, b1]] = [gap.left, gap.right];
        let backed_off = view.ln_backoff(&[a0]) + view.ln_probability(&[], b0);
        let ln_next = view.ln_probability(&[a1, a0], b0);
        if view.order < 3 {
            return Constant { ln: backed_off, ln_joined: ln_next, ln_next };
        }
        Constant {
            ln: view.ln_backoff(&[a1, a0]) + backed_off + view.ln_probability(&[b0], b1),
            ln_joined: ln_next + view.ln_probability(&[a0, b0], b1),
            ln_next,
        }
    }
}
