//! Stage 6, index: n-grams → a model file with the five posting lists.
//!
//! A word x in the gap of a1 a0 _ b0 b1 scores, in logs (ARCHITECTURE.md derives it),
//!
//! ```text
//! S(x) = K(gap) + g[x] + F[a0,x] + R[x,b0] + A[a1 a0,x] + B[a0,x,b0] + C[x,b0 b1]
//! ```
//!
//! F and R are the same number of a bigram u v, and A, B and C the same number of a trigram u v w:
//!
//! ```text
//! phi(u,v)     = p(v|u) - bow(u) - p(v) + bow(u v)
//! delta(u,v,w) = p(w|u v) - [bow(u v) + P(w|v)]
//! ```
//!
//! They differ in which word is the candidate: the last (F, A), the middle one (B) or the first (R,
//! C). So every n-gram's number is computed once and filed under each of its slots.

use std::io::{self, Seek, Write};

use rayon::prelude::*;

use super::format::Writer;
use super::header::Header;
use super::ngrams::{Level, Ngrams};
use super::vocabulary;
use super::words::{BOS, EOS, SPECIAL, UNK, WordList};
use crate::text::tokens::chars;

/// How many words the head of a neighbour's list holds at most.
pub const HEAD: usize = 256;

/// The length in characters that is assumed of a word which the model does not know.
const UNKNOWN_CHARS: f32 = 8.0;
/// Bounds of the logs of factors: five of them never underflow to 0, which means "no posting". An
/// exact model stays far within them.
const LN_FACTORS: std::ops::RangeInclusive<f32> = -17.0..=40.0;

/// Writes a model file.
///
/// # Errors
/// What the writer reports.
///
/// # Complexity
/// O(n log n) time for n n-grams; up to 24 bytes for every trigram besides the input.
pub fn write<W: Write + Seek>(
    words: &WordList,
    ngrams: &Ngrams,
    header: Header,
    out: W,
) -> io::Result<W> {
    let mut file = Writer::new(out)?;
    let (bytes, offsets) = words.parts();
    file.section("vocabulary.bytes", bytes)?;
    file.section("vocabulary.offsets", offsets)?;
    file.section("vocabulary.table", &vocabulary::table(words))?;
    for (level, n) in ngrams.levels.iter().zip(1..) {
        file.section(format!("ngrams.{n}.ln_p"), &level.ln_p)?;
        if n < ngrams.levels.len() {
            file.section(format!("ngrams.{n}.ln_backoff"), &level.ln_backoff)?;
        }
        if n > 1 {
            file.section(format!("ngrams.{n}.words"), &level.words)?;
            file.section(format!("ngrams.{n}.offsets"), &level.offsets)?;
        }
    }
    let (weights, by_weight) = weights(words, &ngrams.levels[0]);
    file.section("words.weights", &weights)?;
    file.section("words.by_weight", &by_weight)?;

    let firsts = first_words(&ngrams.levels[1]);
    let factors = bigram_factors(&ngrams.levels[0], &ngrams.levels[1]);
    file.section("successors.factors", &factors)?;
    let bigrams = &ngrams.levels[1];
    heads(&mut file, "successors", &bigrams.offsets, &bigrams.words, &factors, &weights)?;
    let by_last = group(words.len(), &bigrams.words, &firsts, &factors);
    by_last.write(&mut file, "predecessors")?;
    let Postings { offsets, words: by_last_words, factors: by_last_factors } = by_last;
    heads(&mut file, "predecessors", &offsets, &by_last_words, &by_last_factors, &weights)?;
    if let Some(trigrams) = ngrams.levels.get(2) {
        let factors = trigram_factors(&ngrams.levels[1], trigrams);
        file.section("right.factors", &factors)?;
        let firsts: Vec<u32> = spread(&trigrams.offsets, |bigram| firsts[bigram]);
        let by_suffix = group(ngrams.levels[1].words.len(), &trigrams.suffix, &firsts, &factors);
        by_suffix.write(&mut file, "left")?;
        drop((by_suffix, firsts));
        let middle = Middle::new(&ngrams.levels[1], trigrams, &factors);
        file.section("middle.pair_offsets", &middle.pair_offsets)?;
        file.section("middle.pair_words", &middle.pair_words)?;
        middle.postings.write(&mut file, "middle")?;
    }
    file.finish(header)
}

