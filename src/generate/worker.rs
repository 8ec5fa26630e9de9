//! One sentence: words drawn from left to right until `</s>`.

use super::generator::Generator;
use super::stream::Stream;
use super::weighted;
use crate::model::core::State;
use crate::model::words::{EOS, UNK};

/// How often an excluded word is drawn again before the allowed ones are weighed.
const REDRAWS: usize = 100;

/// One thread's scratch memory.
#[derive(Debug)]
pub struct Worker<'g> {
    generator: &'g Generator<'g>,
    /// Made when first needed.
    weighted: Option<weighted::Sampler<'g, 'g>>,
    text: Vec<u8>,
    /// How many words were drawn for the last sentence.
    drawn: usize,
}

impl Generator<'_> {
    /// A worker with scratch memory of its own.
    pub fn worker(&self) -> Worker<'_> {
        Worker { generator: self, weighted: None, text: Vec::new(), drawn: 0 }
    }
}

impl Worker<'_> {
    /// The sentence with this index: the prompt and what follows, with single spaces between the words. It
    /// depends only on the model, the settings and the index.
    ///
    /// # Complexity
    /// Words times the cost of a draw: [`super::plain`], [`super::weighted`]. No allocation once the
    /// scratch memory has grown.
    pub fn sentence(&mut self, index: u64) -> &[u8] {
        let Generator { contexts, start, prompt, settings, seed, .. } = self.generator;
        let mut random = seed.stream(index);
        let mut state = *start;
        self.drawn = 0;
        self.text.clear();
        self.text.extend_from_slice(prompt);
        while self.drawn < settings.max_words {
            let (word, next) = self.draw(&state, &mut random);
            if word == EOS {
                break;
            }
            state = next;
            self.drawn += 1;
            if !self.text.is_empty() {
                self.text.push(b' ');
            }
            self.text.extend_from_slice(contexts.word(word));
        }
        &self.text
    }

    /// How many words were drawn for the last sentence, not counting `</s>`.
    pub fn words(&self) -> usize {
        self.drawn
    }

    /// The next word, never `<unk>`, and not `</s>` as the first one; and the state after it.
    fn draw(&mut self, state: &State, random: &mut Stream) -> (u32, State) {
        let Generator { contexts, tables, order, settings, .. } = self.generator;
        let no_end = self.drawn == 0;
        if settings.is_plain() && contexts.is_interpolated() {
            for _ in 0..REDRAWS {
                let (word, next) = tables.draw(contexts, state, random);
                if word != UNK && !(no_end && word == EOS) {
                    return (word, next.truncated(order - 1));
                }
            }
        }
        let generator = self.generator;
        let weighted = self
            .weighted
            .get_or_insert_with(|| weighted::Sampler::new(contexts, generator.distributions()));
        let word = weighted.draw(state, no_end, random);
        (word, contexts.core().advance(state, word).truncated(order - 1))
    }
}
