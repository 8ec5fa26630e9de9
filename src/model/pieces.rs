//! Cutting work into pieces of about the same size.

use std::ops::Range;

/// Cuts `0..count` into ranges, each but the last of at least `least`; `before(i)` is the size of all
/// that comes before the `i`-th item, for `i` up to `count`.
pub fn pieces(count: usize, before: impl Fn(usize) -> u64, least: u64) -> Vec<Range<usize>> {
    let (mut pieces, mut start) = (Vec::new(), 0);
    for end in 1..=count {
        if before(end) - before(start) >= least {
            pieces.push(start..end);
            start = end;
        }
    }
    if start < count {
        pieces.push(start..count);
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_follow_each_other_and_hold_enough() {
        let before = |i: usize| [0, 1, 5, 5, 6, 9, 10][i];
        assert_eq!(pieces(6, before, 4), [0..2, 2..5, 5..6]);
        assert_eq!(pieces(6, before, 5), [0..2, 2..6]);
        assert!(pieces(0, before, 4).is_empty());
    }
}
