//! The product, by the fastest means that this machine has.

#[cfg(all(target_arch = "x86_64", target_os = "linux"))]
use super::amx;
#[cfg(target_arch = "x86_64")]
use super::dot;
use super::factors::{BLOCK, Left, Right};
use super::portable;

/// `out` (rows, columns) = left × right, or plus that with `add`. Rows of `out` follow each other. Any number
/// of rows will do, that of [`whole_rows`] is fastest.
///
/// # Panics
/// Terms or columns that are not multiples of [`BLOCK`], or sizes that do not fit each other.
///
/// # Complexity
/// rows × depth × columns steps, in a processor cycle at most 512 with matrix instructions, 64 with AVX-512 BF16, 32
/// with AVX-512, 16 with AVX2. (A Zen 4 does half of that with AVX-512.)
pub fn multiply(left: &Left<'_>, right: &Right<'_>, out: &mut [f32], add: bool) {
    check(left, right, out);
    #[cfg(all(target_arch = "x86_64", target_os = "linux"))]
    if left.rows.is_multiple_of(BLOCK) && amx::is_there() {
        return amx::multiply(left, right, out, add);
    }
    #[cfg(target_arch = "x86_64")]
    if dot::is_there() {
        return dot::multiply(left, right, out, add);
    }
    portable::multiply(left, right, out, add);
}

/// How many rows a product of this many had better have: some more with matrix instructions, which take
/// [`BLOCK`] at a time.
pub fn whole_rows(rows: usize) -> usize {
    if has_matrix_instructions() { rows.next_multiple_of(BLOCK) } else { rows }
}

/// By which instructions products are computed on this machine. No result depends on it, but the time does.
pub fn means() -> &'static str {
    if has_matrix_instructions() {
        return "AMX";
    }
    #[cfg(target_arch = "x86_64")]
    if dot::is_there() {
        return "AVX-512 BF16";
    }
    portable::means()
}

/// Whether this machine has matrix instructions and the system lets them be used.
fn has_matrix_instructions() -> bool {
    #[cfg(all(target_arch = "x86_64", target_os = "linux"))]
    return amx::is_there();
    #[cfg(not(all(target_arch = "x86_64", target_os = "linux")))]
    false
}

/// Everything that reading and writing relies on.
fn check(left: &Left<'_>, right: &Right<'_>, out: &[f32]) {
    let blocks = [left.depth, right.columns];
    assert!(blocks.iter().all(|size| size.is_multiple_of(BLOCK)), "blocks of {BLOCK}: {blocks:?}");
    assert!(left.depth > 0 && !left.starts.is_empty());
    assert_eq!(left.starts.len().checked_mul(left.depth), Some(right.depth));
    assert_eq!(right.depth.checked_mul(right.columns), Some(right.tiles.len()));
    assert_eq!(left.rows.checked_mul(right.columns), Some(out.len()));
    if let Some(last) = left.rows.checked_sub(1) {
        let last = last.checked_mul(left.stride).and_then(|at| at.checked_add(left.depth));
        let ends = |&start: &usize| last.and_then(|last| start.checked_add(last));
        let fits = |start| ends(start).is_some_and(|end| end <= left.values.len());
        assert!(left.starts.iter().all(fits), "rows beyond the left factor");
    }
}

#[cfg(test)]
mod tests {
    use std::hash::Hasher;

    use super::*;
    use crate::net::product::bf16;
    use crate::random::Random;

    fn numbers(count: usize, random: &mut Random) -> Vec<f32> {
        (0..count).map(|_| random.below(1 << 20) as f32 / (1 << 19) as f32 - 1.0).collect()
    }

    fn rounded(numbers: &[f32]) -> Vec<u16> {
        numbers.iter().map(|&x| bf16::round(x)).collect()
    }

