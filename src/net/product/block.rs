//! Some rows and columns of a product, summed up in registers.

/// Sixteen numbers in a row: a cache line.
#[repr(C, align(64))]
#[derive(Clone, Copy)]
pub struct Lanes([f32; 16]);

impl Lanes {
    pub const ZERO: Self = Lanes([0.0; 16]);
}

/// 32 terms of a row of the left factor: the even ones, then the odd ones.
pub type Terms = [Lanes; 2];
/// A tile of the right factor: rows of 16 pairs, the first number of each in the lower bits.
pub type Tile = [[u32; 16]; 16];

/// Pairs in 16 bits, as both factors have them: the first numbers of all, then the second ones.
#[inline(always)]
pub fn widen(pairs: &[u32; 16]) -> [Lanes; 2] {
    [widen_half::<0>(pairs), widen_half::<1>(pairs)]
}

/// The first numbers of all pairs, or the second ones. Neither here nor below are there closures or iterators, which are
/// not always inlined, and then cost more than what they are for; nor `bf16::widen`, which takes twice as many
/// instructions.
#[inline(always)]
#[allow(clippy::needless_range_loop)]
fn widen_half<const ODD: usize>(pairs: &[u32; 16]) -> Lanes {
    let mut out = Lanes::ZERO;
    for j in 0..16 {
        let pair = pairs[j];
        out.0[j] = f32::from_bits(if ODD == 0 { pair << 16 } else { pair >> 16 << 16 });
    }
    out
}

/// The product of `ROWS` rows, of which `left` has the terms of all, 32 at a time, and of `SIDE` tiles' columns, of which
/// `right` has the tiles one below the other. Rows of `out` lie `stride` lanes apart; with `add`, it is added to them.
/// `FUSED` says how to multiply and add: by one instruction, or by two, which give the same, as a product of two numbers
/// of 16 bits is exact in 32.
#[inline(always)]
#[allow(clippy::needless_range_loop)] // see above
pub fn block<const ROWS: usize, const SIDE: usize, const FUSED: bool>(
    left: &[Terms],
    right: [&[Tile]; SIDE],
    out: &mut [[f32; 16]],
    stride: usize,
    add: bool,
) {
    let mut sums = [[Lanes::ZERO; SIDE]; ROWS];
    if add {
        for i in 0..ROWS {
            for side in 0..SIDE {
                sums[i][side].0 = out[i * stride + side];
            }
        }
    }
    let left = left.as_chunks::<ROWS>().0;
    for at in 0..left.len() {
        let mut tiles = [&right[0][at]; SIDE];
        for side in 0..SIDE {
            tiles[side] = &right[side][at];
        }
        let even = half::<ROWS, SIDE, 0, FUSED>(&left[at], tiles);
        let odd = half::<ROWS, SIDE, 1, FUSED>(&left[at], tiles);
        for i in 0..ROWS {
            for side in 0..SIDE {
                for j in 0..16 {
                    sums[i][side].0[j] += even[i][side].0[j] + odd[i][side].0[j];
                }
            }
        }
    }
    for i in 0..ROWS {
        for side in 0..SIDE {
            out[i * stride + side] = sums[i][side].0;
        }
    }
}

/// The sums of the even or of the odd ones of 32 terms. Widening a tile's numbers once more for every `ROWS` rows costs
/// one instruction for `ROWS` that multiply; keeping them widened costs more.
#[inline(always)]
#[allow(clippy::needless_range_loop)]
fn half<const ROWS: usize, const SIDE: usize, const ODD: usize, const FUSED: bool>(
    left: &[Terms; ROWS],
    tiles: [&Tile; SIDE],
) -> [[Lanes; SIDE]; ROWS] {
    let mut sums = [[Lanes::ZERO; SIDE]; ROWS];
    for k in 0..16 {
        let mut b = [Lanes::ZERO; SIDE];
        for side in 0..SIDE {
            b[side] = widen_half::<ODD>(&tiles[side][k]);
        }
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
