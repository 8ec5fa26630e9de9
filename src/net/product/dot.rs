//! The product with the instruction VDPBF16PS, which multiplies and adds two terms at a time: on a Zen 4 twice as fast
//! as [`super::portable`].
//!
//! It adds the product of the upper halves of its pairs, then that of the lower halves, each step one fused multiply-add (Intel,
//! *64 and IA-32 Architectures Software Developer's Manual*, volume 2). So terms k and k + 2 are put together here, not k
//! and k + 1 as in the factors: one sum is of even terms alone, the other of odd ones.
//!
//! `unsafe`, because the instruction must be there, and registers are loaded and stored by pointers. What it gains is in
//! benches/RESULTS.md; `portable` is the safe twin, and the tests compare every bit.

use std::arch::x86_64::*;

use super::block::Tile;
use super::factors::{Left, Right};
use super::portable::{STEPS, TOGETHER, groups};

/// Sixteen pairs. Of a left factor: 32 terms of a row, 8 pairs of even terms, then 8 of odd ones. Of a tile: one of those
/// 16 pairs, for each of 16 columns.
#[repr(C, align(64))]
#[derive(Clone, Copy)]
struct Pairs([u32; 16]);

/// `SIDE` tiles side by side, put together like that: pair, then tile.
type Panel<const SIDE: usize> = [[Pairs; SIDE]; 16];

const NONE: Pairs = Pairs([0; 16]);

/// Whether this processor has the instruction.
pub fn is_there() -> bool {
    is_x86_feature_detected!("avx512f")
        && is_x86_feature_detected!("avx512bw")
        && is_x86_feature_detected!("avx512bf16")
}

/// Computes the product, given [`is_there`] and sizes that fit. Any number of rows will do.
pub fn multiply(left: &Left<'_>, right: &Right<'_>, out: &mut [f32], add: bool) {
    debug_assert!(is_there());
    // Twelve sums hide how long an instruction takes, and their even and odd halves fit into the registers. For few rows,
    // where tiles are put together for one use, one column of them is faster.
    // SAFETY: the caller's, `is_there`.
    unsafe {
        match left.rows {
            0..6 => pieces::<4, 1>(left, right, out, add),
            _ => pieces::<6, 2>(left, right, out, add),
        }
    }
}

/// The product by pieces of terms, then of rows, then of `SIDE` tiles' columns. The loops are those of
/// [`super::portable`]: what is compiled for these features cannot be inlined into loops that both have in common.
#[target_feature(enable = "avx512f,avx512bw,avx512bf16")]
fn pieces<const ROWS: usize, const SIDE: usize>(
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
    let mut panels = [[[NONE; SIDE]; 16]; STEPS];
    for step in (0..steps).step_by(STEPS) {
        let (count, add) = (STEPS.min(steps - step), add || step > 0);
        for row in (0..left.rows).step_by(TOGETHER) {
            let rows = TOGETHER.min(left.rows - row);
            terms.clear();
            for (at, together) in groups::<ROWS>(rows) {
                for step in step..step + count {
                    take_rows(left, step, row + at..row + at + together, &mut terms);
                }
            }
            for column in (0..stride).step_by(SIDE) {
                for (at, panel) in panels[..count].iter_mut().enumerate() {
                    for side in 0..SIDE {
                        take_tile(&tiles[(column + side) * steps + step + at], panel, side);
                    }
                }
                for (at, together) in groups::<ROWS>(rows) {
                    let terms = &terms[at * count..(at + together) * count];
                    let out = &mut out[(row + at) * stride + column..];
                    match together {
                        1 => block::<1, SIDE>(terms, &panels, out, stride, add),
                        2 => block::<2, SIDE>(terms, &panels, out, stride, add),
                        4 => block::<4, SIDE>(terms, &panels, out, stride, add),
                        _ => block::<ROWS, SIDE>(terms, &panels, out, stride, add),
                    }
                }
            }
        }
    }
}

