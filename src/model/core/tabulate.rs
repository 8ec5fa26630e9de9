//! Makes the [`Table`](super::table) of one order.

use std::io::{self, Seek, Write};

use super::level::{Children, Values};
use super::ngrams::Core;
use super::prefetch::prefetch;
use super::state::State;
use super::table::{self, Bucket, OTHER, Place, REACH, TILES, place_of_frequent};
use crate::error::Result;
use crate::model::format::Writer;
use crate::progress::Progress;

/// N-grams that are asked for before they are put into the table.
const AHEAD: usize = 32;
/// Contexts that are visited between two questions whether to go on.
const PIECE: u32 = 1 << 10;

/// A table in memory of its own.
#[derive(Debug, Clone, PartialEq)]
pub struct TableData {
    order: usize,
    tiles: Vec<[u32; 4]>,
    buckets: Vec<Bucket>,
    frequent: Vec<[u32; 2]>,
    constants: Vec<[u32; 3]>,
}

/// A table that is being filled.
struct Filling {
    tiles: Vec<[u32; 4]>,
    indexed: bool,
    buckets: Vec<Bucket>,
    /// (slot, count less 1)
    frequent: Vec<[u32; 2]>,
    /// What has been asked for, as a ring.
    waiting: [Waiting; AHEAD],
    next: usize,
}

/// An n-gram that waits for its bucket.
#[derive(Clone, Copy, Default)]
struct Waiting {
    home: usize,
    slot: u32,
    counts: u32,
    index: u32,
    /// 1 or more; 0 for none that waits.
    count: u32,
}

impl TableData {
    /// The table of an order, from 2; `None` if it has too many n-grams.
    ///
    /// # Errors
    /// `progress` says to stop.
    ///
    /// # Complexity
    /// O(n), about 0.1 us an n-gram; 4 bytes an n-gram besides the table.
    pub fn new(core: &Core<'_>, order: usize, progress: &dyn Progress) -> Result<Option<Self>> {
        // Five eighths full with indices, three quarters without: 99 of 100 look-ups end in it.
        Self::filled(core, order, if core.has_indices(order) { 5 } else { 12 }, progress)
    }

    /// The same with about `load` n-grams in a bucket.
    fn filled(
        core: &Core<'_>,
        order: usize,
        load: u32,
        progress: &dyn Progress,
    ) -> Result<Option<Self>> {
        let level = &core.levels[order - 2];
        let words = core.last_words(order, progress)?;
        let mut ngrams = [0; TILES];
        core.families(order, progress, |context, children| {
            let words = words.get(children.range()).unwrap_or_default();
            words.iter().for_each(|&word| ngrams[table::tile(context, word)] += 1);
        })?;
        let Some((tiles, buckets)) = table::tiles(&ngrams, load) else { return Ok(None) };
        let mut filling = Filling {
            tiles,
            indexed: core.has_indices(order),
            buckets: vec![[0; 16]; buckets],
            frequent: Vec::new(),
            waiting: [Waiting::default(); AHEAD],
            next: 0,
        };
        let mut constants = Vec::new();
        core.families(order, progress, |context, children| {
            let counts = match &level.values {
                Values::Counts { counts, .. } => {
                    constants.push(packed(level.constants(context as usize, children)));
                    Some(counts.range(children.range()))
                }
                Values::Logs { .. } => None,
            };
            let counts = counts.into_iter().flatten().chain(std::iter::repeat(0));
            let words = words.get(children.range()).unwrap_or_default();
            for ((index, &word), count) in (children.start as u32..).zip(words).zip(counts) {
                filling.add(context, word, index, count);
            }
        })?;
        (0..AHEAD).for_each(|_| filling.put(Waiting::default()));
        let frequent = hashed(&filling.frequent);
        let Filling { tiles, buckets, .. } = filling;
        Ok(Some(TableData { order, tiles, buckets, frequent, constants }))
    }

