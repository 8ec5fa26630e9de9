//! The centres: a table (rows, k), so that a feature of a vector touches k numbers that lie side by side.
//!
//! A centre is kept as the sum s of the vectors put to it, which is their mean up to its length: adding a vector is
//! one step of stochastic gradient descent at the rate 1 / count of that centre, and the similarity, the cosine, is
//! s · x / |s| for a vector x of length one. Sums over features are taken in the order of the features, each of the
//! k sums by itself, so that wide instructions change no bit.

use multiversion::multiversion;

/// Numbers of centres are rounded up to a multiple of this, in memory.
pub const LANES: usize = 8;

/// Centres of clusters.
#[derive(Debug, Clone, PartialEq)]
pub struct Centres {
    k: usize,
    stride: usize,
    /// (rows, stride) sums of vectors, or centres of length one.
    table: Vec<f32>,
    /// (k) 1 / length.
    scales: Vec<f32>,
    /// (k) the square of the length.
    squares: Vec<f64>,
    /// (k) how many vectors were added.
    counts: Vec<u64>,
}

/// The nearest centre of a vector.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Nearest {
    /// Which one; of equally near ones the first.
    pub cluster: u32,
    /// The cosine, 1 for the centre itself.
    pub similarity: f32,
    /// The cosine of the second nearest; -1 if there is one centre only.
    pub second: f32,
}

impl Centres {
    /// So many centres at zero.
    pub fn new(rows: usize, k: usize) -> Self {
        let stride = k.next_multiple_of(LANES);
        let (table, scales) = (vec![0.0; rows * stride], vec![0.0; k]);
        Centres { k, stride, table, scales, squares: vec![0.0; k], counts: vec![0; k] }
    }

    /// How many centres there are.
    pub fn k(&self) -> usize {
        self.k
    }

    /// The dimension.
    pub fn rows(&self) -> usize {
        self.table.len() / self.stride.max(1)
    }

    /// (k) how many vectors were added to each.
    pub fn counts(&self) -> &[u64] {
        &self.counts
    }

    /// Adds a vector of length one to a cluster. [`Centres::settle`] makes it count.
    pub fn add(&mut self, cluster: usize, features: &[(u32, f32)]) {
        let mut dot = 0.0;
        for &(row, value) in features {
            let sum = &mut self.table[row as usize * self.stride + cluster];
            dot += f64::from(*sum) * f64::from(value);
            *sum += value;
        }
        self.squares[cluster] += 2.0 * dot + 1.0;
        self.counts[cluster] += 1;
    }

    /// Puts a cluster to one vector, forgetting all that it was.
    pub fn place(&mut self, cluster: usize, features: &[(u32, f32)]) {
        let stride = self.stride;
        self.table.iter_mut().skip(cluster).step_by(stride).for_each(|sum| *sum = 0.0);
        (self.squares[cluster], self.counts[cluster]) = (0.0, 0);
        self.add(cluster, features);
    }

    /// Makes what was added count in [`Centres::nearest`].
    pub fn settle(&mut self) {
        for (scale, &square) in self.scales.iter_mut().zip(&self.squares) {
            *scale = if square > 0.0 { (1.0 / square.sqrt()) as f32 } else { 0.0 };
        }
    }

    /// Makes all centres vectors of length one, from the numbers as they are, in the order of falling counts; those
    /// that have nothing go. Nothing can be added afterwards.
    pub fn finish(&mut self) {
        let mut order: Vec<usize> = (0..self.k).filter(|&c| self.counts[c] > 0).collect();
        order.sort_by_key(|&cluster| (std::cmp::Reverse(self.counts[cluster]), cluster));
        let mut squares = vec![0.0f64; self.stride];
        for row in self.table.chunks_exact(self.stride) {
            squares.iter_mut().zip(row).for_each(|(square, &x)| *square += f64::from(x) * f64::from(x));
        }
        let scale = |c: usize| if squares[c] > 0.0 { (1.0 / squares[c].sqrt()) as f32 } else { 0.0 };
        let scales: Vec<f32> = (0..self.k).map(scale).collect();
        let mut old = vec![0.0; self.stride];
        for row in self.table.chunks_exact_mut(self.stride) {
            old.copy_from_slice(row);
            row.fill(0.0);
            for (new, &cluster) in row.iter_mut().zip(&order) {
                *new = old[cluster] * scales[cluster];
            }
        }
        self.counts = order.iter().map(|&cluster| self.counts[cluster]).collect();
        self.k = order.len();
        (self.scales, self.squares) = (vec![1.0; self.k], vec![1.0; self.k]);
    }

    /// The nearest centre of a vector, with scratch memory for the scores.
    pub fn nearest(&self, features: &[(u32, f32)], scores: &mut Vec<f32>) -> Nearest {
        scores.clear();
        scores.resize(self.stride, 0.0);
        add_rows(&self.table, features, scores);
        let mut best = Nearest { cluster: 0, similarity: -1.0, second: -1.0 };
        for (cluster, (&score, &scale)) in scores.iter().zip(&self.scales).enumerate() {
            let similarity = score * scale;
            if similarity > best.similarity {
                let second = best.similarity;
                best = Nearest { cluster: cluster as u32, similarity, second };
            } else if similarity > best.second {
                best.second = similarity;
            }
        }
        best
    }

    /// (rows) of every row, the numbers of all centres, and zeros.
    pub fn table_rows(&self) -> impl Iterator<Item = &[f32]> {
        self.table.chunks_exact(self.stride.max(1))
    }
}

/// scores[k] += the sum over the features of value * table[row][k], feature by feature.
#[multiversion(targets("x86_64+avx512f+avx512vl", "x86_64+avx2"))]
fn add_rows(table: &[f32], features: &[(u32, f32)], scores: &mut [f32]) {
    let stride = scores.len();
    let row = |feature: (u32, f32)| &table[feature.0 as usize * stride..][..stride];
    let mut fours = features.chunks_exact(4);
    for four in &mut fours {
        let (a, b, c, d) = (row(four[0]), row(four[1]), row(four[2]), row(four[3]));
        for (i, score) in scores.iter_mut().enumerate() {
            let sum = *score + four[0].1 * a[i];
            let sum = sum + four[1].1 * b[i];
            let sum = sum + four[2].1 * c[i];
            *score = sum + four[3].1 * d[i];
        }
    }
    for &feature in fours.remainder() {
        for (score, x) in scores.iter_mut().zip(row(feature)) {
            *score += feature.1 * x;
        }
    }
}
