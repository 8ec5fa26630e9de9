//! What a net is trained with, and the whole of its training.

use super::examples::{Example, Order};
use super::lesson::TOGETHER;
use super::measure::{Found, measure};
use super::sample::MOST;
use super::schedule::{BATCH, Pace, Schedule};
use super::sentences::{LENGTHS, Sentences};
use super::trainer::{LANES, Trainer};
use super::weights::Weights;
use crate::error::{Error, ErrorKind, Remedy, Result, Setting};
use crate::model::header::NetHeader;
use crate::model::net::NetData;
use crate::model::vocabulary::Vocabulary;
use crate::net::Net;
use crate::net::shape::Shape;
use crate::progress::{Progress, Silent, Unit};
use crate::random::Random;
use crate::train::corpus::Corpus;
use crate::train::memory::Plan;
use crate::train::spill::Spill;

/// What a net should learn from a text.
#[derive(Debug, Clone)]
pub struct Course {
    /// The size of the net.
    pub shape: Shape,
    /// How many sentences it sees.
    pub count: u64,
}

/// Sentences to learn from, and others to test what was learned.
#[derive(Debug, Clone)]
pub struct Lessons {
    /// The size of the net.
    pub shape: Shape,
    /// Sentences to learn from.
    pub sentences: Sentences,
    /// Sentences that are never learned from.
    pub held_out: Sentences,
    /// How many sentences the net sees.
    pub count: u64,
}

/// At least this many sentences are taken to learn from, however few are seen.
const POOL: u64 = 1024;
/// What it takes to sort them, in bytes per sentence.
const SORTING: u64 = 60;
/// The most held-out sentences for testing what was learned.
const SHOWN: usize = 5000;
/// The seed for the words removed from held-out sentences.
const HELD_OUT: u64 = 0x6e65;
/// How often to report what was learned.
const REPORTS: u64 = 10;
/// No report takes more held-out sentences than one for so many learned from, but a few in any case: reports
/// never take more than a few percent of the time.
const LEARNED: u64 = 100;
const FEWEST_SHOWN: u64 = 100;
/// All of training a net takes this much longer than its steps alone.
pub const OVERHEAD: f64 = 1.05;

impl Course {
    /// Checks that there is memory for it beside the words, which take so many bytes.
    pub fn check_memory(&self, corpus: &Corpus, words: u64, plan: &Plan) -> Result<()> {
        let share = self.share(corpus).min(1.0);
        let sentences = 2 * corpus.summary.tokens + SORTING * corpus.text_lines;
        let needed = memory(&self.shape) + (share * sentences as f64) as u64;
        let held = words + corpus.text.bytes_in_memory() + plan.run;
        let remedy = Remedy::by(
            "give it more memory, choose a small net, or do without",
            &[Setting::Memory, Setting::NetSize, Setting::Net],
        );
        plan.rest_or(held, needed, "training the net would", remedy).map(drop)
    }

    /// The sentences of a text, given the embedding of every word of it.
    ///
    /// # Errors
    /// A temporary file cannot be read, the text has no sentences, or the net has too many embeddings.
    pub fn lessons(self, corpus: &Corpus, embeddings: &[u32], spill: &Spill) -> Result<Lessons> {
        if self.shape.embeddings() > usize::from(u16::MAX) {
            return Err(Error::value(
                format!("a net of {} embeddings", self.shape.embeddings()),
                "training goes on with 65,535 at most",
            ));
        }
        let sentences = Sentences::of_corpus(corpus, embeddings, self.share(corpus), spill)?;
        if corpus.text_lines == 0 || sentences.is_empty() {
            return Err(Error::value(
                "no sentence of 3 to 100 words to train the net on",
                Remedy::by(
                    "give it text (counts have no sentences), or do without a net",
                    &[Setting::Net],
                ),
            )
            .of(ErrorKind::Input));
        }
        let Course { shape, count } = self;
        Ok(Lessons { shape, sentences, held_out: Sentences::default(), count })
    }

    /// The share of the sentences to learn from.
    fn share(&self, corpus: &Corpus) -> f64 {
        self.count.max(POOL) as f64 / corpus.text_lines.max(1) as f64
    }
}

impl Lessons {
    /// The same with these lines held out, given the vocabulary of the future model.
    pub fn with_held_out(self, lines: &[Vec<u8>], vocabulary: &Vocabulary<'_>) -> Self {
        let lines = &lines[..lines.len().min(SHOWN)];
        Lessons { held_out: Sentences::of_lines(lines, vocabulary, &self.shape), ..self }
    }

