//! The whole of training a classifier.

use std::path::PathBuf;

use super::calibrate::Scored;
use super::candidates::{Rows, Words, candidates};
use super::crops::Crops;
use super::descend::descend;
use super::read::{Read, of_first, read};
use super::shrink::{UNIT, keep, offsets, quantise};
use crate::error::{Error, Result};
use crate::kinds::language::Classifier;
use crate::kinds::language::calibration::Calibration;
use crate::kinds::language::file::{MOST, MOST_NGRAMS, payload_length};
use crate::kinds::language::header::Header;
use crate::progress::{Progress, Unit};
use crate::text::counted;

/// Fewer texts and parts of texts than these fit probabilities badly.
const FEW: usize = 1000;
/// A word without its accents counts as if it had been seen this often for each time with them.
const PLAIN: f32 = 0.1;
/// The rates of the first and of the second descent.
const RATES: (f32, f32) = (4.0, 2.0);

/// What is to be trained.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Train {
    /// Files of lines `label TAB text`. Labels that are `other` or begin with `other:` are those of foreign texts,
    /// which will be unknown.
    pub texts: Vec<PathBuf>,
    /// The same for the calibration, of texts that are like those to come; if there are none, one text of 20 is held
    /// out.
    pub held_out: Vec<PathBuf>,
    /// How many n-grams get weights.
    pub ngrams: usize,
    /// How many words, phrases and sentences are learned from; half as many again once the n-grams are chosen.
    pub steps: u64,
    /// What the random numbers depend on.
    pub seed: u64,
    /// The day, as YYYY-MM-DD, for the header.
    pub date: String,
    /// The licence, for the header.
    pub license: Option<String>,
}

impl Train {
    /// With the settings of the classifier that ships.
    pub fn new(texts: Vec<PathBuf>) -> Self {
        Train {
            texts,
            held_out: Vec::new(),
            ngrams: 200_000,
            steps: 4_000_000,
            seed: 1,
            date: String::new(),
            license: None,
        }
    }
}

/// Trains a classifier. It takes 1.2 GB of memory for 60 MB of text in 60 kinds, on one thread.
///
/// # Errors
/// A file cannot be read or has a line without a label, or there are fewer than two labels.
pub fn train(wanted: &Train, progress: &dyn Progress) -> Result<Classifier> {
    let Read { mut vocabulary, texts, kinds, count, held_out } =
        read(&wanted.texts, &wanted.held_out, progress)?;
    let plain = vocabulary.plain();
    let words: Vec<Words> = texts.iter().map(|texts| with_plain(&texts.counts(), &plain)).collect();

    progress.stage("count n-grams", Unit::Pieces, None);
    let (candidates, mut linear) = candidates(&vocabulary, &words)?;
    if candidates.hashes.is_empty() {
        let remedy = "give more text: an n-gram has to occur four times";
        return Err(of_first(&wanted.texts, "no n-gram occurs often enough to learn from", remedy));
    }
    fits(wanted.ngrams.min(candidates.hashes.len()), kinds.kinds.len())?;
    let mut crops = Crops::new(&texts, &words, &plain, kinds.own(), wanted.seed);
    let rows = candidates.of_words(&vocabulary);
    descend(&mut linear, &rows, &mut crops, (wanted.steps, RATES.0), progress);
    drop(rows);

    let (keys, mut linear) = keep(&candidates, &linear, wanted.ngrams);
    drop(candidates);
    let rows = Rows::new(&vocabulary, |hash| keys.row(hash));
    descend(&mut linear, &rows, &mut crops, (wanted.steps / 2, RATES.1), progress);
    drop(crops);
    drop((rows, words, texts, vocabulary));

    let offsets = offsets(&linear, keys.len());
    let rows = quantise(&linear, &offsets, keys.len());
    drop(linear);
    let header = Header {
        labels: kinds.labels.clone(),
        kinds: kinds.kinds.clone(),
        unit: UNIT,
        offsets,
        calibration: Calibration::default(),
        texts: count,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        date: wanted.date.clone(),
        license: wanted.license.clone(),
    };
    let mut classifier = Classifier { header, keys, rows };
    progress.stage("calibrate", Unit::Pieces, None);
    if held_out.len() < FEW {
        let pieces = counted(held_out.len() as u64, "text");
        progress.note(&format!("probabilities are fitted to {pieces} and parts of texts only; give more that are held out"));
    }
    let mut scored = Scored::new(&classifier, &held_out);
    let first = scored.calibration();
    let added = scored.balance(&first);
    classifier.header.offsets.iter_mut().zip(added).for_each(|(offset, added)| *offset += added);
    classifier.header.calibration = scored.calibration();
    Ok(classifier)
}

