//! From texts to a model: the stages in order.

use std::path::PathBuf;

use super::corpus::{Corpus, Summary};
use super::ids::Ids;
use super::levels::{CountsOfCounts, Levels, Passes};
use super::means::Means;
use super::memory::{self, Plan};
use super::net::lessons::{Course, Lessons};
use super::net::size::FEWEST;
use super::read::{self, Sources};
use super::run::Run;
use super::spill::{Spill, Store};
use super::{Config, Discounts, Resources, WordSet, discount, estimate, learned, skip};
use crate::error::{Error, Remedy, Result, Setting};
use crate::model::core::data::CoreData;
use crate::model::header::{Header, Provenance};
use crate::model::skip::SkipData;
use crate::model::vocabulary;
use crate::model::words::{SPECIAL, WordList};
use crate::net::words::embedding;
use crate::progress::{Progress, Unit};
use crate::text::input;

/// The result of training: everything that the model file needs, and the lines held out.
pub struct Trained {
    /// The words, by id.
    pub words: WordList,
    /// The n-grams.
    pub core: CoreData,
    /// The header of the model file.
    pub header: Header,
    /// Lines that were not counted, in a fixed order.
    pub held_out: Vec<Vec<u8>>,
    /// What to train the net with, if one is wanted.
    pub lessons: Option<Lessons>,
    /// The text that was learned from and not counted, unless it is all of what was counted.
    pub learned: Option<Summary>,
    /// How many lines in other languages were passed over.
    pub foreign: u64,
    /// How many bytes were written to temporary files.
    pub spilled: u64,
    /// How much memory may be used to gather posting lists, in bytes: [`crate::model::build::Lists`].
    pub lists_memory: u64,
}

/// Trains on texts and counts.
///
/// The result depends only on the lines of the text, whatever their order, and on `config`.
///
/// # Errors
/// An impossible configuration, a text that cannot be read, a text without a sentence, or less memory
/// than the words and the tables of the lower orders need.
///
/// # Complexity
/// O(n log n) time in the tokens n. Memory in bytes, at most `resources.memory`: 4 per token and 8 per token
/// being sorted (16 if the words of an n-gram do not fit into 64 bits), of which the excess is spilled or
/// sorted later; 6 to 14 per distinct n-gram of each order below the highest, two orders at a time; about 3
/// per distinct n-gram of the highest.
pub fn train(
    sources: Sources<'_>,
    config: &Config,
    resources: &Resources,
    progress: &dyn Progress,
) -> Result<Trained> {
    config.check()?;
    memory::within(resources.memory, || {
        let plan = Plan::new(resources.memory, rayon::current_num_threads())?;
        train_by(sources, config, &plan, resources, progress)
    })
}

/// The same with memory shared out in any way, however little.
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
    check(sources, config)?;
    let spill = Spill::new(&resources.folder);
    let means = Means { plan, spill: &spill, progress };
    let corpus = read::read(sources, config, Ids::ByCount, means)?;
    if resources.lists {
        plan.check_lists(corpus.summary.tokens, corpus.held_out.len() as u64)?;
    }
    let mut counted = count(corpus, sources.learned, config, resources, means)?;
    let levels = adjust(&mut counted, config, means)?;
    let discounts = discount(&levels.counts_of_counts, progress);
    progress.go_on()?;
    let core = estimate(levels, &discounts, &mut counted, progress);
    progress.go_on()?;
    let header = header(&core, &discounts, &counted, config);
    Ok(counted.finish(core, header, &spill))
}

/// Checks that it can be done at all.
fn check(sources: Sources<'_>, config: &Config) -> Result<()> {
    if !sources.learned.is_empty() {
        if !sources.texts.is_empty() || sources.counts.is_empty() {
            return Err(Error::value(
                "a text to learn from beside one that is counted",
                "give it alone with counts: what is learned from a text that is counted is that text",
            ));
        }
        if config.net.is_none() && !config.skip {
            return Err(Error::value(
                "a text to learn from, but neither a net nor pairs of words that would be learned",
                Remedy::by(
                    "leave it out, or ask for one of them",
                    &[Setting::Learned, Setting::NetLength, Setting::Skip],
                ),
            ));
        }
        input::check(&sources.learned.iter().collect::<Vec<_>>())?;
    }
    if config.skip && !sources.counts.is_empty() && sources.learned.is_empty() {
        return Err(Error::value(
            "pairs of words with others between them cannot be taken from counts",
            Remedy::by(
                "give it the text to learn from, or do without them",
                &[Setting::Learned, Setting::Skip],
            ),
        ));
    }
    Ok(())
}

