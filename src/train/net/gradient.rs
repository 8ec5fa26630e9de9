//! The gradient of the net: backwards through [`crate::net::pass`].
//!
//! The loss of a sentence is the negative log-probability of its true gap, in nats, plus a fraction of that
//! of its words ([`super::word_gradient`]). For a convolution `y_t = sum over taps d of W_d h_(t+d)`:
//!
//! ```text
//! dW_d = sum over t of h_(t+d) dy_t      dh_t = sum over d of W_d^T dy_(t-d)
//! ```

use super::lesson::Lesson;
use super::point::Point;
use super::sample::Sample;
use super::transpose::transpose;
use super::weights::{Factors, Weights};
use super::word_gradient::WordGradient;
use crate::net::aligned::Aligned;
use crate::net::functions::{glu_backward, logit_backward, norm_backward};
use crate::net::pass::{Pass, Stage, lead};
use crate::net::product::{Left, Right, multiply};
use crate::net::rows::Rows;
use crate::softmax::softmax;

/// The weight of a word's loss, where that of a gap is 1.
pub const WORDS: f32 = 0.5;

/// Scratch memory, and the sum of the gradients so far.
#[derive(Debug, Default)]
pub struct Gradient {
    /// As [`Weights::dense`]; of use after [`Self::finish`].
    pub dense: Vec<f32>,
    /// Whether anything has been added since [`Self::clear`]. Until then the matrices are those of the sum before, which
    /// the first one replaces.
    begun: bool,
    /// The rows whose embeddings the next field is for.
    pub ids: Vec<u32>,
    /// (ids, width)
    pub embeddings: Vec<f32>,
    /// Sum of the losses of the gaps, in nats.
    pub nats: f64,
    /// What the words add.
    pub words: WordGradient,
    pass: Pass,
    /// (rows, width) gradient of the states of the current layer.
    dx: Vec<f32>,
    /// (rows, width) gradients of the states of the two towers.
    dtowers: [Vec<f32>; 2],
    dlogits: Vec<f32>,
    /// (margin + rows + margin, outputs) gradient of a convolution's output.
    doutput: Aligned<u16>,
    /// (rows, outputs) the same as a right factor.
    douts: Right<'static>,
    /// (width, margin + rows + margin and up to three more) a convolution's input, transposed.
    turned: Aligned<u16>,
    dinput: Aligned<f32>,
}

impl Gradient {
    /// Forgets the sum.
    pub fn clear(&mut self, weights: &Weights, sample: &Sample) {
        self.dense.resize(weights.dense.len(), 0.0);
        self.dense[..weights.starts[0]].fill(0.0);
        self.begun = false;
        self.ids.clear();
        self.embeddings.clear();
        self.nats = 0.0;
        self.words.clear(sample, weights.shape.width);
    }

    /// Adds the gradient of the loss of these sentences times `scale`.
    pub fn add(&mut self, point: Point<'_>, lesson: &Lesson, scale: f32) {
        let (Point { weights, factors, net, .. }, rows) = (point, &lesson.rows);
        self.pass.run(net, rows, true);
        self.dlogits.clear();
        self.dlogits.resize(rows.len(), 0.0);
        for (gaps, &truth) in rows.gaps.iter().zip(&lesson.gaps) {
            let logits = &self.pass.logits[gaps.clone()];
            let probabilities = softmax(logits.iter().map(|&logit| logit.into()));
            self.nats -= libm::log(probabilities[truth].max(1e-300));
            for (i, (d, p)) in self.dlogits[gaps.clone()].iter_mut().zip(probabilities).enumerate()
            {
                *d = scale * (p as f32 - if i == truth { 1.0 } else { 0.0 });
            }
        }
        let (dense, dtowers) = (&mut self.dense, &mut self.dtowers);
        self.words.add(point, &self.pass, lesson, scale * WORDS, (dense, self.begun), dtowers);
        self.dx.clear();
        self.dx.resize(rows.len() * weights.shape.width, 0.0);
        let order = weights.shape.order();
        for i in (order.both.start..=order.gap).rev() {
            self.outputs(weights, rows, i);
            self.convolution(weights, factors, rows, i);
        }
        let both = std::mem::take(&mut self.dx);
        for (side, layers) in [order.left, order.right].into_iter().enumerate() {
            self.dx = std::mem::take(&mut self.dtowers[side]);
            self.dx.iter_mut().zip(&both).for_each(|(sum, d)| *sum += d);
            for i in layers.rev() {
                self.outputs(weights, rows, i);
                self.convolution(weights, factors, rows, i);
            }
            self.dtowers[side] = std::mem::take(&mut self.dx);
        }
        self.dx = both;
        let width = weights.shape.width;
        for row in rows.live() {
            let [left, right] = &self.dtowers;
            self.ids.push(rows.ids[row]);
            let both = left[row * width..][..width].iter().zip(&right[row * width..]);
            self.embeddings.extend(both.map(|(left, right)| left + right));
        }
        self.begun = true;
    }

