//! The interval of a share: Wilson's score interval (*Probable Inference*, 1927), which stays between 0 and 1
//! and works for few cases too.

/// The normal distribution is beyond this, on either side, in 5 % of cases.
pub(crate) const Z: f64 = 1.959_964;

/// The ends of the 95 % interval of a share of `n` cases; 0 and 1 for no cases.
pub fn interval(share: f64, n: usize) -> [f64; 2] {
    if n == 0 {
        return [0.0, 1.0];
    }
    let n = n as f64;
    let middle = share + Z * Z / (2.0 * n);
    let half = Z * (share * (1.0 - share) / n + Z * Z / (4.0 * n * n)).max(0.0).sqrt();
    let whole = 1.0 + Z * Z / n;
    [(middle - half) / whole, (middle + half) / whole].map(|end| end.clamp(0.0, 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn its_ends_are_the_shares_that_the_normal_test_just_accepts() {
        for (right, n) in [(0, 5), (1, 7), (30, 100), (999, 1000)] {
            let share = f64::from(right) / f64::from(n);
            for end in interval(share, n as usize) {
                let deviations = (share - end).abs() / (end * (1.0 - end) / f64::from(n)).sqrt();
                let at_the_edge = end == 0.0 || end == 1.0;
                assert!(at_the_edge || (deviations - Z).abs() < 1e-6, "{right} of {n}: {end}");
            }
        }
    }

    #[test]
    fn it_holds_the_share_and_narrows_with_the_cases() {
        assert_eq!(interval(0.5, 0), [0.0, 1.0]);
        let width = |n| interval(0.3, n)[1] - interval(0.3, n)[0];
        assert!(width(10) > width(100) && width(100) > width(1000));
        for share in [0.0, 0.2, 1.0] {
            let [low, high] = interval(share, 20);
            assert!(low <= share && share <= high && 0.0 <= low && high <= 1.0);
        }
    }
}
