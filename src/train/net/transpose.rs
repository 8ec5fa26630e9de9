//! Rows to columns.

use crate::net::aligned::Aligned;

/// Rows whose numbers fill a cache line of a column.
const BLOCK: usize = 32;

/// (rows, width) → (width, stride); returns the stride, which is the next multiple of four of the rows. Zeros fill a
/// column up to it.
///
/// # Panics
/// The width is 0 or no multiple of four.
pub(super) fn transpose(values: &Aligned<u16>, width: usize, out: &mut Aligned<u16>) -> usize {
    assert!(width > 0 && width.is_multiple_of(4), "{width}");
    let rows = values.len() / width;
    if rows == 0 {
        out.clear();
        return 0;
    }
    let stride = rows.next_multiple_of(4);
    out.resize(width * stride, 0);
    let values: &[u64] = bytemuck::cast_slice(&values[..rows * width]);
    let out: &mut [u64] = bytemuck::cast_slice_mut(out);
    let (across, down) = (width / 4, stride / 4);
    for block in (0..stride).step_by(BLOCK) {
        for column in 0..across {
            for row in (block..(block + BLOCK).min(stride)).step_by(4) {
                let at = row * across + column;
                let four = match row + 4 <= rows {
                    true => std::array::from_fn(|i| values[at + i * across]),
                    false => std::array::from_fn(|i| values.get(at + i * across).map_or(0, |x| *x)),
                };
                for (i, four) in columns_of(four).into_iter().enumerate() {
                    out[(4 * column + i) * down + row / 4] = four;
                }
            }
        }
    }
    stride
}

/// Four rows of four numbers, the first in the lowest bits, as columns.
fn columns_of(rows: [u64; 4]) -> [u64; 4] {
    const EVEN: u64 = 0x0000_ffff_0000_ffff;
    const LOW: u64 = 0xffff_ffff;
    let even = |a: u64, b: u64| a & EVEN | (b & EVEN) << 16;
    let odd = |a: u64, b: u64| a >> 16 & EVEN | b & !EVEN;
    let [a, b, c, d] = rows;
    let [ab, cd] = [[even(a, b), odd(a, b)], [even(c, d), odd(c, d)]];
    [
        ab[0] & LOW | cd[0] << 32,
        ab[1] & LOW | cd[1] << 32,
        ab[0] >> 32 | cd[0] & !LOW,
        ab[1] >> 32 | cd[1] & !LOW,
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_gets_to_its_place() {
        for (rows, width) in [(64, 96), (34, 32), (1, 4), (0, 8), (7, 12)] {
            let values = &mut Aligned::default();
            values.resize(rows * width, 0);
            values.iter_mut().enumerate().for_each(|(i, value)| *value = i as u16 + 1);
            let out = &mut Aligned::default();
            let stride = transpose(values, width, out);
            assert!(stride >= rows && out.len() == width * stride);
            for (at, &found) in out.iter().enumerate() {
                let (row, column) = (at % stride, at / stride);
                let expected = if row < rows { row * width + column + 1 } else { 0 };
                assert_eq!(usize::from(found), expected, "{row} {column}");
            }
        }
    }
}
