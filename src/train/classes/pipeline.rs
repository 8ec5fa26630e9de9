//! From words and sorted n-grams to classes and their model.

use super::bigrams::Bigrams;
use super::exchange::Pass;
use super::model::Maker;
use super::scan;
use super::shape::{self, FIXED};
use super::table::Table;
use crate::error::{Remedy, Result, Setting};
use crate::model::classes::ClassData;
use crate::model::words::{SPECIAL, UNK, WordList};
use crate::progress::{Progress, Unit};
use crate::train::means::Means;
use crate::train::memory::{self, Plan};
use crate::train::run::Run;

/// At most this many words are put into classes.
pub const WORDS: usize = 50_000;
/// Words seen less often are not.
pub const FEWEST: u64 = 3;
/// The most passes over all words.
pub const PASSES: usize = 10;
/// A pass that gains less, in nats per token, is the last one.
const ENOUGH: f64 = 0.000_5;
/// The fewest bytes for the counts of class trigrams, and the most.
const TRIGRAMS: (u64, u64) = (16 << 20, 512 << 20);

const REMEDY: Remedy = Remedy::by(
    "give it more memory, ask for fewer classes, or for none",
    &[Setting::Memory, Setting::Classes],
);

/// What the classes are made from.
pub struct Input<'a> {
    /// The n-grams of the text.
    pub run: &'a Run,
    /// All words, cut ones included.
    pub words: &'a WordList,
    /// (words) counts.
    pub counts: &'a [u64],
    /// How many of them stay, the first ones.
    pub kept_words: usize,
    /// How many classes are wanted; there are never more than words to put into them.
    pub wanted: usize,
    /// Bytes of memory in use for other things.
    pub held: u64,
}

/// How many bytes the tables of this many classes take.
fn tables(classes: usize) -> u64 {
    // Counts and their logarithms for either side, the tables of the model, counts of class trigrams.
    let all = (classes + FIXED.len()) as u64;
    48 * all * all + TRIGRAMS.0
}

/// Checks that there is memory for the tables of this many classes at all.
pub fn check_memory(classes: usize, plan: &Plan) -> Result<()> {
    let what = format!("the tables of {classes} word classes");
    plan.rest_or(0, tables(classes), &what, REMEDY).map(drop)
}

/// Puts words into classes and makes the class model.
///
/// # Errors
/// Too little memory, or the temporary file cannot be read.
///
/// # Complexity
/// A pass computes, for every class next to a word, one logarithm per class: about 7 seconds of one core
/// for 500 classes and 54 million tokens. Memory: 12 bytes per bigram and 48 per pair of classes.
pub fn train(input: Input<'_>, means: Means<'_>) -> Result<ClassData> {
    let Means { plan, spill, progress } = means;
    let Input { run, words, counts, kept_words: kept, wanted, held } = input;
    let (all, bigrams) = (words.len(), run.ngrams[1]);
    // Ids are ranks by count.
    let often = counts[SPECIAL..kept].partition_point(|&count| count >= FEWEST).min(WORDS);
    let classes = wanted.min(often);
    // Blocks being read take up to 12 bytes for a bigram stored in two.
    let blocks = 6 * plan.block as u64 * rayon::current_num_threads() as u64;
    let needed = 12 * bigrams + 80 * often as u64 + 12 * all as u64 + blocks + tables(classes);
    let what = format!("word classes from {bigrams} bigrams");
    let rest = plan.rest_or(held, needed, &what, REMEDY)?;
    let memory = (rest - needed).clamp(TRIGRAMS.0, TRIGRAMS.1);

    progress.stage("classes", Unit::Pieces, Some((PASSES * often) as u64));
    let unit = |(id, word)| match id {
        SPECIAL.. if id < SPECIAL + often => id - SPECIAL,
        _ if id >= kept => often + UNK as usize,
        _ => often + shape::fixed(id, word),
    };
    let units: Vec<u16> = words.iter().enumerate().map(|word| unit(word) as u16).collect();
    let bigrams = scan::bigrams(run, &units, often, spill)?;
    let mut table = start(&bigrams, classes);
    passes(&mut table, &bigrams, progress);
    drop(bigrams);
    memory::give_back();
    let of_words = units.iter().map(|&unit| table.class[usize::from(unit)]).collect();
    Maker { run, spill, table: &table, of_words, counts, kept, words: often, memory }.make()
}

/// Puts words into classes by rank, so that each class has words of all frequencies.
fn start(bigrams: &Bigrams, classes: usize) -> Table {
    let of_words: Vec<u16> = (0..bigrams.words).map(|word| (word % classes) as u16).collect();
    Table::new(bigrams, classes, &of_words)
}

