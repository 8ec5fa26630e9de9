//! Questions about single words: what comes next, what came before?
//!
//! Contexts are ids. A whole sentence begins with [`BOS`] and ends with [`EOS`]; anything else is a
//! fragment. [`Solver::ids`] gives the ids of a text.

use crate::model::core::{State, walk::Expansion};
use crate::model::lists::summaries::best_first;
use crate::model::lists::view::Neighbours;
use crate::model::words::{BOS, EOS, UNK};
use crate::solve::gap::query::Candidate;
#[cfg(doc)]
use crate::solve::solver::Solver;
use crate::solve::worker::Worker;

impl Worker<'_> {
    /// The words likeliest to come before others, best first, into `best`: the `k` words x of the model
    /// with the highest P(x) P(w1|x) … P(wn|x …). Probabilities are conditional on what follows. Nothing if
    /// `words` is empty.
    ///
    /// ```
    /// use impute::{Model, Solver};
    ///
    /// let solver = Solver::new(Model::shipped()?)?;
    /// let mut best = Vec::new();
    /// solver.worker().words_before(&solver.ids(b"of the"), 3, &mut best);
    /// assert!(best.iter().any(|candidate| solver.word(candidate.word) == b"one"), "{best:?}");
    /// # Ok::<(), impute::Error>(())
    /// ```
    ///
    /// # Complexity
    /// As many look-ups as the first word has predecessors: up to about ten milliseconds for a comma.
    pub fn words_before(&mut self, words: &[u32], k: usize, best: &mut Vec<Candidate>) {
        best.clear();
        let (view, core) = (self.solver.view(), &self.solver.view().core);
        let words = &words[..words.len().min(core.order - 1)];
        let Some(&first) = words.first() else {
            return;
        };
        let score = |word: u32| {
            let step = core.step(&State::default(), word);
            let mut history = core.state(&[word]);
            let mut ln = step.ln_p;
            for &next in words {
                let step = core.step(&history, next);
                ln += step.ln_p;
                history = step.state;
            }
            (ln, word)
        };
        let list = view.lists.r(first);
        let stored = (0..list.len()).map(|i| list.words.id(i));
        let mut scores: Vec<(f64, u32)> =
            stored.filter(|&word| word != BOS && word != EOS).map(score).collect();
        // All words without a bigram differ by their weight alone.
        let others = view.lists.by_weight.iter().copied();
        let others = others.filter(|&word| list.words.find(word).is_none());
        scores.extend(others.take(k).map(score));
        let all = self.mass_before(&list, &scores);
        scores.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        scores.retain(|&(_, word)| word != UNK);
        scores.truncate(k);
        best.extend(
            scores
                .into_iter()
                .map(|(ln, word)| Candidate { word, probability: libm::exp(ln - all) }),
        );
    }

    /// ln of the sum of the scores over all words: the stored ones, and the others by their weights.
    fn mass_before(&self, list: &Neighbours<'_>, scores: &[(f64, u32)]) -> f64 {
        let lists = &self.solver.view().lists;
        let weight = |word: u32| f64::from(lists.weight(word));
        let most = scores.iter().map(|score| score.0).fold(f64::NEG_INFINITY, f64::max);
        let (mut sum, mut rest) = (0.0, self.solver.ngrams().tables.totals[0]);
        let mut per_weight = None;
        for &(ln, word) in scores {
            match list.words.find(word) {
                Some(_) => {
                    sum += libm::exp(ln - most);
                    rest -= weight(word);
                }
                None => per_weight = Some(libm::exp(ln - most) / weight(word)),
            }
        }
        most + libm::log(sum + per_weight.unwrap_or(0.0) * rest.max(0.0))
    }

    /// The words likeliest to come next, best first, into `best`: the `k` words with the highest
    /// P(w | context). The end of a sentence is one of them.
    ///
    /// ```
    /// use impute::{Model, Solver};
    ///
    /// let solver = Solver::new(Model::shipped()?)?;
    /// let mut best = Vec::new();
    /// solver.worker().next_words(&solver.ids(b"one of the"), 10, &mut best);
    /// assert!(best.iter().any(|candidate| solver.word(candidate.word) == b"most"), "{best:?}");
    /// assert!(best.windows(2).all(|pair| pair[0].probability >= pair[1].probability));
    /// # Ok::<(), impute::Error>(())
    /// ```
    ///
    /// # Complexity
    /// O(n) for a vocabulary of n words: a millisecond for about a hundred thousand.
    pub fn next_words(&mut self, context: &[u32], k: usize, best: &mut Vec<Candidate>) {
        best.clear();
        let core = &self.solver.view().core;
        let state = core.state(context);
        // What an order does not hold falls back to the next, with the weights of those above.
        let mut weight = 1.0;
        let mut seen = vec![false; self.solver.view().vocabulary.len()];
        let mut found: Vec<(f32, u32)> = Vec::new();
        let mut add = |p: f64, word: u32| {
            if let Some(seen @ false) = seen.get_mut(word as usize) {
                *seen = true;
                if word != UNK && word != BOS {
                    found.push((p as f32, word));
                }
            }
        };
        for length in (1..=state.len()).rev() {
            let children: Expansion<'_, '_> = core.expand(&state.truncated(length));
            for i in 0..children.len() {
                let child = children.child(i);
                add(weight * child.p, child.word);
            }
            weight *= children.backoff();
        }
        (0..core.words as u32).for_each(|word| add(weight * core.unigram(word), word));
        if found.len() > k && k > 0 {
            found.select_nth_unstable_by(k - 1, best_first);
        }
        found.truncate(k);
        found.sort_unstable_by(best_first);
        best.extend(
            found.into_iter().map(|(p, word)| Candidate { word, probability: f64::from(p) }),
        );
    }
}