    /// Ends the sum: the embeddings of sampled words join the others, and matrices that nothing was added to become 0.
    pub fn finish(&mut self, weights: &Weights, sample: &Sample) {
        if !self.begun {
            self.dense[weights.starts[0]..].fill(0.0);
        }
        self.words.finish(weights, sample, &mut self.dense);
        let width = weights.shape.width;
        self.ids.extend(&self.words.others.words);
        self.embeddings.extend_from_slice(&self.words.others.embeddings);
        self.ids.extend(&sample.words);
        self.embeddings.extend_from_slice(&self.words.sample[..sample.words.len() * width]);
    }

    /// The gradient of the output of convolution `i`, from that of the states or of the logits.
    fn outputs(&mut self, weights: &Weights, rows: &Rows, i: usize) {
        let (conv, width, margin) =
            (&weights.convs[i], weights.shape.width, weights.shape.margin());
        let size = conv.outputs;
        let stage = &self.pass.stages[i];
        self.doutput.clear();
        self.doutput.resize((rows.len() + 2 * margin) * size, 0);
        let bias = weights.places.norms[i][2].clone();
        if i == weights.shape.order().gap {
            let out = weights.places.out.clone();
            // The biases of the head come before the weights of the logit.
            let (before, after) = self.dense.split_at_mut(out.start);
            let (dbias, dout) = (&mut before[bias], &mut after[..out.len()]);
            for row in rows.gaps.iter().cloned().flatten() {
                let d = &mut self.doutput[(margin + row) * size..][..size];
                let hidden = &stage.output[row * size..][..size];
                let out = &weights.dense[out.clone()];
                logit_backward(hidden, self.dlogits[row], out, d, [&mut *dbias, &mut *dout]);
            }
        } else {
            let dbias = &mut self.dense[bias];
            for row in rows.live() {
                let d = &mut self.doutput[(margin + row) * size..][..size];
                let both = &stage.output[row * size..][..size];
                glu_backward(both, &self.dx[row * width..][..width], d, dbias);
            }
        }
    }

    /// The gradients of weights, gains and biases, and what is passed on to the states.
    fn convolution(&mut self, weights: &Weights, factors: &Factors, rows: &Rows, i: usize) {
        let (conv, width, margin) =
            (&weights.convs[i], weights.shape.width, weights.shape.margin());
        let (size, count) = (conv.outputs, rows.len());
        let stage: &Stage = &self.pass.stages[i];
        self.douts.fill_from(count, size, &self.doutput[margin * size..]);
        let long = transpose(&stage.input, width, &mut self.turned);
        for (tap, &shift) in conv.taps.iter().enumerate() {
            let left = Left {
                values: &self.turned,
                stride: long,
                starts: &[lead(margin, shift, 1)],
                depth: count,
                rows: width,
            };
            let start = weights.starts[i] + tap * width * size;
            multiply(&left, &self.douts, &mut self.dense[start..start + width * size], self.begun);
        }
        let starts: Vec<usize> = conv.taps.iter().map(|&tap| lead(margin, -tap, size)).collect();
        let left =
            Left { values: &self.doutput, stride: size, starts: &starts, depth: size, rows: count };
        self.dinput.resize(count * width, 0.0);
        multiply(&left, &factors.backward[i], &mut self.dinput, false);
        let [gain, bias, _] = weights.places.norms[i].clone();
        let (before, after) = self.dense.split_at_mut(bias.start);
        let (dgain, dbias) = (&mut before[gain.clone()], &mut after[..width]);
        for row in rows.live() {
            let here = row * width..(row + 1) * width;
            norm_backward(
                &self.dinput[here.clone()],
                &stage.normed[here.clone()],
                stage.scales[row],
                &weights.dense[gain.clone()],
                [&mut *dgain, &mut *dbias],
                &mut self.dx[here],
            );
        }
    }
}