    /// Writes its sections.
    ///
    /// # Errors
    /// What the writer reports.
    pub fn write<W: Write + Seek>(&self, file: &mut Writer<W>) -> io::Result<()> {
        let name = |part: &str| format!("ngrams.{}.{part}", self.order);
        file.section(name("tiles"), &self.tiles)?;
        file.section(name("table"), &self.buckets)?;
        file.section(name("frequent"), &self.frequent)?;
        file.section(name("constants"), &self.constants)
    }
}

impl TableData {
    /// Its sections, borrowed.
    #[cfg(test)]
    fn parts(&self) -> table::Parts<'_> {
        let TableData { tiles, buckets, frequent, constants, .. } = self;
        table::Parts { tiles, buckets, frequent, constants }
    }
}

impl Core<'_> {
    /// The contexts of an order, each with its children.
    fn families(
        &self,
        order: usize,
        progress: &dyn Progress,
        mut visit: impl FnMut(u32, &Children),
    ) -> Result<()> {
        let level = &self.levels[order - 2];
        for context in 0..self.contexts_of(order) as u32 {
            if context.is_multiple_of(PIECE) {
                progress.go_on()?;
            }
            // Counts need no positions, and so no universe.
            visit(context, &level.children(context as usize, 1));
        }
        Ok(())
    }

    /// (n-grams) the last word of every n-gram of an order.
    fn last_words(&self, order: usize, progress: &dyn Progress) -> Result<Vec<u32>> {
        let mut words = vec![0; self.levels[order - 2].ngrams()];
        for first in 0..self.words as u32 {
            if first.is_multiple_of(PIECE) {
                progress.go_on()?;
            }
            self.spell(&State::of(&[first]), order, &mut words);
        }
        Ok(words)
    }

    fn spell(&self, context: &State, order: usize, words: &mut [u32]) {
        let (chain, length) = (self.chain(context), context.len());
        for i in 0..chain.children(length).count {
            let nodes = chain.spell(length, i);
            if length + 1 < order {
                self.spell(&State::of(&nodes[..=length]), order, words);
            } else if let Some(word) = words.get_mut(nodes[length] as usize) {
                *word = nodes[0];
            }
        }
    }
}

impl Filling {
    fn add(&mut self, context: u32, word: u32, index: u32, count_less_one: u32) {
        let Place { home, slot, counts } = table::place(&self.tiles, context, word);
        prefetch(&self.buckets, home);
        self.put(Waiting { home, slot, counts, index, count: count_less_one.saturating_add(1) });
    }

    /// Puts the n-gram that has waited longest into the table, and lets another wait.
    fn put(&mut self, other: Waiting) {
        let at = self.next;
        self.next = (at + 1) % AHEAD;
        let ngram = std::mem::replace(&mut self.waiting[at], other);
        if ngram.count == 0 {
            return;
        }
        let (slots, counts) = (if self.indexed { 8 } else { 16 }, ngram.counts);
        for home in ngram.home..ngram.home + REACH {
            let bucket = &mut self.buckets[home];
            let Some(free) = bucket[..slots].iter().position(|&slot| slot == 0) else { continue };
            bucket[free] = ngram.slot | ngram.count.min(counts);
            if self.indexed {
                bucket[slots + free] = ngram.index;
            }
            if ngram.count >= counts {
                self.frequent.push([(home * slots + free) as u32, ngram.count - 1]);
            }
            return;
        }
    }
}

/// Constants as a table has them.
fn packed([sum, gamma]: [f64; 2]) -> [u32; 3] {
    let gamma = gamma.to_bits();
    let fits = f64::from(sum as u32) == sum && sum as u32 != OTHER;
    [if fits { sum as u32 } else { OTHER }, gamma as u32, (gamma >> 32) as u32]
}

