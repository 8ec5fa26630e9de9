//! From rows to logits, with all that the gradient needs on the way.

use super::aligned::Aligned;
use super::functions::{glu, logit, norm};
use super::product::{Left, multiply, whole_rows};
use super::rows::{EMPTY, Rows};
use super::trained::Net;

/// The input and output of a convolution.
#[derive(Debug, Clone, Default)]
pub struct Stage {
    /// (rows, width) the normed states.
    pub normed: Vec<f32>,
    /// (rows) 1 / deviation.
    pub scales: Vec<f32>,
    /// (margin + rows + margin, width) the convolution's input; zeros in empty rows.
    pub input: Aligned<u16>,
    /// (wanted rows, taps × width) what each of them sees of it, where not all rows are wanted.
    seen: Aligned<u16>,
    /// (rows, outputs) values and σ(gates), or the hidden layer of the head; of all rows, or of the wanted ones.
    pub output: Aligned<f32>,
}

/// Scratch memory of a pass over rows. Keep it for the next one.
#[derive(Debug, Clone, Default)]
pub struct Pass {
    /// (rows, width) the states of the left tower: each depends on its token and those before it.
    left: Vec<f32>,
    /// (rows, width) the states of the right tower: each depends on its token and those after it.
    right: Vec<f32>,
    /// (rows, width) the states that depend on both sides.
    x: Vec<f32>,
    /// One for every convolution but the head of the word, or one for all.
    pub stages: Vec<Stage>,
    /// (rows) the logit of every inner gap; 0 in other rows.
    pub logits: Vec<f32>,
}

/// Where the input of a tap of row 0 begins: the margin, shifted by the tap.
pub fn lead(margin: usize, tap: isize, width: usize) -> usize {
    (margin as isize + tap) as usize * width
}

impl Pass {
    /// The states of all rows and the logits of their gaps. With `keep`, every stage keeps its input and
    /// output for the gradient.
    pub fn run(&mut self, net: &Net<'_>, rows: &Rows, keep: bool) -> &[f32] {
        let (width, order) = (net.shape.width, net.shape.order());
        self.left.resize(rows.len() * width, 0.0);
        for (&id, x) in rows.ids.iter().zip(self.left.chunks_exact_mut(width)) {
            match id {
                EMPTY => x.fill(0.0),
                id => net.embeddings.get(id, x),
            }
        }
        self.right.clone_from(&self.left);
        self.stages.resize_with(if keep { order.word } else { 1 }, Stage::default);
        let mut left = std::mem::take(&mut self.left);
        order.left.for_each(|i| self.layer(net, i, rows, keep, &mut left));
        let mut right = std::mem::take(&mut self.right);
        order.right.for_each(|i| self.layer(net, i, rows, keep, &mut right));
        let mut x = std::mem::take(&mut self.x);
        x.clear();
        x.extend(left.iter().zip(&right).map(|(left, right)| left + right));
        order.both.for_each(|i| self.layer(net, i, rows, keep, &mut x));
        (self.left, self.right, self.x) = (left, right, x);
        self.gaps(net, order.gap, rows, keep);
        &self.logits
    }

    /// The states (rows, width) of both towers.
    pub fn towers(&self) -> [&[f32]; 2] {
        [&self.left, &self.right]
    }

    /// One layer: the output of its convolution is added to the states x.
    fn layer(&mut self, net: &Net<'_>, i: usize, rows: &Rows, keep: bool, x: &mut [f32]) {
        let (width, outputs) = (net.shape.width, net.shapes[i].outputs);
        let live: Vec<usize> = rows.live().collect();
        let stage = &mut self.stages[if keep { i } else { 0 }];
        stage.apply(net, i, rows, x, (!keep).then_some(&live));
        let bias = &net.vectors[net.places.norms[i][2].clone()];
        for (at, row) in live.into_iter().enumerate() {
            let both = &mut stage.output[if keep { row } else { at } * outputs..][..outputs];
            glu(both, bias, &mut x[row * width..][..width]);
        }
    }

    /// The head of the gap.
    fn gaps(&mut self, net: &Net<'_>, i: usize, rows: &Rows, keep: bool) {
        let outputs = net.shapes[i].outputs;
        let gaps: Vec<usize> = rows.gaps.iter().cloned().flatten().collect();
        let stage = &mut self.stages[if keep { i } else { 0 }];
        stage.apply(net, i, rows, &self.x, (!keep).then_some(&gaps));
        let bias = &net.vectors[net.places.norms[i][2].clone()];
        self.logits.clear();
        self.logits.resize(rows.len(), 0.0);
        for (at, row) in gaps.into_iter().enumerate() {
            let hidden = &mut stage.output[if keep { row } else { at } * outputs..][..outputs];
            let found = logit(hidden, bias, &net.vectors[net.places.out.clone()]);
            self.logits[row] = if found.is_finite() { found } else { 0.0 };
        }
    }
}

impl Stage {
    /// Norm and convolution; the output is that of all rows, or, one after the other, of `wanted` rows.
    fn apply(&mut self, net: &Net<'_>, i: usize, rows: &Rows, x: &[f32], wanted: Option<&[usize]>) {
        let conv = &net.shapes[i];
        let (width, margin) = (conv.inputs, net.shape.margin());
        let [gain, bias, _] = &net.places.norms[i];
        let (gain, bias) = (&net.vectors[gain.clone()], &net.vectors[bias.clone()]);
        self.normed.resize(x.len(), 0.0);
        self.scales.resize(rows.len(), 0.0);
        self.input.clear();
        self.input.resize(x.len() + 2 * margin * width, 0);
        for row in rows.live() {
            let here = row * width..(row + 1) * width;
            let out = &mut self.input[here.start + margin * width..][..width];
            self.scales[row] = norm(&x[here.clone()], gain, bias, &mut self.normed[here], out);
        }
        let starts: Vec<usize> = conv.taps.iter().map(|&tap| lead(margin, tap, width)).collect();
        let depth = conv.taps.len() * width;
        let left = match wanted {
            None => Left {
                values: &self.input,
                stride: width,
                starts: &starts,
                depth: width,
                rows: rows.len(),
            },
            // A seventh of the rows stand between sentences: copying the others is cheaper.
            Some(wanted) => {
                let count = whole_rows(wanted.len());
                self.seen.resize(count * depth, 0);
                for (seen, row) in self.seen.chunks_exact_mut(depth).zip(wanted) {
                    for (seen, start) in seen.chunks_exact_mut(width).zip(&starts) {
                        seen.copy_from_slice(&self.input[start + row * width..][..width]);
                    }
                }
                Left { values: &self.seen, stride: depth, starts: &[0], depth, rows: count }
            }
        };
        self.output.resize(left.rows * conv.outputs, 0.0);
        multiply(&left, &net.convs[i], &mut self.output, false);
    }
}
