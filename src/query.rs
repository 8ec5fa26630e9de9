//! What probability does a model give to every word of a sentence?
//!
//! Input: a model and a sentence of tokens. Output: per token, and for the end of the sentence, log10 P(w | h) and
//! how much of the context counted; perplexities over many sentences. A sentence begins with `<s>` as context, or
//! with what a [`Frame`] says; where the text itself has `<s>` and `</s>`, they are passed over, as in training.
//! Unknown words count as `<unk>`. The figures are those of KenLM's `query` (`tests/peer`).

use crate::model::Model;
pub use crate::model::core::State;
use crate::model::core::batch::Scored;
use crate::model::core::memo::Memo;
use crate::model::view::View;
use crate::model::words::{BOS, EOS, UNK};
use crate::text::tokens;

/// Scores sentences; borrows the model and may be shared by threads.
#[derive(Debug, Clone, Copy)]
pub struct Scorer<'m> {
    view: &'m View<'m>,
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
    fn new(word: &'s [u8], id: u32, score: &Scored) -> Self {
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
    fn context(&self, frame: &Frame<'_>) -> Vec<u32> {
        let words = tokens::words(frame.before).map(|word| self.id(word));
        frame.bos.then_some(BOS).into_iter().chain(words).collect()
    }

    /// For a great many sentences: half as fast again or more, with 0.8 MB of memory an order above the first unless
    /// the model has tables.
    pub fn batch(&self) -> Batch<'m> {
        self.batch_in(&Frame::default())
    }

    /// The same for texts with something around them.
    pub fn batch_in(&self, frame: &Frame<'_>) -> Batch<'m> {
        let mut context = self.context(frame);
        if !frame.bos {
            context.insert(0, NOWHERE);
        }
        Batch {
            view: self.view,
            context,
            eos: frame.eos,
            memo: Memo::default(),
            words: 0,
            ids: Vec::new(),
            text: Vec::new(),
            scores: Vec::new(),
        }
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

/// Stands between texts without a beginning: no word, and nothing is known after it.
const NOWHERE: u32 = u32::MAX;

/// Scores a great many sentences, with memory of its own: what of a text has been looked up before is remembered,
/// and groups of sentences are looked up together. The numbers are those of [`Scorer::score_in`].
#[derive(Debug, Clone)]
pub struct Batch<'m> {
    view: &'m View<'m>,
    /// What is before every sentence: `<s>` or [`NOWHERE`], and words.
    context: Vec<u32>,
    /// Whether the ends of sentences are scored.
    eos: bool,
    /// Empty until [`ENOUGH`] words have been seen, because a few sentences do not repeat enough, and with tables.
    memo: Memo,
    words: usize,
    ids: Vec<u32>,
    text: Vec<u32>,
    scores: Vec<Scored>,
}

/// Slots of the memo of each order, as a power of two: 0.8 MB an order above the first. 64 times as many would be
/// a fifth faster.
const MEMO_LOG2: u32 = 14;
/// Words after which there is a memo.
const ENOUGH: usize = 4096;

impl<'m> Batch<'m> {
    /// Scores sentences, as [`Scorer::score`] each.
    ///
    /// ```
    /// use impute::{model::Model, query::Scorer};
    ///
    /// let model = Model::shipped_without_lists()?;
    /// let scorer = Scorer::new(&model);
    /// let sentences = [&b"It was a mistake ."[..], b"It was not ."];
    /// let scores = scorer.batch().score(&sentences);
    /// assert_eq!(scores, sentences.map(|sentence| scorer.score(sentence)));
    /// # Ok::<(), impute::Error>(())
    /// ```
    ///
    /// # Complexity
    /// As [`Scorer::score`]; 100 bytes a word while it runs.
    pub fn score<'s>(&mut self, sentences: &[&'s [u8]]) -> Vec<SentenceScore<'s>> {
        let (tokens, lengths) = self.look_up(sentences);
        let mut rest = tokens.into_iter().zip(&self.ids);
        let mut scores = &self.scores[..];
        let mut scored = Vec::with_capacity(sentences.len());
        for length in lengths {
            let before = self.context.len();
            let (of_sentence, others) = scores.split_at(before + length + usize::from(self.eos));
            scores = others;
            let words = rest.by_ref().take(length).map(|(word, &id)| (word, id));
            let end = self.eos.then_some((&b"</s>"[..], EOS));
            let words = words.chain(end).zip(&of_sentence[before..]);
            let words = words.map(|((word, id), score)| WordScore::new(word, id, score));
            scored.push(SentenceScore { words: words.collect() });
        }
        scored
    }

    /// Adds sentences to sums, as [`Totals::add`] each.
    pub fn add(&mut self, sentences: &[&[u8]], totals: &mut Totals) {
        let (_, lengths) = self.look_up(sentences);
        totals.sentences += sentences.len() as u64;
        let mut end = 0;
        for length in lengths {
            let start = end + self.context.len();
            end = start + length + usize::from(self.eos);
            let scored = self.text[start..end].iter().zip(&self.scores[start..end]);
            scored.for_each(|(&id, score)| totals.add_word(&WordScore::new(b"", id, score)));
        }
    }

    /// Scores all words: [`Self::text`] has the context, the ids and perhaps a `</s>` for every sentence, and
    /// [`Self::scores`] theirs. Returns the tokens, and how many each sentence has.
    fn look_up<'s>(&mut self, sentences: &[&'s [u8]]) -> (Vec<&'s [u8]>, Vec<usize>) {
        let mut tokens: Vec<&'s [u8]> = Vec::new();
        let mut lengths = Vec::with_capacity(sentences.len());
        for sentence in sentences {
            let before = tokens.len();
            tokens.extend(tokens::words(sentence));
            lengths.push(tokens.len() - before);
        }
        self.ids.clear();
        self.view.vocabulary.ids_of_tokens(&tokens, &mut self.ids);
        self.text.clear();
        let mut ids = &self.ids[..];
        for &length in &lengths {
            let (of_sentence, others) = ids.split_at(length);
            self.text.extend_from_slice(&self.context);
            self.text.extend_from_slice(of_sentence);
            self.text.extend(self.eos.then_some(EOS));
            ids = others;
        }
        let before = self.words;
        self.words += tokens.len();
        // By tables, nothing has to be remembered.
        if before < ENOUGH && self.words >= ENOUGH && !self.view.core.tabled {
            self.memo = Memo::new(self.view.order, MEMO_LOG2);
        }
        self.view.core.score_again(&self.text, &mut self.scores, &mut self.memo);
        (tokens, lengths)
    }
}

