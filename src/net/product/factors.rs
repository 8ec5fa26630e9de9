//! The factors of a product: rows on the left, tiles on the right.

use std::ops::Deref;

use super::bf16;
use crate::net::aligned::Aligned;

/// Numbers in a tile: 16 rows of 16 pairs.
pub const TILE: usize = 512;
/// Columns of a product, and the terms of a sum, come in multiples of this.
pub const BLOCK: usize = 32;

/// The right factor of a product, cut into tiles.
///
/// ```text
/// tile (n, k) at (n * depth / 32 + k) * TILE holds terms 32 k .. 32 k + 32 of columns 16 n .. 16 n + 16:
/// 16 rows, each the terms 2 r and 2 r + 1 of one column after the other
/// ```
#[derive(Debug, Clone, Default)]
pub struct Right<'a> {
    pub(super) tiles: Tiles<'a>,
    pub(super) depth: usize,
    pub(super) columns: usize,
}

/// Tiles of one's own, or of a file.
#[derive(Debug, Clone)]
pub(super) enum Tiles<'a> {
    Own(Aligned<u16>),
    Of(&'a [u16]),
}

impl Default for Tiles<'_> {
    fn default() -> Self {
        Tiles::Own(Aligned::default())
    }
}

impl Deref for Tiles<'_> {
    type Target = [u16];

    fn deref(&self) -> &[u16] {
        match self {
            Tiles::Own(tiles) => tiles,
            Tiles::Of(tiles) => tiles,
        }
    }
}

/// The left factor: rows that lie `stride` numbers apart. A sum's terms come in segments of `depth`
/// numbers each; segment s of row r begins at `starts[s] + r * stride`.
#[derive(Debug, Clone, Copy)]
pub struct Left<'a> {
    /// All numbers.
    pub values: &'a [u16],
    /// From row to row.
    pub stride: usize,
    /// Where the segments of row 0 begin.
    pub starts: &'a [usize],
    /// Terms of a segment.
    pub depth: usize,
    /// How many rows.
    pub rows: usize,
}

impl<'a> Right<'a> {
    /// Tiles from a file; `None` if they do not begin at a multiple of four bytes, or their number does not fit.
    pub fn from_tiles(tiles: &'a [u16], depth: usize, columns: usize) -> Option<Self> {
        let aligned = tiles.is_empty() || tiles.as_ptr().cast::<u32>().is_aligned();
        let fits = aligned && depth.is_multiple_of(BLOCK) && columns.is_multiple_of(BLOCK);
        (fits && depth.checked_mul(columns)? == tiles.len()).then_some(Right {
            tiles: Tiles::Of(tiles),
            depth,
            columns,
        })
    }

    /// Some columns, from a multiple of [`BLOCK`] to another.
    ///
    /// # Panics
    /// There are no such columns.
    pub fn columns(&self, columns: std::ops::Range<usize>) -> Right<'_> {
        assert!(columns.start.is_multiple_of(BLOCK) && columns.end.is_multiple_of(BLOCK));
        let tiles = &self.tiles[columns.start * self.depth..columns.end * self.depth];
        Right { tiles: Tiles::Of(tiles), depth: self.depth, columns: columns.len() }
    }

    /// The tiles.
    pub fn tiles(&self) -> &[u16] {
        &self.tiles
    }

    /// Puts the matrix (depth, columns) that the tiles hold into `out`.
    pub fn put(&self, out: &mut [f32]) {
        for (at, tile) in self.tiles.chunks_exact(TILE).enumerate() {
            let (n, k) = (at / (self.depth / 32) * 16, at % (self.depth / 32) * 32);
            for (i, &x) in tile.iter().enumerate() {
                let (row, column) = (k + i / 32 * 2 + i % 2, n + i % 32 / 2);
                out[row * self.columns + column] = bf16::widen(x);
            }
        }
    }

    /// Cuts a matrix into tiles: `pair(k, columns)` gives the terms 2 k and 2 k + 1 of 16 columns.
    pub fn fill(
        &mut self,
        depth: usize,
        columns: usize,
        pair: impl Fn(usize, std::ops::Range<usize>) -> [u32; 16],
    ) {
        let mut tiles = match std::mem::take(&mut self.tiles) {
            Tiles::Own(tiles) => tiles,
            Tiles::Of(_) => Aligned::default(),
        };
        tiles.resize(depth * columns, 0);
        for (at, tile) in tiles.chunks_exact_mut(TILE).enumerate() {
            let (n, k) = (at / (depth / 32) * 16, at % (depth / 32) * 16);
            for (row, out) in tile.as_chunks_mut::<32>().0.iter_mut().enumerate() {
                *out = bytemuck::cast(pair(k + row, n..n + 16));
            }
        }
        *self = Right { tiles: Tiles::Own(tiles), depth, columns };
    }

    /// Cuts a matrix (depth, columns) of 16-bit numbers into tiles.
    ///
    /// # Panics
    /// There are fewer numbers.
    pub fn fill_from(&mut self, depth: usize, columns: usize, values: &[u16]) {
        self.fill(depth, columns, |k, range| {
            let row = |k: usize| &values[k * columns + range.start..][..16];
            let (low, high) = (row(2 * k), row(2 * k + 1));
            std::array::from_fn(|n| u32::from(low[n]) | u32::from(high[n]) << 16)
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tiles_begin_at_a_multiple_of_four_bytes() {
        let numbers = [0; 2 * TILE + 1];
        let one = |from: usize| Right::from_tiles(&numbers[from..from + 2 * TILE], 32, 32);
        assert!(one(0).is_some() != one(1).is_some());
    }
}
