//! Training: how does text become an interpolated modified Kneser-Ney model?
//!
//! The stages that every reader of the field knows:
//!
//! 1. [`read`] – text → word ids by frequency and the stream of ids ([`ids`]); some lines are held out
//!    ([`aside`]), and counts of other parts of the text may join ([`parts`]). The result is a
//!    [`corpus`].
//! 2. [`mod@count`] – the stream → sorted n-grams of the highest order with their counts ([`run`]).
//! 3. [`levels`], adjust – sorted n-grams → adjusted (continuation) counts of every order; pruning.
//!    [`pass`] reads the run, [`table`] holds a lower order, [`encode`] makes what the model stores.
//! 4. [`discount`] – counts of counts → the discounts D1, D2, D3+ of every order.
//! 5. [`estimate`] – probabilities of single words; those of longer n-grams follow from their counts.
//! 6. index – [`crate::model::lists`] makes the posting lists.
//!
//! Besides, a net ([`mod@net`]) and word classes ([`classes`]) are made if they are wanted, and [`skip`] counts
//! pairs of words with others between them, before the text is dropped.
//!
//! [`memory`] shares out the memory, [`spill`] holds on the disk what does not fit.
//!
//! Chen & Goodman, *An Empirical Study of Smoothing Techniques for Language Modeling* (1998);
//! Heafield et al., *Scalable Modified Kneser-Ney Language Model Estimation* (ACL 2013).

pub mod aside;
pub mod blocks;
pub mod classes;
mod config;
pub mod corpus;
pub mod count;
pub mod discount;
pub mod encode;
pub mod estimate;
pub mod ids;
pub mod levels;
pub mod memory;
pub mod net;
pub mod parts;
pub mod pass;
pub mod read;
pub mod run;
pub mod skip;
pub mod spill;
pub mod table;

use crate::error::{Error, Remedy, Result, Setting};
use crate::model::classes::ClassData;
use crate::model::core::data::CoreData;
use crate::model::header::{Header, Provenance};
use crate::model::vocabulary;
use crate::model::words::{SPECIAL, WordList};
use crate::net::shape::Shape;
use crate::net::words::embedding;
use crate::progress::{Progress, Unit};

pub use config::{Config, HeldOut, Resources, Vocabulary};
pub use discount::Discounts;
pub use read::Sources;

use corpus::Summary;
use levels::{Levels, Passes};
use memory::Plan;
use net::lessons::Lessons;
use net::sentences::embedding_of;
use spill::Spill;

/// What training yields: everything that the model file needs, and the lines held out.
pub struct Trained {
    /// The words, by id.
    pub words: WordList,
    /// The n-grams.
    pub core: CoreData,
    /// What the model file says of itself.
    pub header: Header,
    /// Lines that were not counted, in a fixed order.
    pub held_out: Vec<Vec<u8>>,
    /// What the net is to be trained with, if there is to be one.
    pub lessons: Option<Lessons>,
    /// Word classes, if they were wanted.
    pub classes: Option<ClassData>,
    /// How many bytes were written to temporary files.
    pub spilled: u64,
    /// How much memory may serve to gather posting lists, in bytes: see
    /// [`crate::model::build::Lists`].
    pub lists_memory: u64,
}

/// Trains on texts and counts.
///
/// The result depends on nothing but the lines of the text, whatever their order, and `config`.
///
/// # Errors
/// An impossible configuration, a text that cannot be read, a text without a sentence, or less memory
/// than the words and the tables of the lower orders need.
///
/// # Complexity
/// O(n log n) time in the tokens n. Memory in bytes, at most `resources.memory`: 4 a token and 8 a
/// token that is being sorted (16 where the words of an n-gram do not fit into 64 bits), of which
/// what does not fit is spilled or sorted later; 6 to 14 a distinct n-gram of each order below the
/// highest, two orders at a time; about 3 a distinct n-gram of the highest.
pub fn train(
    sources: Sources<'_>,
    config: &Config,
    resources: &Resources,
    progress: &dyn Progress,
) -> Result<Trained> {
    config.check()?;
    memory::within(resources.memory, || train_here(sources, config, resources, progress))
}

