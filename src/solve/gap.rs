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
//! (terms and their lists: [`crate::model::lists`]; every term that is not stored is exactly 0).
//! The file keeps the exponentials of the terms, so that exp S is a product, the words of each list
//! sorted by id. Words that no list holds share K + g, and words that the list of one neighbour
//! alone holds add one factor to it: the file holds the sums of both kinds. So only words of several
//! lists are visited one by one, and the best of the others come from the heads of the lists, which
//! are sorted by weight. A model of bigrams has the terms g, F and R, and K = bow(a0) + p(b0).
//!
//! The evidence of a gap is how much likelier the sentence is with a word in it, summed over all
//! words, than as it stands:
//!
//! ```text
//! ln evidence = ln sum_x exp S(x) - [ln P(b0|a1 a0) + ln P(b1|a0 b0)]
//! ```

use super::Worker;
use crate::model::gallop::gallop;
use crate::model::lists::best_first;
use crate::model::view::{NeighbourLists, View};
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
    /// Natural log of the sum of exp S over all words.
    pub ln_sum: f64,
    /// Natural log of P(b0 | a1 a0): how likely the sentence's own next word is.
    pub ln_next: f64,
    /// Expected length of the missing word in characters, given the gap.
    pub mean_chars: f64,
}

impl Worker<'_, '_> {
    /// Scores every word in `gap` and puts the best `k`, best first, into `best`.
    ///
    /// # Complexity
    /// With m and n the lengths of the lists of the two neighbours, m ≤ n, and t that of the three
    /// lists of the trigrams: O((m + t) log n + k), independent of the vocabulary.
    pub fn score(&mut self, gap: Gap, k: usize, best: &mut Vec<Candidate>) -> GapScore {
        let view = self.solver.view;
        let constant = Constant::of(&view, gap);
        self.candidates.clear();
        self.threshold = if k == 0 { f32::INFINITY } else { 0.0 };
        let after = Neighbour::new(&view.lists.successors, gap.left[1]);
        let heavy = self.solver.heavy.get(&view, gap.right);
        let left = match (&heavy, view.find(&gap.right)) {
            (None, Some(bigram)) => view.lists.left.list(bigram),
            _ => (&[][..], &[][..]),
        };
        let before =
            heavy.unwrap_or_else(|| Neighbour::new(&view.lists.predecessors, gap.right[0]));
        self.meet(&after, &before);
        if view.order > 2 {
            let ([a1, a0], [b0, _]) = (gap.left, gap.right);
            let middle = view.lists.find_pair(a0, b0).map(|pair| view.lists.middle.list(pair));
            let right = view.find(&[a1, a0]).map(|bigram| view.lists.right.list(bigram));
            self.multiply(middle.unwrap_or_default(), &after);
            self.multiply(right.unwrap_or_default(), &after);
            self.multiply(left, &before);
        }
        let [mass, chars] = self.sum(&after, &before, k);
        if k > 0 {
            self.cut(k);
            self.listed_once(&after, k);
            self.listed_once(&before, k);
            self.unlisted(&after, &before, k);
        }
        self.reset();
        self.candidates.sort_unstable_by(best_first);
        self.candidates.truncate(k);
        best.clear();
        best.extend(
            self.candidates
                .iter()
                .map(|&(weight, word)| Candidate { word, probability: f64::from(weight) / mass }),
        );
        let ln_sum = constant.ln + libm::log(mass);
        GapScore {
            ln_evidence: ln_sum - constant.ln_joined,
            ln_sum,
            ln_next: constant.ln_next,
            mean_chars: chars / mass,
        }
    }

    /// Scores the words that the lists of both neighbours hold.
    fn meet(&mut self, after: &Neighbour<'_>, before: &Neighbour<'_>) {
        let (short, long) =
            if after.words.len() < before.words.len() { (after, before) } else { (before, after) };
        let (mut at, stride) = (0, 2 * long.words.len() / short.words.len().max(1) + 1);
        for (&word, &factor) in short.words.iter().zip(short.factors) {
            at += gallop(&long.words[at..], word, stride);
            match long.words.get(at) {
                Some(&other) if other == word => {
                    let others = long.factors[at];
                    let alone = f64::from(factor) + f64::from(others) - 1.0;
                    self.met(word, factor * others, alone);
                }
                Some(_) => {}
                None => break,
            }
        }
    }

    /// Multiplies the factors of a trigrams' list into the scores. With a trigram its bigrams are
    /// stored too, so that a word without a score stands in the list of one neighbour.
    fn multiply(&mut self, (words, factors): (&[u32], &[f32]), neighbour: &Neighbour<'_>) {
        let (mut at, stride) = (0, 2 * neighbour.words.len() / words.len().max(1) + 1);
        for (&word, &factor) in words.iter().zip(factors) {
            let Some(score) = self.scores.get_mut(word as usize) else {
                continue;
            };
            if *score != 0.0 {
                *score *= factor;
                continue;
            }
            at += gallop(neighbour.words.get(at..).unwrap_or_default(), word, stride);
            if neighbour.words.get(at) == Some(&word) {
                let alone = neighbour.factors[at];
                self.met(word, alone * factor, f64::from(alone));
            }
        }
    }