    /// Trains a net, from scratch or from an existing one, and stores it. The result depends only on the
    /// sentences, the seed and the numbers of sentences.
    ///
    /// # Errors
    /// `progress` says to stop.
    ///
    /// # Complexity
    /// About 2 ms of one core per sentence of 25 words with matrix instructions (medium; small: 0.8 ms), and 3.4 ms with
    /// AVX-512 BF16 (small: 1.3 ms).
    pub fn train(
        &self,
        from: Option<(&Net<'_>, &NetHeader)>,
        seed: u64,
        progress: &dyn Progress,
    ) -> Result<NetData> {
        progress.go_on()?;
        let seen = from.map_or(0, |(_, header)| header.sentences);
        let counts = self.sentences.counts(self.shape.outputs());
        let mut trainer = match from {
            Some((net, _)) => Trainer::with(Weights::of_net(net), &counts, seed ^ seen),
            None => Trainer::new(&self.shape, &counts, seed),
        };
        let mut order =
            Order::new(&self.sentences, seed ^ seen.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let mut random = Random::new(HELD_OUT);
        let held_out = &self.held_out;
        let shown = held_out.len().min((self.count / LEARNED).max(FEWEST_SHOWN) as usize);
        let held_out: Vec<Example<'_>> =
            (0..shown).map(|i| Example::new(held_out.get(i), &mut random)).collect();
        let schedule = Schedule::new(self.count).after(seen);
        let steps = schedule.steps();
        progress.stage("net", Unit::Sentences, Some(self.count));
        for step in 0..steps {
            let left = self.count - step * BATCH as u64;
            let batch = order.take(left.min(BATCH as u64) as usize);
            trainer.step(&batch, schedule.at(step), progress);
            progress.advance(batch.len() as u64);
            progress.go_on()?;
            let done = step + 1;
            if done * REPORTS / steps != step * REPORTS / steps && done < steps {
                let found = measure(&trainer.net(), &held_out, progress);
                report(seen.saturating_add(done * BATCH as u64), &found, held_out.len(), progress);
            }
        }
        let header = NetHeader {
            shape: self.shape.clone(),
            sentences: seen.saturating_add(self.count),
            seed,
        };
        let data = trainer.store(header);
        if let Some(net) = data.net() {
            let found = measure(&net, &held_out, progress);
            progress.go_on()?;
            report(data.header.sentences, &found, held_out.len(), progress);
        }
        Ok(data)
    }
}

/// The most bytes that training a net takes besides its sentences: weights with their moments, and per
/// lane a gradient and the states of the longest sentences.
pub fn memory(shape: &Shape) -> u64 {
    let convs = shape.convs();
    let dense = convs.iter().map(|conv| conv.weights()).sum::<usize>();
    let (embeddings, vectors) = (shape.embeddings() * shape.width, shape.vectors().1);
    let rows = TOGETHER * (LENGTHS.end() + Shape::MARKS + shape.margin());
    let scratch = LANES * rows * shape.width * (14 * convs.len() + 100);
    let sampled = (2 * LANES + 4) * 4 * MOST * shape.width;
    (13 * embeddings + (16 + 4 * LANES) * (dense + vectors) + scratch + sampled) as u64
}

fn report(seen: u64, found: &Found, held_out: usize, progress: &dyn Progress) {
    if held_out > 0 {
        progress.note(&format!(
            "net: {seen} sentences seen; of {held_out} held-out ones it finds {:.1} % of the gaps ({:.3} \
             nats) and {:.1} % of the words, or their kinds, in them ({:.3} nats)",
            100.0 * found.share,
            found.nats,
            100.0 * found.words,
            found.word_nats,
        ));
    }
}

/// How many sentences per second a net of this size learns from on this machine: a few batches of made-up
/// sentences of 25 words, fewer if they take long.
pub fn speed(shape: &Shape) -> f64 {
    const ENOUGH: u32 = 12;
    let (mut random, mut sentences) = (Random::new(1), Sentences::default());
    for _ in 0..4 * BATCH {
        let tokens: Vec<u32> = (0..25).map(|_| random.below(shape.words.max(1)) as u32).collect();
        sentences.push(tokens);
    }
    let counts = sentences.counts(shape.outputs());
    let (mut trainer, mut order) = (Trainer::new(shape, &counts, 1), Order::new(&sentences, 1));
    trainer.step(&order.take(BATCH), Pace::STILL, &Silent);
    let (began, mut steps) = (std::time::Instant::now(), 0);
    while steps < 2 || (steps < ENOUGH && began.elapsed().as_secs() < 1) {
        trainer.step(&order.take(BATCH), Pace::STILL, &Silent);
        steps += 1;
    }
    f64::from(steps) * BATCH as f64 / began.elapsed().as_secs_f64().max(1e-9)
}
