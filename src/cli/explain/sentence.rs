//! The sentence with a bar at every gap: how probable it is that the word is missing there.

use super::explained::Explained;
use super::paint::{FAINT, heat, paint};
use super::paper::{Piece, bar, wrap};

/// A less probable gap has a dot.
const NOTABLE: f64 = 0.005;

pub fn with_bars(explained: &Explained<'_>) -> String {
    let mark = |p: f64| match p >= NOTABLE {
        true => Piece { text: paint(heat(p), &bar(p).to_string()), width: 1 },
        false => Piece { text: paint(FAINT, "·"), width: 1 },
    };
    let mut pieces = Vec::new();
    for (i, word) in explained.words.iter().enumerate() {
        pieces.push(Piece::plain(word.as_str()));
        pieces.extend(explained.known.gaps.get(i).map(|gap| mark(gap.probability)));
    }
    wrap(pieces)
}
