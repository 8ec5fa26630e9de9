//! Is a text of another kind than the one that is wanted?
//!
//! A text is foreign if P(label | text) < 0.05, the posterior of the classifier, and if it is long enough to tell:
//! three words, or 16 letters of scripts without spaces. So it does not matter which other label it has, or whether
//! it is of a foreign kind; names and exclamations are left in. A text of which no n-gram is known is never foreign.
//!
//! With the classifier that ships and "en", 0.03 % of 129,192 lines of news, speeches and encyclopaedias are taken
//! for foreign, 0.03 % of 106,264 of newspapers and agencies, and 0.4 % of 51,976 headlines; many of them are, or are
//! lists of names. Of 14,654 sentences in 37 other languages 99.0 % are found, and the others are short
//! (`tests/all/corpus/foreign.rs`). Judging a line takes about 13 microseconds of one core.

use std::fmt;
use std::sync::Arc;

use super::classifier::{Classifier, Reader};
use super::evaluate::is_unspaced;
use super::words::words;
use crate::error::{Error, Remedy, Result, Setting};
use crate::text::printable::quoted;

/// A text is foreign if the label that is wanted is less probable.
const LEAST: f32 = 0.05;
/// A text is long enough with so many words, or with so many letters of scripts without spaces.
const WORDS: usize = 3;
const LETTERS: usize = 16;

/// A classifier and the label that is wanted.
#[derive(Clone)]
pub struct Filter {
    classifier: Arc<Classifier>,
    label: usize,
}

impl fmt::Debug for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Filter").field("label", &self.label()).finish_non_exhaustive()
    }
}

/// Whether a text is of another kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It may be of the kind that is wanted.
    Wanted,
    /// It is of another one.
    Foreign,
    /// It is too short to tell, or nothing in it is known.
    Unsure,
}

impl Filter {
    /// Keeps what may be of this label.
    ///
    /// # Errors
    /// The classifier has no such label.
    pub fn new(classifier: impl Into<Arc<Classifier>>, label: &str) -> Result<Self> {
        let classifier = classifier.into();
        match classifier.labels().binary_search_by(|known| known.as_str().cmp(label)) {
            Ok(label) => Ok(Filter { classifier, label }),
            Err(_) => Err(Error::value(
                format!(
                    "the classifier does not know the language {}, but {}",
                    quoted(label),
                    quoted(&classifier.labels().join(" "))
                ),
                Remedy::by("choose one of these, or another classifier", &[Setting::Language]),
            )),
        }
    }

    /// The label that is wanted.
    pub fn label(&self) -> &str {
        &self.classifier.labels()[self.label]
    }

    /// Scratch memory for a thread.
    pub fn sieve(&self) -> Sieve<'_> {
        Sieve { reader: self.classifier.reader(), label: self.label, word: Vec::new() }
    }
}

/// Judges one text after the other.
#[derive(Debug, Clone)]
pub struct Sieve<'a> {
    reader: Reader<'a>,
    label: usize,
    word: Vec<char>,
}

impl Sieve<'_> {
    /// Whether `text` is of another kind; what is not UTF-8 in it is passed over.
    pub fn judge(&mut self, text: &[u8]) -> Verdict {
        let text = String::from_utf8_lossy(text);
        match self.seems_foreign(&text) {
            Some(foreign) if self.is_long_enough(&text) => match foreign {
                true => Verdict::Foreign,
                false => Verdict::Wanted,
            },
            _ => Verdict::Unsure,
        }
    }

    /// Whether the verdict is [`Verdict::Foreign`]; faster, where it hardly ever is.
    pub fn is_foreign(&mut self, text: &[u8]) -> bool {
        let text = String::from_utf8_lossy(text);
        self.seems_foreign(&text) == Some(true) && self.is_long_enough(&text)
    }

    /// Whether `text` would be foreign if it were long enough; `None` if nothing in it is known.
    fn seems_foreign(&mut self, text: &str) -> Option<bool> {
        let posterior = self.reader.read(text);
        (posterior.ngrams > 0).then(|| posterior.labels[self.label] < LEAST)
    }

    fn is_long_enough(&mut self, text: &str) -> bool {
        let (mut count, mut letters) = (0, 0);
        words(text, &mut self.word, |padded| {
            count += 1;
            letters += padded.iter().filter(|&&c| is_unspaced(c)).count();
        });
        count >= WORDS || letters >= LETTERS
    }
}

#[cfg(all(test, feature = "shipped"))]
mod tests {
    use super::*;
    use crate::text::lines::MAX_WORD;

    fn filter(label: &str) -> Result<Filter> {
        Filter::new(Classifier::shipped().unwrap(), label)
    }

    #[test]
    fn long_enough_texts_in_other_languages_are_foreign() {
        let filter = filter("en").unwrap();
        let mut sieve = filter.sieve();
        for (text, verdict) in [
            ("Das Haus am See wurde im letzten Jahr verkauft.", Verdict::Foreign),
            ("Il ne faut pas vendre la peau de l'ours avant de l'avoir tué.", Verdict::Foreign),
            ("彼は昨日の朝、電車で東京に行きました。", Verdict::Foreign),
            ("The house by the lake was sold last year.", Verdict::Wanted),
            ("A rendezvous at the café ended in a déjà vu , he said .", Verdict::Wanted),
            ("Guten Morgen !", Verdict::Unsure),
            ("12 : 30 - 14 : 15", Verdict::Unsure),
            ("", Verdict::Unsure),
        ] {
            assert_eq!(sieve.judge(text.as_bytes()), verdict, "{text}");
            assert_eq!(sieve.is_foreign(text.as_bytes()), verdict == Verdict::Foreign, "{text}");
        }
        assert_eq!(filter.label(), "en");
    }

    #[test]
    fn bytes_that_are_not_utf8_and_long_words_do_no_harm() {
        let filter = filter("de").unwrap();
        let mut sieve = filter.sieve();
        let text = b"The house by \xff the lake was sold last year.";
        assert_eq!(sieve.judge(text), Verdict::Foreign);
        sieve.judge(&vec![b'x'; MAX_WORD]);
        sieve.judge(&[0xff; 100]);
    }

    #[test]
    fn a_label_that_the_classifier_does_not_have_is_refused_with_those_that_it_has() {
        for wrong in ["EN", "english", "", "xx\n"] {
            let error = filter(wrong).unwrap_err();
            let told = error.to_string();
            assert!(told.contains(" da de en es ") && told.lines().count() == 1, "{told}");
            assert_eq!(error.remedy().settings(), [Setting::Language]);
        }
    }
}
