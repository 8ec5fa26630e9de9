//! The product in plain code, compiled for several kinds of processors.
//!
//! The left factor is widened to 32 bits a piece at a time, and both are taken in pieces small enough for the first two
//! caches, whose numbers are used many times (Goto & van de Geijn, *Anatomy of High-Performance Matrix
//! Multiplication*, 2008). What stays in registers meanwhile is in [`super::block`].

use multiversion::multiversion;
use multiversion::target::match_target;

use super::block::{Terms, Tile, block, widen};
use super::factors::{Left, Right};

/// How many tiles of the right factor, one below the other, are used at a time: 8 kB for each side by side.
pub(super) const STEPS: usize = 8;
/// How many rows of the left factor they are used for: 120 kB widened, half of that in [`super::dot`].
pub(super) const TOGETHER: usize = 120;

/// Computes the product; the sizes fit. Any number of rows will do.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512vl+fma", "x86_64+avx2+fma"))]
pub fn multiply(left: &Left<'_>, right: &Right<'_>, out: &mut [f32], add: bool) {
    // As many sums as the registers hold: 32 of 16 numbers, 16 of 8, 32 of 4, or else 16 of 4.
    match_target! {
        "x86_64+avx512f+fma" => pieces::<12, 2, true>(left, right, out, add),
        "x86_64+avx2+fma" => pieces::<6, 1, true>(left, right, out, add),
        "aarch64+neon" => pieces::<6, 1, true>(left, right, out, add),
        _ => pieces::<3, 1, false>(left, right, out, add),
    }
}

/// For what kind of processor [`multiply`] is compiled that runs on this one.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512vl+fma", "x86_64+avx2+fma"))]
pub fn means() -> &'static str {
    match_target! {
        "x86_64+avx512f+fma" => "AVX-512",
        "x86_64+avx2+fma" => "AVX2",
        "aarch64+neon" => "NEON",
        _ => "plain code",
    }
}

/// The product by pieces of terms, then of rows, then of `SIDE` tiles' columns.
#[inline(always)]
fn pieces<const ROWS: usize, const SIDE: usize, const FUSED: bool>(
    left: &Left<'_>,
    right: &Right<'_>,
    out: &mut [f32],
    add: bool,
) {
    let (steps, stride) = (right.depth / 32, right.columns / 16);
    // Always aligned; those of an empty factor need not be.
    let tiles: &[Tile] = bytemuck::try_cast_slice(&right.tiles).unwrap_or_default();
    let out = out.as_chunks_mut::<16>().0;
    let mut terms = Vec::with_capacity(left.rows.min(TOGETHER) * steps.min(STEPS));
    for step in (0..steps).step_by(STEPS) {
        let (count, add) = (STEPS.min(steps - step), add || step > 0);
        for row in (0..left.rows).step_by(TOGETHER) {
            let rows = TOGETHER.min(left.rows - row);
            terms.clear();
            for (at, together) in groups::<ROWS>(rows) {
                for step in step..step + count {
                    widen_rows(left, step, row + at..row + at + together, &mut terms);
                }
            }
            for column in (0..stride).step_by(SIDE) {
                let mut columns = [&tiles[..0]; SIDE];
                for side in 0..SIDE {
                    columns[side] = &tiles[(column + side) * steps + step..][..count];
                }
                for (at, together) in groups::<ROWS>(rows) {
                    let terms = &terms[at * count..(at + together) * count];
                    let out = &mut out[(row + at) * stride + column..];
                    // Calls, so that each is compiled for the processor of this version.
                    match together {
                        1 => block::<1, SIDE, FUSED>(terms, columns, out, stride, add),
                        2 => block::<2, SIDE, FUSED>(terms, columns, out, stride, add),
                        4 => block::<4, SIDE, FUSED>(terms, columns, out, stride, add),
                        _ => block::<ROWS, SIDE, FUSED>(terms, columns, out, stride, add),
                    }
                }
            }
        }
    }
}

