//! The weights of n-grams: four bits for each kind of text, and a scale for each n-gram.
//!
//! A weight is a number from -8 to 7, stored as 0 to 15, times the scale of its row, which is one of [`SCALES`]
//! units: n-grams that say much need a wider range, those that say little finer steps. A row is blocks of 64 weights;
//! byte i of a block has weight i in its lower half and weight i + 32 in its upper half, so that one addition serves
//! all bytes alike. Rows of one scale are added together, as many as fit into sums of eight bits that stay in
//! registers. Sums are whole numbers: they depend neither on order nor on the machine.

use multiversion::multiversion;

/// What a weight may be multiplied with, in units.
pub const SCALES: [i32; 4] = [2, 3, 4, 6];

/// Bytes of a block.
const BLOCK: usize = 32;
/// How many rows fit into sums of eight bits.
const FULL: usize = 255 / 15;
/// How many of these fit, times a scale, into sums of sixteen bits.
const WIDER: usize = 40;
/// How a weight of zero is stored.
const ZERO: i32 = 8;

/// Weights of 64 kinds; half a cache line, never parts of two.
#[derive(Debug, Clone, Copy)]
#[repr(align(32))]
struct Block([u8; BLOCK]);

/// A table of rows.
#[derive(Debug, Clone)]
pub struct Rows {
    kinds: usize,
    /// Blocks of a row.
    stride: usize,
    blocks: Vec<Block>,
    /// The scale of each row, as its place in [`SCALES`]; apart, because few bytes are in the cache sooner.
    scales: Vec<u8>,
}

impl Rows {
    /// A table of rows of `kinds` weights, all of them zero, with the first scale.
    pub fn new(rows: usize, kinds: usize) -> Self {
        let stride = kinds.div_ceil(2 * BLOCK);
        Rows {
            kinds,
            stride,
            blocks: vec![Block([0x88; BLOCK]); rows * stride],
            scales: vec![0; rows],
        }
    }

    /// The number of kinds.
    pub fn kinds(&self) -> usize {
        self.kinds
    }

    /// The number of rows.
    pub fn len(&self) -> usize {
        self.scales.len()
    }

    /// The weight of a kind in a row, from -8 to 7.
    pub fn get(&self, row: usize, kind: usize) -> i8 {
        let (block, byte, shift) = self.place(row, kind);
        (self.blocks[block].0[byte] >> shift & 15) as i8 - 8
    }

    /// Sets the weight of a kind in a row, from -8 to 7.
    pub fn set(&mut self, row: usize, kind: usize, weight: i8) {
        let (block, byte, shift) = self.place(row, kind);
        let byte = &mut self.blocks[block].0[byte];
        *byte = *byte & !(15 << shift) | ((weight.clamp(-8, 7) + 8) as u8) << shift;
    }

    fn place(&self, row: usize, kind: usize) -> (usize, usize, usize) {
        let (block, kind) = (kind / (2 * BLOCK), kind % (2 * BLOCK));
        (row * self.stride + block, kind % BLOCK, 4 * (kind / BLOCK))
    }

    /// The scale of a row, as its place in [`SCALES`].
    #[inline]
    pub fn scale(&self, row: usize) -> u8 {
        self.scales[row]
    }

    /// Sets the scale of a row, a place in [`SCALES`].
    pub fn set_scale(&mut self, row: usize, scale: u8) {
        self.scales[row] = scale % SCALES.len() as u8;
    }
}

/// The sums of rows.
#[derive(Debug, Clone)]
pub struct Sums {
    /// Rows to be added, by scale.
    waiting: [Vec<u32>; SCALES.len()],
    sums: Vec<i32>,
    rows: u32,
}

impl Sums {
    /// For rows of this table.
    pub fn new(rows: &Rows) -> Self {
        Sums {
            waiting: [const { Vec::new() }; SCALES.len()],
            sums: vec![0; 2 * BLOCK * rows.stride],
            rows: 0,
        }
    }

    /// Begins anew.
    pub fn clear(&mut self) {
        self.waiting.iter_mut().for_each(Vec::clear);
        self.sums.fill(0);
        self.rows = 0;
    }

    /// Adds rows, at most 2^24 in all.
    pub fn add(&mut self, table: &Rows, rows: &[u32]) {
        for &row in rows {
            self.waiting[usize::from(table.scale(row as usize))].push(row);
        }
        if self.waiting.iter().any(|waiting| waiting.len() >= 8 * FULL) {
            self.settle(table);
        }
    }

