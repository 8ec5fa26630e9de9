//! Numbers of 16 bits: the upper half of an `f32` (sign, 8 bits of exponent, 7 of mantissa).

/// Anything smaller becomes 0, so that no product or sum of products is ever so small that some machines
/// flush it to 0 and others do not.
const SMALLEST: f32 = 1.0 / (1u64 << 50) as f32;
/// Anything larger becomes this.
const LARGEST: f32 = (1u64 << 40) as f32;

/// The nearest number of 16 bits, ties to even. NaN becomes -2^40.
#[inline(always)]
#[allow(clippy::manual_clamp)] // which would let NaN through
pub fn round(x: f32) -> u16 {
    let x = x.max(-LARGEST).min(LARGEST);
    let bits = x.to_bits();
    let nearest = (bits + 0x7fff + (bits >> 16 & 1)) >> 16;
    if x.abs() < SMALLEST { 0 } else { nearest as u16 }
}

/// The same number with 32 bits.
#[inline(always)]
pub fn widen(x: u16) -> f32 {
    f32::from_bits(u32::from(x) << 16)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounds_to_the_nearest_and_ties_to_even() {
        for (x, expected) in
            [(1.0, 1.0), (1.0041, 1.0078125), (1.0 + 0.5 / 128.0, 1.0), (-2.5, -2.5)]
        {
            assert_eq!(widen(round(x)), expected, "{x}");
        }
        assert_eq!(widen(round(1.0 + 1.5 / 128.0)), 1.0 + 2.0 / 128.0); // halfway, up to the even one
    }

    #[test]
    fn what_would_be_denormal_somewhere_is_zero() {
        assert_eq!((round(1e-30), round(-1e-20), round(0.0)), (0, 0, 0));
        assert_eq!(widen(round(f32::INFINITY)), LARGEST);
        assert!(widen(round(f32::NAN)).is_finite());
    }
}