/// `exp g[x]` and the length in characters of every word, and the ids by falling weight.
fn weights(words: &WordList, unigrams: &Level) -> (Vec<[f32; 2]>, Vec<u32>) {
    let weight_of = |id: usize| libm::expf(unigrams.ln_p[id] + unigrams.ln_backoff[id]);
    let weight = |(id, word): (usize, &[u8])| match id as u32 {
        BOS | EOS => [0.0, 0.0],
        UNK => [weight_of(id), UNKNOWN_CHARS],
        _ => [weight_of(id), chars(word) as f32],
    };
    let weights: Vec<[f32; 2]> = words.iter().enumerate().map(weight).collect();
    let mut ids: Vec<u32> = (SPECIAL as u32..weights.len() as u32).collect();
    ids.sort_by(|&a, &b| weights[b as usize][0].total_cmp(&weights[a as usize][0]));
    (weights, ids)
}

fn factor(ln: f32) -> f32 {
    libm::expf(ln.clamp(*LN_FACTORS.start(), *LN_FACTORS.end()))
}

/// (children) `of(context)` repeated for every child of every context.
fn spread(offsets: &[u32], of: impl Fn(usize) -> u32) -> Vec<u32> {
    let mut all = Vec::with_capacity(offsets.last().map_or(0, |&end| end as usize));
    for (context, range) in offsets.windows(2).enumerate() {
        all.extend(std::iter::repeat_n(of(context), (range[1] - range[0]) as usize));
    }
    all
}

/// (bigrams) the first word of each.
fn first_words(bigrams: &Level) -> Vec<u32> {
    spread(&bigrams.offsets, |word| word as u32)
}

/// (bigrams) exp phi.
fn bigram_factors(unigrams: &Level, bigrams: &Level) -> Vec<f32> {
    let firsts = first_words(bigrams);
    (0..bigrams.words.len())
        .into_par_iter()
        .map(|i| {
            let (u, v) = (firsts[i] as usize, bigrams.words[i] as usize);
            let own_backoff = bigrams.ln_backoff.get(i).copied().unwrap_or(0.0);
            factor(bigrams.ln_p[i] - unigrams.ln_backoff[u] - unigrams.ln_p[v] + own_backoff)
        })
        .collect()
}

/// (trigrams) exp delta.
fn trigram_factors(bigrams: &Level, trigrams: &Level) -> Vec<f32> {
    let contexts = spread(&trigrams.offsets, |bigram| bigram as u32);
    (0..trigrams.words.len())
        .into_par_iter()
        .map(|i| {
            let (context, suffix) = (contexts[i] as usize, trigrams.suffix[i] as usize);
            factor(trigrams.ln_p[i] - bigrams.ln_backoff[context] - bigrams.ln_p[suffix])
        })
        .collect()
}

/// Posting lists in memory; arrays as in [`super::view::Postings`].
struct Postings {
    offsets: Vec<u32>,
    words: Vec<u32>,
    factors: Vec<f32>,
}

impl Postings {
    fn write<W: Write + Seek>(&self, file: &mut Writer<W>, kind: &str) -> io::Result<()> {
        file.section(format!("{kind}.offsets"), &self.offsets)?;
        file.section(format!("{kind}.words"), &self.words)?;
        file.section(format!("{kind}.factors"), &self.factors)
    }
}

/// Writes the sums and the heads of the lists of one neighbour.
fn heads<W: Write + Seek>(
    file: &mut Writer<W>,
    kind: &str,
    offsets: &[u32],
    words: &[u32],
    factors: &[f32],
    weights: &[[f32; 2]],
) -> io::Result<()> {
    let parts: Vec<([f64; 2], Vec<u32>)> = (0..offsets.len() - 1)
        .into_par_iter()
        .with_min_len(256)
        .map(|list| {
            let range = offsets[list] as usize..offsets[list + 1] as usize;
            head_and_sums(&words[range.clone()], &factors[range], weights)
        })
        .collect();
    let (mut sums, mut head_offsets, mut heads) = (Vec::new(), vec![0u32], Vec::new());
    for (list_sums, head) in parts {
        sums.push(list_sums);
        heads.extend_from_slice(&head);
        head_offsets.push(heads.len() as u32);
    }
    file.section(format!("{kind}.sums"), &sums)?;
    file.section(format!("{kind}.head_offsets"), &head_offsets)?;
    file.section(format!("{kind}.heads"), &heads)
}

