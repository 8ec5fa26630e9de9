//! A classifier adds up the weights of the n-grams of a text and says how probable each label is.
//!
//! N-grams of characters, orders 1 to 6, and whole words that are longer. A label may have several kinds: two scripts
//! of one language have no n-gram in common, so that each is a kind of its own, and their probabilities are added.
//! Foreign kinds have no label; their texts are unknown.

use multiversion::multiversion;

use super::header::Header;
use super::keys::Keys;
use super::rows::{Rows, Sums};
use super::words::words;
use crate::kinds::features::{ngrams, whole};

/// The highest order of n-grams of characters; longer words are n-grams as a whole.
pub const ORDER: usize = 6;

/// How many numbers are worked on together.
const LANES: usize = 8;
/// How many n-grams are looked up together.
const TOGETHER: usize = 512;
/// No more n-grams of a text are added up once there are so many.
const ENOUGH: usize = 1 << 20;

/// What is known of kinds of text, ready to read; shared by all threads.
#[derive(Debug, Clone)]
pub struct Classifier {
    pub(super) header: Header,
    pub(super) keys: Keys,
    pub(super) rows: Rows,
}

/// What a text is most likely to be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Guess {
    /// The label, as its place among the classifier's; `None` for unknown: no letters that are known, or of a
    /// foreign kind.
    pub label: Option<usize>,
    /// The probability of the likeliest label; 0 without letters.
    pub probability: f32,
}

/// How probable each label is.
#[derive(Debug, Clone, Copy)]
pub struct Posterior<'a> {
    /// By label, as [`Classifier::labels`] has them.
    pub labels: &'a [f32],
    /// That of all foreign kinds.
    pub foreign: f32,
    /// How many known n-grams the text has.
    pub ngrams: u32,
}

impl Posterior<'_> {
    /// The `n` likeliest labels with their probabilities, the likeliest first; none for a text without letters that
    /// are known.
    pub fn likeliest(&self, n: usize) -> Vec<(usize, f32)> {
        let mut all: Vec<(usize, f32)> = self.labels.iter().copied().enumerate().collect();
        all.retain(|_| self.ngrams > 0);
        all.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        all.truncate(n);
        all
    }

    /// The likeliest label; the first of those that are equal.
    pub fn guess(&self) -> Guess {
        let most = self.labels.iter().fold(0.0, |a, &b| if b > a { b } else { a });
        let label = self.labels.iter().position(|&p| p == most);
        let Some((label, probability)) =
            label.map(|label| (label, most)).filter(|_| self.ngrams > 0)
        else {
            return Guess { label: None, probability: 0.0 };
        };
        Guess { label: Some(label).filter(|_| probability >= self.foreign), probability }
    }
}

impl Classifier {
    /// What the file says about itself.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// The labels, in order.
    pub fn labels(&self) -> &[String] {
        &self.header.labels
    }

    /// The number of n-grams that have weights.
    pub fn ngrams(&self) -> usize {
        self.keys.len()
    }

    /// Scratch memory for a thread.
    pub fn reader(&self) -> Reader<'_> {
        Reader::new(self, None)
    }

    /// The same for texts that are known to have one of these labels.
    pub fn reader_of(&self, labels: &[usize]) -> Reader<'_> {
        Reader::new(self, Some(labels))
    }

    /// What a text is most likely to be; for many texts, a [`Reader`] is faster.
    pub fn guess(&self, text: &str) -> Guess {
        self.reader().guess(text)
    }
}

/// Visits the hashes of all n-grams of a word between edges.
#[inline]
pub(super) fn hashes(padded: &[char], mut see: impl FnMut(u64)) {
    ngrams(padded, 1..=ORDER, |_, _, hash| see(hash));
    if padded.len() > ORDER {
        see(whole(padded));
    }
}

