//! What was meant by a text, as far as a report tells.
//!
//! In: the text, its answer, and what somebody says about it. Out: the word that was missing, its gap and the whole
//! sentence, in so far as they are known; or a sentence for whoever said what cannot be.
//!
//! Invariant: for the task `impute`, a sentence that comes out is the text with the word in the gap, byte for byte.

use impute::text::tokens;

use super::one_word::{check_word, one_more, same, with_word};
use crate::task::{Answer, Imputed, Language, Repaired, Verdict};

/// What somebody says about an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// Whether it is what was meant.
    pub verdict: Verdict,
    /// The word that was meant; for the task `language`, the label.
    pub word: Option<String>,
    /// How many tokens of the text come before it.
    pub gap: Option<usize>,
    /// The whole sentence that was meant.
    pub sentence: Option<String>,
}

/// What was meant, as far as it is known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Meant {
    /// The word; for the task `language`, the label.
    pub word: Option<String>,
    /// How many tokens of the text come before it.
    pub gap: Option<usize>,
    /// The whole sentence.
    pub sentence: Option<String>,
}

/// Finds what was meant.
///
/// # Errors
/// What is said contradicts itself, the text or the answer; the message says what to do.
pub fn meant(text: &str, answer: &Answer, said: &Said) -> Result<Meant, String> {
    let more = said.word.is_some() || said.gap.is_some() || said.sentence.is_some();
    if said.verdict == Verdict::Right && more {
        return Err("verdict: right says that the answer is what was meant; leave word, gap and sentence out, or \
                    say wrong."
            .to_owned());
    }
    if let Some(word) = &said.word {
        check_word(word)?;
    }
    match answer {
        Answer::Impute(imputed) => of_imputed(text, imputed, said),
        Answer::Repair(repaired) => of_repaired(text, repaired, said),
        Answer::Language(language) => of_language(language, said),
    }
}

fn of_imputed(text: &str, answer: &Imputed, said: &Said) -> Result<Meant, String> {
    let known = |word: &str, gap: usize| Meant {
        word: Some(word.to_owned()),
        gap: Some(gap),
        sentence: Some(with_word(text, gap, word)),
    };
    let inserted = answer.inserted.as_ref();
    if said.verdict == Verdict::Right {
        let word = inserted.filter(|inserted| inserted.is_word);
        return Ok(word.map_or_else(Meant::default, |word| known(&word.text, word.place.gap)));
    }
    let gap = said.gap.or(inserted.map(|inserted| inserted.place.gap));
    let meant = match (&said.sentence, &said.word) {
        (Some(sentence), word) => {
            let (word, gap) = one_more(text, sentence, word.as_deref(), said.gap, gap)?;
            known(&word, gap)
        }
        (None, Some(word)) => {
            let gap = gap.ok_or(
                "gap: nothing was inserted, so that the word alone does not tell where it was missing; give the \
                 number of tokens before it too.",
            )?;
            check_gap(text, gap)?;
            known(word, gap)
        }
        (None, None) if said.gap.is_some() => {
            return Err("word: say which word was missing in the gap.".to_owned());
        }
        (None, None) => return Ok(Meant::default()),
    };
    if meant.sentence.as_deref().is_some_and(|sentence| same(sentence, &answer.text)) {
        return Err(
            "verdict: what you say was meant is what the answer says; say right.".to_owned()
        );
    }
    Ok(meant)
}

fn of_repaired(text: &str, answer: &Repaired, said: &Said) -> Result<Meant, String> {
    let only = match &answer.insertions[..] {
        [one] => text.get(..one.offset).map(|before| tokens::split(before.as_bytes()).count()),
        _ => None,
    };
    let gap = match (&said.word, said.gap) {
        (None, Some(_)) => return Err("word: say which word was missing in the gap.".to_owned()),
        (None, None) => None,
        (Some(_), gap) => Some(gap.or(only).ok_or(
            "gap: give the number of tokens before the word too; the word alone does not tell where it was missing.",
        )?),
    };
    if let Some(gap) = gap {
        check_gap(text, gap)?;
    }
    let sentence = match (&said.sentence, &said.word, gap) {
        (Some(sentence), ..) if sentence.trim().is_empty() => {
            return Err("sentence: there is nothing in it.".to_owned());
        }
        (Some(sentence), ..) => Some(sentence.clone()),
        (None, Some(word), Some(gap)) => Some(with_word(text, gap, word)),
        _ => None,
    };
    if sentence.as_deref() == Some(&answer.text) {
        return Err(
            "verdict: what you say was meant is what the answer says; say right.".to_owned()
        );
    }
    Ok(Meant { word: said.word.clone(), gap, sentence })
}