/// Refuses a classifier that could not be read again.
fn fits(ngrams: usize, kinds: usize) -> Result<()> {
    if ngrams <= MOST_NGRAMS && payload_length(1 << 20, ngrams, kinds) <= MOST {
        return Ok(());
    }
    let n = counted(ngrams as u64, "n-gram");
    let what =
        format!("{n} with weights for {kinds} labels and scripts are more than a classifier holds");
    Err(Error::value(what, "take fewer n-grams"))
}

/// Words with their counts, and those without accents with a share of these.
fn with_plain(counts: &[(u32, u32)], plain: &[u32]) -> Words {
    let mut words: Words = counts.iter().map(|&(word, count)| (word, count as f32)).collect();
    let accented = counts.iter().filter(|&&(word, _)| plain[word as usize] != word);
    words.extend(accented.map(|&(word, count)| (plain[word as usize], count as f32 * PLAIN)));
    words.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
    let same = words.chunk_by(|a, b| a.0 == b.0);
    same.map(|same| (same[0].0, same.iter().map(|(_, count)| count).sum())).collect()
}

#[cfg(test)]
mod tests {
    use super::super::read::HELD_OUT;
    use super::*;
    use crate::kinds::language::Guess;
    use crate::kinds::language::header::MOST_KINDS;
    use crate::kinds::language::texts::is_held_out;
    use crate::progress::Silent;
    use crate::random::Random;

    /// Labels and the syllables of their words; `two` is written in two scripts.
    const LABELS: [(&str, [&str; 6]); 6] = [
        ("one", ["ka", "lo", "mi", "ren", "tu", "shi"]),
        ("two", ["zu", "gre", "pla", "vok", "ne", "drim"]),
        ("two", ["жу", "гре", "пла", "вок", "не", "дрим"]),
        ("three", ["ща", "ко", "мы", "льо", "тев", "ри"]),
        ("other:x", ["qua", "yx", "woth", "ceh", "jii", "ubb"]),
        ("other", ["θα", "πω", "λις", "μη", "ξε", "ρο"]),
    ];

    /// A text of one of [`LABELS`].
    fn text(of: usize, random: &mut Random) -> String {
        let syllables = LABELS[of].1;
        let mut word =
            || -> String { (0..1 + random.below(3)).map(|_| syllables[random.below(6)]).collect() };
        let first = word();
        (0..7).fold(first, |text, _| text + " " + &word())
    }

    /// Lines of labels and texts, `each` of every one.
    fn lines(each: usize, seed: u64) -> String {
        let mut random = Random::new(seed);
        let mut line = |of: usize| format!("{}\t{}\n", LABELS[of].0, text(of, &mut random));
        (0..each * LABELS.len()).map(|i| line(i % LABELS.len())).collect()
    }

    fn trained(texts: &str, held_out: Option<&str>) -> Result<Classifier> {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        std::fs::write(path("texts"), texts).unwrap();
        let mut wanted = Train::new(vec![path("texts")]);
        if let Some(held_out) = held_out {
            std::fs::write(path("held-out"), held_out).unwrap();
            wanted.held_out.push(path("held-out"));
        }
        (wanted.ngrams, wanted.steps) = (2000, 20_000);
        wanted.date = "2026-11-30".into();
        train(&wanted, &Silent)
    }

    /// The share of fresh texts of one of [`LABELS`] that are said to have this label.
    fn share(classifier: &Classifier, of: usize, label: Option<&str>) -> f64 {
        let (mut random, mut reader) = (Random::new(99), classifier.reader());
        let said = (0..200).map(|_| reader.guess(&text(of, &mut random)).label);
        let label = label.map(|label| classifier.labels().iter().position(|l| l == label).unwrap());
        said.filter(|said| *said == label).count() as f64 / 200.0
    }

    #[test]
    fn texts_of_labels_are_recognised_and_foreign_ones_are_unknown() {
        let classifier = trained(&lines(150, 1), Some(&lines(100, 2))).unwrap();
        assert_eq!(classifier.labels(), ["one", "three", "two"]);
        let kinds = [Some(0), Some(1), Some(2), Some(2), None, None];
        assert_eq!(classifier.header().kinds, kinds);
        assert_eq!((classifier.header().texts, &*classifier.header().date), (900, "2026-11-30"));
        assert!(classifier.ngrams() > 500 && classifier.ngrams() <= 2000);
        for (of, (label, _)) in LABELS.into_iter().enumerate() {
            let right =
                share(&classifier, of, Some(label).filter(|label| !label.starts_with("other")));
            assert!(right >= 0.98, "{label}: {right}");
        }
        for text in ["", "12 + 30", "?!", "猫が好き"] {
            let nothing = Guess { label: None, probability: 0.0 };
            assert_eq!(classifier.guess(text), nothing, "{text}");
        }
        // In capitals too, and two texts are as sure as one.
        let mut random = Random::new(5);
        let one = text(0, &mut random);
        assert_eq!(classifier.guess(&one.to_uppercase()), classifier.guess(&one));
        let bytes = classifier.to_bytes().unwrap();
        let again = Classifier::from_bytes(&bytes, "x").unwrap();
        assert_eq!(again.guess(&one), classifier.guess(&one));
    }