/// A text being read, and scratch memory for it.
#[derive(Debug, Clone)]
pub struct Reader<'a> {
    classifier: &'a Classifier,
    /// Nats that are added to each kind; minus infinity for those that it cannot be.
    allowed: Vec<f32>,
    /// 1 for foreign kinds, else 0.
    foreign: Vec<f32>,
    /// The place of each kind's label among `labels`; foreign ones have the one after the last.
    places: Vec<usize>,
    word: Vec<char>,
    hashed: Vec<u64>,
    known: Vec<u32>,
    sums: Sums,
    scores: Vec<f32>,
    labels: Vec<f32>,
}

impl<'a> Reader<'a> {
    fn new(classifier: &'a Classifier, only: Option<&[usize]>) -> Self {
        let kinds = &classifier.header.kinds;
        let allowed = kinds.iter().map(|kind| match (only, kind) {
            (None, _) => 0.0,
            (Some(only), Some(label)) if only.contains(label) => 0.0,
            _ => f32::NEG_INFINITY,
        });
        Reader {
            classifier,
            allowed: allowed.collect(),
            foreign: kinds.iter().map(|kind| f32::from(u8::from(kind.is_none()))).collect(),
            places: kinds
                .iter()
                .map(|kind| kind.unwrap_or(classifier.header.labels.len()))
                .collect(),
            word: Vec::new(),
            hashed: Vec::new(),
            known: Vec::new(),
            sums: Sums::new(&classifier.rows),
            scores: vec![0.0; kinds.len()],
            labels: vec![0.0; classifier.header.labels.len() + 1],
        }
    }

    /// What `text` is most likely to be.
    pub fn guess(&mut self, text: &str) -> Guess {
        self.read(text).guess()
    }

    /// How probable each label is for `text`.
    pub fn read(&mut self, text: &str) -> Posterior<'_> {
        self.clear();
        self.add(text);
        self.posterior()
    }

    /// Begins a text.
    pub fn clear(&mut self) {
        self.sums.clear();
    }

    /// Adds a part that ends where a word does. Of a very long text only the first million n-grams that are known
    /// count; more would not change what is said of it.
    pub fn add(&mut self, part: &str) {
        let mut room = ENOUGH.saturating_sub(self.sums.rows() as usize);
        let Classifier { keys, rows, .. } = self.classifier;
        let Reader { word, hashed, known, sums, .. } = self;
        let mut look_up = |hashed: &mut Vec<u64>| {
            keys.find_all(hashed, known);
            sums.add(rows, known);
            hashed.clear();
            known.drain(..).len()
        };
        words(part, word, |padded| {
            if room > 0 {
                hashes(padded, |hash| hashed.push(hash));
            }
            if hashed.len() > TOGETHER {
                room = room.saturating_sub(look_up(hashed));
            }
        });
        look_up(hashed);
    }

    /// How many known n-grams a text has, and the scores of all kinds, in nats.
    #[cfg(feature = "train")]
    pub(super) fn scores(&mut self, text: &str) -> (u32, &[f32]) {
        self.clear();
        self.add(text);
        (self.sum_up(), &self.scores)
    }

    /// How probable each label is for what was added.
    pub fn posterior(&mut self) -> Posterior<'_> {
        let ngrams = self.sum_up();
        let size = self.classifier.header.calibration.at(ngrams);
        for ((score, foreign), allowed) in
            self.scores.iter_mut().zip(&self.foreign).zip(&self.allowed)
        {
            *score = (*score + foreign * size.foreign) * size.sharpness + allowed;
        }
        probabilities(&mut self.scores);
        self.labels.fill(0.0);
        self.scores.iter().zip(&self.places).for_each(|(p, &place)| self.labels[place] += p);
        let (&foreign, labels) = self.labels.split_last().expect("one more than the labels");
        Posterior { labels, foreign, ngrams }
    }

    /// The scores of all kinds, in nats, of what was added; returns the number of known n-grams.
    fn sum_up(&mut self) -> u32 {
        let (ngrams, sums) = self.sums.get(&self.classifier.rows);
        let Header { unit, offsets, .. } = &self.classifier.header;
        let root = (ngrams.max(1) as f32).sqrt();
        for ((score, &sum), offset) in self.scores.iter_mut().zip(sums).zip(offsets) {
            *score = sum as f32 * (unit / root) + offset * root;
        }
        ngrams
    }
}