/// Makes passes until there is little to gain; the outcome of each.
fn passes(table: &mut Table, bigrams: &Bigrams, progress: &dyn Progress) -> Vec<Pass> {
    let tokens: f64 = table.sums[0].iter().sum();
    let (mut last, mut all) = (table.objective(), Vec::new());
    while all.len() < PASSES {
        let pass = table.pass(bigrams, progress);
        all.push(pass);
        if pass.objective - last < ENOUGH * tokens {
            break;
        }
        last = pass.objective;
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::progress::Silent;
    use crate::random::Random;
    use crate::train::classes::bigrams::Builder;
    use ordered_float::OrderedFloat;

    /// Words, the i-th of kind i modulo `kinds`, each followed by the next kind, now and then by any.
    fn made_up(words: usize, kinds: usize, tokens: usize) -> Bigrams {
        let mut random = Random::new(11);
        let mut counts = std::collections::BTreeMap::new();
        let mut last = 0;
        for _ in 0..tokens {
            let next = match random.below(5) {
                0 => random.below(words),
                _ => random.below(words / kinds) * kinds + (last + 1) % kinds,
            };
            *counts.entry((last, next)).or_insert(0) += 1;
            last = next;
        }
        let mut builder = Builder::new(words, FIXED.len(), counts.len());
        counts.iter().for_each(|(&(first, second), &n)| builder.push(first, second, n));
        builder.finish()
    }

    /// The same with words shuffled, so that their numbers do not reveal their kinds.
    fn mixed(words: usize, kinds: usize, tokens: usize) -> (Bigrams, Vec<usize>) {
        let plain = made_up(words, kinds, tokens);
        let place = |word: usize| (word * 37 + 5) % words; // 37 and `words` have no common factor
        let mut counts = std::collections::BTreeMap::new();
        for word in 0..words {
            plain.after.of(word).for_each(|(next, n)| {
                counts.insert((place(word), place(next)), n);
            });
            counts.insert((place(word), place(word)), plain.same[word]);
        }
        let mut builder = Builder::new(words, FIXED.len(), counts.len());
        counts.iter().for_each(|(&(first, second), &n)| builder.push(first, second, n));
        let mut kinds_of = vec![0; words];
        (0..words).for_each(|word| kinds_of[place(word)] = word % kinds);
        (builder.finish(), kinds_of)
    }

    #[test]
    fn words_of_a_kind_find_each_other() {
        let (bigrams, kinds) = mixed(200, 5, 60_000);
        let mut table = start(&bigrams, 5);
        passes(&mut table, &bigrams, &Silent);
        let mut class_of = [None; 5];
        for (word, &kind) in kinds.iter().enumerate() {
            let class = *class_of[kind].get_or_insert(table.class[word]);
            assert_eq!(table.class[word], class, "word {word} of kind {kind}");
        }
        let different: std::collections::BTreeSet<_> = class_of.iter().collect();
        assert_eq!(different.len(), 5);
    }

    #[test]
    fn no_pass_makes_the_text_less_likely() {
        for (words, kinds, classes) in [(200, 5, 3), (300, 12, 20), (1000, 10, 40), (50, 5, 50)] {
            let bigrams = made_up(words, kinds, 30_000);
            let mut table = start(&bigrams, classes);
            let mut last = table.objective();
            for _ in 0..6 {
                let pass = table.pass(&bigrams, &Silent);
                assert!(pass.objective >= last, "{pass:?}, {last} before");
                assert!(pass.moved == 0 || pass.objective > last);
                last = pass.objective;
            }
            // The table kept up to date equals one counted afresh.
            assert_eq!(table, Table::new(&bigrams, classes, &table.class[..words]));
        }
    }

    #[test]
    fn a_move_gains_what_was_promised() {
        let bigrams = made_up(120, 6, 20_000);
        let table = start(&bigrams, 9);
        for word in 0..120 {
            let from = usize::from(table.class[word]);
            let objective = |class: usize| {
                let mut classes = table.class[..120].to_vec();
                classes[word] = class as u16;
                Table::new(&bigrams, 9, &classes).objective()
            };
            let best = (0..9).max_by_key(|&class| OrderedFloat(objective(class))).unwrap();
            assert_eq!(table.best(&bigrams, word).unwrap_or(from), best);
            for into in 0..9 {
                let gain = table.gain(&bigrams, word, into);
                let exact = objective(into) - objective(from);
                assert!((gain - exact).abs() < 1e-6, "{word}, {into}: {gain}, {exact}");
            }
        }
    }

    #[test]
    fn nothing_depends_on_threads() {
        let (bigrams, _) = mixed(900, 9, 40_000);
        let with = |threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| {
                let mut table = start(&bigrams, 30);
                (passes(&mut table, &bigrams, &Silent), table)
            })
        };
        let one = with(1);
        assert!(one.0[0].moved > 100, "{:?}", one.0);
        assert!([2, 5].iter().all(|&threads| with(threads) == one));
    }
}
