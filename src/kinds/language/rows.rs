//! The weights of n-grams: four bits for each kind of text, and a scale for each n-gram.
//!
//! A weight is a number from -8 to 7, stored as 0 to 15, times the scale of its row, which is one of [`SCALES`] units:
//! n-grams that say much need a wider range, those that say little finer steps. Byte i of a row has kind i in its
//! lower half and kind i + stride in its upper half, so that one addition serves all bytes alike; the half after those of
//! the last kind is the scale. Sums are whole numbers: they depend neither on order nor on the machine.

/// What a weight may be multiplied with, in units.
pub const SCALES: [i32; 4] = [2, 3, 4, 6];

/// How many rows fit into sums of eight bits.
const FULL: u32 = 255 / 15;
/// Rows are a multiple of this many bytes long.
const BLOCK: usize = 16;

/// A table of rows.
#[derive(Debug, Clone)]
pub struct Rows {
    kinds: usize,
    stride: usize,
    bytes: Vec<u8>,
}

impl Rows {
    /// A table of rows of `kinds` weights, all of them zero, with the first scale.
    pub fn new(rows: usize, kinds: usize) -> Self {
        let stride = (kinds + 1).div_ceil(2).next_multiple_of(BLOCK);
        let mut all = Rows { kinds, stride, bytes: vec![0x88; rows * stride] };
        (0..rows).for_each(|row| all.set_half(row, kinds, 0));
        all
    }

    /// The number of kinds.
    pub fn kinds(&self) -> usize {
        self.kinds
    }

    /// The number of rows.
    pub fn len(&self) -> usize {
        self.bytes.len() / self.stride
    }

    /// The weight of a kind in a row, from -8 to 7.
    pub fn get(&self, row: usize, kind: usize) -> i8 {
        self.half(row, kind) as i8 - 8
    }

    /// Sets the weight of a kind in a row, from -8 to 7.
    pub fn set(&mut self, row: usize, kind: usize, weight: i8) {
        self.set_half(row, kind, (weight.clamp(-8, 7) + 8) as u8);
    }

    /// The scale of a row, as its place in [`SCALES`].
    pub fn scale(&self, row: usize) -> u8 {
        self.half(row, self.kinds)
    }

    /// Sets the scale of a row, a place in [`SCALES`].
    pub fn set_scale(&mut self, row: usize, scale: u8) {
        self.set_half(row, self.kinds, scale % SCALES.len() as u8);
    }

    fn half(&self, row: usize, i: usize) -> u8 {
        self.bytes[row * self.stride + i % self.stride] >> (4 * (i / self.stride)) & 15
    }

    fn set_half(&mut self, row: usize, i: usize, half: u8) {
        let byte = &mut self.bytes[row * self.stride + i % self.stride];
        let shift = 4 * (i / self.stride);
        *byte = *byte & !(15 << shift) | half << shift;
    }
}

/// The sums of rows.
#[derive(Debug, Clone)]
pub struct Sums {
    /// For each scale.
    narrow: [Narrow; SCALES.len()],
    wide: Vec<i32>,
    rows: u32,
}

/// Sums of at most [`FULL`] rows of one scale.
#[derive(Debug, Clone)]
struct Narrow {
    low: Vec<[u8; BLOCK]>,
    high: Vec<[u8; BLOCK]>,
    rows: u32,
}

impl Sums {
    /// For rows of this table.
    pub fn new(rows: &Rows) -> Self {
        let zeros = vec![[0; BLOCK]; rows.stride / BLOCK];
        let narrow = [(); SCALES.len()].map(|()| Narrow {
            low: zeros.clone(),
            high: zeros.clone(),
            rows: 0,
        });
        Sums { narrow, wide: vec![0; 2 * rows.stride], rows: 0 }
    }

    /// Begins anew.
    pub fn clear(&mut self) {
        self.widen_all();
        self.wide.fill(0);
        self.rows = 0;
    }

    /// Adds rows; at most 2^24 of them in all.
    pub fn add(&mut self, table: &Rows, rows: &[u32]) {
        let (place, shift) = (table.kinds % table.stride, 4 * (table.kinds / table.stride));
        self.rows += rows.len() as u32;
        for &row in rows {
            let row = &table.bytes[row as usize * table.stride..][..table.stride];
            let scale = usize::from(row[place] >> shift & 3);
            let narrow = &mut self.narrow[scale];
            for ((low, high), block) in
                narrow.low.iter_mut().zip(&mut narrow.high).zip(row.as_chunks::<BLOCK>().0)
            {
                for i in 0..BLOCK {
                    low[i] += block[i] & 15;
                    high[i] += block[i] >> 4;
                }
            }
            narrow.rows += 1;
            if narrow.rows == FULL {
                narrow.widen(SCALES[scale], &mut self.wide);
            }
        }
    }

    fn widen_all(&mut self) {
        for (narrow, scale) in self.narrow.iter_mut().zip(SCALES) {
            if narrow.rows > 0 {
                narrow.widen(scale, &mut self.wide);
            }
        }
    }

    /// How many rows were added, and the sum of the weights of each kind in units (and of what fills the rows up).
    pub fn get(&mut self) -> (u32, &[i32]) {
        self.widen_all();
        (self.rows, &self.wide)
    }
}

impl Narrow {
    fn widen(&mut self, scale: i32, wide: &mut [i32]) {
        let zero = 8 * self.rows as i32;
        let (low, high) = wide.split_at_mut(self.low.len() * BLOCK);
        for (wide, narrow) in [(low, &mut self.low), (high, &mut self.high)] {
            let sums = wide.iter_mut().zip(narrow.as_flattened());
            sums.for_each(|(wide, &narrow)| *wide += (i32::from(narrow) - zero) * scale);
            narrow.fill([0; BLOCK]);
        }
        self.rows = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_those_of_the_weights_times_their_scales() {
        for kinds in [1, 2, 31, 32, 33, 63, 200] {
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
                let (some, more) = all.split_at(all.len() / 3);
                sums.add(&rows, some);
                sums.add(&rows, more);
                let (n, is) = sums.get();
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
