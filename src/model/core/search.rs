//! Searching rising numbers without a branch that depends on them.
//!
//! A search in an array that is not in the cache waits for memory at every step, and every mispredicted
//! branch discards what it had begun meanwhile. Here the number of steps depends on the length alone, and
//! each step is a conditional move.

/// How many of `count` rising numbers are below a limit; `below` tells for each.
#[inline]
pub fn partition(count: usize, below: impl Fn(usize) -> bool) -> usize {
    let (mut start, mut left) = (0, count);
    while left > 1 {
        let half = left / 2;
        start += if below(start + half - 1) { half } else { 0 };
        left -= half;
    }
    start + usize::from(left == 1 && below(start))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn it_is_the_partition_point(mut items in proptest::collection::vec(0u32..50, 0..70), item in 0u32..52) {
            items.sort_unstable();
            let found = partition(items.len(), |i| items[i] < item);
            prop_assert_eq!(found, items.partition_point(|&other| other < item));
        }
    }
}
