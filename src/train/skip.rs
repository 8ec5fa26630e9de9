//! Counts pairs of words with others between them, for [`crate::model::skip`].
//!
//! Like n-grams, the pairs whose first word lies in one range of ids are packed into integers, sorted and
//! run-length counted. A word with too many pairs for that gets an array with a counter for every word
//! instead. Pairs seen at least twice wait in chunks, on disk if need be, until the discounts are known.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use rayon::prelude::*;

use super::corpus::Corpus;
use super::count::{First, ranges};
use super::discount::discounts;
use super::levels::CountsOfCounts;
use super::means::Means;
use super::spill::{Spill, Store};
use crate::error::{Remedy, Result, Setting};
use crate::model::skip::{Builder, FARTHEST, NEAREST, SkipData};
use crate::model::words::EOS;
use crate::progress::Unit;

/// Pairs seen less often are not stored.
const FEWEST: u32 = 2;
/// The most pairs that begin with one token.
const PAIRS: u64 = (FARTHEST - NEAREST + 1) as u64;

const REMEDY: Remedy =
    Remedy::by("give it more memory, or do without them", &[Setting::Memory, Setting::Skip]);

/// The pairs of the text among its first `words` words; `None` for counts without a text. `held` is how
/// many bytes of memory are in use.
///
/// # Errors
/// The pairs do not fit into memory, or the temporary file cannot be read or written.
pub fn count(
    corpus: &Corpus,
    words: usize,
    held: u64,
    means: Means<'_>,
) -> Result<Option<SkipData>> {
    let Means { plan, spill, progress } = means;
    if corpus.text_lines == 0 || !corpus.records.is_empty() {
        return Ok(None);
    }
    let counts = &corpus.counts[..words.min(corpus.counts.len())];
    let most = (plan.keys / (8 * PAIRS)).max(1);
    let ranges = ranges(counts, most, u32::BITS);
    let totals: Vec<[AtomicU64; 2]> = (0..words).map(|_| Default::default()).collect();
    progress.stage("pairs", Unit::Tokens, Some(counts.iter().sum()));
    let (mut kept, mut pairs) = (Store::default(), 0);
    let mut counts_of_counts: CountsOfCounts = [0; 4];
    for wave in ranges.chunks(rayon::current_num_threads()) {
        let counted: Result<Vec<Counted>> = wave
            .par_iter()
            .map(|range| {
                progress.go_on()?;
                let mut counted = Counted::default();
                match range.keys > most {
                    true => counted.count_dense(corpus, range, words, &totals, spill)?,
                    false => counted.count_sorted(corpus, range, words, &totals, spill)?,
                }
                progress.advance(range.keys);
                Ok(counted)
            })
            .collect();
        for part in counted? {
            counts_of_counts.iter_mut().zip(part.counts_of_counts).for_each(|(sum, n)| *sum += n);
            pairs += part.pairs;
            kept.push(part.kept, plan.run, spill)?;
        }
    }
    let needed = 5 * pairs + 40 * words as u64;
    let held = held + kept.bytes_in_memory();
    let what = "the pairs of words with others between them would";
    plan.rest_or(held, needed, what, REMEDY)?;
    let discounts = discounts(&[counts_of_counts]).0[0];
    let mut builder = Builder::new(words, pairs);
    for i in 0..kept.len() {
        let chunk = kept.get(i, spill)?;
        let mut rest = &chunk[..];
        while let Some((&count, after)) = rest.split_first() {
            let (own, after) = after.split_at(2 * count as usize);
            let own = own.chunks_exact(2);
            builder.push(own.map(|pair| (pair[0], f64::from(pair[1]) - discounts.of(pair[1]))));
            rest = after;
        }
    }
    let totals: Vec<[u64; 2]> =
        totals.into_iter().map(|both| both.map(AtomicU64::into_inner)).collect();
    Ok(Some(builder.finish(&totals)))
}

/// The pairs of one range of first words.
#[derive(Default)]
struct Counted {
    /// For every first word, how many pairs are kept, then the second word and the count of each.
    kept: Vec<u32>,
    pairs: u64,
    counts_of_counts: CountsOfCounts,
}

impl Counted {
    /// By sorting.
    fn count_sorted(
        &mut self,
        corpus: &Corpus,
        range: &First,
        words: usize,
        totals: &[[AtomicU64; 2]],
        spill: &Spill,
    ) -> Result<()> {
        let mut keys: Vec<u64> = Vec::with_capacity((PAIRS * range.keys) as usize);
        each_pair(corpus, range, words, spill, |u, v| {
            keys.push(u64::from(u) << 32 | u64::from(v))
        })?;
        keys.sort_unstable();
        let mut rest = &keys[..];
        for u in range.ids.clone() {
            let (own, after) =
                rest.split_at(rest.partition_point(|&key| key >> 32 == u64::from(u)));
            let same = own.chunk_by(|a, b| a == b);
            self.list(u, same.map(|same| (same[0] as u32, same.len() as u32)), totals);
            rest = after;
        }
        Ok(())
    }

