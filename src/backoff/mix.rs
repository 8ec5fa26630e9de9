//! Linear interpolation of models: one backoff model that says what several say together.
//!
//! ```text
//! P(w|h) = sum over the models of weight · P_model(w|h)
//! ```
//!
//! for every n-gram h w that any of them stores, each with its own backing off; the backoff weights follow so that
//! each context sums to 1 ([`super::rest`]). This is what SRILM's `ngram -mix-lm` makes, for any number of models at
//! once: exact for the n-grams that are stored, and close to the mixture for those that are not, whose mass each
//! context divides as the shorter context does.
//!
//! A model gives probability 0 to a word that it lacks, as in SRILM, and takes nothing of the history up to such a
//! word into account: what it says of `<unk>` is about words that none of them has. So the probabilities after any
//! history sum to 1. Orders may differ; the result has the highest.

use std::ops::Range;

use rayon::prelude::*;

use super::rest::Pair;
use super::tables::{append, by_first_word, in_pieces, sizes};
use super::vocabulary::Joint;
use crate::error::{Error, ErrorKind, Result};
use crate::model::arpa::{Arpa, ArpaLevel};
use crate::model::core::ngrams::log10;
use crate::model::core::{Core, State};
use crate::model::view::View;
use crate::model::words::BOS;
use crate::progress::{Progress, Unit};

/// Contexts in a piece of parallel work.
const CHUNK: usize = 1 << 12;

/// Mixes models by these weights, which sum to 1.
///
/// # Errors
/// More than 4,294,967,295 n-grams of an order, damaged models, or `progress` says to stop.
///
/// # Panics
/// There are fewer weights than models.
///
/// # Complexity
/// A search an order for every n-gram and every model that does not store it; 20 bytes an n-gram of the result, 12
/// one of the highest order, and 4 bytes a word and model.
pub fn mix(models: &[&View<'_>], weights: &[f64], progress: &dyn Progress) -> Result<Arpa> {
    let joint = Joint::new(models, weights);
    let order = models.iter().map(|model| model.order).max().unwrap_or(2);
    let mixer = Mixer { cores: models.iter().map(|model| &model.core).collect(), weights, joint };
    let mut levels = vec![ArpaLevel { offsets: vec![0], ..ArpaLevel::default() }; order - 1];
    let pieces = by_first_word(&mixer.sizes());
    let most: Vec<usize> = (2..=order).map(|n| mixer.most(n)).collect();
    progress.stage("mix", Unit::Pieces, Some(pieces.len() as u64));
    in_pieces(
        &pieces,
        |words| mixer.part(words, order),
        progress,
        |part| {
            check(&levels, &part, &most)?;
            append(&mut levels, part);
            Ok(())
        },
    )?;
    let Joint { words, log10_p, .. } = mixer.joint;
    levels.insert(0, ArpaLevel { log10_p, ..ArpaLevel::default() });
    ArpaLevel::link(&mut levels).ok_or_else(damaged)?;
    progress.go_on()?;
    for n in 2..=order {
        let pair = Pair::of(&levels, n);
        let contexts = (0..pair.contexts()).into_par_iter().with_min_len(CHUNK);
        levels[n - 2].log10_backoff = contexts.map(|context| pair.log10_backoff(context)).collect();
    }
    Ok(Arpa { words, levels, lines_hash: 0 })
}

/// Checks that a part can be added: there is room, and there are no more n-grams than the models have.
fn check(levels: &[ArpaLevel], part: &[ArpaLevel], most: &[usize]) -> Result<()> {
    for (n, ((level, part), &most)) in (2..).zip(levels.iter().zip(part).zip(most)) {
        let count = level.words.len() + part.words.len();
        if count > most {
            return Err(damaged());
        }
        if count >= u32::MAX as usize {
            let what = format!("more than {} n-grams of order {n}", u32::MAX);
            return Err(Error::value(what, "prune the models first"));
        }
    }
    Ok(())
}

/// What only damaged models cause, before it is known which one is.
fn damaged() -> Error {
    let what = "a damaged model: its n-grams do not fit together";
    Error::value(what, "copy it again, or train it again").of(ErrorKind::Damaged)
}

struct Mixer<'m> {
    cores: Vec<&'m Core<'m>>,
    weights: &'m [f64],
    joint: Joint,
}