    /// Notes the score of a word; `alone` is what the sums of the two neighbours' lists and the sum
    /// over all words count for it already.
    fn met(&mut self, word: u32, score: f32, alone: f64) {
        if let Some(slot) = self.scores.get_mut(word as usize) {
            *slot = score;
            self.met.push((word, alone));
        }
    }

    /// Sums exp(S - K), plain and times the length in characters, over all words.
    ///
    /// With w = exp g: sum over all words of w, plus, for each neighbour's list, the sum of
    /// w (factor - 1), which the file holds, plus what the words of several lists differ from that.
    fn sum(&mut self, after: &Neighbour<'_>, before: &Neighbour<'_>, k: usize) -> [f64; 2] {
        let weights = self.solver.view.lists.weights;
        let totals = self.solver.totals;
        let mut sums = [0, 1].map(|i| totals[i] + after.sums[i] + before.sums[i]);
        let met = std::mem::take(&mut self.met);
        for &(word, alone) in &met {
            let (Some(&score), Some(&[weight, length])) =
                (self.scores.get(word as usize), weights.get(word as usize))
            else {
                continue;
            };
            let full = (score * weight).min(f32::MAX);
            let more = f64::from(full) - alone * f64::from(weight);
            sums[0] += more;
            sums[1] += more * f64::from(length);
            if full > self.threshold {
                self.keep(full, word, k);
            }
        }
        self.met = met;
        sums.map(|sum| sum.max(f64::MIN_POSITIVE))
    }

    /// Gathers the best words that only this neighbour's list holds, from the head of the list and,
    /// should that not reach down to the threshold, from all of it.
    fn listed_once(&mut self, neighbour: &Neighbour<'_>, k: usize) {
        let mut last = (f32::INFINITY, 0);
        for &at in neighbour.head {
            let Some(item) = self.alone(neighbour, at as usize) else {
                continue;
            };
            if item.0 <= self.threshold {
                return;
            }
            last = item;
            self.keep_unmet(item, k);
        }
        if neighbour.head.len() < neighbour.words.len() {
            for at in 0..neighbour.words.len() {
                let Some(item) = self.alone(neighbour, at) else {
                    continue;
                };
                if item.0 > self.threshold && best_first(&last, &item).is_lt() {
                    self.keep_unmet(item, k);
                }
            }
        }
    }

    /// A word of one neighbour's list with its weight as if no other list held it.
    fn alone(&self, neighbour: &Neighbour<'_>, at: usize) -> Option<(f32, u32)> {
        let (&word, &factor) = (neighbour.words.get(at)?, neighbour.factors.get(at)?);
        let &[weight, _] = self.solver.view.lists.weights.get(word as usize)?;
        Some(((factor * weight).min(f32::MAX), word))
    }

    fn keep_unmet(&mut self, (weight, word): (f32, u32), k: usize) {
        if self.scores.get(word as usize) == Some(&0.0) {
            self.keep(weight, word, k);
        }
    }

    /// Gathers the best of the words that no list holds: those with the highest g.
    fn unlisted(&mut self, after: &Neighbour<'_>, before: &Neighbour<'_>, k: usize) {
        let lists = self.solver.view.lists;
        for &word in lists.by_weight {
            let Some(&[weight, _]) = lists.weights.get(word as usize) else {
                continue;
            };
            if weight <= self.threshold {
                break;
            }
            if !after.holds(word) && !before.holds(word) {
                self.keep_unmet((weight, word), k);
            }
        }
    }

    /// Gathers four times as many words as are wanted, then drops all but the best `k`.
    fn keep(&mut self, weight: f32, word: u32, k: usize) {
        if word != UNK {
            self.candidates.push((weight, word));
            if self.candidates.len() >= k.saturating_mul(4) {
                self.cut(k);
            }
        }
    }

    fn cut(&mut self, k: usize) {
        if self.candidates.len() >= k {
            let (_, last, _) = self.candidates.select_nth_unstable_by(k - 1, best_first);
            self.threshold = last.0.next_down(); // another word of the same weight may come first
            self.candidates.truncate(k);
        }
    }

    fn reset(&mut self) {
        for (word, _) in self.met.drain(..) {
            if let Some(score) = self.scores.get_mut(word as usize) {
                *score = 0.0;
            }
        }
    }
}

/// The list of one of the words next to the gap.
pub(super) struct Neighbour<'a> {
    pub(super) words: &'a [u32],
    pub(super) factors: &'a [f32],
    /// Positions of the best words, best first.
    pub(super) head: &'a [u32],
    /// Sum of w (factor - 1), plain and times the length in characters.
    pub(super) sums: [f64; 2],
}

impl<'a> Neighbour<'a> {
    fn new(lists: &NeighbourLists<'a>, word: u32) -> Self {
        let (words, factors) = lists.postings.list(word as usize);
        let sums = lists.sums.get(word as usize).copied().unwrap_or_default();
        Neighbour { words, factors, head: lists.head(word as usize), sums }
    }

    fn holds(&self, word: u32) -> bool {
        self.words.binary_search(&word).is_ok()
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
