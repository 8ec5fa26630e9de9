//! What tests that draw are told from outside, and what they draw with.

/// Numbers that look random (splitmix64).
pub struct Random(pub u64);

impl Random {
    pub fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % end
    }
}

/// The number in `IMPUTE_SERVE_TEST_…`, if there is one.
pub fn asked(name: &str, otherwise: u64) -> u64 {
    let given = std::env::var(format!("IMPUTE_SERVE_TEST_{name}"));
    given.map_or(otherwise, |given| given.parse().expect(name))
}
