//! One sentence: words drawn from left to right until `</s>`.

use super::Generator;
use super::plain;
use super::stream::Stream;
use super::weighted;
use crate::model::words::{EOS, UNK};

/// How often a word that may not come is drawn again before the allowed ones are weighed.
const REDRAWS: usize = 100;

/// One thread's scratch memory.
#[derive(Debug)]
pub struct Worker<'g, 'm> {
    generator: &'g Generator<'m>,
    plain: plain::Sampler<'g, 'm>,
    /// Made when it is first needed.
    weighted: Option<weighted::Sampler<'g, 'm>>,
    /// `<s>`, the prompt, and what was drawn.
    ids: Vec<u32>,
    text: Vec<u8>,
}

impl<'g, 'm> Worker<'g, 'm> {
    pub(super) fn new(generator: &'g Generator<'m>) -> Self {
        Worker {
            generator,
            plain: plain::Sampler::new(&generator.contexts, &generator.tables),
            weighted: None,
            ids: Vec::new(),
            text: Vec::new(),
        }
    }

    /// The sentence with this index: the prompt and what follows, with single spaces between the
    /// words. It depends on the model, the settings and the index alone.
    ///
    /// # Complexity
    /// Words times the cost of a draw: [`super::plain`], [`super::weighted`]. No allocation once the
    /// scratch memory has grown.
    pub fn sentence(&mut self, index: u64) -> &[u8] {
        let Generator { contexts, start, prompt, settings, seed, .. } = self.generator;
        let mut random = seed.stream(index);
        self.ids.clear();
        self.ids.extend_from_slice(start);
        self.text.clear();
        self.text.extend_from_slice(prompt);
        for _ in 0..settings.max_words {
            let word = self.draw(&mut random);
            if word == EOS {
                break;
            }
            self.ids.push(word);
            if !self.text.is_empty() {
                self.text.push(b' ');
            }
            self.text.extend_from_slice(contexts.word(word));
        }
        &self.text
    }

    /// How many words were drawn for the last sentence, `</s>` left aside.
    pub fn words(&self) -> usize {
        self.ids.len().saturating_sub(self.generator.start.len())
    }

    /// The next word: never `<unk>`, and not `</s>` as the first one.
    fn draw(&mut self, random: &mut Stream) -> u32 {
        let Worker { generator, plain, weighted, ids, .. } = self;
        let no_end = ids.len() == generator.start.len();
        let history = &ids[ids.len().saturating_sub(generator.order - 1)..];
        if generator.settings.is_plain() {
            for _ in 0..REDRAWS {
                let word = plain.draw(history, random);
                if word != UNK && !(no_end && word == EOS) {
                    return word;
                }
            }
        }
        let weighted = weighted.get_or_insert_with(|| {
            weighted::Sampler::new(&generator.contexts, generator.distributions())
        });
        weighted.draw(history, no_end, random)
    }
}
