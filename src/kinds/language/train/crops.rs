//! What is learned from: words, phrases and sentences, cut at random out of the texts of every kind.
//!
//! Very short texts count as much as long ones. Kinds are equally likely, but foreign ones together make up a fifth;
//! a word is drawn by the square root of its count, so that rare ones are seen as well. Some crops lose
//! their accents, as people leave them out.

use super::candidates::Words;
use super::vocabulary::Texts;
use crate::random::Random;

/// Shares of 100 crops.
const WORDS: usize = 35;
const PHRASES: usize = 35;
const PLAIN: usize = 8;
const FOREIGN: usize = 20;
/// Words of a sentence, from and to.
const SENTENCE: (usize, usize) = (5, 30);

/// Draws crops.
pub struct Crops<'a> {
    texts: &'a [Texts],
    words: Vec<Drawn>,
    /// Each word without its accents.
    plain: &'a [u32],
    /// Kinds that have a label; the others are foreign.
    own: usize,
    random: Random,
}

/// Words, and the sum of the weights up to each.
struct Drawn {
    words: Vec<u32>,
    sums: Vec<u64>,
}

impl<'a> Crops<'a> {
    /// From the texts of each kind, which has at least one, and its words. The first `own` kinds have labels.
    pub fn new(
        texts: &'a [Texts],
        words: &[Words],
        plain: &'a [u32],
        own: usize,
        seed: u64,
    ) -> Self {
        let drawn = |words: &Words| {
            let sums = words.iter().scan(0, |sum, &(_, count)| {
                *sum += (count * 65536.0).sqrt() as u64 + 1;
                Some(*sum)
            });
            Drawn { sums: sums.collect(), words: words.iter().map(|&(word, _)| word).collect() }
        };
        Crops {
            texts,
            words: words.iter().map(drawn).collect(),
            plain,
            own,
            random: Random::new(seed),
        }
    }

    /// Draws a crop into `crop`, and returns its kind.
    pub fn draw(&mut self, crop: &mut Vec<u32>) -> usize {
        let random = &mut self.random;
        let foreign = self.texts.len() - self.own;
        let kind = match foreign > 0 && random.below(100) < FOREIGN {
            true => self.own + random.below(foreign),
            false => random.below(self.own),
        };
        crop.clear();
        let form = random.below(100);
        if form < WORDS {
            let Drawn { words, sums } = &self.words[kind];
            let place = random.below(sums[sums.len() - 1] as usize) as u64;
            crop.push(words[sums.partition_point(|&sum| sum <= place)]);
        } else {
            let text = self.texts[kind].text(random.below(self.texts[kind].len()));
            let length = match form < WORDS + PHRASES {
                true => 2 + random.below(3),
                false => SENTENCE.0 + random.below(SENTENCE.1 - SENTENCE.0 + 1),
            };
            let length = length.min(text.len());
            let start = random.below(text.len() - length + 1);
            crop.extend_from_slice(&text[start..start + length]);
        }
        if random.below(100) < PLAIN {
            crop.iter_mut().for_each(|word| *word = self.plain[*word as usize]);
        }
        kind
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kinds::language::train::vocabulary::Vocabulary;

    #[test]
    fn crops_are_runs_of_words_of_their_kind_in_the_shares_that_are_named() {
        let (mut vocabulary, mut scratch) = (Vocabulary::default(), Vec::new());
        let texts = ["a b c d e f g h", "é b c", "x y"].map(|text| {
            let mut texts = Texts::default();
            texts.add(text, &mut vocabulary, &mut scratch);
            texts
        });
        let words = texts
            .each_ref()
            .map(|texts| texts.counts().iter().map(|&(w, n)| (w, n as f32)).collect());
        let plain = vocabulary.plain();
        let mut crops = Crops::new(&texts, &words, &plain, 2, 1);
        let (mut crop, mut kinds, mut single, mut accents) = (Vec::new(), [0; 3], 0, 0);
        for _ in 0..10_000 {
            let kind = crops.draw(&mut crop);
            kinds[kind] += 1;
            single += usize::from(crop.len() == 1);
            accents += usize::from(
                kind == 1 && !crop.is_empty() && crop != [plain[crop[0] as usize]] && crop[0] == 8,
            );
            let text = texts[kind].text(0);
            let plainly: Vec<u32> = text.iter().map(|&word| plain[word as usize]).collect();
            let within = |text: &[u32]| text.windows(crop.len()).any(|run| run == crop);
            assert!(within(text) || within(&plainly), "{kind} {crop:?}");
        }
        assert!((1900..2100).contains(&kinds[2]) && (3800..4200).contains(&kinds[0]), "{kinds:?}");
        assert!((3300..3700).contains(&single), "{single}");
        assert!(accents > 500, "{accents}");
    }
}
