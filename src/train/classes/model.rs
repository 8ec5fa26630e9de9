//! The class model, from the classes and the sorted n-grams: see [`crate::model::classes`].

use std::cmp::Reverse;
use std::sync::atomic::{AtomicU32, Ordering};

use ordered_float::OrderedFloat;

use super::scan;
use super::shape::FIXED;
use super::table::Table;
use crate::error::Result;
use crate::model::classes::ClassData;
use crate::model::header::ClassesHeader;
use crate::model::words::{BOS, UNK};
use crate::train::run::Run;
use crate::train::spill::Spill;

/// The discount on every count.
const D: f64 = 0.75;
/// Class trigrams seen less often are not stored. With all of them the tables are twice the size, and a
/// word of news text 0.004 nats likelier.
const LEAST: u32 = 2;

/// What the model is made from.
pub(super) struct Maker<'a> {
    pub run: &'a Run,
    pub spill: &'a Spill,
    /// The counts of class bigrams.
    pub table: &'a Table,
    /// (all words) class of each, including cut ones.
    pub of_words: Vec<u16>,
    /// (all words) how often each was counted.
    pub counts: &'a [u64],
    /// How many words stay.
    pub kept: usize,
    /// How many words were put into classes.
    pub words: usize,
    /// Bytes for the counts of class trigrams.
    pub memory: u64,
}

impl Maker<'_> {
    /// Makes the model. Classes get new numbers: non-empty ones by falling counts, then the fixed ones.
    pub(super) fn make(mut self) -> Result<ClassData> {
        let found = self.renumber();
        let all = found.len() + FIXED.len();
        let fixed = FIXED.map(str::to_owned).to_vec();
        let header = ClassesHeader { found: found.len(), fixed, words: self.words };
        let order: Vec<usize> =
            found.into_iter().chain(self.table.classes..self.table.sums[0].len()).collect();
        let bigrams = self.bigrams(&order);
        let mut data = ClassData { header, bigrams, starts: vec![0], ..ClassData::default() };
        self.trigrams(all, &mut data)?;
        self.of_words.truncate(self.kept);
        data.words = self.ln_words(all);
        data.of_words = self.of_words;
        Ok(data)
    }

    /// Gives every word the new number of its class; returns the old numbers of the classes found.
    fn renumber(&mut self) -> Vec<usize> {
        let (classes, sums) = (self.table.classes, &self.table.sums[0]);
        let mut has_word = vec![false; classes];
        for class in self.of_words.iter().map(|&class| usize::from(class)) {
            has_word.get_mut(class).into_iter().for_each(|has| *has = true);
        }
        let mut found: Vec<usize> = (0..classes).filter(|&class| has_word[class]).collect();
        // Of equal counts, the one with the more frequent word comes first.
        let mut first = vec![usize::MAX; classes];
        for (id, &class) in self.of_words.iter().enumerate().rev() {
            first.get_mut(usize::from(class)).into_iter().for_each(|first| *first = id);
        }
        found.sort_by_key(|&class| (Reverse(OrderedFloat(sums[class])), first[class]));
        let mut new: Vec<usize> =
            (0..sums.len()).map(|old| found.len() + old.saturating_sub(classes)).collect();
        found.iter().enumerate().for_each(|(number, &old)| new[old] = number);
        self.of_words.iter_mut().for_each(|class| *class = new[usize::from(*class)] as u16);
        found
    }

    /// (K, K) P(c|b). `order` has the old number of every class.
    fn bigrams(&self, order: &[usize]) -> Vec<f32> {
        let all = order.len();
        let mut possible = vec![false; all];
        self.of_words[..self.kept].iter().for_each(|&class| possible[usize::from(class)] = true);
        possible[usize::from(self.of_words[BOS as usize])] = false; // it is only ever a context
        let sums = order.iter().zip(&possible);
        let weights: Vec<f64> = sums
            .map(|(&old, &possible)| if possible { self.table.sums[1][old] + 0.5 } else { 0.0 })
            .collect();
        let total: f64 = weights.iter().sum();
        let mut bigrams = Vec::with_capacity(all * all);
        for &old in order {
            let counts = self.table.after.row(old).0;
            let sum: f64 = counts.iter().sum();
            let types = counts.iter().filter(|&&n| n > 0.0).count() as f64;
            bigrams.extend(order.iter().zip(&weights).map(|(&right, weight)| {
                let p = weight / total;
                let discounted = (counts[right] - D).max(0.0) + D * types * p;
                (if sum > 0.0 { discounted / sum } else { p }) as f32
            }));
        }
        bigrams
    }

    /// Counts the class trigrams, a few first classes at a time.
    fn trigrams(&self, all: usize, data: &mut ClassData) -> Result<()> {
        let square = all * all;
        let together = (self.memory / (4 * square as u64)).clamp(1, all as u64) as usize;
        let mut counts = Vec::new();
        counts.resize_with(together * square, AtomicU32::default);
        for from in (0..all).step_by(together) {
            let cube = scan::Cube { all, from, counts: &counts };
            scan::trigrams(self.run, &self.of_words, &cube, self.spill)?;
            let contexts = together.min(all - from) * all;
            for row in counts.chunks_exact(all).take(contexts) {
                let row = row.iter().map(|count| count.load(Ordering::Relaxed));
                let total: u64 = row.clone().map(u64::from).sum();
                let mut rest = 1.0;
                for (c, n) in row.enumerate().filter(|&(_, n)| n >= LEAST) {
                    let (level, share) = ClassData::level((f64::from(n) - D) / total as f64);
                    rest -= share;
                    data.lasts.push(c as u16);
                    data.shares.push(level);
                }
                data.gammas.push(rest.clamp(0.0, 1.0) as f32);
                data.starts.push(data.lasts.len() as u32);
            }
        }
        Ok(())
    }

    /// (kept words) ln P(w|c(w)); words that are cut are `<unk>`.
    fn ln_words(&self, all: usize) -> Vec<f32> {
        let cut: u64 = self.counts[self.kept..].iter().sum();
        let mut counts = self.counts.to_vec();
        counts[UNK as usize] += cut;
        let (mut sums, mut sizes) = (vec![0u64; all], vec![0u64; all]);
        for (&class, &n) in self.of_words.iter().zip(&counts) {
            sums[usize::from(class)] += n;
            sizes[usize::from(class)] += 1;
        }
        let ln = |(&class, &n): (&u16, &u64)| {
            let class = usize::from(class);
            match sums[class] {
                0 => -libm::log(sizes[class] as f64) as f32,
                sum => libm::log(n as f64 / sum as f64).max(-40.0) as f32,
            }
        };
        self.of_words.iter().zip(&counts).map(ln).collect()
    }
}