/// The memory of [`Scorer::log10_total`], to be used again.
#[derive(Debug, Clone, Default)]
pub struct Scratch {
    text: Vec<u32>,
    scores: Vec<Scored>,
}

/// Sums over sentences.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Totals {
    /// Sentences.
    pub sentences: u64,
    /// Words, and one for the end of each sentence.
    pub tokens: u64,
    /// Unknown words.
    pub unknown: u64,
    /// log10 of the probability of all sentences.
    pub log10: f64,
    /// The part of it that unknown words contribute.
    pub log10_unknown: f64,
}

impl Totals {
    /// Adds a sentence.
    pub fn add(&mut self, sentence: &SentenceScore<'_>) {
        self.sentences += 1;
        sentence.words.iter().for_each(|word| self.add_word(word));
    }

    fn add_word(&mut self, word: &WordScore<'_>) {
        self.tokens += 1;
        self.log10 += word.log10_p;
        if word.is_unknown() {
            self.unknown += 1;
            self.log10_unknown += word.log10_p;
        }
    }

    /// Perplexity per token. NaN without a sentence.
    pub fn perplexity(&self) -> f64 {
        libm::exp10(-self.log10 / self.tokens as f64)
    }

    /// Perplexity per token, unknown words left out. NaN without a sentence.
    pub fn perplexity_of_known(&self) -> f64 {
        let known = self.tokens - self.unknown;
        libm::exp10(-(self.log10 - self.log10_unknown) / known as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn totals_are_sums_of_what_was_added() {
        let word = |id, log10_p| WordScore { word: b"x", id, matched: 1, log10_p };
        let mut totals = Totals::default();
        totals.add(&SentenceScore { words: vec![word(5, -1.0), word(UNK, -4.0), word(EOS, -1.0)] });
        totals.add(&SentenceScore { words: vec![word(EOS, -2.0)] });
        assert_eq!((totals.sentences, totals.tokens, totals.unknown), (2, 4, 1));
        assert!((totals.perplexity() - 100.0).abs() < 1e-9);
        assert!((totals.perplexity_of_known() - 10f64.powf(4.0 / 3.0)).abs() < 1e-9);
    }
}
