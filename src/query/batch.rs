//! Scores a great many sentences.

use super::scorer::{Frame, Scorer, SentenceScore, WordScore};
use super::totals::Totals;
use crate::model::core::batch::Scored;
use crate::model::core::memo::{Memo, NONE};
use crate::model::view::View;
use crate::model::words::EOS;
use crate::text::tokens;

impl<'m> Scorer<'m> {
    /// For a great many sentences: half as fast again or more, with 0.8 MB of memory an order above the first unless
    /// the model has tables.
    pub fn batch(&self) -> Batch<'m> {
        self.batch_in(&Frame::default())
    }

    /// The same for texts with something around them.
    pub fn batch_in(&self, frame: &Frame<'_>) -> Batch<'m> {
        let mut context = self.context(frame);
        if !frame.bos {
            context.insert(0, NONE); // nothing is known after it
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
}

/// Scores a great many sentences, with memory of its own: what of a text has been looked up before is remembered,
/// and groups of sentences are looked up together. The numbers are those of [`Scorer::score_in`].
#[derive(Debug, Clone)]
pub struct Batch<'m> {
    view: &'m View<'m>,
    /// What is before every sentence: `<s>` or [`NONE`], then words.
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
