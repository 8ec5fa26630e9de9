//! Which sentences of a paragraph are in another language, to be left alone?
//!
//! A sentence is judged alone, so that one among others in the right language is found. One that is too short to tell
//! ("Ja.") goes with its paragraph.

use crate::kinds::language::{Sieve, Verdict};
use crate::text::ordinary::Sentence;

/// Which of the sentences of a paragraph are foreign.
pub fn foreign(sieve: &mut Sieve<'_>, paragraph: &[Sentence]) -> Vec<bool> {
    let lines: Vec<Vec<u8>> = paragraph.iter().map(Sentence::line).collect();
    let verdicts: Vec<Verdict> = lines.iter().map(|line| sieve.judge(line)).collect();
    let mixed = verdicts.contains(&Verdict::Unsure) && verdicts.contains(&Verdict::Foreign);
    let whole = mixed && sieve.is_foreign(&lines.join(&b'\n'));
    let is_foreign = |verdict: &Verdict| match verdict {
        Verdict::Foreign => true,
        Verdict::Unsure => whole,
        Verdict::Wanted => false,
    };
    verdicts.iter().map(is_foreign).collect()
}

#[cfg(all(test, feature = "shipped"))]
mod tests {
    use super::*;
    use crate::kinds::language::{Classifier, Filter};
    use crate::text::ordinary::sentences;

    fn found(text: &str) -> Vec<bool> {
        let filter = Filter::new(Classifier::shipped().unwrap(), "en").unwrap();
        foreign(&mut filter.sieve(), &sentences(text.as_bytes()))
    }

    #[test]
    fn sentences_are_judged_alone_and_short_ones_with_their_paragraph() {
        assert_eq!(
            found(
                "He said no. Das Haus wurde im letzten Jahr verkauft. She was sold on the old house."
            ),
            [false, true, false]
        );
        assert_eq!(
            found("Ja. Das Haus wurde im letzten Jahr verkauft. Es war sehr alt und schön."),
            [true, true, true]
        );
        assert_eq!(
            found("No. Das Haus wurde verkauft. The house was sold last year, and it was a pity."),
            [false, true, false]
        );
        assert_eq!(found("Ja."), [false]);
        assert_eq!(found(""), [false; 0]);
    }
}
