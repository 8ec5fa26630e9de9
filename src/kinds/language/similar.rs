//! In which order of kinds do the weights of a row repeat most? A file whose neighbouring numbers are alike compresses
//! better: a tenth of the shipped one.

use super::rows::Rows;

/// How many rows are looked at.
const ROWS: usize = 20_000;

/// The kinds in an order in which each is followed by the most similar one of those that are left, by the cosine of
/// which rows have weights for them.
pub(super) fn order(rows: &Rows) -> Vec<u16> {
    let kinds = rows.kinds();
    let mut together = vec![0u64; kinds * kinds];
    let mut with = Vec::new();
    for row in (0..rows.len()).step_by(rows.len().div_ceil(ROWS).max(1)) {
        with.clear();
        with.extend((0..kinds).filter(|&kind| rows.get(row, kind) != 0));
        for &a in &with {
            with.iter().for_each(|&b| together[a * kinds + b] += 1);
        }
    }
    let cosine = |a: usize, b: usize| {
        let [both, a, b] = [(a, b), (a, a), (b, b)].map(|(a, b)| together[a * kinds + b] as f64);
        both / (a * b).max(1.0).sqrt()
    };
    let mut left: Vec<usize> = (1..kinds).collect();
    let mut order = vec![0];
    while !left.is_empty() {
        let last = order[order.len() - 1];
        let nearest = (1..left.len()).fold(0, |best, i| {
            if cosine(last, left[i]) > cosine(last, left[best]) { i } else { best }
        });
        order.push(left.remove(nearest));
    }
    order.into_iter().map(|kind| kind as u16).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_with_the_same_rows_stand_together() {
        let mut rows = Rows::new(100, 6);
        for row in 0..100 {
            // 0, 2 and 4 have the even rows, the others the odd ones.
            (0..6).filter(|kind| kind % 2 == row % 2).for_each(|kind| rows.set(row, kind, 3));
        }
        assert_eq!(order(&rows), [0, 2, 4, 1, 3, 5]);
        assert_eq!(order(&Rows::new(0, 2)), [0, 1]);
    }
}
