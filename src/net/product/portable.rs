//! The product in plain code, compiled for several kinds of processors.

use multiversion::multiversion;

use super::bf16;
use super::factors::{Left, Right, TILE};

/// How many rows are summed up at a time.
const ROWS: usize = 4;

/// Computes the product; the sizes fit.
pub fn multiply(left: &Left<'_>, right: &Right<'_>, out: &mut [f32], add: bool) {
    let tiles = right.depth / 32;
    for n in 0..right.columns / 16 {
        let column = &right.tiles[n * tiles * TILE..][..tiles * TILE];
        for row in (0..left.rows).step_by(ROWS) {
            block(left, row, column, &mut out[row * right.columns + 16 * n..], right.columns, add);
        }
    }
}

/// 4 rows and 16 columns of the product.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512vl+fma", "x86_64+avx2+fma"))]
fn block(left: &Left<'_>, row: usize, column: &[u16], out: &mut [f32], stride: usize, add: bool) {
    let mut sums = [[0.0f32; 16]; ROWS];
    if add {
        for (i, sums) in sums.iter_mut().enumerate() {
            sums.copy_from_slice(&out[i * stride..][..16]);
        }
    }
    let segments = column.chunks_exact(left.depth * 16);
    for (&start, segment) in left.starts.iter().zip(segments) {
        for (k, tile) in segment.chunks_exact(TILE).enumerate() {
            let terms: [&[u16]; ROWS] = std::array::from_fn(|i| {
                &left.values[start + (row + i) * left.stride + 32 * k..][..32]
            });
            let (mut even, mut odd) = ([[0.0f32; 16]; ROWS], [[0.0f32; 16]; ROWS]);
            for (k, pairs) in tile.chunks_exact(32).enumerate() {
                let b_even: [f32; 16] = std::array::from_fn(|j| bf16::widen(pairs[2 * j]));
                let b_odd: [f32; 16] = std::array::from_fn(|j| bf16::widen(pairs[2 * j + 1]));
                for i in 0..ROWS {
                    let (a_even, a_odd) =
                        (bf16::widen(terms[i][2 * k]), bf16::widen(terms[i][2 * k + 1]));
                    for j in 0..16 {
                        even[i][j] = a_even.mul_add(b_even[j], even[i][j]);
                        odd[i][j] = a_odd.mul_add(b_odd[j], odd[i][j]);
                    }
                }
            }
            for i in 0..ROWS {
                for j in 0..16 {
                    sums[i][j] += even[i][j] + odd[i][j];
                }
            }
        }
    }
    for (i, sums) in sums.iter().enumerate() {
        out[i * stride..][..16].copy_from_slice(sums);
    }
}
