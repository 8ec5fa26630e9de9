//! Counts of bigrams of classes, read by either side, and the objective.

use super::bigrams::Bigrams;
use super::logs::f;

/// Counts with their f, in rows.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Rows {
    size: usize,
    counts: Vec<f64>,
    logs: Vec<f64>,
}

impl Rows {
    fn new(size: usize) -> Self {
        Rows { size, counts: vec![0.0; size * size], logs: vec![0.0; size * size] }
    }

    /// A row and its f.
    pub(super) fn row(&self, row: usize) -> (&[f64], &[f64]) {
        let range = row * self.size..(row + 1) * self.size;
        (&self.counts[range.clone()], &self.logs[range])
    }

    fn add(&mut self, row: usize, column: usize, n: f64) {
        let at = row * self.size + column;
        self.counts[at] += n;
        self.logs[at] = f(self.counts[at]);
    }
}

/// The state of the exchange: the class of every unit, and the counts that follow from it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Table {
    /// How many classes words can be in; the fixed ones come after them.
    pub(super) classes: usize,
    /// (units) class of each.
    pub(super) class: Vec<u16>,
    /// by left class: how often each class follows.
    pub(super) after: Rows,
    /// by right class: how often each class precedes.
    pub(super) before: Rows,
    /// (classes) sums of the rows of both, and their f.
    pub(super) sums: [Vec<f64>; 2],
    pub(super) sum_logs: [Vec<f64>; 2],
}

impl Table {
    /// Words in these classes.
    pub(super) fn new(bigrams: &Bigrams, classes: usize, of_words: &[u16]) -> Self {
        let size = classes + bigrams.fixed;
        let class: Vec<u16> =
            of_words.iter().copied().chain((classes..size).map(|class| class as u16)).collect();
        let mut after = Rows::new(size);
        let of = |unit: usize| usize::from(class[unit]);
        for word in 0..bigrams.words {
            let row = &mut after.counts[of(word) * size..][..size];
            row[of(word)] += f64::from(bigrams.same[word]);
            bigrams.after.of(word).for_each(|(unit, n)| row[of(unit)] += f64::from(n));
            for (unit, n) in bigrams.before.of(word).filter(|&(unit, _)| unit >= bigrams.words) {
                after.counts[of(unit) * size + of(word)] += f64::from(n);
            }
        }
        for (at, &n) in bigrams.without.iter().enumerate() {
            let [left, right] = [at / bigrams.fixed, at % bigrams.fixed];
            after.counts[(classes + left) * size + classes + right] += n as f64;
        }
        let mut before = Rows::new(size);
        let mut sums = [vec![0.0; size], vec![0.0; size]];
        for left in 0..size {
            for right in 0..size {
                let n = after.counts[left * size + right];
                before.counts[right * size + left] = n;
                sums[0][left] += n;
                sums[1][right] += n;
            }
        }
        for rows in [&mut after, &mut before] {
            rows.logs.iter_mut().zip(&rows.counts).for_each(|(log, &n)| *log = f(n));
        }
        let sum_logs = [0, 1].map(|side| sums[side].iter().map(|&n| f(n)).collect());
        Table { classes, class, after, before, sums, sum_logs }
    }

    /// Adds to the bigrams of two classes.
    pub(super) fn add(&mut self, left: usize, right: usize, n: f64) {
        self.after.add(left, right, n);
        self.before.add(right, left, n);
    }

    /// Adds to the sums of a class on one side.
    pub(super) fn add_sum(&mut self, side: usize, class: usize, n: f64) {
        self.sums[side][class] += n;
        self.sum_logs[side][class] = f(self.sums[side][class]);
    }

    /// The log-likelihood of the text under the class bigram model, in nats, up to a constant: the sum of
    /// n ln n over all pairs of classes, less the same over classes on the left and on the right.
    pub(super) fn objective(&self) -> f64 {
        let pairs: f64 = self.after.logs.iter().sum();
        pairs - self.sum_logs.iter().flatten().sum::<f64>()
    }
}