/// The n-grams of the text, and what else is made of it before it is dropped.
struct Counted {
    run: Run,
    words: WordList,
    /// How many of them stay, the first ones.
    kept_words: usize,
    lessons: Option<Lessons>,
    skip: Option<SkipData>,
    held_out: Vec<Vec<u8>>,
    summary: Summary,
    learned: Option<Summary>,
    /// How many bytes all of this takes.
    held: u64,
    lists_memory: u64,
}

/// Stage 2, and everything else that needs the text or all n-grams. Lists and tables, if wanted, must fit in memory.
fn count(
    mut corpus: Corpus,
    learned: &[PathBuf],
    config: &Config,
    resources: &Resources,
    means: Means<'_>,
) -> Result<Counted> {
    memory::give_back();
    let kept_words = config.vocabulary.kept(&corpus.counts[SPECIAL..], corpus.listed) + SPECIAL;
    if let Some(list) = config.vocabulary.list() {
        told_of_absent(list, corpus.listed, means.progress)?;
    }
    let course_of =
        |text: &Corpus, whole: &Corpus| course(text, whole, config, kept_words - SPECIAL, means);
    // What cannot be learned from the text itself is told before it is counted.
    let own_course = if learned.is_empty() { course_of(&corpus, &corpus)? } else { None };
    let run = super::count::count(&corpus, config.order, means)?;
    means.progress.go_on()?;
    let other = if learned.is_empty() {
        None
    } else {
        (corpus.text, corpus.records) = (Store::default(), Store::default());
        memory::give_back();
        let held = corpus.words_size() + run.blocks.bytes_in_memory();
        Some(learned::read(learned, &corpus, config, held, means)?)
    };
    let (text, course) = match &other {
        None => (&corpus, own_course),
        Some(other) => (other, course_of(other, &corpus)?),
    };
    let lessons =
        course.map(|course| lessons(course, text, &corpus.words, means.spill)).transpose()?;
    let lists_memory = if resources.lists { means.plan.lists(&run.ngrams)? } else { 0 };
    if resources.tables {
        means.plan.check_tables(&run.ngrams)?;
    }
    let lessons_size = lessons.as_ref().map_or(0, |lessons| lessons.sentences.size());
    let mut held = corpus.words_size() + run.blocks.bytes_in_memory() + lessons_size;
    let skip = match config.skip {
        true => skip::count(text, kept_words, held + text.text.bytes_in_memory(), means)?,
        false => None,
    };
    held += skip.as_ref().map_or(0, |skip| skip.size() as u64);
    let other = other.map(|text| text.summary);
    let Corpus { words, held_out, mut summary, .. } = corpus;
    summary.foreign += other.map_or(0, |text| text.foreign);
    let held_out = held_out.into_iter().map(|line| line.text).collect();
    // All of what was counted is the same as the text itself.
    let learned =
        other.filter(|text| text.hash != summary.hash && (lessons.is_some() || skip.is_some()));
    Ok(Counted {
        run,
        words,
        kept_words,
        lessons,
        skip,
        held_out,
        summary,
        learned,
        held,
        lists_memory,
    })
}

/// Says how many words of a list the text lacks.
///
/// # Errors
/// All of them.
fn told_of_absent(list: &WordSet, there: usize, progress: &dyn Progress) -> Result<()> {
    match list.len() - there.min(list.len()) {
        0 => {}
        _ if there == 0 => return Err(list.absent()),
        absent => progress.note(&format!(
            "{absent} of the {} words of the vocabulary are not in the text and stay unknown",
            list.len()
        )),
    }
    Ok(())
}

