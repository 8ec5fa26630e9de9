//! Rows to columns.

use crate::net::aligned::Aligned;

/// (rows, width) → (width, rows)
pub(super) fn transpose(values: &[u16], width: usize, out: &mut Aligned<u16>) {
    const SIDE: usize = 32;
    let rows = values.len() / width;
    out.resize(values.len(), 0);
    for row in (0..rows).step_by(SIDE) {
        for column in (0..width).step_by(SIDE) {
            for column in column..(column + SIDE).min(width) {
                let out = &mut out[column * rows..][row..(row + SIDE).min(rows)];
                for (i, out) in out.iter_mut().enumerate() {
                    *out = values[(row + i) * width + column];
                }
            }
        }
    }
}
