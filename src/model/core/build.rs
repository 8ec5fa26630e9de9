//! Makes the n-grams of one order, context by context.

use super::bits::{self, BitWriter};
use super::buckets;
use super::data::{LevelData, ValuesData};
use super::elias_fano;
use super::level::{HEAVY, constants};
use super::small;

/// The n-grams of one order that are being written.
#[derive(Debug)]
pub struct LevelBuilder {
    order: usize,
    words: usize,
    /// Bits of a position of a bigram, else 0.
    width: u32,
    ngrams: u64,
    contexts: u32,
    starts: elias_fano::Builder,
    bits: elias_fano::Builder,
    positions: BitWriter,
    buckets: buckets::Builder,
    values: ValuesBuilder,
}

#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "there are four of them at most")]
enum ValuesBuilder {
    Counts { counts: small::Builder, pruned: small::Builder, any_pruned: bool, heavy: Vec<Heavy> },
    Logs { log10_p: Vec<f32>, log10_backoff: Vec<f32> },
}

/// What a heavy context's constants are made of.
#[derive(Debug)]
struct Heavy {
    context: u32,
    tally: [u32; 3],
    sum: u64,
    pruned: u32,
}

impl LevelBuilder {
    /// For n-grams of `order` with counts; there are `words` words, and about `ngrams` n-grams in
    /// `contexts` contexts (guesses that affect only the size).
    pub fn counts(order: usize, words: usize, contexts: u64, ngrams: u64) -> Self {
        let values = ValuesBuilder::Counts {
            counts: Default::default(),
            pruned: Default::default(),
            any_pruned: false,
            heavy: Vec::new(),
        };
        Self::new(order, words, contexts, ngrams, values)
    }

    /// The same with logarithms.
    pub fn logs(order: usize, words: usize, contexts: u64, ngrams: u64) -> Self {
        let values = ValuesBuilder::Logs { log10_p: Vec::new(), log10_backoff: Vec::new() };
        Self::new(order, words, contexts, ngrams, values)
    }

    fn new(order: usize, words: usize, contexts: u64, ngrams: u64, values: ValuesBuilder) -> Self {
        let width = if order == 2 { bits::width(words as u64) } else { 0 };
        let mut starts = elias_fano::Builder::new(contexts, ngrams);
        let mut bits = elias_fano::Builder::new(contexts, ngrams * 12);
        starts.push(0);
        bits.push(0);
        let positions = BitWriter::default();
        LevelBuilder {
            order,
            words,
            width,
            ngrams: 0,
            contexts: 0,
            starts,
            bits,
            positions,
            buckets: buckets::Builder::default(),
            values,
        }
    }

    /// Adds the children of the next context: rising positions among the `universe` children of its
    /// suffix, and adjusted counts; and the sum of the counts of those that were pruned.
    pub fn context(&mut self, universe: u32, positions: &[u32], adjusted: &[u32], lost: u32) {
        self.positions(universe, positions);
        let ValuesBuilder::Counts { counts, pruned, any_pruned, heavy } = &mut self.values else {
            return;
        };
        adjusted.iter().for_each(|&count| counts.push(count.saturating_sub(1)));
        pruned.push(lost);
        *any_pruned |= lost > 0;
        if positions.len() > HEAVY {
            let mut tally = [0; 3];
            adjusted.iter().for_each(|&count| tally[count.clamp(1, 3) as usize - 1] += 1);
            let sum = adjusted.iter().map(|&count| u64::from(count)).sum();
            heavy.push(Heavy { context: self.contexts, tally, sum, pruned: lost });
        }
        self.contexts += 1;
    }

    /// The same with log10 probabilities, and the context's log10 backoff weight.
    pub fn context_of_logs(&mut self, universe: u32, positions: &[u32], p: &[f32], backoff: f32) {
        self.positions(universe, positions);
        if let ValuesBuilder::Logs { log10_p, log10_backoff } = &mut self.values {
            log10_p.extend_from_slice(p);
            log10_backoff.push(backoff);
        }
        self.contexts += 1;
    }

    fn positions(&mut self, universe: u32, positions: &[u32]) {
        let width = if self.order == 2 { self.width } else { bits::width(universe.into()) };
        positions.iter().for_each(|&position| self.positions.push(position.into(), width));
        self.ngrams += positions.len() as u64;
        self.starts.push(self.ngrams);
        if self.order > 2 {
            self.bits.push(self.positions.len());
        } else {
            self.buckets.push(positions);
        }
    }

    /// The finished level; with counts, `discounts` are those of this order.
    pub fn finish(self, discounts: [f64; 3]) -> LevelData {
        let values = match self.values {
            ValuesBuilder::Logs { log10_p, log10_backoff } => {
                ValuesData::Logs { log10_p, log10_backoff }
            }
            ValuesBuilder::Counts { counts, pruned, any_pruned, heavy } => {
                let pruned = if any_pruned { pruned } else { small::Builder::default() };
                let of = |h: &Heavy| constants(h.tally, h.sum, h.pruned, &discounts);
                ValuesData::Counts {
                    counts: counts.finish(),
                    pruned: pruned.finish(),
                    heavy: heavy.iter().map(|h| h.context).collect(),
                    heavy_constants: heavy.iter().map(of).collect(),
                }
            }
        };
        LevelData {
            order: self.order,
            words: self.words,
            ngrams: self.ngrams,
            starts: self.starts.finish(),
            bits: if self.order > 2 { self.bits.finish() } else { Vec::new() },
            positions: self.positions.into_words(),
            buckets: if self.order == 2 { self.buckets.finish() } else { Vec::new() },
            values,
            discounts,
        }
    }
}