    /// Numbers of all sizes, both zeros included.
    fn extremes(count: usize, random: &mut Random) -> Vec<f32> {
        let one = |_| match random.below(8) {
            0 => [0.0, -0.0, 1e-30, -f32::INFINITY, f32::MAX][random.below(5)],
            _ => {
                let exponent = random.below(90) as i32 - 50;
                (random.below(513) as f32 / 256.0 - 1.0)
                    * f32::from_bits(((exponent + 127) as u32) << 23)
            }
        };
        (0..count).map(one).collect()
    }

    /// A (rows, 2 segments of 32) left factor that overlaps with itself, and a right one.
    fn factors(
        numbers: fn(usize, &mut Random) -> Vec<f32>,
        random: &mut Random,
    ) -> (Vec<u16>, Right<'static>, Vec<f32>) {
        let left = rounded(&numbers(80 * 40, random));
        let right = numbers(64 * 96, random);
        let mut tiles = Right::default();
        let at = |k: usize, n: usize| u32::from(bf16::round(right[k * 96 + n]));
        tiles.fill(64, 96, |k, columns| {
            std::array::from_fn(|i| {
                at(2 * k, columns.start + i) | at(2 * k + 1, columns.start + i) << 16
            })
        });
        (left, tiles, right)
    }

    #[test]
    fn is_the_product_of_matrices() {
        let mut random = Random::new(3);
        let (values, right, wide) = factors(numbers, &mut random);
        let left = Left { values: &values, stride: 40, starts: &[5, 80], depth: 32, rows: 64 };
        let mut out = vec![0.5; 64 * 96];
        multiply(&left, &right, &mut out, true);
        for (at, &found) in out.iter().enumerate() {
            let (row, column) = (at / 96, at % 96);
            let term = |k: usize| {
                let a = values[left.starts[k / 32] + row * 40 + k % 32];
                f64::from(bf16::widen(a))
                    * f64::from(bf16::widen(bf16::round(wide[k * 96 + column])))
            };
            let expected = 0.5 + (0..64).map(term).sum::<f64>();
            assert!((f64::from(found) - expected).abs() < 1e-4, "{at}: {found} {expected}");
        }
    }

    #[test]
    fn every_machine_gives_the_same_bits() {
        let (mut random, mut hash) = (Random::new(4), twox_hash::XxHash3_64::new());
        let kinds: [fn(usize, &mut Random) -> Vec<f32>; 2] = [numbers, extremes];
        for (add, numbers) in
            [(false, kinds[0]), (true, kinds[0]), (false, kinds[1]), (true, kinds[1])]
        {
            let (values, right, _) = factors(numbers, &mut random);
            let left = Left { values: &values, stride: 40, starts: &[7, 41], depth: 32, rows: 64 };
            let begin = numbers(64 * 96, &mut random);
            let mut begin: Vec<f32> = begin.iter().map(|&x| bf16::widen(bf16::round(x))).collect();
            let (mut one, mut two) = (begin.clone(), begin.clone());
            multiply(&left, &right, &mut one, add);
            portable::multiply(&left, &right, &mut two, add);
            let bits = |all: &[f32]| all.iter().map(|x| x.to_bits()).collect::<Vec<_>>();
            assert_eq!(bits(&one), bits(&two));
            #[cfg(target_arch = "x86_64")]
            if dot::is_there() {
                dot::multiply(&left, &right, &mut begin, add);
                assert_eq!(bits(&begin), bits(&two));
            }
            bits(&one).iter().for_each(|bits| hash.write(&bits.to_le_bytes()));
        }
        assert_eq!(hash.finish(), 9_296_999_163_784_599_009);
    }

    #[test]
    #[should_panic(expected = "assertion")]
    fn sizes_that_overflow_are_refused() {
        let right = Right::from_tiles(&[], 0, 64).unwrap();
        let values = [0; 4096];
        let left = Left {
            values: &values,
            stride: 32,
            starts: &[0, 0],
            depth: 1 << 63,
            rows: (1 << 58) + 32,
        };
        multiply(&left, &right, &mut [0.0; 2048], false);
    }
}