/// What a net should learn from a text, if one is wanted. A default net is left out, with a note, if the text is
/// short or there is too little memory.
fn course(
    text: &Corpus,
    whole: &Corpus,
    config: &Config,
    words: usize,
    means: Means<'_>,
) -> Result<Option<Course>> {
    let Some(net) = config.net else {
        return Ok(None);
    };
    let lines = text.text_lines;
    if net.sentences(lines) == 0 {
        if lines > 0 {
            let what = format!("the text has {lines} of the {FEWEST} sentences that one takes");
            let remedy = "say how long to train one if you want it";
            let error = Error::value(what, Remedy::by(remedy, &[Setting::NetLength]));
            means.progress.left_out("no net is trained", &error);
        }
        return Ok(None);
    }
    let course = Course { shape: net.size.shape(words), count: net.sentences(lines) };
    match course.check_memory(text, whole.words_size(), means.plan) {
        Err(error) if net.sentences.is_none() => {
            means.progress.left_out("no net is trained", &error);
            Ok(None)
        }
        checked => checked.map(|()| Some(course)),
    }
}

fn lessons(course: Course, text: &Corpus, words: &WordList, spill: &Spill) -> Result<Lessons> {
    let words = words.iter().enumerate();
    let embedding =
        |(id, word): (usize, _)| embedding(&course.shape, id.checked_sub(SPECIAL), word);
    let embeddings: Vec<u32> = words.map(embedding).collect();
    course.lessons(text, &embeddings, spill)
}

/// Stage 3, which uses up the n-grams of the highest order.
fn adjust(counted: &mut Counted, config: &Config, means: Means<'_>) -> Result<Levels> {
    memory::give_back();
    let run = std::mem::take(&mut counted.run);
    let &mut Counted { kept_words, held, .. } = counted;
    let levels = Passes { run, config, kept_words, held, means }.levels();
    memory::give_back();
    levels
}

/// Stage 4.
fn discount(counts_of_counts: &[CountsOfCounts], progress: &dyn Progress) -> Vec<Discounts> {
    let (discounts, fallbacks) = discount::discounts(counts_of_counts);
    for order in fallbacks {
        progress.note(&format!(
            "order {order}: the counts of counts give no discounts (a tiny or duplicated text); \
             using 0.5, 1 and 1.5"
        ));
    }
    discounts
}

/// Stage 5.
fn estimate(
    levels: Levels,
    discounts: &[Discounts],
    counted: &mut Counted,
    progress: &dyn Progress,
) -> CoreData {
    progress.stage("estimate", Unit::Pieces, None);
    let Levels { words, builders, .. } = levels;
    let levels = builders.into_iter().zip(&discounts[1..]).map(|(level, d)| level.finish(d.0));
    CoreData {
        unigrams: estimate::unigrams(&words, &discounts[0], counted.kept_words),
        logs: false,
        discounts: discounts[0].0,
        levels: levels.collect(),
        skip: counted.skip.take(),
    }
}

/// The header of the model so far.
fn header(core: &CoreData, discounts: &[Discounts], counted: &Counted, config: &Config) -> Header {
    let Counted { summary, held_out, .. } = counted;
    Header {
        order: config.order,
        ngrams: core.counts(),
        discounts: discounts.iter().map(|d| d.0).collect(),
        provenance: Provenance {
            text_hash: format!("{:016x}", summary.hash),
            lines: summary.lines,
            tokens: summary.tokens,
            held_out_lines: held_out.len() as u64,
            prune: (1..=config.order).map(|n| config.threshold(n)).collect(),
            ..Provenance::default()
        },
        ..Header::default()
    }
}

impl Counted {
    /// The result; the net's lessons get the lines held out.
    fn finish(self, core: CoreData, header: Header, spill: &Spill) -> Trained {
        let Counted { lessons, held_out, learned, lists_memory, .. } = self;
        let foreign = self.summary.foreign;
        let words = self.words.truncate(self.kept_words);
        let table = vocabulary::table(&words);
        let own = vocabulary::Vocabulary::of(&words, &table);
        let lessons = lessons.map(|lessons| lessons.with_held_out(&held_out, &own));
        let spilled = spill.bytes();
        Trained { words, core, header, held_out, lessons, learned, foreign, spilled, lists_memory }
    }
}
