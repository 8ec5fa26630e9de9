//! Quotes and brackets that must close: n-grams do not remember what was opened.
//!
//! A straight quote is *needed* where the sentence has an odd number of them. A closing bracket is needed
//! where more brackets of its kind are open before the gap than are closed after it, an opening one in the
//! opposite case:
//!
//! ```text
//! open(i)  = max(open(i-1), 0) + 1 for ( and - 1 for ), from the left up to the gap, never below 0
//! close(i) = the same for ) and (, from the right
//! ) is needed if open > close at the gap, ( if close > open
//! ```
//!
//! Four features of a mark, of which one is 1: a needed quote, a needed opening bracket, a needed
//! closing bracket, a mark that is not needed. All other words have zeros. (Karpathy et al.,
//! *Visualizing and Understanding Recurrent Networks*, 2015, find that quotes and brackets are where a
//! long memory is furthest ahead of n-grams.)

use super::source::{Context, Source};
use crate::model::vocabulary::Vocabulary;
use crate::model::words::UNK;

/// How many features there are.
const COUNT: usize = 4;

pub const SOURCE: Source = Source {
    name: "quotes",
    count: COUNT,
    weights: |calibration| &mut calibration.quotes,
    features: |context, words, out, _| features(context, words, out.as_chunks_mut().0),
};

/// The quote that opens and closes.
const QUOTE: &[u8] = b"\"";
/// What opens, and what closes it.
const PAIRS: [[&str; 2]; 6] =
    [["(", ")"], ["[", "]"], ["{", "}"], ["\u{201c}", "\u{201d}"], ["«", "»"], ["``", "''"]];

/// The features of some words in a gap.
///
/// # Complexity
/// One look-up a mark, one pass over the sentence for each mark of the model.
fn features(context: &Context<'_>, words: &[u32], out: &mut [[f64; COUNT]]) {
    let Context { left, right, .. } = *context;
    let vocabulary = &context.view.vocabulary;
    out.fill([0.0; COUNT]);
    let mut set = |mark: u32, feature: usize| {
        let places = words.iter().zip(&mut *out).filter(|(word, _)| **word == mark);
        places.for_each(|(_, features)| features[feature] = 1.0);
    };
    if let Some(quote) = id(vocabulary, QUOTE) {
        let quotes = left.iter().chain(right).filter(|&&word| word == quote).count();
        set(quote, if quotes % 2 == 1 { 0 } else { 3 });
    }
    for [open, close] in PAIRS {
        let [open, close] = [open, close].map(|mark| id(vocabulary, mark.as_bytes()));
        let opened = unmatched(left.iter(), open, close);
        let closed = unmatched(right.iter().rev(), close, open);
        if let Some(open) = open {
            set(open, if closed > opened { 1 } else { 3 });
        }
        if let Some(close) = close {
            set(close, if opened > closed { 2 } else { 3 });
        }
    }
}

/// The id of a mark, if the model has it.
fn id(vocabulary: &Vocabulary<'_>, mark: &[u8]) -> Option<u32> {
    Some(vocabulary.id(mark)).filter(|&id| id != UNK)
}

/// How many marks `open` are left when each `close` has closed one before it.
fn unmatched<'a>(
    words: impl Iterator<Item = &'a u32>,
    open: Option<u32>,
    close: Option<u32>,
) -> usize {
    words.fold(0usize, |depth, &word| match Some(word) {
        word if word == open => depth + 1,
        word if word == close => depth.saturating_sub(1),
        _ => depth,
    })
}

#[cfg(test)]
mod tests {
    use super::super::tests::with_words;
    use super::*;

    const WORDS: &str = "a \" ( ) [ ] \u{201c} \u{201d}";

    /// Which feature each of the words has in the gap of a sentence that `_` stands for.
    fn found(sentence: &str, words: &str) -> Vec<Option<usize>> {
        let mut found = Vec::new();
        with_words(WORDS, |view, ids| {
            let (left, right) = sentence.split_once(" _ ").unwrap();
            let (left, right) = (ids(left), ids(right));
            let context = Context { view, left: &left, right: &right, expected: None };
            let words = ids(words);
            let mut out = vec![[7.0; COUNT]; words.len()];
            features(&context, &words, &mut out);
            found = out.iter().map(|row| row.iter().position(|&f| f == 1.0)).collect();
            let ones = out.iter().flatten().filter(|&&f| f == 1.0).count();
            let zeros = out.iter().flatten().filter(|&&f| f == 0.0).count();
            assert_eq!((ones, zeros), (found.iter().flatten().count(), COUNT * words.len() - ones));
        });
        found
    }

    #[test]
    fn quotes_come_in_pairs() {
        for (sentence, feature) in [
            ("a _ a", 3),
            ("\" a _ a", 0),
            ("a _ a \" a", 0),
            ("\" a _ \"", 3),
            ("\" a \" _ \"", 0),
        ] {
            assert_eq!(found(sentence, "\" a"), [Some(feature), None], "{sentence}");
        }
    }

    #[test]
    fn a_bracket_closes_what_is_open_and_not_closed() {
        for (sentence, open, close) in [
            ("a _ a", 3, 3),
            ("a ( a _ a", 3, 2),
            ("a _ a ) a", 1, 3),
            ("( a _ a )", 3, 3),
            ("( a ) a _ a", 3, 3),
            ("a ) ( a _ a", 3, 2),
            ("a _ ( a ) a )", 1, 3),
            ("( ( a _ a ) a", 3, 2),
        ] {
            assert_eq!(found(sentence, "( )"), [Some(open), Some(close)], "{sentence}");
        }
        // Kinds do not mix.
        assert_eq!(found("( a _ a", "] )"), [Some(3), Some(2)]);
        assert_eq!(found("\u{201c} a _ a", "\u{201d} \""), [Some(2), Some(3)]);
    }

    #[test]
    fn a_mark_that_is_not_in_the_model_is_not_a_word() {
        // { is <unk> here, and so is the candidate.
        assert_eq!(found("{ a _ a", "} b"), [None, None]);
    }
}
