//! Five models, each asked about the lines that it has not seen.
//!
//! A model is logistic regression ([`Linear`]), begun with naive Bayes, a share of ln P(row | new) / P(row | old), and
//! trained by one pass (the two together do better on short texts than either: Wang, Manning, *Baselines and
//! Bigrams*, 2012). A line's fold depends on its hash alone, so that a line that both texts have is never asked about
//! after it has been seen.

use rayon::prelude::*;

use super::rows::Rows;
use crate::kinds::features::row;
use crate::kinds::linear::Linear;

/// How many folds there are.
pub const FOLDS: usize = 5;
/// How large the steps are.
const RATE: f32 = 0.21;
/// The share of naive Bayes in the beginning, and what is added to its counts.
const SHARE: f32 = 0.3;
const ADDED: f32 = 0.5;

/// The fold of a line with this hash, which need not be random in its upper bits.
pub fn fold(hash: u64) -> usize {
    row(hash << 32, FOLDS)
}

/// (lines) ln P(new) / P(old) of every line, by the model that has not seen its fold.
pub fn log_odds(rows: &Rows, folds: &[u8], is_new: &[bool]) -> Vec<f32> {
    let all: Vec<Vec<(usize, f32)>> = (0..FOLDS)
        .into_par_iter()
        .map(|fold| {
            let lines = || 0..folds.len();
            let seen: Vec<usize> = lines().filter(|&at| usize::from(folds[at]) != fold).collect();
            let model = train(rows, &seen, is_new);
            let mut scores = [0.0; 2];
            let unseen = lines().filter(|&at| usize::from(folds[at]) == fold);
            unseen
                .map(|at| {
                    model.score(rows.of(at), &mut scores);
                    (at, scores[1] - scores[0])
                })
                .collect()
        })
        .collect();
    let mut log_odds = vec![0.0; folds.len()];
    all.into_iter().flatten().for_each(|(at, score)| log_odds[at] = score);
    log_odds
}

fn train(rows: &Rows, lines: &[usize], is_new: &[bool]) -> Linear {
    let mut model = naive_bayes(rows, lines, is_new);
    let mut scores = [0.0; 2];
    for &at in lines {
        model.step(rows.of(at), usize::from(is_new[at]), RATE, &mut scores);
    }
    model
}

fn naive_bayes(rows: &Rows, lines: &[usize], is_new: &[bool]) -> Linear {
    let mut counts = vec![[0u32; 2]; rows.rows];
    let mut sides = [0u32; 2];
    for &at in lines {
        let side = usize::from(is_new[at]);
        sides[side] += 1;
        rows.of(at).iter().for_each(|(row, _)| counts[*row as usize][side] += 1);
    }
    let ratio =
        |[old, new]: [u32; 2], added: f32| libm::logf((new as f32 + added) / (old as f32 + added));
    let prior = ratio(sides, 1.0);
    let mut model = Linear::new(rows.rows, 2);
    for (row, counts) in (0..).zip(counts) {
        let half = SHARE * (ratio(counts, ADDED) - prior) / 2.0;
        model.row_mut(row).copy_from_slice(&[-half, half]);
    }
    model
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kinds::features::tokens;

    fn hashes(n: usize) -> Vec<u64> {
        (0..n).map(|i| tokens([&i.to_le_bytes()[..]])).collect()
    }

    #[test]
    fn folds_are_about_as_large_for_the_lowest_hashes_too() {
        let mut all = hashes(50_000);
        all.sort_unstable();
        let mut counts = [0; FOLDS];
        all[..10_000].iter().for_each(|&hash| counts[fold(hash)] += 1);
        assert!(counts.iter().all(|&count| (1_850..2_150).contains(&count)), "{counts:?}");
    }

    #[test]
    fn no_line_is_asked_about_by_a_model_that_has_seen_it() {
        // Every line has a word of its own, which one line of the other fold has too, on the other side: whoever has
        // seen that one is always wrong, and whoever has seen the line itself always right.
        let lines: Vec<String> = (0..400).map(|i| format!("w{}", i / 2)).collect();
        let rows = Rows::new(&lines, false);
        let is_new: Vec<bool> = (0..400).map(|i| i % 2 == 1).collect();
        let folds: Vec<u8> = (0..400).map(|i| (i % 2) as u8).collect();
        let log_odds = log_odds(&rows, &folds, &is_new);
        let right = log_odds.iter().zip(&is_new).filter(|(score, new)| (**score > 0.0) == **new);
        assert_eq!(right.count(), 0);
        // In one fold neither has been seen: nothing is known.
        let together: Vec<u8> = (0..400).map(|i| (i / 2 % 5) as u8).collect();
        let log_odds = super::log_odds(&rows, &together, &is_new);
        assert!(log_odds.chunks(2).all(|pair| pair[0] == pair[1]), "{log_odds:?}");
    }
}