/// The sum over one list of exp g (factor - 1), plain and times the length in characters, and the
/// positions of the [`HEAD`] words with the highest exp g times factor, highest first.
pub(crate) fn head_and_sums(
    words: &[u32],
    factors: &[f32],
    weights: &[[f32; 2]],
) -> ([f64; 2], Vec<u32>) {
    let mut sums = [0.0; 2];
    let mut items: Vec<(f32, u32)> = Vec::with_capacity(words.len());
    for (i, (&word, &factor)) in words.iter().zip(factors).enumerate() {
        let [weight, length] = weights.get(word as usize).copied().unwrap_or_default();
        let more = f64::from(weight) * (f64::from(factor) - 1.0);
        sums[0] += more;
        sums[1] += more * f64::from(length);
        items.push((factor * weight, i as u32));
    }
    if items.len() > HEAD {
        items.select_nth_unstable_by(HEAD, best_first);
        items.truncate(HEAD);
    }
    items.sort_unstable_by(best_first);
    (sums, items.into_iter().map(|(_, at)| at).collect())
}

/// The order of weighted words: higher weights first, then lower ids or positions.
pub(crate) fn best_first(a: &(f32, u32), b: &(f32, u32)) -> std::cmp::Ordering {
    b.0.total_cmp(&a.0).then(a.1.cmp(&b.1))
}

/// Files each item under its list, `under[i]`, in the order of the items: a counting sort. The
/// items are sorted by their words, so that each list comes out sorted too.
fn group(lists: usize, under: &[u32], words: &[u32], factors: &[f32]) -> Postings {
    let mut offsets = vec![0u32; lists + 1];
    for &list in under {
        offsets[list as usize + 1] += 1;
    }
    for i in 0..lists {
        offsets[i + 1] += offsets[i];
    }
    let mut next = offsets.clone();
    let (mut to_words, mut to_factors) = (vec![0; under.len()], vec![0.0; under.len()]);
    for ((&list, &word), &factor) in under.iter().zip(words).zip(factors) {
        let at = &mut next[list as usize];
        to_words[*at as usize] = word;
        to_factors[*at as usize] = factor;
        *at += 1;
    }
    Postings { offsets, words: to_words, factors: to_factors }
}

/// The lists of middle words, filed under pairs of outer words.
struct Middle {
    pair_offsets: Vec<u32>,
    pair_words: Vec<u32>,
    postings: Postings,
}

impl Middle {
    fn new(bigrams: &Level, trigrams: &Level, factors: &[f32]) -> Self {
        const CHUNK: usize = 1 << 7;
        let words = bigrams.offsets.len() - 1;
        // Per chunk of first words: (pairs per first word), and sorted (last word, middle word,
        // factor) of its trigrams.
        type Chunk = (Vec<u32>, Vec<(u32, u32, f32)>, Vec<u32>);
        let chunks: Vec<Chunk> = (0..words.div_ceil(CHUNK))
            .into_par_iter()
            .map(|chunk| {
                let (mut pairs, mut all, mut sizes) = (Vec::new(), Vec::new(), Vec::new());
                let mut items: Vec<(u64, f32)> = Vec::new();
                for first in chunk * CHUNK..((chunk + 1) * CHUNK).min(words) {
                    items.clear();
                    for bigram in bigrams.offsets[first]..bigrams.offsets[first + 1] {
                        let middle = u64::from(bigrams.words[bigram as usize]);
                        let range = trigrams.offsets[bigram as usize]
                            ..trigrams.offsets[bigram as usize + 1];
                        items.extend(range.map(|i| {
                            (
                                u64::from(trigrams.words[i as usize]) << 32 | middle,
                                factors[i as usize],
                            )
                        }));
                    }
                    items.sort_unstable_by_key(|&(key, _)| key);
                    let before = sizes.len();
                    for pair in items.chunk_by(|a, b| a.0 >> 32 == b.0 >> 32) {
                        sizes.push(pair.len() as u32);
                        all.extend(
                            pair.iter().map(|&(key, f)| ((key >> 32) as u32, key as u32, f)),
                        );
                    }
                    pairs.push((sizes.len() - before) as u32);
                }
                (pairs, all, sizes)
            })
            .collect();
        let mut middle = Middle {
            pair_offsets: vec![0],
            pair_words: Vec::new(),
            postings: Postings {
                offsets: vec![0],
                words: Vec::with_capacity(factors.len()),
                factors: Vec::with_capacity(factors.len()),
            },
        };
        let (mut pair_count, mut posting_count) = (0, 0);
        for (pairs, all, sizes) in chunks {
            for pairs in pairs {
                pair_count += pairs;
                middle.pair_offsets.push(pair_count);
            }
            let mut at = 0;
            for size in sizes {
                middle.pair_words.push(all[at].0);
                at += size as usize;
                posting_count += size;
                middle.postings.offsets.push(posting_count);
            }
            middle.postings.words.extend(all.iter().map(|item| item.1));
            middle.postings.factors.extend(all.iter().map(|item| item.2));
        }
        middle
    }
}
