//! Scores words and sentences.

use crate::model::Model;
use crate::model::core::State;
use crate::model::core::batch::Scored;
use crate::model::view::View;
use crate::model::words::{BOS, EOS, UNK};
use crate::text::tokens;

/// Scores sentences; borrows the model and may be shared by threads.
#[derive(Debug, Clone, Copy)]
pub struct Scorer<'m> {
    pub(super) view: &'m View<'m>,
}

/// What is around every text that is scored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Frame<'f> {
    /// Whether a sentence begins, with `<s>` as context.
    pub bos: bool,
    /// Tokens before each text, after that beginning: context that is not scored.
    pub before: &'f [u8],
    /// Whether the text goes up to the end of a sentence, which is scored too.
    pub eos: bool,
}

impl Default for Frame<'_> {
    /// Whole sentences.
    fn default() -> Self {
        Frame { bos: true, before: b"", eos: true }
    }
}

/// One word in its context.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WordScore<'s> {
    /// The word as it stands in the sentence; `</s>` for the end.
    pub word: &'s [u8],
    /// Its id in the model.
    pub id: u32,
    /// Length of the longest stored n-gram that ends with the word: 1 where no context counted.
    pub matched: usize,
    /// log10 P(word | context).
    pub log10_p: f64,
}

impl<'s> WordScore<'s> {
    pub(super) fn new(word: &'s [u8], id: u32, score: &Scored) -> Self {
        let log10_p = score.ln_p / std::f64::consts::LN_10;
        WordScore { word, id, matched: score.matched, log10_p }
    }

    /// Whether the word is unknown to the model.
    pub fn is_unknown(&self) -> bool {
        self.id == UNK
    }
}

/// A scored sentence.
#[derive(Debug, Clone, PartialEq)]
pub struct SentenceScore<'s> {
    /// One for every word, and one for the end.
    pub words: Vec<WordScore<'s>>,
}

impl SentenceScore<'_> {
    /// log10 of the probability of the sentence with its end.
    pub fn log10_total(&self) -> f64 {
        self.words.iter().map(|word| word.log10_p).sum()
    }

    /// Number of unknown words.
    pub fn unknown(&self) -> usize {
        self.words.iter().filter(|word| word.is_unknown()).count()
    }
}

impl<'m> Scorer<'m> {
    /// Scores with this model.
    pub fn new(model: &'m Model) -> Self {
        Scorer { view: model.view() }
    }