    /// How many rows have been added up.
    pub fn rows(&self) -> u32 {
        self.rows
    }

    fn settle(&mut self, table: &Rows) {
        for block in 0..table.stride {
            let sums = &mut self.sums[2 * BLOCK * block..][..2 * BLOCK];
            add_all(&table.blocks, (block, table.stride), &self.waiting, sums);
        }
        self.rows += self.waiting.iter().map(|waiting| waiting.len() as u32).sum::<u32>();
        self.waiting.iter_mut().for_each(Vec::clear);
    }

    /// How many rows were added, and the sum of the weights of each kind in units (and of what fills the rows up).
    pub fn get(&mut self, table: &Rows) -> (u32, &[i32]) {
        self.settle(table);
        (self.rows, &self.sums)
    }
}

/// Adds the weights in one of the blocks of rows, which wait by scale, times their scales, for rows of `stride`
/// blocks.
#[multiversion(targets("x86_64+avx2"))]
fn add_all(
    blocks: &[Block],
    (block, stride): (usize, usize),
    waiting: &[Vec<u32>; SCALES.len()],
    sums: &mut [i32],
) {
    let (mut zero, mut wider, mut filled) = (0, [0u16; 2 * BLOCK], 0);
    for (rows, scale) in waiting.iter().zip(SCALES) {
        zero += ZERO * scale * rows.len() as i32;
        for rows in rows.chunks(FULL) {
            let (mut low, mut high) = ([0u8; BLOCK], [0u8; BLOCK]);
            for &row in rows {
                let Block(block) = &blocks[row as usize * stride + block];
                for i in 0..BLOCK {
                    low[i] += block[i] & 15;
                    high[i] += block[i] >> 4;
                }
            }
            for i in 0..BLOCK {
                wider[i] += u16::from(low[i]) * scale as u16;
                wider[BLOCK + i] += u16::from(high[i]) * scale as u16;
            }
            filled += 1;
            if filled == WIDER {
                sums.iter_mut()
                    .zip(&mut wider)
                    .for_each(|(sum, wider)| *sum += i32::from(std::mem::take(wider)));
                filled = 0;
            }
        }
    }
    sums.iter_mut().zip(wider).for_each(|(sum, wider)| *sum += i32::from(wider));
    sums.iter_mut().for_each(|sum| *sum -= zero);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_those_of_the_weights_times_their_scales() {
        for kinds in [1, 2, 33, 63, 64, 65, 200] {
            let mut rows = Rows::new(40, kinds);
            let weight = |row: usize, kind: usize| ((row * 7 + kind * 5) % 16) as i8 - 8;
            let scale = |row: usize| (row * 3 % 4) as u8;
            for row in 0..40 {
                (0..kinds).for_each(|kind| rows.set(row, kind, weight(row, kind)));
                rows.set_scale(row, scale(row));
            }
            assert!(
                (0..40).all(|row| (0..kinds).all(|kind| rows.get(row, kind) == weight(row, kind)))
            );
            assert!((0..40).all(|row| rows.scale(row) == scale(row)));
            assert_eq!((rows.len(), rows.kinds()), (40, kinds));
            let mut sums = Sums::new(&rows);
            for many in [0, 1, 16, 17, 18, 1000] {
                sums.clear();
                let all: Vec<u32> = (0..many).map(|i| i % 40).collect();
                all.chunks(7).for_each(|some| sums.add(&rows, some));
                let (n, is) = sums.get(&rows);
                let of = |row: u32, kind| {
                    i32::from(weight(row as usize, kind)) * SCALES[usize::from(scale(row as usize))]
                };
                let slow = |kind| all.iter().map(|&row| of(row, kind)).sum::<i32>();
                assert_eq!((n, &is[..kinds]), (many, &*(0..kinds).map(slow).collect::<Vec<_>>()));
            }
        }
    }

    #[test]
    fn weights_out_of_range_are_the_nearest_in_it() {
        let mut rows = Rows::new(1, 2);
        rows.set(0, 0, 100);
        rows.set(0, 1, -100);
        assert_eq!((rows.get(0, 0), rows.get(0, 1), rows.scale(0)), (7, -8, 0));
    }
}
