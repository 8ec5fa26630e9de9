//! Which embedding a word has: the most frequent words have their own, all others share one with words of
//! the same shape and ending.

use twox_hash::XxHash3_64;

use super::shape::Shape;

/// The embedding of a word; its rank is its place among all words by frequency, if it has one.
pub fn embedding(shape: &Shape, rank: Option<usize>, word: &[u8]) -> u32 {
    match rank.filter(|&rank| rank < shape.words) {
        Some(rank) => rank as u32,
        None => (shape.words + bucket(word, shape.buckets)) as u32,
    }
}

/// A hash of the word's shape, such as `Aa-00`, and its last three bytes where they are letters.
fn bucket(word: &[u8], buckets: usize) -> usize {
    // Twelve of the shape, a space, three of the ending.
    let (mut key, mut length) = ([0; 16], 0);
    for &byte in word {
        let class = match byte {
            b'A'..=b'Z' => b'A',
            b'a'..=b'z' | 0x80.. => b'a',
            b'0'..=b'9' => b'0',
            other => other,
        };
        let run = key[..length].iter().rev().take_while(|&&last| last == class).count();
        // Runs of letters all look alike; of digits, up to four are told apart.
        let most = if class == b'0' { 4 } else { 1 };
        if run < most && length < 12 {
            key[length] = class;
            length += 1;
        }
    }
    key[length] = b' ';
    length += 1;
    for byte in &word[word.len().saturating_sub(3)..] {
        key[length] = if byte.is_ascii_digit() { b'0' } else { byte.to_ascii_lowercase() };
        length += 1;
    }
    (XxHash3_64::oneshot(&key[..length]) % buckets.max(1) as u64) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rare_words_are_known_by_shape_and_ending() {
        let bucket = |word: &str| bucket(word.as_bytes(), 1 << 20);
        assert_eq!(bucket("reprogramming"), bucket("defunding"));
        assert_ne!(bucket("reprogramming"), bucket("Beijing"));
        assert_ne!(bucket("reprogramming"), bucket("defunded"));
        assert_eq!(bucket("1987"), bucket("2004"));
        assert_ne!(bucket("1987"), bucket("20,044"));
        assert_eq!(super::bucket(b"", 7), super::bucket(b"", 7));
    }
}