/// Where a model is after a history.
#[derive(Debug, Clone, Copy, Default)]
struct At {
    /// The end of the history, as far as the model stores it.
    state: State,
    /// Whether it stores all of it and may have longer n-grams.
    whole: bool,
}

/// An n-gram that a model stores.
struct Found {
    /// Its last word, by its joint id.
    word: u32,
    model: usize,
    p: f64,
    at: At,
}

impl Mixer<'_> {
    /// (words) how many bigrams of the models begin with each.
    fn sizes(&self) -> Vec<u64> {
        let mut all = vec![0; self.joint.words.len()];
        for (model, core) in self.cores.iter().enumerate() {
            for (word, size) in (0..).zip(sizes(core)) {
                all[self.joint.id_of(model, word) as usize] += size;
            }
        }
        all
    }

    /// How many n-grams of an order the models have.
    fn most(&self, n: usize) -> usize {
        self.cores.iter().map(|core| core.levels[n - 2].ngrams()).sum()
    }

    /// The n-grams that begin with some words, of all orders from 2, with numbers of children for offsets.
    fn part(&self, words: Range<usize>, order: usize) -> Vec<ArpaLevel> {
        let mut levels = vec![ArpaLevel::default(); order - 1];
        for word in words {
            let at = |model| match self.joint.id_in(model, word as u32) {
                Some(id) => At { state: State::of(&[id]), whole: true },
                None => At::default(),
            };
            let context: Vec<At> = (0..self.cores.len()).map(at).collect();
            self.descend(&context, 1, &mut levels);
        }
        levels
    }

    fn descend(&self, context: &[At], length: usize, levels: &mut [ArpaLevel]) {
        let Some((level, deeper)) = levels.split_first_mut() else { return };
        let found = self.found(context, length);
        let mut children = 0;
        let mut next = vec![At::default(); self.cores.len()];
        for same in found.chunk_by(|a, b| a.word == b.word) {
            let word = same[0].word;
            let mut p = 0.0;
            for (model, next) in next.iter_mut().enumerate() {
                let own = same.iter().find(|found| found.model == model);
                let (own_p, at) = match own {
                    Some(found) => (found.p, found.at),
                    None => self.backed_off(model, &context[model], word),
                };
                p += self.weights[model] * own_p;
                *next = at;
            }
            level.words.push(word);
            level.log10_p.push(log10(p));
            children += 1;
            self.descend(&next, length + 1, deeper);
        }
        level.offsets.push(children);
    }

    /// What any model stores after a context, sorted by words.
    fn found(&self, context: &[At], length: usize) -> Vec<Found> {
        let mut all = Vec::new();
        for (model, (core, at)) in self.cores.iter().zip(context).enumerate() {
            if !at.whole {
                continue;
            }
            let longer = length + 1 < core.order;
            let expansion = core.expand(&at.state);
            all.extend((0..expansion.len()).map(|i| {
                let child = expansion.child(i);
                let nodes = &child.nodes[..(length + 1).min(core.order - 1)];
                let at = At { state: State::of(nodes), whole: longer };
                Found { word: self.joint.id_of(model, child.word), model, p: child.p, at }
            }));
        }
        all.retain(|found| found.word != BOS); // never predicted, whatever a file says
        all.sort_unstable_by_key(|found| (found.word, found.model));
        all
    }

    /// The probability that a model gives to a word by backing off, and where it is then.
    fn backed_off(&self, model: usize, at: &At, word: u32) -> (f64, At) {
        let Some(id) = self.joint.id_in(model, word) else {
            return (0.0, At::default());
        };
        let step = self.cores[model].step(&at.state, id);
        (libm::exp(step.ln_p), At { state: step.state, whole: false })
    }
}
