//! What a net learns from when it joins an existing model.

use super::corpus::{Corpus, Summary};
use super::ids::Ids;
use super::means::Means;
use super::memory::{self, Plan};
use super::net::lessons::{Course, Lessons};
use super::read::{self, Sources};
use super::spill::Spill;
use super::{Config, Resources};
use crate::error::Result;
use crate::model::net::embedding_of;
use crate::model::vocabulary::Vocabulary;
use crate::net::shape::Shape;
use crate::progress::Progress;

/// A text as the net of a model sees it.
pub struct Joining {
    /// What to train the net with.
    pub lessons: Lessons,
    /// Lines not to learn from, in a fixed order.
    pub held_out: Vec<Vec<u8>>,
    /// What was read.
    pub summary: Summary,
}

/// What to train a net of this shape with, given the vocabulary of the model that it joins.
///
/// # Errors
/// As [`super::train`].
pub fn lessons(
    sources: Sources<'_>,
    config: &Config,
    resources: &Resources,
    shape: &Shape,
    vocabulary: &Vocabulary<'_>,
    progress: &dyn Progress,
) -> Result<Joining> {
    memory::within(resources.memory, || {
        let plan = Plan::new(resources.memory, rayon::current_num_threads())?;
        let spill = Spill::new(&resources.folder);
        let means = Means { plan: &plan, spill: &spill, progress };
        let corpus = read::read(sources, config, Ids::ByCount, means)?;
        let words = corpus.words.iter();
        let embeddings: Vec<u32> =
            words.map(|word| embedding_of(shape, vocabulary, word)).collect();
        let count = config.net.map_or(0, |net| net.sentences(corpus.text_lines));
        let course = Course { shape: shape.clone(), count };
        course.check_memory(&corpus, corpus.words_size(), &plan)?;
        let lessons = course.lessons(&corpus, &embeddings, &spill)?;
        let Corpus { held_out, summary, .. } = corpus;
        let held_out: Vec<Vec<u8>> = held_out.into_iter().map(|line| line.text).collect();
        Ok(Joining { lessons: lessons.with_held_out(&held_out, vocabulary), held_out, summary })
    })
}
