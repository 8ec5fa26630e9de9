//! A net in training, one step after the other.
//!
//! A batch of sentences is split into eight lanes, whose gradients are added in order, so that any
//! number of threads gives the same weights.

use rayon::prelude::*;

use super::adam::{Adam, RmsProp, Step};
use super::examples::Example;
use super::gradient::Gradient;
use super::lesson::{Lesson, TOGETHER};
use super::point::Point;
use super::sample::{Odds, Sample};
use super::schedule::Pace;
use super::weights::{Factors, Weights};
use crate::model::header::NetHeader;
use crate::model::net::NetData;
use crate::net::Net;
use crate::net::shape::Shape;
use crate::progress::Progress;
use crate::random::Random;

/// The most parallel parts of a batch.
pub(super) const LANES: usize = 8;
/// A gradient with a larger norm is shortened to this.
const CLIP: f64 = 1.0;

/// A net in training.
pub struct Trainer {
    /// Its numbers.
    pub weights: Weights,
    factors: Factors,
    dense: Adam,
    embeddings: RmsProp,
    lanes: Vec<Lane>,
    odds: Odds,
    sample: Sample,
    random: Random,
    steps: u64,
}

/// A part of a batch.
struct Lane {
    gradient: Gradient,
    lesson: Lesson,
}

/// The losses of a batch.
#[derive(Debug, Clone, Copy, Default)]
pub struct Losses {
    /// Sum over the gaps, in nats.
    pub gaps: f64,
    /// Sum over the words, in nats, estimated from a sample of the vocabulary.
    pub word_nats: f64,
    /// How many words.
    pub words: u64,
}

impl Trainer {
    /// Begins with random numbers, given [`super::sentences::Sentences::counts`].
    pub fn new(shape: &Shape, counts: &[u64], seed: u64) -> Self {
        let mut weights = Weights::new(shape, &mut Random::new(seed));
        weights.begin_with(counts);
        Self::with(weights, counts, seed)
    }

    /// Goes on with these weights.
    pub fn with(weights: Weights, counts: &[u64], seed: u64) -> Self {
        let dense = Adam::new(weights.dense.len());
        let embeddings = RmsProp::new(weights.shape.embeddings(), weights.shape.width);
        let lane = |_| Lane { gradient: Gradient::default(), lesson: Lesson::new(&weights.shape) };
        let mut trainer = Trainer {
            lanes: (0..LANES).map(lane).collect(),
            weights,
            factors: Factors::default(),
            dense,
            embeddings,
            odds: Odds::new(counts),
            sample: Sample::default(),
            random: Random::new(!seed),
            steps: 0,
        };
        trainer.factors.renew(&trainer.weights);
        trainer
    }

