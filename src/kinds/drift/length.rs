//! Lines of equal lengths.
//!
//! The lines of both texts, the shortest first, make pairs, and of both lines of a pair stays a piece of as many
//! tokens: those of the shorter one. First and last tokens are left out before, since otherwise whole lines would be
//! told from pieces by their beginnings and ends. Where the piece begins is drawn by the line's hash.

use crate::kinds::features;

/// Cuts the lines of both sides, equally many, whose tokens have a space between them.
pub fn level(lines: &mut [String], hashes: &[u64], is_new: &[bool]) {
    let lengths: Vec<usize> = lines.iter().map(|line| inner(line).count()).collect();
    let side = |new: bool| {
        let mut side: Vec<usize> = (0..lines.len()).filter(|&at| is_new[at] == new).collect();
        side.sort_by_key(|&at| (lengths[at], hashes[at]));
        side
    };
    for (old, new) in side(false).into_iter().zip(side(true)) {
        let length = lengths[old].min(lengths[new]);
        for at in [old, new] {
            let first = features::row(hashes[at].rotate_left(32), lengths[at] - length + 1);
            let piece: Vec<&str> = inner(&lines[at]).skip(first).take(length).collect();
            lines[at] = piece.join(" ");
        }
    }
}

/// The tokens but for the first and the last.
fn inner(line: &str) -> impl Iterator<Item = &str> {
    let count = line.split_ascii_whitespace().count();
    line.split_ascii_whitespace().take(count.saturating_sub(1)).skip(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn both_sides_have_the_same_lengths_and_pieces_of_their_lines(
            old in proptest::collection::vec("([a-e]{1,2} ){0,9}", 1..20),
            new in proptest::collection::vec("([a-e]{1,2} ){0,9}", 1..20),
        ) {
            let n = old.len().min(new.len());
            let before: Vec<String> = [&old[..n], &new[..n]].concat();
            let hashes: Vec<u64> = (0..2 * n).map(|i| features::tokens([&i.to_le_bytes()[..]])).collect();
            let is_new: Vec<bool> = (0..2 * n).map(|at| at >= n).collect();
            let mut after = before.clone();
            level(&mut after, &hashes, &is_new);
            let lengths = |lines: &[String]| {
                let mut all: Vec<usize> = lines.iter().map(|line| line.split_ascii_whitespace().count()).collect();
                all.sort_unstable();
                all
            };
            prop_assert_eq!(lengths(&after[..n]), lengths(&after[n..]));
            for (before, after) in before.iter().zip(&after) {
                let within = inner(before).collect::<Vec<_>>().join(" ");
                let inside = format!(" {within} ").contains(&format!(" {after} "));
                prop_assert!(inside || after.is_empty());
            }
        }
    }

    #[test]
    fn of_equal_lines_all_but_the_ends_stays() {
        let mut lines = ["a b c d", "e f g h i"].map(str::to_owned);
        level(&mut lines, &[3, u64::MAX], &[false, true]);
        assert_eq!(lines[0], "b c");
        assert!(["f g", "g h"].contains(&lines[1].as_str()), "{lines:?}");
    }
}