    #[test]
    fn training_twice_gives_the_same_bytes_and_another_seed_others() {
        let texts = lines(60, 1);
        let bytes = || trained(&texts, None).unwrap().to_bytes().unwrap();
        assert!(bytes() == bytes());
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("texts"), &texts).unwrap();
        let mut wanted = Train::new(vec![folder.path().join("texts")]);
        (wanted.ngrams, wanted.steps, wanted.seed) = (2000, 20_000, 2);
        wanted.date = "2026-11-30".into();
        assert!(train(&wanted, &Silent).unwrap().to_bytes().unwrap() != bytes());
    }

    #[test]
    fn without_texts_for_the_calibration_one_of_twenty_is_held_out() {
        let texts = lines(700, 1);
        let is_aside = |line: &&str| {
            let (label, text) = line.split_once('\t').unwrap();
            !label.starts_with("other") && is_held_out(text, HELD_OUT)
        };
        let aside = texts.lines().filter(is_aside).count() as u64;
        assert!((100..400).contains(&aside), "{aside}");
        let classifier = trained(&texts, None).unwrap();
        assert_eq!(classifier.header().texts, 4200 - aside);
        assert_ne!(classifier.header().calibration, Calibration::default());
        for (of, (label, _)) in LABELS.into_iter().enumerate().take(4) {
            let right = share(&classifier, of, Some(label));
            assert!(right >= 0.95, "{label}: {right}");
        }
        // Nothing is held out if there are other texts, and few of these change nothing.
        let few = trained(&texts, Some(&lines(1, 3))).unwrap();
        assert_eq!(few.header().texts, 4200);
        assert_eq!(few.header().calibration, Calibration::default());
    }

    #[test]
    fn a_label_with_few_texts_keeps_one_to_learn_from() {
        let rare: String = (0..100_000)
            .map(|i| format!("rare {i} ").replace(char::is_numeric, "x") + &"z".repeat(i % 50))
            .find(|text| is_held_out(text, HELD_OUT))
            .unwrap();
        let classifier = trained(&format!("{}rare\t{rare}\n", lines(20, 1)), None).unwrap();
        assert_eq!(classifier.labels(), ["one", "rare", "three", "two"]);
    }

    #[test]
    fn texts_that_nothing_can_be_learned_from_are_refused() {
        let refused = |texts: &str, parts: &[&str]| {
            let told = trained(texts, None).unwrap_err().to_string();
            for part in parts.iter().chain([&"; "]) {
                assert!(told.contains(part), "{part} is not in: {told}");
            }
        };
        refused("", &["texts: there is no text in it"]);
        refused("\n\n", &["texts: there is no text in it"]);
        refused("one\ta b c\ntwo a b c\n", &["texts: line 2: there is no tab"]);
        refused("one\ta b c\n\ta b c\n", &["texts: line 2: \"\" is no label of one word"]);
        refused("one two\ta b c\n", &["texts: line 1: \"one two\" is no label"]);
        refused(
            &format!("{}\ta b c\n", "x".repeat(65)),
            &["texts: line 1: ", "the label has 65 bytes"],
        );
        refused("one\ta b\none\tc d\nother:x\td e f\n", &["fewer than two labels"]);
        refused("one\ta b\ntwo\t12 30\n", &["no text of the label \"two\" has a word"]);
        let other = "one\ta b\ntwo\tc d\nother\t12 30\n";
        refused(other, &["no text of the label \"other\" has a word"]);
        let many: String = (0..=MOST_KINDS).map(|i| format!("label{i}\ta b{i}\n")).collect();
        refused(&many, &["more than 4096"]);
    }

    #[test]
    fn a_classifier_that_could_not_be_read_again_is_not_begun() {
        fits(200_000, 60).unwrap();
        fits(MOST_NGRAMS, 100).unwrap();
        for (ngrams, kinds) in [(MOST_NGRAMS + 1, 2), (1_000_000, MOST_KINDS)] {
            let told = fits(ngrams, kinds).unwrap_err().to_string();
            assert!(told.contains("; take fewer n-grams"), "{told}");
        }
    }
}
