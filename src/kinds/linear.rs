//! A linear model over sparse vectors: which of a few kinds is it?
//!
//! Softmax regression, P(k) = exp(s_k) / sum of exp(s), where s_k is the sum over the features of value times weight,
//! trained by stochastic gradient descent with a rate for each row (AdaGrad: Duchi, Hazan, Singer, *Adaptive
//! Subgradient Methods*, 2011; one sum of squares for all weights of a row). A feature is a row of the table and
//! its value. Sums are taken in the order of the features, so that the same steps give the same bits everywhere.

/// A table of `rows` rows of `kinds` weights.
#[derive(Debug, Clone)]
pub struct Linear {
    kinds: usize,
    weights: Vec<f32>,
    /// The sum of squared gradients of each row.
    squares: Vec<f32>,
}

impl Linear {
    /// All weights zero: every kind is as likely as the next.
    pub fn new(rows: usize, kinds: usize) -> Self {
        Linear { kinds, weights: vec![0.0; rows * kinds], squares: vec![0.0; rows] }
    }

    /// The same, for a table whose weights are set: rows begin as if gradients of `squares` had been seen, so that
    /// the first step does not undo what stands there.
    pub fn cautious(self, squares: f32) -> Self {
        Linear { squares: vec![squares; self.squares.len()], ..self }
    }

    /// The number of kinds.
    pub fn kinds(&self) -> usize {
        self.kinds
    }

    /// The weights of a row, one a kind.
    pub fn row(&self, row: u32) -> &[f32] {
        &self.weights[row as usize * self.kinds..][..self.kinds]
    }

    /// The weights of a row, to be set.
    pub fn row_mut(&mut self, row: u32) -> &mut [f32] {
        &mut self.weights[row as usize * self.kinds..][..self.kinds]
    }

    /// The same model of these rows alone, in their order.
    pub fn select(&self, rows: impl Iterator<Item = u32>) -> Linear {
        let mut all = Linear { kinds: self.kinds, weights: Vec::new(), squares: Vec::new() };
        for row in rows {
            all.weights.extend_from_slice(self.row(row));
            all.squares.push(self.squares[row as usize]);
        }
        all
    }

    /// The score of each kind, in nats up to a constant, into `scores`.
    pub fn score(&self, features: &[(u32, f32)], scores: &mut [f32]) {
        if self.kinds == 2 {
            // The same sums, held in registers.
            let (weights, mut both) = (self.weights.as_chunks::<2>().0, [0.0; 2]);
            for &(row, value) in features {
                let [a, b] = weights[row as usize];
                both[0] += value * a;
                both[1] += value * b;
            }
            scores.copy_from_slice(&both);
            return;
        }
        scores.fill(0.0);
        for &(row, value) in features {
            for (score, weight) in scores.iter_mut().zip(self.row(row)) {
                *score += value * weight;
            }
        }
    }

    /// One step towards `kind` at `rate`, with `scores` as scratch; returns the loss before it, in nats. Rates of
    /// 0.1 to 1 suit vectors of length one.
    pub fn step(
        &mut self,
        features: &[(u32, f32)],
        kind: usize,
        rate: f32,
        scores: &mut [f32],
    ) -> f32 {
        self.score(features, scores);
        let loss = gradient(scores, kind);
        let length: f32 = scores.iter().map(|g| g * g).sum();
        if self.kinds == 2 {
            let (weights, (a, b)) = (self.weights.as_chunks_mut::<2>().0, (scores[0], scores[1]));
            for &(row, value) in features {
                let square = &mut self.squares[row as usize];
                *square += length * value * value;
                let step = rate * value / (square.sqrt() + 1e-6);
                let both = &mut weights[row as usize];
                both[0] -= step * a;
                both[1] -= step * b;
            }
            return loss;
        }
        for &(row, value) in features {
            let square = &mut self.squares[row as usize];
            *square += length * value * value;
            let step = rate * value / (square.sqrt() + 1e-6);
            let weights = &mut self.weights[row as usize * self.kinds..][..self.kinds];
            for (weight, g) in weights.iter_mut().zip(&*scores) {
                *weight -= step * g;
            }
        }
        loss
    }
}

/// Makes probabilities of scores, and of these the gradient of the loss; returns the loss, -ln P(kind).
fn gradient(scores: &mut [f32], kind: usize) -> f32 {
    probabilities(scores);
    let loss = -libm::logf(scores[kind].max(f32::MIN_POSITIVE));
    scores[kind] -= 1.0;
    loss
}

/// Makes probabilities of scores in nats.
pub fn probabilities(scores: &mut [f32]) {
    let most = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    scores.iter_mut().for_each(|score| *score = libm::expf(*score - most));
    let sum: f32 = scores.iter().sum();
    scores.iter_mut().for_each(|p| *p /= sum);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_is_the_gradient_divided_by_its_own_length() {
        let mut linear = Linear::new(3, 2);
        let mut scores = [0.0; 2];
        let loss = linear.step(&[(0, 1.0), (2, 0.5)], 1, 0.1, &mut scores);
        assert!((loss - 2f32.ln()).abs() < 1e-6, "{loss}");
        // The gradient of a kind is 0.5 times the value, and the first step divides by the length of the row's.
        let step = 0.1 * 0.5 / 0.5f32.sqrt();
        for (row, kind, is) in [(0, 0, -step), (0, 1, step), (1, 0, 0.0), (2, 1, step)] {
            assert!(
                (linear.row(row)[kind] - is).abs() < 1e-5,
                "{row} {kind}: {:?}",
                linear.row(row)
            );
        }
    }

    #[test]
    fn kinds_that_can_be_told_apart_are() {
        let mut linear = Linear::new(4, 3);
        let texts =
            [(vec![(0, 1.0), (3, 1.0)], 0), (vec![(1, 1.0), (3, 1.0)], 1), (vec![(2, 1.0)], 2)];
        let mut scores = [0.0; 3];
        let losses: Vec<f32> = (0..50)
            .map(|_| texts.iter().map(|(x, kind)| linear.step(x, *kind, 0.5, &mut scores)).sum())
            .collect();
        assert!(
            losses[49] < 0.2 && losses[49] < losses[10] && losses[10] < losses[0],
            "{losses:?}"
        );
        for (features, kind) in &texts {
            linear.score(features, &mut scores);
            probabilities(&mut scores);
            assert!(scores[*kind] > 0.8 && (scores.iter().sum::<f32>() - 1.0).abs() < 1e-6);
        }
    }
    #[test]
    fn two_kinds_are_as_the_first_two_of_three() {
        let (mut two, mut three) = (Linear::new(5, 2), Linear::new(5, 3));
        // A third kind that is out of the question.
        (0..5).for_each(|row| three.row_mut(row)[2] = -1e9);
        let mut random = crate::random::Random::new(1);
        for _ in 0..100 {
            let mut value = || random.below(100) as f32 / 100.0;
            let features = [(0, value()), (3, value()), (4, value())];
            let kind = random.below(2);
            let loss = two.step(&features, kind, 0.2, &mut [0.0; 2]);
            assert_eq!(three.step(&features, kind, 0.2, &mut [0.0; 3]).to_bits(), loss.to_bits());
        }
        for row in 0..5 {
            assert_eq!(two.row(row), &three.row(row)[..2]);
        }
        assert_ne!(two.row(3), [0.0; 2]);
    }
}