fn train_here(
    sources: Sources<'_>,
    config: &Config,
    resources: &Resources,
    progress: &dyn Progress,
) -> Result<Trained> {
    let plan = Plan::new(resources.memory, rayon::current_num_threads())?;
    train_by(sources, config, &plan, resources, progress)
}

/// The same with the memory shared out in any way, however little.
///
/// # Errors
/// As [`train`].
pub fn train_by(
    sources: Sources<'_>,
    config: &Config,
    plan: &Plan,
    resources: &Resources,
    progress: &dyn Progress,
) -> Result<Trained> {
    if resources.lists {
        plan.check_lists(config.held_out.lines > 0)?;
    }
    if config.skip && !sources.counts.is_empty() {
        return Err(Error::value(
            "pairs of words with others between them cannot be had from counts",
            Remedy::by("give it the text, or do without them", &[Setting::Skip]),
        ));
    }
    if config.classes > 0 {
        classes::check_memory(config.classes, plan)?;
    }
    let spill = Spill::new(&resources.folder);
    let corpus = read::read(sources, config, true, plan, &spill, progress)?;
    memory::give_back();
    let kept_words = config.vocabulary.kept(&corpus.counts[SPECIAL..]) + SPECIAL;
    let net = net(&corpus, config, kept_words - SPECIAL, plan, progress)?;
    let mut run = count::count(&corpus, config.order, plan, &spill, progress)?;
    run.ngrams[0] = corpus.words.len() as u64;
    let lessons = match net {
        Some((shape, count)) => {
            let words = corpus.words.iter().enumerate();
            let embeddings: Vec<u32> =
                words.map(|(id, word)| embedding(&shape, id.checked_sub(SPECIAL), word)).collect();
            Some(Lessons::new(&corpus, shape, &embeddings, count, &spill)?)
        }
        None => None,
    };
    let lists_memory = match resources.lists {
        true => plan.lists(&run.ngrams)?,
        false => 0,
    };
    let lessons_size = lessons.as_ref().map_or(0, |lessons| lessons.sentences.size());
    let held = corpus.words_size() + run.blocks.bytes_in_memory() + lessons_size;
    let skip = match config.skip {
        true => {
            let held = held + corpus.text.bytes_in_memory();
            skip::count(&corpus, kept_words, held, plan, &spill, progress)?
        }
        false => None,
    };
    let held = held + skip.as_ref().map_or(0, |skip| skip.size() as u64);
    let words_before = corpus.counts.len();
    let counts = if config.classes > 0 { corpus.counts.clone() } else { Vec::new() };
    let (words, held_out, summary) = corpus.into_parts(); // the stream is not needed any more
    let classes = match config.classes {
        0 => None,
        wanted => {
            memory::give_back();
            let (run, words) = (&run, &words);
            let input =
                classes::Input { run, words, counts, kept: kept_words, classes: wanted, held };
            Some(classes::train(input, plan, &spill, progress)?)
        }
    };
    let passes = Passes {
        run,
        config,
        words: words_before,
        kept_words,
        held,
        plan,
        spill: &spill,
        progress,
    };
    memory::give_back();
    let Levels { words: adjusted, builders, counts_of_counts } = passes.levels()?;
    memory::give_back();
    let (discounts, fallbacks) = discount::discounts(&counts_of_counts);
    for order in fallbacks {
        progress.note(&format!(
            "order {order}: the counts of counts give no discounts (a tiny or duplicated text); \
             using 0.5, 1 and 1.5"
        ));
    }
    progress.stage("estimate", Unit::Pieces, None);
    let levels = builders.into_iter().zip(&discounts[1..]).map(|(level, d)| level.finish(d.0));
    let core = CoreData {
        unigrams: estimate::unigrams(&adjusted, &discounts[0], kept_words),
        logs: false,
        discounts: discounts[0].0,
        levels: levels.collect(),
        skip,
    };
    let words = words.truncate(kept_words);
    let header = Header {
        repair: None,
        order: config.order,
        ngrams: core.counts(),
        discounts: discounts.iter().map(|d| d.0).collect(),
        net: None,
        classes: None,
        calibration: Default::default(),
        provenance: Provenance {
            text_hash: format!("{:016x}", summary.hash),
            lines: summary.lines,
            tokens: summary.tokens,
            held_out_lines: held_out.len() as u64,
            prune: (1..=config.order).map(|n| config.threshold(n)).collect(),
            ..Default::default()
        },
    };
    let held_out: Vec<Vec<u8>> = held_out.into_iter().map(|(line, _)| line).collect();
    let table = vocabulary::table(&words);
    let (bytes, offsets) = words.parts();
    let own = vocabulary::Vocabulary { bytes, offsets, table: &table };
    let lessons = lessons.map(|lessons| lessons.with_held_out(&held_out, &own));
    let spilled = spill.bytes();
    Ok(Trained { words, core, header, held_out, lessons, classes, spilled, lists_memory })
}

