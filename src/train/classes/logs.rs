//! x ln x of whole numbers, many at a time: the inner loop of the exchange. Only sums, products and
//! quotients in a fixed order, so that every processor finds the same classes.

use multiversion::multiversion;

/// The bits of the square root of 1/2, relative to which mantissas are taken.
const ROOT: u64 = 0x3fe6_a09e_667f_3bcd;
/// 2^52: adding it to a smaller whole number leaves that number in the low bits.
const WHOLE: u64 = 0x4330_0000_0000_0000;

/// ln x to about one part in 10^15, for finite x of at least 1.
#[inline(always)]
pub(super) fn ln(x: f64) -> f64 {
    // x = 2^e m with m within a factor of the square root of 2 of 1, and ln m = 2 artanh s.
    let bits = x.to_bits();
    let e = bits.wrapping_sub(ROOT) >> 52;
    let m = f64::from_bits(bits.wrapping_sub(e << 52));
    let e = f64::from_bits(e | WHOLE) - f64::from_bits(WHOLE);
    let s = (m - 1.0) / (m + 1.0);
    let t = s * s;
    let p = 1.0 / 19.0;
    let p = p * t + 1.0 / 17.0;
    let p = p * t + 1.0 / 15.0;
    let p = p * t + 1.0 / 13.0;
    let p = p * t + 1.0 / 11.0;
    let p = p * t + 1.0 / 9.0;
    let p = p * t + 1.0 / 7.0;
    let p = p * t + 1.0 / 5.0;
    let p = p * t + 1.0 / 3.0;
    e * std::f64::consts::LN_2 + 2.0 * (s + s * t * p)
}

/// x ln x for a whole number x, 0 for 0.
#[inline(always)]
pub(super) fn f(x: f64) -> f64 {
    x * ln(if x > 1.0 { x } else { 1.0 })
}

/// Adds f(x + n) - f(x) to every gain, for the counts x and their f.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl+avx2", "x86_64+avx2"))]
pub(super) fn add(gains: &mut [f64], counts: &[f64], logs: &[f64], n: f64) {
    let size = gains.len();
    let (counts, logs) = (&counts[..size], &logs[..size]);
    for i in 0..size {
        gains[i] += f(counts[i] + n) - logs[i];
    }
}

/// The same for counts less something.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl+avx2", "x86_64+avx2"))]
pub(super) fn add_without(gains: &mut [f64], counts: &[f64], less: &[f64], n: f64) {
    let size = gains.len();
    let (counts, less) = (&counts[..size], &less[..size]);
    for i in 0..size {
        let x = counts[i] - less[i];
        gains[i] += f(x + n) - f(x);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logarithms_are_right_to_the_last_digits() {
        let mut x = 1.0f64;
        while x < 5e9 {
            for x in [x, x.floor(), x.floor() + 1.0] {
                let error = (ln(x) - libm::log(x)).abs();
                assert!(error <= 3e-15 * libm::log(x).max(0.1), "{x}: {error}");
            }
            x *= 1.01;
        }
        assert_eq!((ln(1.0), f(0.0), f(1.0)), (0.0, 0.0, 0.0));
    }

    #[test]
    fn rows_gain_what_their_numbers_do() {
        let counts: Vec<f64> = (0..37).map(|i| f64::from(i * i % 19)).collect();
        let less: Vec<f64> = counts.iter().map(|x| (x / 2.0).floor()).collect();
        let logs: Vec<f64> = counts.iter().map(|&x| f(x)).collect();
        let (mut plain, mut without) = (vec![1.0; 37], vec![1.0; 37]);
        add(&mut plain, &counts, &logs, 3.0);
        add_without(&mut without, &counts, &less, 3.0);
        for i in 0..37 {
            assert_eq!(plain[i], 1.0 + (f(counts[i] + 3.0) - logs[i]));
            let x = counts[i] - less[i];
            assert_eq!(without[i], 1.0 + (f(x + 3.0) - f(x)));
        }
    }
}