/// Slots and counts as a hash table.
fn hashed(frequent: &[[u32; 2]]) -> Vec<[u32; 2]> {
    let places = (frequent.len() * 2).next_power_of_two();
    let mut table = vec![[OTHER; 2]; places];
    for &ngram in frequent {
        let mut at = place_of_frequent(ngram[0] as usize, places);
        while table[at][0] != OTHER {
            at = (at + 1) & (places - 1);
        }
        table[at] = ngram;
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::core::CoreData;
    use crate::model::core::build::LevelBuilder;
    use crate::model::words::BOS;
    use crate::progress::Silent;
    use crate::progress::tests::Stopped;

    const WORDS: u32 = 150;

    /// Pseudo-random numbers below a limit.
    fn random() -> impl FnMut(u32) -> u32 {
        let mut state = 7u64;
        move |limit| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            ((state >> 33) % u64::from(limit)) as u32
        }
    }

    /// Trigrams of random words, some of them frequent.
    fn core() -> CoreData {
        let mut random = random();
        let mut some = |limit: u32| -> Vec<u32> {
            let share = 1 + random(4);
            (0..limit).filter(|_| random(5) < share).collect()
        };
        let count =
            |at: usize| if at.is_multiple_of(9) { 70_000 + at as u32 } else { at as u32 % 5 + 1 };
        let counts = |children: &[u32]| (0..children.len()).map(count).collect::<Vec<u32>>();
        let bigrams: Vec<Vec<u32>> = (0..WORDS).map(|_| some(WORDS)).collect();
        let mut second = LevelBuilder::counts(2, WORDS as usize, WORDS.into(), 9000);
        let mut third = LevelBuilder::counts(3, WORDS as usize, 9000, 90_000);
        for after in &bigrams {
            second.context(WORDS, after, &counts(after), 0);
            for &word in after {
                let universe = bigrams[word as usize].len() as u32;
                let children = some(universe);
                third.context(universe, &children, &counts(&children), word % 3);
            }
        }
        let discounts = [0.5, 1.0, 1.5];
        let levels = vec![second.finish(discounts), third.finish(discounts)];
        let unigrams = (1..=WORDS).map(|rank| 0.1 / rank as f32).collect();
        CoreData { unigrams, logs: false, discounts, levels, skip: None }
    }

    #[test]
    fn a_table_says_what_the_compact_ngrams_say_however_few_it_has_room_for() {
        let data = core();
        let plain = data.view();
        let (mut random, mut scores, mut others) = (random(), Vec::new(), Vec::new());
        let text: Vec<u32> =
            (0..20_000).map(|at| if at % 23 == 0 { BOS } else { random(WORDS) }).collect();
        plain.score(&text, &mut scores);
        for (load, room) in [(5, [1.0, 1.0]), (9, [0.95, 1.0]), (60, [0.3, 0.4])] {
            let tables = [2, 3]
                .map(|order| TableData::filled(&plain, order, load, &Silent).unwrap().unwrap());
            let mut core = plain;
            for table in &tables {
                let used = |bucket: &Bucket| {
                    let slots = if table.order == 2 { 8 } else { 16 };
                    bucket[..slots].iter().filter(|&&slot| slot > 0).count()
                };
                let used: usize = table.buckets.iter().map(used).sum();
                let of = plain.levels[table.order - 2].ngrams();
                let room = room[table.order - 2];
                assert!(used as f64 <= room * of as f64, "{load}: {used} of {of}");
                assert!(room < 1.0 || used == of, "{load}: {used} of {of}");
                core.put_table(table.order, table.parts()).unwrap();
            }
            assert!(core.tabled);
            core.score(&text, &mut others);
            let mut history = State::default();
            for ((&word, score), other) in text.iter().zip(&scores).zip(&others) {
                assert_eq!(score.ln_p.to_bits(), other.ln_p.to_bits(), "{load}");
                assert_eq!(score.matched, other.matched, "{load}");
                let [step, other] = [plain.step(&history, word), core.step(&history, word)];
                assert_eq!(step, other, "{load}");
                history = step.state;
            }
        }
    }

    #[test]
    fn making_one_can_be_stopped() {
        let data = core();
        assert!(TableData::new(&data.view(), 3, &Stopped).is_err());
    }

    #[test]
    fn constants_that_do_not_fit_are_marked() {
        assert_eq!(packed([7.0, 0.5]), [7, 0, 0x3fe0_0000]);
        for sum in [0.5, f64::from(u32::MAX), 1e12, -1.0, f64::NAN] {
            assert_eq!(packed([sum, 0.5])[0], OTHER, "{sum}");
        }
    }
}
