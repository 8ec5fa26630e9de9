//! Some rows and columns of a product, summed up in registers.

use super::factors::TILE;

/// Sixteen numbers in a row: a cache line.
#[repr(C, align(64))]
#[derive(Clone, Copy)]
pub struct Lanes([f32; 16]);

impl Lanes {
    pub const ZERO: Self = Lanes([0.0; 16]);
}

/// 32 terms of a row of the left factor: the even ones, then the odd ones.
pub type Terms = [Lanes; 2];
/// A tile of the right factor, or several side by side: the rows of the even terms, then of the odd ones.
pub type Tiles<const SIDE: usize> = [[Lanes; SIDE]; 32];

/// Pairs in 16 bits, as both factors have them: the first numbers of all, then the second ones.
#[inline(always)]
#[allow(clippy::needless_range_loop)] // see below
pub fn widen(pairs: &[u16]) -> [Lanes; 2] {
    let mut all = [[0; 2]; 16];
    all.as_flattened_mut().copy_from_slice(pairs);
    let (mut bits, mut out) = ([0; 16], [Lanes::ZERO; 2]);
    // No closures or iterators, which might not be compiled for the processor of the caller; and not `bf16::widen`, which
    // takes twice as many instructions.
    for i in 0..16 {
        bits[i] = u32::from(all[i][0]) | u32::from(all[i][1]) << 16;
    }
    for i in 0..16 {
        out[0].0[i] = f32::from_bits(bits[i] << 16);
    }
    for i in 0..16 {
        out[1].0[i] = f32::from_bits(bits[i] >> 16 << 16);
    }
    out
}

/// Puts a tile into place `at` of some side by side.
#[inline(always)]
pub fn widen_tile<const SIDE: usize>(tile: &[u16], at: usize, out: &mut Tiles<SIDE>) {
    for (k, pairs) in tile[..TILE].chunks_exact(32).enumerate() {
        [out[k][at], out[16 + k][at]] = widen(pairs);
    }
}

/// The product of `ROWS` rows, of which `left` has the terms of all, 32 at a time, and `SIDE` tiles' columns.
/// Rows of `out` lie `stride` numbers apart; with `add`, it is added to them. `FUSED` says how to multiply
/// and add: by one instruction, or by two, which give the same, as a product of two numbers of 16 bits is
/// exact in 32.
#[inline(always)]
pub fn block<const ROWS: usize, const SIDE: usize, const FUSED: bool>(
    left: &[Terms],
    right: &[Tiles<SIDE>],
    out: &mut [f32],
    stride: usize,
    add: bool,
) {
    let mut sums = [[Lanes::ZERO; SIDE]; ROWS];
    if add {
        for (i, sums) in sums.iter_mut().enumerate() {
            for (sum, out) in sums.iter_mut().zip(out[i * stride..].chunks_exact(16)) {
                sum.0.copy_from_slice(out);
            }
        }
    }
    for (left, right) in left.as_chunks::<ROWS>().0.iter().zip(right) {
        let even = half::<ROWS, SIDE, 0, FUSED>(left, right);
        let odd = half::<ROWS, SIDE, 1, FUSED>(left, right);
        for i in 0..ROWS {
            for side in 0..SIDE {
                for j in 0..16 {
                    sums[i][side].0[j] += even[i][side].0[j] + odd[i][side].0[j];
                }
            }
        }
    }
    for (i, sums) in sums.iter().enumerate() {
        for (sum, out) in sums.iter().zip(out[i * stride..].chunks_exact_mut(16)) {
            out.copy_from_slice(&sum.0);
        }
    }
}

/// The sums of the even or of the odd ones of 32 terms.
#[inline(always)]
fn half<const ROWS: usize, const SIDE: usize, const ODD: usize, const FUSED: bool>(
    left: &[Terms; ROWS],
    right: &Tiles<SIDE>,
) -> [[Lanes; SIDE]; ROWS] {
    let mut sums = [[Lanes::ZERO; SIDE]; ROWS];
    for k in 0..16 {
        let b = &right[16 * ODD + k];
        for i in 0..ROWS {
            let a = left[i][ODD].0[k];
            for side in 0..SIDE {
                for j in 0..16 {
                    let (b, sum) = (b[side].0[j], &mut sums[i][side].0[j]);
                    *sum = if FUSED { a.mul_add(b, *sum) } else { a * b + *sum };
                }
            }
        }
    }
    sums
}