/// The product of `ROWS` rows, of which `left` has the terms of all, 32 at a time, and of the first panels. Rows of `out`
/// lie `stride` lanes apart; with `add`, it is added to them. They are in the first cache from step to step: registers
/// have no room for them beside the halves.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512bf16")]
fn block<const ROWS: usize, const SIDE: usize>(
    left: &[Pairs],
    right: &[Panel<SIDE>],
    out: &mut [[f32; 16]],
    stride: usize,
    add: bool,
) {
    for (at, (left, right)) in left.as_chunks::<ROWS>().0.iter().zip(right).enumerate() {
        let even = half::<ROWS, SIDE, 0>(left, right);
        let odd = half::<ROWS, SIDE, 8>(left, right);
        for i in 0..ROWS {
            for side in 0..SIDE {
                let out = &mut out[i * stride + side];
                let begin = if add || at > 0 { *out } else { [0.0; 16] };
                // SAFETY: 16 numbers each.
                unsafe {
                    let sum = _mm512_add_ps(even[i][side], odd[i][side]);
                    let sum = _mm512_add_ps(_mm512_loadu_ps(begin.as_ptr()), sum);
                    _mm512_storeu_ps(out.as_mut_ptr(), sum);
                }
            }
        }
    }
}

/// The sums of 8 pairs, from the `FIRST`.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512bf16")]
#[allow(clippy::needless_range_loop)] // as in super::block
fn half<const ROWS: usize, const SIDE: usize, const FIRST: usize>(
    left: &[Pairs; ROWS],
    right: &Panel<SIDE>,
) -> [[__m512; SIDE]; ROWS] {
    let mut sums = [[_mm512_setzero_ps(); SIDE]; ROWS];
    for k in FIRST..FIRST + 8 {
        let mut b = [_mm512_setzero_si512(); SIDE];
        for side in 0..SIDE {
            b[side] = load(&right[k][side].0);
        }
        for i in 0..ROWS {
            let a = _mm512_set1_epi32(left[i].0[k].cast_signed());
            for side in 0..SIDE {
                sums[i][side] = _mm512_dpbf16_ps(sums[i][side], numbers(a), numbers(b[side]));
            }
        }
    }
    sums
}

/// Sixteen pairs as numbers.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512bf16")]
fn numbers(pairs: __m512i) -> __m512bh {
    // SAFETY: another type for the same 64 bytes, of which any are numbers.
    unsafe { std::mem::transmute::<__m512i, __m512bh>(pairs) }
}

/// Adds 32 terms of each of some rows.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512bf16")]
fn take_rows(left: &Left<'_>, step: usize, rows: std::ops::Range<usize>, out: &mut Vec<Pairs>) {
    let a_segment = left.depth / 32;
    let start = left.starts[step / a_segment] + step % a_segment * 32;
    let first = _mm512_setr_epi32(0, 2, 4, 6, 8, 10, 12, 14, 0, 2, 4, 6, 8, 10, 12, 14);
    let second = _mm512_add_epi32(first, _mm512_set1_epi32(1));
    for row in rows {
        if let Some(terms) = left.values[start + row * left.stride..].first_chunk::<32>() {
            let terms = load(&bytemuck::cast(*terms));
            let first = _mm512_permutexvar_epi32(first, terms);
            let second = _mm512_permutexvar_epi32(second, terms);
            let [even, odd] = put_together(first, second);
            let mut pairs = NONE;
            store(_mm512_mask_blend_epi32(0xff00, even, odd), &mut pairs.0);
            out.push(pairs);
        }
    }
}

/// Puts a tile into a panel.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512bf16")]
fn take_tile<const SIDE: usize>(tile: &Tile, panel: &mut Panel<SIDE>, side: usize) {
    for k in 0..8 {
        let [even, odd] = put_together(load(&tile[2 * k]), load(&tile[2 * k + 1]));
        store(even, &mut panel[k][side].0);
        store(odd, &mut panel[k + 8][side].0);
    }
}

/// Of pairs as the factors have them, terms k and k + 1 in `first`, k + 2 and k + 3 in `second`: pairs of k + 2 and k,
/// then of k + 3 and k + 1, lower half first.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512bf16")]
fn put_together(first: __m512i, second: __m512i) -> [__m512i; 2] {
    let upper = 0xaaaa_aaaa;
    [
        _mm512_mask_blend_epi16(upper, second, _mm512_slli_epi32(first, 16)),
        _mm512_mask_blend_epi16(upper, _mm512_srli_epi32(second, 16), first),
    ]
}

#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512bf16")]
fn load(from: &[u32; 16]) -> __m512i {
    // SAFETY: reads the 64 bytes that it is given, which need not be aligned.
    unsafe { _mm512_loadu_si512(from.as_ptr().cast()) }
}

#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512bf16")]
fn store(what: __m512i, to: &mut [u32; 16]) {
    // SAFETY: writes the 64 bytes that it is given, which need not be aligned.
    unsafe { _mm512_storeu_si512(to.as_mut_ptr().cast(), what) }
}
