//! Stage 4: counts of counts → discounts.
//!
//! With t_k the number of n-grams of an order whose adjusted count is k (Chen & Goodman 1998, equation 26):
//!
//! ```text
//! Y = t1 / (t1 + 2 t2)    D1 = 1 - 2 Y t2 / t1    D2 = 2 - 3 Y t3 / t2    D3+ = 3 - 4 Y t4 / t3
//! ```

use super::levels::CountsOfCounts;

/// The discounts D1, D2 and D3+ of one order.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Discounts(pub [f64; 3]);

/// Used if the counts of counts give none.
const FALLBACK: Discounts = Discounts([0.5, 1.0, 1.5]);

impl Discounts {
    /// The discount on an adjusted count.
    pub fn of(&self, adjusted: u32) -> f64 {
        match adjusted {
            0 => 0.0,
            k => self.0[k.min(3) as usize - 1],
        }
    }

    /// From t1, t2, t3, t4; `None` if a discount would be undefined or out of range.
    fn from_counts_of_counts(t: CountsOfCounts) -> Option<Self> {
        if t[..3].contains(&0) {
            return None;
        }
        let t = t.map(|t| t as f64);
        let y = t[0] / (t[0] + 2.0 * t[1]);
        let d = [1, 2, 3].map(|k| k as f64 - (k + 1) as f64 * y * t[k] / t[k - 1]);
        let fits = d.iter().zip(1..).all(|(&d, k)| d > 0.0 && d <= k as f64);
        fits.then_some(Discounts(d))
    }
}

/// The discounts of every order, and the orders that had to fall back on fixed ones.
pub fn discounts(counts_of_counts: &[CountsOfCounts]) -> (Vec<Discounts>, Vec<usize>) {
    let mut fallbacks = Vec::new();
    let discounts = counts_of_counts.iter().zip(1..).map(|(&t, order)| {
        Discounts::from_counts_of_counts(t).unwrap_or_else(|| {
            fallbacks.push(order);
            FALLBACK
        })
    });
    (discounts.collect(), fallbacks)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn follows_the_formula() {
        // Y = 100 / 180.
        let Discounts(d) = Discounts::from_counts_of_counts([100, 40, 20, 10]).unwrap();
        let y = 100.0 / 180.0;
        let by_hand = [1.0 - 2.0 * y * 0.4, 2.0 - 3.0 * y * 0.5, 3.0 - 4.0 * y * 0.5];
        assert!(d.iter().zip(by_hand).all(|(a, b)| (a - b).abs() < 1e-12), "{d:?}");
    }

    #[test]
    fn degenerate_counts_fall_back_and_say_so() {
        assert_eq!(discounts(&[[3, 0, 0, 0]]), (vec![FALLBACK], vec![1]));
        // Far more n-grams seen three times than twice: a negative discount.
        assert_eq!(Discounts::from_counts_of_counts([10, 10, 1000, 1]), None);
    }
}