    /// With a counter for every word.
    fn count_dense(
        &mut self,
        corpus: &Corpus,
        range: &First,
        words: usize,
        totals: &[[AtomicU64; 2]],
        spill: &Spill,
    ) -> Result<()> {
        let mut counts = vec![0u32; words];
        each_pair(corpus, range, words, spill, |_, v| {
            let count = &mut counts[v as usize];
            *count = count.saturating_add(1);
        })?;
        let seen = (0..).zip(counts).filter(|&(_, count)| count > 0);
        self.list(range.ids.start, seen, totals);
        Ok(())
    }

    /// Adds the pairs of a first word.
    fn list(&mut self, u: u32, pairs: impl Iterator<Item = (u32, u32)>, totals: &[[AtomicU64; 2]]) {
        let head = self.kept.len();
        self.kept.push(0);
        let mut total = 0;
        for (v, count) in pairs {
            total += u64::from(count);
            totals[v as usize][1].fetch_add(count.into(), Relaxed);
            if let Some(number) = self.counts_of_counts.get_mut(count as usize - 1) {
                *number += 1;
            }
            if count >= FEWEST {
                self.kept.extend([v, count]);
                self.kept[head] += 1;
                self.pairs += 1;
            }
        }
        totals[u as usize][0].fetch_add(total, Relaxed);
    }
}

/// Visits the pairs of the first `words` words whose first word lies in `range`.
fn each_pair(
    corpus: &Corpus,
    range: &First,
    words: usize,
    spill: &Spill,
    mut visit: impl FnMut(u32, u32),
) -> Result<()> {
    for i in 0..corpus.text.len() {
        let chunk = corpus.ids(i, spill)?;
        for (at, &u) in chunk.iter().enumerate() {
            if u == EOS || !range.ids.contains(&u) {
                continue;
            }
            let after = &chunk[at + 1..chunk.len().min(at + FARTHEST + 1)];
            // A pair may end with </s> but not cross it.
            let end = after.iter().position(|&id| id == EOS).map_or(after.len(), |end| end + 1);
            let after = after[..end].iter().skip(NEAREST - 1);
            after.filter(|&&v| (v as usize) < words).for_each(|&v| visit(u, v));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::progress::Silent;
    use crate::train::corpus::tests::corpus_of;
    use crate::train::memory::Plan;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    proptest! {
        #[test]
        fn equals_counting_in_a_map(
            sentences in proptest::collection::vec(proptest::collection::vec(3u32..9, 1..12), 1..12),
            keys in prop_oneof![1u64..400, Just(1 << 20)], words in 7usize..=9,
        ) {
            let spill = Spill::new(std::path::Path::new("."));
            let (corpus, stream) = corpus_of(&sentences, &spill);
            let plan = Plan { total: u64::MAX, keys, run: u64::MAX, ..Plan::default() };
            let means = Means { plan: &plan, spill: &spill, progress: &Silent };
            let data = super::count(&corpus, words, 0, means).unwrap().unwrap();
            let skip = data.view().unwrap();
            let (mut slow, mut totals) = (BTreeMap::new(), BTreeMap::new());
            for sentence in stream.split_inclusive(|&id| id == EOS) {
                for (i, &u) in sentence.iter().enumerate() {
                    for &v in sentence.iter().take(i + 6).skip(i + 2) {
                        if u.max(v) < words as u32 {
                            *slow.entry((u, v)).or_insert(0u32) += 1;
                            *totals.entry((u, false)).or_insert(0.0) += 1.0;
                            *totals.entry((v, true)).or_insert(0.0) += 1.0;
                        }
                    }
                }
            }
            prop_assert_eq!(skip.len(), slow.values().filter(|&&count| count >= 2).count());
            for u in 0..words as u32 {
                for v in 0..words as u32 {
                    let count = slow.get(&(u, v)).copied().unwrap_or(0);
                    let mut counts = Vec::new();
                    skip.counts(&[(u, v)], &mut counts);
                    prop_assert_eq!(counts[0] > 0.0, count >= 2);
                    prop_assert!(counts[0] <= f64::from(count) * 1.04);
                }
                for second in [false, true] {
                    let [total, lost] = skip.totals(u, second);
                    prop_assert_eq!(total, totals.get(&(u, second)).copied().unwrap_or(0.0));
                    prop_assert!(lost <= total && (total == 0.0 || lost > 0.0));
                }
            }
        }
    }
}
