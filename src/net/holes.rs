//! From the states of the towers to the state of a word that is missing between them.
//!
//! ```text
//! u = [norm l_s; norm r_t]      the left tower's state of token s, the right tower's of token t
//! h = l_s + r_t + a σ(g)        with (a, g) = W u + b
//! z = norm h
//! ```

use super::aligned::Aligned;
use super::functions::{glu, norm};
use super::product::{BLOCK, Left, multiply};
use super::trained::Net;

/// A place where a word is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hole {
    /// The row of the token before it.
    pub left: usize,
    /// The row of the token after it.
    pub right: usize,
}

impl Hole {
    /// The hole of the inner gap after a row.
    pub fn after(row: usize) -> Self {
        Hole { left: row, right: row + 1 }
    }
}

/// The states of one tower, normed.
#[derive(Debug, Clone, Default)]
pub struct Tower {
    /// (rows, width)
    pub normed: Vec<f32>,
    /// (rows) 1 / deviation; 0 in rows that no hole asks for.
    pub scales: Vec<f32>,
    /// (rows, width) with gain and bias.
    out: Vec<u16>,
}

/// The words missing in some holes.
#[derive(Debug, Clone, Default)]
pub struct Holes {
    /// Left and right.
    pub towers: [Tower; 2],
    /// (holes, 2 width) the input of the convolution.
    pub input: Aligned<u16>,
    /// (holes, 2 width) values and σ(gates).
    pub output: Aligned<f32>,
    /// (holes, width) the states, normed.
    pub normed: Vec<f32>,
    /// (holes) 1 / deviation.
    pub scales: Vec<f32>,
    /// (holes, width) the states z, of a multiple of [`BLOCK`] holes.
    pub states: Aligned<u16>,
    state: Vec<f32>,
}

impl Holes {
    /// The states of the words missing in these holes, from the states (rows, width) of both towers: those of a
    /// [`Pass`](super::pass::Pass), or of some of its rows.
    pub fn run(&mut self, net: &Net<'_>, towers: [&[f32]; 2], holes: &[Hole]) {
        let (width, places) = (net.shape.width, &net.places);
        let i = net.shape.order().word;
        let [gain, bias, out_bias] = places.norms[i].clone();
        let norms = [[gain, bias], places.right.clone()];
        let vector = |range: &std::ops::Range<usize>| &net.vectors[range.clone()];
        for (side, tower) in self.towers.iter_mut().enumerate() {
            let x = towers[side];
            tower.normed.resize(x.len(), 0.0);
            tower.out.resize(x.len(), 0);
            tower.scales.clear();
            tower.scales.resize(x.len() / width, 0.0);
            let [gain, bias] = &norms[side];
            for &Hole { left, right } in holes {
                let row = if side == 0 { left } else { right };
                if tower.scales[row] == 0.0 {
                    let here = row * width..(row + 1) * width;
                    tower.scales[row] = norm(
                        &x[here.clone()],
                        vector(gain),
                        vector(bias),
                        &mut tower.normed[here.clone()],
                        &mut tower.out[here],
                    );
                }
            }
        }
        let count = holes.len().next_multiple_of(BLOCK);
        self.input.clear();
        self.input.resize(count * 2 * width, 0);
        for (&Hole { left, right }, input) in
            holes.iter().zip(self.input.chunks_exact_mut(2 * width))
        {
            let (first, second) = input.split_at_mut(width);
            first.copy_from_slice(&self.towers[0].out[left * width..][..width]);
            second.copy_from_slice(&self.towers[1].out[right * width..][..width]);
        }
        self.output.resize(count * 2 * width, 0.0);
        let left = Left {
            values: &self.input,
            stride: 2 * width,
            starts: &[0],
            depth: 2 * width,
            rows: count,
        };
        multiply(&left, &net.convs[i], &mut self.output, false);
        self.normed.resize(count * width, 0.0);
        self.scales.resize(count, 0.0);
        self.states.clear();
        self.states.resize(count * width, 0);
        self.state.resize(width, 0.0);
        let [gain, bias] = &places.word;
        for (at, &Hole { left, right }) in holes.iter().enumerate() {
            let (l, r) = (&towers[0][left * width..], &towers[1][right * width..]);
            self.state.iter_mut().zip(l).zip(r).for_each(|((x, l), r)| *x = l + r);
            let both = &mut self.output[at * 2 * width..][..2 * width];
            glu(both, vector(&out_bias), &mut self.state);
            let here = at * width..(at + 1) * width;
            self.scales[at] = norm(
                &self.state,
                vector(gain),
                vector(bias),
                &mut self.normed[here.clone()],
                &mut self.states[here],
            );
        }
    }
}
