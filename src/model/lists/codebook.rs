//! Factors in eight bits: 256 levels, evenly spaced in their logarithms between the least and the
//! greatest factor of an order.
//!
//! The level of a factor is at most half a step away from it, and a step is a few hundredths: that
//! bounds the error of every score ([`Codebook::half_step`]). The best candidates are scored again
//! from the n-grams themselves.

pub const LEVELS: usize = 256;

/// The levels of the factors of one order.
#[derive(Debug, Clone, Copy)]
pub struct Codebook {
    ln_least: f64,
    ln_step: f64,
}

impl Codebook {
    /// For factors from `least` to `most`; if that is empty, there is none.
    pub fn new([least, most]: [f32; 2]) -> Self {
        let [least, most] = if least <= most { [least, most] } else { [1.0, 1.0] };
        let (ln_least, ln_most) = (libm::log(least.into()), libm::log(most.into()));
        let ln_step = ((ln_most - ln_least) / (LEVELS - 1) as f64).max(0.0);
        Codebook { ln_least, ln_step }
    }

    /// The nearest level.
    pub fn code(&self, factor: f32) -> u8 {
        if self.ln_step == 0.0 {
            return 0;
        }
        let level = (libm::log(factor.into()) - self.ln_least) / self.ln_step;
        level.round().clamp(0.0, (LEVELS - 1) as f64) as u8
    }

    /// The factor of every level.
    pub fn table(&self) -> [f32; LEVELS] {
        std::array::from_fn(|i| libm::exp(self.ln_least + i as f64 * self.ln_step) as f32)
    }

    /// How far the ln of a factor is from its level's, at most.
    pub fn half_step(table: &[f32; LEVELS]) -> f64 {
        let [first, second, ..] = table.map(f64::from);
        (libm::log(second / first) / 2.0).abs()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_level_is_within_half_a_step(lns in proptest::collection::vec(-15f64..35.0, 1..50)) {
            let factors: Vec<f32> = lns.iter().map(|&ln| libm::exp(ln) as f32).collect();
            let range = factors.iter().fold([f32::MAX, 0.0], |[a, b], &f| [a.min(f), b.max(f)]);
            let codebook = Codebook::new(range);
            let table = codebook.table();
            let half = Codebook::half_step(&table) + 1e-6;
            for factor in factors {
                let level = table[usize::from(codebook.code(factor))];
                prop_assert!((f64::from(level).ln() - f64::from(factor).ln()).abs() <= half);
            }
        }
    }
}