    /// The net as it is now.
    pub fn net(&self) -> Net<'_> {
        self.weights.net(&self.factors)
    }

    /// The net as a model file has it.
    pub fn store(&self, header: NetHeader) -> NetData {
        let (codes, scales) = NetData::quantise(&self.weights.embeddings, header.shape.width);
        let tiles = self.factors.forward.iter().flat_map(|right| right.tiles()).copied().collect();
        let vectors = self.weights.dense[..self.weights.places.biases.end].to_vec();
        NetData { header, codes, scales, tiles, vectors }
    }

    /// Learns from a batch; returns the losses before that. Both are of no use once `progress` says to stop.
    pub fn step(
        &mut self,
        examples: &[Example<'_>],
        pace: Pace,
        progress: &dyn Progress,
    ) -> Losses {
        let (weights, factors) = (&self.weights, &self.factors);
        let net = weights.net(factors);
        let biases = &weights.dense[weights.places.biases.clone()];
        let width = weights.shape.width;
        self.sample.draw(&self.odds, &weights.embeddings, biases, width, &mut self.random);
        let sample = &self.sample;
        let scale = 1.0 / examples.len() as f32;
        let share = examples.len().div_ceil(LANES).max(1);
        let mut parts: Vec<&[Example<'_>]> = examples.chunks(share).collect();
        parts.resize(LANES, &[]);
        let point = Point { weights, factors, net: &net, sample };
        let words = self.lanes.par_iter_mut().zip(parts).map(|(lane, part)| {
            let Lane { gradient, lesson } = lane;
            gradient.clear(weights, sample);
            let mut words = 0;
            for together in part.chunks(TOGETHER) {
                if progress.stop() {
                    break; // nobody will use what is learned now
                }
                lesson.fill(together, &weights.shape, true);
                words += lesson.words.len() as u64;
                gradient.add(point, lesson, scale);
            }
            gradient.finish(weights, sample);
            words
        });
        let words = words.sum();
        self.steps += 1;
        let gradients = || self.lanes.iter().map(|lane| &lane.gradient);
        let losses = Losses {
            gaps: gradients().map(|gradient| gradient.nats).sum(),
            word_nats: gradients().map(|gradient| gradient.words.nats).sum(),
            words,
        };
        self.apply(pace);
        self.factors.renew(&self.weights);
        losses
    }

    /// Adds up the gradients and updates all numbers.
    fn apply(&mut self, pace: Pace) {
        let [Lane { gradient: first, .. }, others @ ..] = &mut self.lanes[..] else { return };
        const PIECE: usize = 1 << 14;
        let squares: Vec<f64> = first
            .dense
            .par_chunks_mut(PIECE)
            .enumerate()
            .map(|(i, sum)| {
                for other in others.iter() {
                    let part = &other.gradient.dense[i * PIECE..][..sum.len()];
                    sum.iter_mut().zip(part).for_each(|(sum, x)| *sum += x);
                }
                sum.iter().map(|x| x * x).sum::<f32>().into()
            })
            .collect();
        let width = self.weights.shape.width;
        let rows = embedding_rows(&self.lanes, width);
        let squares = squares.iter().sum::<f64>() + rows.squares;
        if !squares.is_finite() {
            return; // a damaged net can learn nothing
        }
        let clip = (CLIP / squares.sqrt().max(1e-30)).min(1.0) as f32;
        let step = Step::new(self.steps, pace, clip);
        let gradient = &self.lanes[0].gradient.dense;
        // Gains, biases and the weights of the gap's logit stay as large as they are learned.
        let (values, first_matrix) = (&mut self.weights.dense, self.weights.starts[0]);
        self.dense.step(0..first_matrix, values, gradient, step.without_decay());
        self.dense.step(first_matrix..values.len(), values, gradient, step);
        for (id, sum) in rows.ids.iter().zip(rows.sums.chunks_exact(width)) {
            self.embeddings.step(*id as usize, &mut self.weights.embeddings, sum, step);
        }
    }
}

/// Sums of the gradients of the embeddings that occurred.
struct EmbeddingRows {
    ids: Vec<u32>,
    /// (ids, width)
    sums: Vec<f32>,
    squares: f64,
}

fn embedding_rows(lanes: &[Lane], width: usize) -> EmbeddingRows {
    let gradients = lanes.iter().map(|lane| &lane.gradient).enumerate();
    let places = gradients
        .flat_map(|(lane, g)| g.ids.iter().enumerate().map(move |(at, &id)| (id, lane, at)));
    let mut places: Vec<(u32, usize, usize)> = places.collect();
    places.sort_unstable();
    let mut rows = EmbeddingRows { ids: Vec::new(), sums: Vec::new(), squares: 0.0 };
    for same in places.chunk_by(|a, b| a.0 == b.0) {
        let start = rows.sums.len();
        rows.ids.push(same[0].0);
        rows.sums.resize(start + width, 0.0);
        let sum = &mut rows.sums[start..];
        for &(_, lane, at) in same {
            let row = &lanes[lane].gradient.embeddings[at * width..][..width];
            sum.iter_mut().zip(row).for_each(|(sum, x)| *sum += x);
        }
        rows.squares += f64::from(sum.iter().map(|x| x * x).sum::<f32>());
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::progress::Silent;
    use crate::train::net::examples::Order;
    use crate::train::net::measure::measure;
    use crate::train::net::schedule::{BATCH, Schedule};
    use crate::train::net::sentences::Sentences;

    fn shape() -> Shape {
        Shape {
            words: 50,
            buckets: 4,
            width: 32,
            towers: vec![1, 2],
            dilations: vec![1, 2],
            hidden: 32,
        }
    }

    /// Counting up from a random word: a removed one leaves a step of 2.
    fn sentences() -> Sentences {
        let (mut all, mut random) = (Sentences::default(), Random::new(1));
        for _ in 0..2000 {
            let (first, length) = (random.below(30) as u32, 4 + random.below(12) as u32);
            all.push(first..first + length);
        }
        all
    }

    fn counts() -> Vec<u64> {
        sentences().counts(shape().outputs())
    }

    fn trained(threads: usize, steps: u64) -> (Trainer, Losses) {
        let sentences = sentences();
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            let mut trainer = Trainer::new(&shape(), &counts(), 3);
            let mut order = Order::new(&sentences, 4);
            let (mut losses, schedule) = (Losses::default(), Schedule::new(steps * BATCH as u64));
            for step in 0..steps {
                losses = trainer.step(&order.take(100), schedule.at(step), &Silent);
            }
            (trainer, losses)
        })
    }

    #[test]
    fn learns_where_something_is_missing() {
        let (trainer, losses) = trained(2, 120);
        assert!(losses.gaps < 0.3 * 100.0, "{losses:?}");
        assert!(losses.word_nats < 0.6 * losses.words as f64, "{losses:?}");
        let sentences = sentences();
        let found = measure(&trainer.net(), &Order::new(&sentences, 9).take(500), &Silent);
        assert!(found.share > 0.9 && found.nats < 0.3, "{found:?}");
        assert!(found.words > 0.9 && found.word_nats < 0.6, "{found:?}");
    }

    #[test]
    fn any_number_of_threads_gives_the_same_weights() {
        let (one, _) = trained(1, 5);
        for threads in [2, 5] {
            let (other, _) = trained(threads, 5);
            assert_eq!(one.weights.dense, other.weights.dense);
            assert_eq!(one.weights.embeddings, other.weights.embeddings);
        }
    }

    #[test]
    fn what_is_stored_is_what_was_trained() {
        let (trainer, _) = trained(2, 30);
        let header = NetHeader { shape: shape(), sentences: 3000, seed: 3 };
        let stored = trainer.store(header);
        let sentences = sentences();
        let examples = Order::new(&sentences, 9).take(500);
        let (before, after) = [trainer.net(), stored.net().unwrap()]
            .map(|net| measure(&net, &examples, &Silent))
            .into();
        assert!((before.nats - after.nats).abs() < 0.01, "{before:?} {after:?}");
        assert!((before.word_nats - after.word_nats).abs() < 0.01, "{before:?} {after:?}");
        let again = Trainer::with(Weights::of_net(&stored.net().unwrap()), &counts(), 1);
        assert_eq!(stored.tiles, again.store(stored.header.clone()).tiles);
        assert_eq!(stored.vectors, again.store(stored.header.clone()).vectors);
    }
}