/// Cuts rows into groups that are summed up together: where the first is, and how many they are. They are
/// `ROWS`, and at the end 4, 2 or 1.
#[inline(always)]
pub(super) fn groups<const ROWS: usize>(rows: usize) -> impl Iterator<Item = (usize, usize)> {
    let mut next = 0;
    std::iter::from_fn(move || {
        let together = match rows - next {
            0 => return None,
            others if others >= ROWS => ROWS,
            others => 1 << others.min(4).ilog2(),
        };
        next += together;
        Some((next - together, together))
    })
}

/// Adds 32 terms of each of some rows.
#[inline(always)]
fn widen_rows(left: &Left<'_>, step: usize, rows: std::ops::Range<usize>, out: &mut Vec<Terms>) {
    let a_segment = left.depth / 32;
    let start = left.starts[step / a_segment] + step % a_segment * 32;
    for row in rows {
        if let Some(pairs) = left.values[start + row * left.stride..].first_chunk::<32>() {
            out.push(widen(&bytemuck::cast(*pairs)));
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::net::aligned::Aligned;
    use crate::net::product::bf16;
    use crate::random::Random;

    type Way = fn(&Left<'_>, &Right<'_>, &mut [f32], bool);

    /// The arithmetic as it is defined, number by number.
    fn defined(left: &Left<'_>, right: &Right<'_>, out: &mut [f32]) {
        let mut wide = vec![0.0; right.depth * right.columns];
        right.put(&mut wide);
        for (at, c) in out.iter_mut().enumerate() {
            let (row, column) = (at / right.columns, at % right.columns);
            for block in (0..right.depth).step_by(32) {
                let term = |k: usize| {
                    let start = left.starts[k / left.depth] + row * left.stride;
                    let a = bf16::widen(left.values[start + k % left.depth]);
                    (a, wide[k * right.columns + column])
                };
                let sum = |first: usize| {
                    let terms = (block + first..block + 32).step_by(2).map(term);
                    terms.fold(0.0f32, |sum, (a, b)| a.mul_add(b, sum))
                };
                *c += sum(0) + sum(1);
            }
        }
    }

    fn numbers(count: usize, random: &mut Random) -> Vec<u16> {
        let mut one = || {
            let exponent = random.below(80) as u32 + 127 - 45;
            let mantissa = random.below(1 << 23) as u32;
            let x = f32::from_bits(exponent << 23 | mantissa | (random.below(2) as u32) << 31);
            [0.0, -0.0].get(random.below(16)).copied().unwrap_or(x)
        };
        (0..count).map(|_| bf16::round(one())).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        #[test]
        fn every_way_to_cut_it_gives_the_bits_that_are_defined(
            rows in prop_oneof![0usize..6, 6usize..40, TOGETHER - 2..TOGETHER + 15],
            steps in 1usize..7,
            segments in 1usize..4,
            pairs in 1usize..3,
            add in any::<bool>(),
            seed in any::<u64>(),
        ) {
            let (random, depth, columns) = (&mut Random::new(seed), 32 * steps, 32 * pairs);
            let (stride, starts) = (depth + 5, &[3, 0, 77][..segments]);
            let values = numbers(rows * stride + 77 + depth, random);
            let left = Left { values: &values, stride, starts, depth, rows };
            let tiles = numbers(segments * depth * columns, random);
            let mut aligned = Aligned::default();
            aligned.resize(tiles.len(), 0);
            aligned.copy_from_slice(&tiles);
            let right = Right::from_tiles(&aligned, segments * depth, columns).unwrap();
            let begin = numbers(rows * columns, random);
            let begin: Vec<f32> = begin.into_iter().map(bf16::widen).collect();
            let mut expected = if add { begin.clone() } else { vec![0.0; begin.len()] };
            defined(&left, &right, &mut expected);
            let mut ways: Vec<Way> =
                vec![multiply, pieces::<12, 2, true>, pieces::<6, 1, true>, pieces::<3, 1, false>];
            #[cfg(target_arch = "x86_64")]
            if super::super::dot::is_there() {
                ways.push(super::super::dot::multiply);
            }
            for way in ways {
                let mut found = begin.clone();
                way(&left, &right, &mut found, add);
                let bits = |all: &[f32]| all.iter().map(|x| x.to_bits()).collect::<Vec<_>>();
                prop_assert_eq!(bits(&found), bits(&expected));
            }
        }
    }
}
