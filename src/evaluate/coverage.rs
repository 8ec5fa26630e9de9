//! How many of the most confident claims are right?

use std::cmp::Reverse;

use ordered_float::OrderedFloat;
use serde::Serialize;

use super::measure::Claim;
use crate::interval::wilson;

/// How many rows a table has.
const ROWS: usize = 10;

/// The most confident claims.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Covered {
    /// How many there are.
    pub claims: usize,
    /// The least confidence among them.
    pub confidence: f64,
    /// The share of them that is right.
    pub right: f64,
    /// The ends of its 95 % interval (Wilson).
    pub interval: [f64; 2],
}

/// The most confident tenth of the claims, two tenths, and so on to all of them; equals keep their order.
/// Tenths without a claim are left out.
pub fn coverage(mut claims: Vec<Claim>) -> Vec<Covered> {
    claims.sort_by_key(|claim| Reverse(OrderedFloat(claim.confidence)));
    let row = |tenth: usize| {
        let most = &claims[..tenth * claims.len() / ROWS];
        let right = most.iter().filter(|claim| claim.right).count() as f64 / most.len() as f64;
        let confidence = most.last()?.confidence;
        let interval = wilson::interval(right, most.len());
        Some(Covered { claims: most.len(), confidence, right, interval })
    };
    let mut rows: Vec<Covered> = (1..=ROWS).filter_map(row).collect();
    rows.dedup_by_key(|row| row.claims);
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claims(of: &[(f64, bool)]) -> Vec<Claim> {
        of.iter().map(|&(confidence, right)| Claim { confidence, right }).collect()
    }

    #[test]
    fn the_surest_come_first() {
        // The i-th surest of 20 is right if i is even, and the five surest always.
        let mut all: Vec<(f64, bool)> =
            (0..20).map(|i| (1.0 - f64::from(i) / 20.0, i < 5 || i % 2 == 0)).collect();
        all.reverse();
        let rows = coverage(claims(&all));
        let told: Vec<(usize, f64)> = rows.iter().map(|row| (row.claims, row.right)).collect();
        assert_eq!(told[..3], [(2, 1.0), (4, 1.0), (6, 5.0 / 6.0)]);
        assert_eq!(told[9], (20, 12.0 / 20.0));
        assert!((rows[0].confidence - 0.95).abs() < 1e-12);
        assert!(rows.iter().all(|r| r.interval[0] < r.right && r.right < r.interval[1] + 1e-9));
    }

    #[test]
    fn few_claims_have_few_rows() {
        let rows = coverage(claims(&[(0.2, false), (0.9, true), (0.9, false)]));
        assert_eq!(rows.iter().map(|row| row.claims).collect::<Vec<_>>(), [1, 2, 3]);
        assert_eq!(rows.iter().map(|row| row.right).collect::<Vec<_>>(), [1.0, 0.5, 1.0 / 3.0]);
        assert_eq!(coverage(vec![]), []);
    }
}