    /// Scores a sentence: tokens separated by spaces or tabs.
    ///
    /// ```
    /// use impute::{model::Model, query::Scorer};
    ///
    /// let model = Model::shipped_without_lists()?;
    /// let scorer = Scorer::new(&model);
    /// let good = scorer.score(b"He said that it was a mistake .");
    /// let bad = scorer.score(b"mistake a was it that said He .");
    /// assert_eq!(good.words.len(), 9); // eight words and </s>
    /// assert!(good.log10_total() > bad.log10_total() + 5.0);
    /// assert_eq!(scorer.score(b"the xqzzy").unknown(), 1);
    /// # Ok::<(), impute::Error>(())
    /// ```
    ///
    /// # Complexity
    /// A search per word and order, or a look-up that is several times as fast in a model with tables
    /// ([`Model::has_tables`]); those of a sentence do not wait for each other.
    pub fn score<'s>(&self, sentence: &'s [u8]) -> SentenceScore<'s> {
        self.score_part(sentence, true, true)
    }

    /// Scores a part of a sentence: with `bos` it is the beginning, with `<s>` as context, and with `eos` it goes up to
    /// the end, which is scored too.
    ///
    /// ```
    /// use impute::{model::Model, query::Scorer};
    ///
    /// let model = Model::shipped_without_lists()?;
    /// let scorer = Scorer::new(&model);
    /// let whole = scorer.score(b"It was a mistake .");
    /// let without_end = scorer.score_part(b"It was a mistake .", true, false);
    /// assert_eq!(without_end.words, whole.words[..5]);
    /// let inner = scorer.score_part(b"It was", false, false);
    /// assert_eq!(inner.words[0].matched, 1); // nothing is known of what is before it
    /// # Ok::<(), impute::Error>(())
    /// ```
    pub fn score_part<'s>(&self, part: &'s [u8], bos: bool, eos: bool) -> SentenceScore<'s> {
        self.score_in(&Frame { bos, eos, ..Frame::default() }, part)
    }

    /// Scores a text behind a context that is given.
    ///
    /// ```
    /// use impute::{model::Model, query::{Frame, Scorer}};
    ///
    /// let model = Model::shipped_without_lists()?;
    /// let scorer = Scorer::new(&model);
    /// let whole = scorer.score(b"It was a mistake .");
    /// let frame = Frame { before: b"It was", ..Frame::default() };
    /// assert_eq!(scorer.score_in(&frame, b"a mistake .").words, whole.words[2..]);
    /// # Ok::<(), impute::Error>(())
    /// ```
    pub fn score_in<'s>(&self, frame: &Frame<'_>, text: &'s [u8]) -> SentenceScore<'s> {
        let words = tokens::words(text).map(|word| (word, self.id(word)));
        let end = frame.eos.then_some((&b"</s>"[..], EOS));
        let words: Vec<(&[u8], u32)> = words.chain(end).collect();
        let mut text = self.context(frame);
        let before = text.len();
        text.extend(words.iter().map(|word| word.1));
        let mut scores = Vec::new();
        self.view.core.score(&text, &mut scores);
        let scored = words.iter().zip(&scores[before..]);
        let scored = scored.map(|(&(word, id), score)| WordScore::new(word, id, score));
        SentenceScore { words: scored.collect() }
    }

    /// The ids of what is before every text.
    pub(super) fn context(&self, frame: &Frame<'_>) -> Vec<u32> {
        let words = tokens::words(frame.before).map(|word| self.id(word));
        frame.bos.then_some(BOS).into_iter().chain(words).collect()
    }

    /// log10 of the probability of a part of a sentence, as the sum over [`Self::score_part`], with the memory of
    /// `scratch`: for a great many of them.
    pub fn log10_total(&self, part: &[u8], bos: bool, eos: bool, scratch: &mut Scratch) -> f64 {
        let Scratch { text, scores } = scratch;
        text.clear();
        text.extend(bos.then_some(BOS));
        text.extend(tokens::words(part).map(|word| self.id(word)));
        text.extend(eos.then_some(EOS));
        self.view.core.score(text, scores);
        scores[usize::from(bos)..].iter().map(|score| score.ln_p / std::f64::consts::LN_10).sum()
    }

    /// The state at the beginning of a sentence, after `<s>`.
    pub fn begin(&self) -> State {
        self.view.core.state(&[BOS])
    }

    /// The id of a word; `</s>` is the end of a sentence for [`Self::after`] alone.
    pub fn id(&self, word: &[u8]) -> u32 {
        self.view.vocabulary.id_of_token(word)
    }

    /// Scores a word after a history, and gives the history with it. `</s>` is the end of a sentence. A history of which
    /// nothing is known is [`State::default`].
    ///
    /// ```
    /// use impute::{model::Model, query::Scorer};
    ///
    /// let model = Model::shipped_without_lists()?;
    /// let scorer = Scorer::new(&model);
    /// let (mut state, mut total) = (scorer.begin(), 0.0);
    /// for word in [&b"It"[..], b"was", b"here", b".", b"</s>"] {
    ///     let (scored, next) = scorer.after(&state, word);
    ///     total += scored.log10_p;
    ///     state = next;
    /// }
    /// assert_eq!(total, scorer.score(b"It was here .").log10_total());
    /// # Ok::<(), impute::Error>(())
    /// ```
    pub fn after<'w>(&self, history: &State, word: &'w [u8]) -> (WordScore<'w>, State) {
        let id = if word == b"</s>" { EOS } else { self.id(word) };
        let step = self.view.core.step(history, id);
        let log10_p = step.ln_p / std::f64::consts::LN_10;
        (WordScore { word, id, matched: step.matched, log10_p }, step.state)
    }
}

/// The memory of [`Scorer::log10_total`], to be used again.
#[derive(Debug, Clone, Default)]
pub struct Scratch {
    text: Vec<u32>,
    scores: Vec<Scored>,
}
