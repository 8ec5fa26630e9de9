//! Removes one word from a sentence, as the competition did: uniformly, never the first or last.

use crate::random::Random;
use crate::text::tokens;

/// The sentence without one of its inner words, or `None` if it has fewer than three words. The spaces before
/// the word go with it, so that single spaces on both sides leave one.
pub fn remove_word(sentence: &[u8], random: &mut Random) -> Option<Vec<u8>> {
    let spans: Vec<_> = tokens::spans(sentence).collect();
    if spans.len() < 3 {
        return None;
    }
    let at = 1 + random.below(spans.len() - 2);
    Some([&sentence[..spans[at - 1].end], &sentence[spans[at].end..]].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_inner_word_and_no_other_is_removed_equally_often() {
        let mut random = Random::new(3);
        let mut counts = std::collections::BTreeMap::new();
        for _ in 0..30_000 {
            *counts.entry(remove_word(b"a b c d e", &mut random).unwrap()).or_insert(0) += 1;
        }
        let seen: Vec<&[u8]> = counts.keys().map(Vec::as_slice).collect();
        assert_eq!(seen, [&b"a b c e"[..], b"a b d e", b"a c d e"]);
        assert!(counts.values().all(|count| (9_600..10_400).contains(count)), "{counts:?}");
    }

    #[test]
    fn sentences_under_three_words_are_left_out() {
        assert_eq!(remove_word(b"a b", &mut Random::new(1)), None);
        assert_eq!(remove_word(b"a b c", &mut Random::new(1)), Some(b"a c".to_vec()));
    }
}
