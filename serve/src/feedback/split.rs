//! Which sentences are for measuring, and which for learning: what is learned from is never measured on.
//!
//! A hash of the whole sentence decides, whoever sends it, whatever word is missing, in every export. A larger share
//! for measuring only moves sentences from learning to measuring.

use impute::text::tokens;
use twox_hash::XxHash3_64;

/// Fixed for ever: another one would measure on what was learned from.
const SEED: u64 = 0x5eed_fee0;

/// Whether a sentence is for measuring, if so many percent of all are.
pub fn is_for_measuring(sentence: &str, percent: u32) -> bool {
    XxHash3_64::oneshot_with_seed(SEED, essence(sentence).as_bytes()) % 100 < u64::from(percent)
}

/// The sentence with its tokens one space apart: what differs in white space only is the same.
pub fn essence(sentence: &str) -> String {
    let tokens = tokens::split(sentence.as_bytes()).map(String::from_utf8_lossy);
    tokens.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_share_is_as_asked_and_grows_without_moving_anything_back() {
        let sentences = (0..2000).map(|n| format!("The dog {n} saw it ."));
        let (mut few, mut many) = (0, 0);
        for sentence in sentences {
            let [in_few, in_many] = [30, 50].map(|percent| is_for_measuring(&sentence, percent));
            assert!(!in_few || in_many, "{sentence}");
            few += usize::from(in_few);
            many += usize::from(in_many);
            assert!(!is_for_measuring(&sentence, 0) && is_for_measuring(&sentence, 100));
        }
        // Three standard deviations.
        assert!(few.abs_diff(600) < 62 && many.abs_diff(1000) < 68, "{few} {many}");
    }

    #[test]
    fn a_sentence_is_on_the_same_side_for_ever_and_however_it_is_spaced() {
        let sides =
            (0..32).map(|n| u32::from(is_for_measuring(&format!("the dog {n} ."), 30)) << n);
        assert_eq!(sides.sum::<u32>(), SIDES);
        for n in 0..50 {
            let [one, other] = [format!("a {n} ."), format!(" a  {n}\t. ")];
            assert_eq!(is_for_measuring(&one, 30), is_for_measuring(&other, 30));
        }
    }

    /// As they were when this was written: if this changes, all that was learned has to be forgotten.
    const SIDES: u32 = 541_138_970;
}