/// The shape of the net and how many sentences it is to see, if there is to be one. A net that nobody
/// asked for is left out where there is too little memory.
fn net(
    corpus: &corpus::Corpus,
    config: &Config,
    words: usize,
    plan: &Plan,
    progress: &dyn Progress,
) -> Result<Option<(Shape, u64)>> {
    let Some(net) = config.net.filter(|net| net.sentences(corpus.text_lines) > 0) else {
        return Ok(None);
    };
    let (shape, count) = (net.size.shape(words), net.sentences(corpus.text_lines));
    match Lessons::check_memory(corpus, &shape, count, plan) {
        Err(error) if net.sentences.is_none() => {
            progress.left_out("no net is trained", &error);
            Ok(None)
        }
        checked => checked.map(|()| Some((shape, count))),
    }
}

/// What a net is to be trained with that joins a model which exists, from its vocabulary; the lines held
/// out; and what was read.
///
/// # Errors
/// As [`train`].
pub fn lessons(
    sources: Sources<'_>,
    config: &Config,
    resources: &Resources,
    (shape, vocabulary): (&Shape, &vocabulary::Vocabulary<'_>),
    progress: &dyn Progress,
) -> Result<(Lessons, Vec<Vec<u8>>, Summary)> {
    memory::within(resources.memory, || {
        let plan = Plan::new(resources.memory, rayon::current_num_threads())?;
        let spill = Spill::new(&resources.folder);
        let corpus = read::read(sources, config, true, &plan, &spill, progress)?;
        let words = corpus.words.iter();
        let embeddings: Vec<u32> =
            words.map(|word| embedding_of(shape, vocabulary, word)).collect();
        let count = config.net.map_or(0, |net| net.sentences(corpus.text_lines));
        Lessons::check_memory(&corpus, shape, count, &plan)?;
        let lessons = Lessons::new(&corpus, shape.clone(), &embeddings, count, &spill)?;
        let (_, held_out, summary) = corpus.into_parts();
        let held_out: Vec<Vec<u8>> = held_out.into_iter().map(|(line, _)| line).collect();
        Ok((lessons.with_held_out(&held_out, vocabulary), held_out, summary))
    })
}

/// Counts texts and writes the counts piece by piece, for [`Sources::counts`] of a later training.
/// Of `config`, the order, what is held out, and `lossy` matter.
///
/// # Errors
/// As [`train`], and what `write` reports.
pub fn count(
    sources: Sources<'_>,
    config: &Config,
    resources: &Resources,
    progress: &dyn Progress,
    write: &mut (dyn FnMut(&[u8]) -> Result<()> + Send),
) -> Result<Summary> {
    config.check()?;
    memory::within(resources.memory, || count_here(sources, config, resources, progress, write))
}

fn count_here(
    sources: Sources<'_>,
    config: &Config,
    resources: &Resources,
    progress: &dyn Progress,
    write: &mut dyn FnMut(&[u8]) -> Result<()>,
) -> Result<Summary> {
    let plan = Plan::new(resources.memory, rayon::current_num_threads())?;
    let spill = Spill::new(&resources.folder);
    let corpus = read::read(sources, config, false, &plan, &spill, progress)?;
    memory::give_back();
    let run = count::count(&corpus, config.order, &plan, &spill, progress)?;
    progress.stage("write", Unit::Pieces, Some(run.blocks.len() as u64));
    parts::write(&corpus, &run, config.held_out, &spill, progress, write)?;
    Ok(corpus.summary)
}
