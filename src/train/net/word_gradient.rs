//! The gradient of the word head: backwards through [`crate::net::holes`].
//!
//! The loss of a hole is the negative log-probability of its true word, in nats, estimated from a sample of
//! all words: see [`super::sample`].

use super::lesson::Lesson;
use super::point::Point;
use super::sample::Sample;
use super::transpose::transpose;
use super::weights::Weights;
use crate::net::aligned::Aligned;
use crate::net::functions::{glu_backward, norm_backward, scale_into, soften};
use crate::net::holes::{Hole, Holes};
use crate::net::pass::Pass;
use crate::net::product::{BLOCK, Left, Right, bf16, multiply};

/// Holes that are compared with the sample together: their logits stay in the cache.
const TOGETHER: usize = 128;

/// Scratch memory, and the sum of the gradients so far.
#[derive(Debug, Default)]
pub struct WordGradient {
    /// (columns of the sample, width) of the embeddings of its words.
    pub sample: Aligned<f32>,
    /// The gradients of words that are not in the sample.
    pub others: Others,
    /// Sum of the losses, in nats.
    pub nats: f64,
    holes: Holes,
    /// (holes, columns)
    logits: Aligned<f32>,
    /// The same as gradients, and transposed.
    dlogits: Aligned<u16>,
    turned: Aligned<u16>,
    /// (holes, width) states as a right factor.
    states: Right<'static>,
    /// (holes, width) gradient of the states z.
    dz: Aligned<f32>,
    /// (holes, width) gradient of h.
    dh: Vec<f32>,
    /// (holes, 2 width) gradient of values and gates.
    dboth: Aligned<u16>,
    douts: Right<'static>,
    dinput: Aligned<f32>,
    /// (rows, width) gradient of the normed states of each tower.
    dnormed: [Vec<f32>; 2],
    dbiases: Vec<f32>,
}

/// Gradients of the embeddings of some words, which may repeat.
#[derive(Debug, Default)]
pub struct Others {
    /// The words.
    pub words: Vec<u32>,
    /// (words, width)
    pub embeddings: Vec<f32>,
}

impl WordGradient {
    /// Forgets the sum.
    pub fn clear(&mut self, sample: &Sample, width: usize) {
        self.sample.clear();
        self.sample.resize(sample.columns_count() * width, 0.0);
        self.dbiases.clear();
        self.dbiases.resize(sample.columns_count(), 0.0);
        self.others.words.clear();
        self.others.embeddings.clear();
        self.nats = 0.0;
    }

    /// Adds the gradient of the loss of these holes times `scale` to that of the weights, and puts that of the towers'
    /// states (rows, width) into `dtowers`. Without `begun`, it replaces the matrices among the weights'.
    pub fn add(
        &mut self,
        point: Point<'_>,
        pass: &Pass,
        lesson: &Lesson,
        scale: f32,
        (dense, begun): (&mut [f32], bool),
        dtowers: &mut [Vec<f32>; 2],
    ) {
        let (width, holes) = (point.weights.shape.width, &lesson.holes);
        self.holes.run(point.net, pass.towers(), holes);
        self.dz.clear();
        self.dz.resize(holes.len().next_multiple_of(BLOCK) * width, 0.0);
        for (i, truths) in lesson.words.chunks(TOGETHER).enumerate() {
            self.choices(point, i * TOGETHER, truths, scale, dense);
        }
        self.states(point.weights, holes.len(), dense);
        self.convolution(point, lesson, (dense, begun), dtowers);
    }

    /// Moves the gradient of the biases of the sample's words into `dense`.
    pub fn finish(&mut self, weights: &Weights, sample: &Sample, dense: &mut [f32]) {
        let biases = &mut dense[weights.places.biases.clone()];
        for (&word, d) in sample.words.iter().zip(&self.dbiases) {
            biases[word as usize] += d;
        }
    }