/// Makes probabilities of scores in nats. Maximum and sum are taken in lanes, in an order that does not depend on the
/// machine.
#[multiversion(targets("x86_64+avx2"))]
fn probabilities(scores: &mut [f32]) {
    let mut lanes = [f32::NEG_INFINITY; LANES];
    over_lanes(scores, &mut lanes, |a, b| if b > a { b } else { a });
    let most = lanes.iter().fold(f32::NEG_INFINITY, |a, &b| if b > a { b } else { a });
    scores.iter_mut().for_each(|score| *score = exp(*score - most));
    let mut lanes = [0.0; LANES];
    over_lanes(scores, &mut lanes, |a, b| a + b);
    let part = 1.0 / lanes.iter().sum::<f32>();
    scores.iter_mut().for_each(|p| *p *= part);
}

#[inline(always)]
fn over_lanes(values: &[f32], lanes: &mut [f32; LANES], join: impl Fn(f32, f32) -> f32) {
    let (whole, rest) = values.as_chunks::<LANES>();
    for values in whole {
        (0..LANES).for_each(|lane| lanes[lane] = join(lanes[lane], values[lane]));
    }
    rest.iter().zip(lanes).for_each(|(&value, lane)| *lane = join(*lane, value));
}

/// exp(x) for x of at most 0, within a millionth of it, and less than 1e-37 for all below -86; the same on every
/// machine, and without branches, so that several are computed at once.
#[inline(always)]
fn exp(x: f32) -> f32 {
    // Added to a small number, it leaves the nearest whole number in the lower bits.
    const WHOLE: f32 = 12_582_912.0;
    let power = (x * std::f32::consts::LOG2_E).max(-126.0);
    let shifted = power + WHOLE;
    let exponent = (shifted.to_bits() as i32).wrapping_sub(WHOLE.to_bits() as i32);
    let z = (power - (shifted - WHOLE)) * std::f32::consts::LN_2;
    // The Taylor series of exp from -ln 2 / 2 to ln 2 / 2.
    let series = 1.0
        + z * (1.0
            + z * (0.5 + z * (1.0 / 6.0 + z * (1.0 / 24.0 + z * (1.0 / 120.0 + z / 720.0)))));
    f32::from_bits(((exponent + 127) << 23) as u32) * series
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kinds::language::small::{KNOWN, slowly, small};
    use proptest::prelude::*;

    #[test]
    fn exp_is_exp() {
        for i in 0..=8600 {
            let x = -i as f32 / 100.0;
            let (is, should) = (f64::from(exp(x)), libm::exp(f64::from(x)));
            assert!((is / should - 1.0).abs() < 5e-6, "{x}: {is} {should}");
        }
        assert!(exp(-1000.0) < 1e-37 && exp(f32::NEG_INFINITY) < 1e-37);
    }

    #[test]
    fn the_likeliest_label_is_said_unless_a_foreign_kind_is_likelier() {
        let guess = |labels: &[f32], foreign, ngrams| Posterior { labels, foreign, ngrams }.guess();
        assert_eq!(guess(&[0.3, 0.5], 0.2, 9), Guess { label: Some(1), probability: 0.5 });
        assert_eq!(guess(&[0.4, 0.4], 0.2, 9).label, Some(0));
        assert_eq!(guess(&[0.1, 0.3], 0.6, 9), Guess { label: None, probability: 0.3 });
        assert_eq!(guess(&[0.5, 0.5], 0.0, 0), Guess { label: None, probability: 0.0 });
    }

    /// Known words, unknown ones and what is no word.
    fn texts() -> impl Strategy<Value = Vec<&'static str>> {
        let all =
            [&KNOWN[..], &["keinmal", "нету", "好", "Ω", "12", "...", "UNBELIEVABLE"]].concat();
        proptest::collection::vec(proptest::sample::select(all), 0..40)
    }

    fn bits(posterior: Posterior) -> (Vec<u32>, u32, u32) {
        let labels = posterior.labels.iter().map(|p| p.to_bits()).collect();
        (labels, posterior.foreign.to_bits(), posterior.ngrams)
    }

    proptest! {
        #[test]
        fn probabilities_are_those_of_a_map_of_strings(words in texts()) {
            let (classifier, text) = (small(), words.join(" "));
            for only in [None, Some(&[1][..]), Some(&[0, 1])] {
                let mut reader =
                    only.map_or_else(|| classifier.reader(), |only| classifier.reader_of(only));
                let is = reader.read(&text);
                let (labels, foreign, ngrams) = slowly(&classifier, &text, only);
                prop_assert_eq!(is.ngrams, ngrams);
                for (is, should) in is.labels.iter().chain([&is.foreign]).zip(labels.iter().chain([&foreign])) {
                    prop_assert!((f64::from(*is) - should).abs() < 1e-4, "{is} {should}: {text}");
                }
            }
        }

        #[test]
        fn neither_the_order_of_words_nor_parts_change_a_bit(words in texts(), at in 0usize..40) {
            let classifier = small();
            let mut reader = classifier.reader();
            let whole = bits(reader.read(&words.join(" ")));
            let mut backwards = words.clone();
            backwards.reverse();
            prop_assert_eq!(bits(reader.read(&backwards.join("\n"))), whole.clone());
            let (first, second) = words.split_at(at.min(words.len()));
            reader.clear();
            reader.add(&first.join(" "));
            reader.add(&second.join(", "));
            prop_assert_eq!(bits(reader.posterior()), whole.clone());
            // Asking changes nothing.
            prop_assert_eq!(bits(reader.posterior()), whole);
        }
    }

    #[test]
    fn a_text_that_can_be_nothing_else_is_of_the_only_label() {
        let classifier = small();
        for label in 0..2 {
            let mut reader = classifier.reader_of(&[label]);
            for text in KNOWN {
                let guess = reader.guess(text);
                assert_eq!(guess.label, Some(label), "{text}");
                assert!((guess.probability - 1.0).abs() < 1e-6, "{text}: {guess:?}");
            }
            assert_eq!(reader.guess("12"), Guess { label: None, probability: 0.0 });
        }
        let labels: Vec<_> = KNOWN.iter().map(|text| classifier.guess(text).label).collect();
        for label in [Some(0), Some(1), None] {
            assert!(labels.contains(&label), "{labels:?}");
        }
    }

    #[test]
    fn a_million_ngrams_are_enough() {
        let classifier = small();
        let part = KNOWN.join(" ").repeat(20);
        let mut reader = classifier.reader();
        let of_part = reader.read(&part).ngrams;
        let most = ENOUGH as u32;
        let parts = most / of_part;
        reader.clear();
        (0..parts).for_each(|_| reader.add(&part));
        assert_eq!(reader.posterior().ngrams, parts * of_part);
        (0..10).for_each(|_| reader.add(&part));
        let enough = bits(reader.posterior());
        assert!((most..most + 2 * of_part).contains(&enough.2), "{}", enough.2);
        // One long text as well as many parts.
        assert!(
            (most..most + 2 * of_part)
                .contains(&reader.read(&part.repeat(parts as usize + 10)).ngrams)
        );
        reader.clear();
        (0..parts + 10).for_each(|_| reader.add(&part));
        reader.add(&part);
        assert_eq!(bits(reader.posterior()), enough);
        assert_eq!(reader.read(&part).ngrams, of_part);
    }

    #[test]
    fn the_likeliest_labels_come_in_order() {
        let posterior = Posterior { labels: &[0.1, 0.4, 0.1, 0.4], foreign: 0.0, ngrams: 1 };
        assert_eq!(posterior.likeliest(3), [(1, 0.4), (3, 0.4), (0, 0.1)]);
        assert_eq!(posterior.likeliest(9).len(), 4);
    }
}
