//! A model file as typed slices.
//!
//! Every accessor is total: an index or an offset that a damaged file made impossible gives an empty slice,
//! never a panic.

use super::arrays::Arrays;
use super::core::data::{PartValues, Parts};
use super::core::table;
use super::core::{Core, Level, MAX_ORDER};
use super::format::{Directory, damaged};
use super::lists::view::Lists;
use super::net;
use super::skip::{self, Skip};
use super::vocabulary::Vocabulary;
use super::words::SPECIAL;
use crate::error::Result;
use crate::net::Net;

/// All that is in a model file, borrowed from its bytes.
#[derive(Debug, Clone)]
pub struct View<'a> {
    /// Highest order.
    pub order: usize,
    /// The words.
    pub vocabulary: Vocabulary<'a>,
    /// The n-grams.
    pub core: Core<'a>,
    /// The five posting lists; all empty in a model without them.
    pub lists: Lists<'a>,
    /// Whether the model has them.
    pub has_lists: bool,
    /// Pairs of words with others between them, if the model has them.
    pub skip: Option<Skip<'a>>,
    /// The net, if the model has one.
    pub net: Option<Net<'a>>,
}

impl<'a> View<'a> {
    /// Finds all arrays in `bytes` and checks that their lengths fit each other.
    ///
    /// # Errors
    /// An array is missing, has an impossible length, or is not aligned in memory.
    pub fn new(bytes: &'a [u8], directory: &'a Directory, name: &str) -> Result<Self> {
        let file = Arrays { bytes, directory, name };
        let header = &directory.header;
        let (order, words) = (header.order, header.ngrams.first().copied().unwrap_or(0) as usize);
        let possible = |&count: &u64| count <= bytes.len() as u64;
        let orders = (2..=MAX_ORDER).contains(&order) && header.ngrams.len() == order;
        if !orders || words < SPECIAL || !header.ngrams.iter().all(possible) {
            return Err(damaged(name, "the header"));
        }
        let vocabulary = Vocabulary {
            bytes: file.array("vocabulary.bytes", None)?,
            offsets: file.array("vocabulary.offsets", Some(words + 1))?,
            table: file.array("vocabulary.table", None)?,
        };
        if !vocabulary.table.len().is_power_of_two() || vocabulary.table.len() <= words {
            return Err(damaged(name, "vocabulary.table"));
        }
        let counts: Vec<usize> = header.ngrams.iter().map(|&count| count as usize).collect();
        let core = file.core(words, &counts)?;
        let has_lists = file.has("words.weights");
        let lists = if has_lists { Lists::new(&file, &core)? } else { Lists::default() };
        let skip = skip::read(&file, words)?;
        let net = net::read(&file, &header.net)?;
        Ok(View { order, vocabulary, core, lists, has_lists, skip, net })
    }
}

impl<'a> Arrays<'a, '_> {
    fn core(&self, words: usize, counts: &[usize]) -> Result<Core<'a>> {
        let order = counts.len();
        let logs = self.has("ngrams.1.log10_p");
        let unigrams = if logs { "ngrams.1.log10_p" } else { "ngrams.1.p" };
        let unigrams = self.array(unigrams, Some(words))?;
        let discounts: &[[f64; 3]] = self.array("ngrams.discounts", Some(order))?;
        let mut core = Core { order, words, unigrams, logs, ..Core::default() };
        for n in 2..=order {
            core.levels[n - 2] = self.level(n, logs, &counts[n - 2..n], words, discounts[n - 1])?;
        }
        for n in 2..=order {
            let part = |part: &str| format!("ngrams.{n}.{part}");
            if self.has(&part("table")) {
                let parts = table::Parts {
                    tiles: self.array(&part("tiles"), None)?,
                    buckets: self.array(&part("table"), None)?,
                    frequent: self.array(&part("frequent"), None)?,
                    constants: self.array(&part("constants"), None)?,
                };
                core.put_table(n, parts).ok_or_else(|| damaged(self.name, &part("table")))?;
            }
        }
        Ok(core)
    }

    fn level(
        &self,
        n: usize,
        logs: bool,
        counts: &[usize],
        words: usize,
        discounts: [f64; 3],
    ) -> Result<Level<'a>> {
        let name = |part: &str| format!("ngrams.{n}.{part}");
        let values = match logs {
            true => PartValues::Logs(
                self.array(&name("log10_p"), None)?,
                self.array(&name("log10_backoff"), None)?,
            ),
            false => PartValues::Counts(
                self.array(&name("counts"), None)?,
                self.array(&name("pruned"), None)?,
                self.array(&name("heavy"), None)?,
                self.array(&name("heavy_constants"), None)?,
            ),
        };
        let parts = Parts {
            starts: self.array(&name("starts"), None)?,
            bits: if n > 2 { self.array(&name("bits"), None)? } else { &[] },
            positions: self.array(&name("positions"), None)?,
            buckets: if n == 2 { self.array(&name("buckets"), None)? } else { &[] },
            values,
            discounts,
        };
        let level = parts.level(n, words, counts[1], counts[0]);
        level.ok_or_else(|| damaged(self.name, &format!("ngrams.{n}")))
    }
}