    /// The loss of holes from the `first`-th, and the gradients of their states and of the embeddings.
    fn choices(
        &mut self,
        point: Point<'_>,
        first: usize,
        truths: &[u32],
        scale: f32,
        dense: &mut [f32],
    ) {
        let Point { weights, sample, .. } = point;
        let (width, columns) = (weights.shape.width, sample.columns_count());
        let count = truths.len().next_multiple_of(BLOCK);
        let here = first * width..(first + count) * width;
        let states = &self.holes.states[here.clone()];
        self.logits.resize(count * columns, 0.0);
        let left = Left { values: states, stride: width, starts: &[0], depth: width, rows: count };
        multiply(&left, &sample.factors[0], &mut self.logits, false);
        self.dlogits.clear();
        self.dlogits.resize(count * columns, 0);
        let biases = weights.places.biases.start;
        for (at, &truth) in truths.iter().enumerate() {
            let row = &mut self.logits[at * columns..][..columns];
            let state = &states[at * width..][..width];
            let column = sample.columns[truth as usize] as usize;
            let embedding = truth as usize * width..(truth as usize + 1) * width;
            let (own, correction) = match sample.columns[truth as usize] {
                u32::MAX => {
                    let embedding = weights.embeddings[embedding.clone()].iter();
                    let products = state.iter().zip(embedding).map(|(&z, e)| bf16::widen(z) * e);
                    (products.sum::<f32>() + weights.dense[biases + truth as usize], 0.0)
                }
                _ => (f32::MIN, libm::logf(sample.chances[column])),
            };
            if let Some(logit) = row.get_mut(column) {
                *logit += correction;
            }
            let (most, mut sum) = soften(row, &sample.biases, own);
            let exp_own = match row.get(column) {
                Some(&own) => own,
                None => libm::expf(own - most),
            };
            if column >= columns {
                sum += exp_own;
            }
            let p = exp_own / sum;
            self.nats -= libm::log(f64::from(p).max(1e-300));
            let d = scale * (p - 1.0);
            if let Some(own) = row.get_mut(column) {
                *own -= sum; // (p - 1) sum
            } else {
                dense[biases + truth as usize] += d;
                self.others.words.push(truth);
                self.others.embeddings.extend(state.iter().map(|&z| d * bf16::widen(z)));
                let dz = &mut self.dz[(first + at) * width..][..width];
                dz.iter_mut().zip(&weights.embeddings[embedding]).for_each(|(dz, e)| *dz += d * e);
            }
            let out = &mut self.dlogits[at * columns..][..columns];
            scale_into(row, scale / sum, &mut self.dbiases, out);
        }
        let left = Left {
            values: &self.dlogits,
            stride: columns,
            starts: &[0],
            depth: columns,
            rows: count,
        };
        multiply(&left, &sample.factors[1], &mut self.dz[here], true);
        let long = transpose(&self.dlogits, columns, &mut self.turned);
        self.states.fill_from(count, width, states);
        let left =
            Left { values: &self.turned, stride: long, starts: &[0], depth: count, rows: columns };
        multiply(&left, &self.states, &mut self.sample, true);
    }

    /// From the gradient of z to those of h and of values and gates.
    fn states(&mut self, weights: &Weights, count: usize, dense: &mut [f32]) {
        let width = weights.shape.width;
        self.dh.clear();
        self.dh.resize(count * width, 0.0);
        self.dboth.clear();
        self.dboth.resize(count.next_multiple_of(BLOCK) * 2 * width, 0);
        let [gain, bias] = weights.places.word.clone();
        let out_bias = weights.places.norms[weights.shape.order().word][2].clone();
        for at in 0..count {
            let here = at * width..(at + 1) * width;
            let (before, after) = dense.split_at_mut(bias.start);
            norm_backward(
                &self.dz[here.clone()],
                &self.holes.normed[here.clone()],
                self.holes.scales[at],
                &weights.dense[gain.clone()],
                [&mut before[gain.clone()], &mut after[..width]],
                &mut self.dh[here.clone()],
            );
            let both = &self.holes.output[at * 2 * width..][..2 * width];
            let out = &mut self.dboth[at * 2 * width..][..2 * width];
            glu_backward(both, &self.dh[here], out, &mut dense[out_bias.clone()]);
        }
    }

    /// Through the convolution and the norms, to the states of the towers.
    fn convolution(
        &mut self,
        point: Point<'_>,
        lesson: &Lesson,
        (dense, begun): (&mut [f32], bool),
        dtowers: &mut [Vec<f32>; 2],
    ) {
        let (Point { weights, factors, .. }, Lesson { rows, holes, .. }) = (point, lesson);
        let (width, i) = (weights.shape.width, weights.shape.order().word);
        let (size, count) = (2 * width, holes.len().next_multiple_of(BLOCK));
        let dboth = &self.dboth;
        self.douts.fill_from(count, size, dboth);
        let long = transpose(&self.holes.input, size, &mut self.turned);
        let left =
            Left { values: &self.turned, stride: long, starts: &[0], depth: count, rows: size };
        let start = weights.starts[i];
        multiply(&left, &self.douts, &mut dense[start..start + size * size], begun);
        self.dinput.resize(count * size, 0.0);
        let left = Left { values: dboth, stride: size, starts: &[0], depth: size, rows: count };
        multiply(&left, &factors.backward[i], &mut self.dinput, false);

        let [gain, bias, _] = weights.places.norms[i].clone();
        let norms = [[gain, bias], weights.places.right.clone()];
        for side in 0..2 {
            let (dnormed, dtower) = (&mut self.dnormed[side], &mut dtowers[side]);
            for sums in [&mut *dnormed, &mut *dtower] {
                sums.clear();
                sums.resize(rows.len() * width, 0.0);
            }
            for (at, &Hole { left, right }) in holes.iter().enumerate() {
                let row = if side == 0 { left } else { right };
                let here = row * width..(row + 1) * width;
                let d = &self.dinput[at * size + side * width..][..width];
                dnormed[here.clone()].iter_mut().zip(d).for_each(|(sum, d)| *sum += d);
                let dh = &self.dh[at * width..][..width];
                dtower[here].iter_mut().zip(dh).for_each(|(sum, d)| *sum += d);
            }
            let tower = &self.holes.towers[side];
            let [gain, bias] = &norms[side];
            for row in rows.live().filter(|&row| tower.scales[row] > 0.0) {
                let here = row * width..(row + 1) * width;
                let (before, after) = dense.split_at_mut(bias.start);
                norm_backward(
                    &dnormed[here.clone()],
                    &tower.normed[here.clone()],
                    tower.scales[row],
                    &weights.dense[gain.clone()],
                    [&mut before[gain.clone()], &mut after[..width]],
                    &mut dtower[here],
                );
            }
        }
    }
}
