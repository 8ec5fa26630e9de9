//! Searching sorted numbers where the answer is near.

/// The index of the first item that is not below `item` in a sorted slice: a search in strides that
/// double, fastest where the answer lies within the first `stride` items.
pub fn gallop(items: &[u32], item: u32, stride: usize) -> usize {
    let (mut start, mut step) = (0, stride);
    while items.get(start + step).is_some_and(|&other| other < item) {
        start += step;
        step *= 2;
    }
    let end = (start + step + 1).min(items.len());
    start + items[start..end].partition_point(|&other| other < item)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn galloping_equals_a_plain_search(mut items in proptest::collection::vec(0u32..50, 0..40), item in 0u32..50, stride in 1usize..60) {
            items.sort_unstable();
            prop_assert_eq!(gallop(&items, item, stride), items.partition_point(|&i| i < item));
        }
    }
}
