//! Writes missing words into a text.

use super::repairer::Insertion;

/// A text with insertions, which come in the order of their places.
pub fn apply<'i>(text: &[u8], insertions: impl Iterator<Item = &'i Insertion>) -> Vec<u8> {
    let (mut out, mut from) = (Vec::with_capacity(text.len() + 64), 0);
    for insertion in insertions {
        let at = insertion.place.at.clamp(from, text.len().max(from));
        out.extend_from_slice(&text[from..at]);
        out.extend_from_slice(&insertion.place.text);
        from = at;
    }
    out.extend_from_slice(&text[from..]);
    out
}
