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
            squares
                .iter_mut()
                .zip(row)
                .for_each(|(square, &x)| *square += f64::from(x) * f64::from(x));
        }
        let scale =
            |c: usize| if squares[c] > 0.0 { (1.0 / squares[c].sqrt()) as f32 } else { 0.0 };
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

/// `scores[k]` += the sum over the features of value * `table[row][k]`, feature by feature.
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    /// Vectors of length one with a few rows of 64.
    fn vectors(n: usize) -> Vec<Vec<(u32, f32)>> {
        let mut random = Random::new(5);
        let mut vector = || {
            let mut rows: Vec<u32> = (0..7).map(|_| random.below(64) as u32).collect();
            rows.sort_unstable();
            rows.dedup();
            let all: Vec<(u32, f32)> =
                rows.into_iter().map(|row| (row, 1.0 + random.below(9) as f32)).collect();
            let length = all.iter().map(|(_, x)| x * x).sum::<f32>().sqrt();
            all.into_iter().map(|(row, x)| (row, x / length)).collect()
        };
        (0..n).map(|_| vector()).collect()
    }

    /// The cosines of a vector and the sums of vectors put to each of `k` centres in turn, one after the other.
    fn cosines(vectors: &[Vec<(u32, f32)>], k: usize, of: &[(u32, f32)]) -> Vec<f64> {
        let cosine = |cluster: usize| {
            let mut sum = [0.0f64; 64];
            let own = vectors.iter().skip(cluster).step_by(k);
            own.flatten().for_each(|&(row, x)| sum[row as usize] += f64::from(x));
            let length = sum.iter().map(|x| x * x).sum::<f64>().sqrt();
            of.iter().map(|&(row, x)| f64::from(x) * sum[row as usize]).sum::<f64>() / length
        };
        (0..k).map(cosine).collect()
    }

    #[test]
    fn the_nearest_centre_is_that_of_the_largest_cosine() {
        for k in [1, 2, 7, 8, 13] {
            let vectors = vectors(90);
            let mut centres = Centres::new(64, k);
            vectors.iter().enumerate().for_each(|(i, vector)| centres.add(i % k, vector));
            centres.settle();
            let (mut scores, mut found) = (Vec::new(), Vec::new());
            for vector in &vectors {
                let all = cosines(&vectors, k, vector);
                let nearest = centres.nearest(vector, &mut scores);
                let mut sorted = all.clone();
                sorted.sort_by(|a, b| b.total_cmp(a));
                assert!((all[nearest.cluster as usize] - sorted[0]).abs() < 1e-5, "{k}");
                assert!((f64::from(nearest.similarity) - sorted[0]).abs() < 1e-5);
                if k > 1 {
                    assert!((f64::from(nearest.second) - sorted[1]).abs() < 1e-5);
                }
                found.push(sorted[0]);
            }
            // Of length one, and the same up to their order.
            centres.finish();
            for (vector, cosine) in vectors.iter().zip(found) {
                let nearest = centres.nearest(vector, &mut scores);
                assert!((f64::from(nearest.similarity) - cosine).abs() < 1e-5, "{k}");
            }
            assert!(centres.counts().windows(2).all(|pair| pair[0] >= pair[1]));
        }
    }

    #[test]
    fn centres_with_nothing_go() {
        let mut centres = Centres::new(4, 3);
        centres.add(2, &[(1, 1.0)]);
        centres.add(2, &[(1, 1.0)]);
        centres.add(0, &[(3, 1.0)]);
        centres.settle();
        centres.finish();
        assert_eq!((centres.k(), centres.counts()), (2, &[2, 1][..]));
        let nearest = centres.nearest(&[(3, 1.0)], &mut Vec::new());
        assert_eq!((nearest.cluster, nearest.similarity), (1, 1.0));
    }
}