fn of_language(answer: &Language, said: &Said) -> Result<Meant, String> {
    if said.gap.is_some() || said.sentence.is_some() {
        return Err(
            "gap, sentence: a language has none; give the label that was meant as the word."
                .to_owned(),
        );
    }
    if said.word.as_deref() == Some(&answer.label) {
        return Err(
            "verdict: what you say was meant is what the answer says; say right.".to_owned()
        );
    }
    Ok(Meant { word: said.word.clone(), ..Meant::default() })
}

fn check_gap(text: &str, gap: usize) -> Result<(), String> {
    let tokens = tokens::split(text.as_bytes()).count();
    match gap <= tokens {
        true => Ok(()),
        false => Err(format!(
            "gap: the text has {tokens} tokens; give how many of them come before the word."
        )),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::one_word::LONGEST_WORD;
    use super::*;
    use crate::task::{Inserted, Place, Repairing};

    fn imputed(text: &str, inserted: Option<(&str, usize, bool)>) -> Answer {
        let whole = |(word, gap, _)| with_word(text, gap, word);
        Answer::Impute(Box::new(Imputed {
            text: inserted.map_or_else(|| text.to_owned(), whole),
            inserted: inserted.map(|(word, gap, is_word)| Inserted {
                text: word.to_owned(),
                place: Place { gap, byte: 0 },
                is_word,
                gap_probability: None,
                word_probability: None,
            }),
            expected: None,
            unchanged: None,
            gain: None,
            top: Vec::new(),
            explanation: None,
            language: None,
        }))
    }

    fn said(
        verdict: Verdict,
        word: Option<&str>,
        gap: Option<usize>,
        sentence: Option<&str>,
    ) -> Said {
        Said { verdict, word: word.map(str::to_owned), gap, sentence: sentence.map(str::to_owned) }
    }

    fn told(meant: Meant) -> (Option<String>, Option<usize>, Option<String>) {
        (meant.word, meant.gap, meant.sentence)
    }

    fn known(
        word: &str,
        gap: usize,
        sentence: &str,
    ) -> (Option<String>, Option<usize>, Option<String>) {
        (Some(word.to_owned()), Some(gap), Some(sentence.to_owned()))
    }

    const TEXT: &str = "that he  not going";

    #[test]
    fn a_right_answer_is_the_truth_if_a_word_went_in() {
        let right = said(Verdict::Right, None, None, None);
        let of = |inserted| told(meant(TEXT, &imputed(TEXT, inserted), &right).unwrap());
        assert_eq!(of(Some(("was", 2, true))), known("was", 2, "that he was  not going"));
        for nothing in [None, Some(("", 2, false)), Some(("wa", 2, false))] {
            assert_eq!(of(nothing), (None, None, None));
        }
        let more = said(Verdict::Right, Some("is"), None, None);
        assert!(
            meant(TEXT, &imputed(TEXT, None), &more).unwrap_err().starts_with("verdict: right")
        );
    }

    #[test]
    fn a_word_goes_where_the_service_has_inserted_or_where_it_is_said_to() {
        let answer = imputed(TEXT, Some(("was", 2, true)));
        let wrong = |word, gap| meant(TEXT, &answer, &said(Verdict::Wrong, word, gap, None));
        assert_eq!(told(wrong(Some("is"), None).unwrap()), known("is", 2, "that he is  not going"));
        assert_eq!(
            told(wrong(Some("And"), Some(0)).unwrap()),
            known("And", 0, "And that he  not going")
        );
        assert_eq!(told(wrong(Some("."), Some(4)).unwrap()), known(".", 4, "that he  not going ."));
        assert_eq!(told(wrong(None, None).unwrap()), (None, None, None));
        for (word, gap, what) in [
            (Some("is"), Some(5), "gap: the text has 4 tokens"),
            (None, Some(2), "word: say which"),
            (Some("was"), None, "say right"),
            (Some("is not"), None, "word: give one token"),
            (Some(" is"), None, "word: give one token"),
            (Some(""), None, "word: give one token"),
            (Some("</s>"), None, "word: give one token"),
        ] {
            let error = wrong(word, gap).unwrap_err();
            assert!(error.contains(what), "{word:?} {gap:?}: {error}");
        }
        let long = "x".repeat(LONGEST_WORD + 1);
        assert!(wrong(Some(&long), None).unwrap_err().contains("at most 256"));
        let nothing = imputed(TEXT, None);
        let error = meant(TEXT, &nothing, &said(Verdict::Wrong, Some("is"), None, None));
        assert!(error.unwrap_err().starts_with("gap: nothing was inserted"));
    }

    #[test]
    fn a_sentence_is_the_text_with_one_word_more() {
        let answer = imputed(TEXT, Some(("was", 2, true)));
        let wrong = |word, gap, sentence| {
            meant(TEXT, &answer, &said(Verdict::Wrong, word, gap, Some(sentence)))
        };
        // Spaces are those of the text.
        let meant = told(wrong(None, None, " that he is not  going\n").unwrap());
        assert_eq!(meant, known("is", 2, "that he is  not going"));
        let meant = told(wrong(Some("is"), Some(2), "that he is not going").unwrap());
        assert_eq!(meant.1, Some(2));
        // Either gap of a double gives the sentence: the one of the answer is taken, or the one that is named.
        let meant = told(wrong(None, None, "that he he not going").unwrap());
        assert_eq!(meant, known("he", 2, "that he he  not going"));
        assert_eq!(told(wrong(None, Some(1), "that he he not going").unwrap()).1, Some(1));
        for (word, gap, sentence, what) in [
            (None, None, TEXT, "one word more"),
            (None, None, "that he is surely not going", "one word more"),
            (None, None, "that she is not going", "one word more"),
            (None, None, "", "one word more"),
            (Some("was"), None, "that he is not going", "another word"),
            (None, Some(3), "that he is not going", "elsewhere"),
            (None, None, "that he was not going", "say right"),
            (None, None, "that he <s> not going", "one token"),
        ] {
            let error = wrong(word, gap, sentence).unwrap_err();
            assert!(error.contains(what), "{sentence}: {error}");
        }
    }

    #[test]
    fn of_repaired_text_any_sentence_may_be_meant_and_of_a_language_a_label() {
        let text = "He not going. She is.";
        let insertion = Repairing {
            offset: 2,
            insert: " was".into(),
            word: "was".into(),
            probability: 0.5,
            gap_probability: 0.5,
            alternatives: Vec::new(),
        };
        let whole = "He was not going. She is.";
        let answer = Answer::Repair(Repaired {
            text: whole.into(),
            insertions: vec![insertion],
            language: None,
        });
        let wrong =
            |word, gap, sentence| meant(text, &answer, &said(Verdict::Wrong, word, gap, sentence));
        let word = told(wrong(Some("is"), None, None).unwrap());
        assert_eq!(word, known("is", 1, "He is not going. She is."));
        assert_eq!(
            wrong(None, None, Some("Quite another.")).unwrap().sentence.unwrap(),
            "Quite another."
        );
        assert!(wrong(None, None, Some(whole)).unwrap_err().contains("say right"));
        assert!(wrong(None, None, Some(" ")).unwrap_err().contains("nothing in it"));
        assert!(wrong(Some("is"), Some(9), None).unwrap_err().contains("5 tokens"));

        let language = Language { label: "en".into(), probability: 0.9, top: Vec::new() };
        let answer = Answer::Language(language);
        let wrong = |word, gap| meant(text, &answer, &said(Verdict::Wrong, word, gap, None));
        assert_eq!(wrong(Some("nl"), None).unwrap().word.unwrap(), "nl");
        assert!(wrong(Some("en"), None).unwrap_err().contains("say right"));
        assert!(wrong(Some("nl"), Some(1)).unwrap_err().contains("a language has none"));
    }

    proptest! {
        #[test]
        fn whatever_is_said_the_sentence_is_the_text_with_the_word_or_it_is_refused(
            text in "[ab é\t]{1,12}", sentence in proptest::option::of("[ab é\t]{0,14}"),
            word in proptest::option::of("[abé]{1,2}"), gap in proptest::option::of(0usize..8),
            inserted in proptest::option::of(0usize..4)
        ) {
            let tokens = tokens::split(text.as_bytes()).count();
            let answer = imputed(&text, inserted.map(|gap| ("x", gap.min(tokens), true)));
            let said = Said { verdict: Verdict::Wrong, word, gap, sentence };
            if let Ok(Meant { word: Some(word), gap: Some(gap), sentence: Some(sentence) }) =
                meant(&text, &answer, &said)
            {
                prop_assert_eq!(sentence.len(), text.len() + word.len() + 1);
                let mut whole: Vec<&[u8]> = tokens::split(text.as_bytes()).collect();
                whole.insert(gap, word.as_bytes());
                prop_assert!(tokens::split(sentence.as_bytes()).eq(whole));
            }
        }
    }
}
