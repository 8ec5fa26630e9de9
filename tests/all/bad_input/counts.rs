//! Damaged, foreign and impossible files of counts: one clear line, exit code 1, never a panic, and
//! no output touched.

use crate::common::{Folder, random, refused, stdout, succeed, toy_model, toy_text};
use impute::progress::Silent;
use impute::train::run::{Encoder, Words};
use impute::train::{self, Config, Resources, Sources};
use proptest::prelude::*;
use twox_hash::XxHash3_64;

/// The counts of a text.
fn counts_of(text: &[u8], options: &str) -> Vec<u8> {
    let folder = Folder::with([("text", text)]);
    stdout(&mut folder.impute(&format!("count text -q{options}")))
}

/// A folder with the counts, a text and an old output.
fn folder(counts: &[u8]) -> Folder {
    Folder::with([("in", counts), ("text", b"one two three\n"), ("out", b"old")])
}

/// The counts are refused with all `parts`, and the folder stays as it was.
#[track_caller]
fn refused_counts(counts: &[u8], options: &str, parts: &[&str]) {
    let folder = folder(counts);
    let before = folder.content();
    for args in ["train -o out --counts in", "train text -o out --counts in"] {
        let told = refused(&mut folder.impute(&format!("{args}{options}")), parts);
        assert!(!told.contains("panicked"), "{told}");
    }
    assert!(folder.content() == before);
}

/// What training in this process says to the counts; a panic fails the test.
pub fn train_on(counts: &[u8]) -> Result<(), String> {
    let folder = folder(counts);
    let paths = [folder.path("in")];
    let sources = Sources::new(&[], &paths);
    let trained = train::train(sources, &Config::default(), &Resources::default(), &Silent);
    trained.map(drop).map_err(|error| error.to_string())
}

#[test]
fn something_else_is_not_a_file_of_counts() {
    let model = std::fs::read(toy_model()).unwrap();
    for bytes in [&b""[..], b"x", b"impcnt\r", b"one two three\n", &toy_text(), &model] {
        refused_counts(bytes, "", &["in: not a file of counts", "name one that impute wrote"]);
    }
}

#[test]
fn a_file_of_counts_is_not_a_text() {
    let counts = counts_of(&toy_text(), "");
    let packed = zstd::encode_all(&counts[..], 1).unwrap();
    for bytes in [&counts, &packed] {
        let folder = folder(bytes);
        for args in ["train in -o out", "train text in -o out", "count in -o out", "count in"] {
            refused(&mut folder.impute(args), &["in: a file of counts", "--counts"]);
        }
        assert_eq!((folder.read("out"), folder.content().len()), (b"old".to_vec(), 3));
    }
}

#[test]
fn counts_of_another_version_are_refused() {
    let mut counts = counts_of(b"a b\n", "");
    for version in [0u32, 3, u32::MAX] {
        counts[8..12].copy_from_slice(&version.to_le_bytes());
        let version = format!("version {version}");
        refused_counts(&counts, "", &["in: ", &version, "reads 1 to 2", "count the text again"]);
    }
}

#[test]
fn counts_that_lack_what_is_wanted_are_refused() {
    let counts = counts_of(&toy_text(), " --order 3 --held-out 500");
    refused_counts(&counts, " --order 4", &["in: ", "order 3", "order 4", "count again"]);
    refused_counts(&counts, "", &["in: at most 500 lines", "3000", "--held-out"]);
    let folder = folder(&counts);
    succeed(&mut folder.impute("train --counts in -o out --order 2 --held-out 500"));
}

#[test]
fn truncated_counts_are_refused_whatever_their_length() {
    let whole = counts_of(b"one two three\nfour five\n", "");
    train_on(&whole).unwrap();
    for length in 0..whole.len() {
        let error = train_on(&whole[..length]).unwrap_err();
        let expected =
            if length < 8 { "in: not a file of counts; " } else { "in: truncated counts" };
        assert!(error.contains(expected), "{length} bytes: {error}");
    }
    refused_counts(&whole[..whole.len() - 1], "", &["in: truncated", "copy it again"]);
}

#[test]
fn anything_after_the_end_is_refused() {
    let whole = counts_of(b"one two three\nfour five\n", "");
    for more in [&b"\n"[..], &[0; 64], &whole] {
        refused_counts(&[&whole, more].concat(), "", &["in: damaged counts", "copy it again"]);
    }
}

#[test]
fn compressed_counts_that_are_cut_are_refused() {
    let packed = zstd::encode_all(&counts_of(&toy_text(), "")[..], 1).unwrap();
    refused_counts(&packed[..packed.len() / 2], "", &["in: read failed"]);
}

#[test]
fn every_changed_byte_is_noticed() {
    let whole = counts_of(b"one two three\nfour five\n", "");
    for at in 0..whole.len() {
        let mut copy = whole.clone();
        copy[at] ^= 0x10;
        let error = train_on(&copy).unwrap_err();
        assert!(error.contains("in: ") && error.contains("; "), "byte {at}: {error}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]
    #[test]
    fn a_change_anywhere_is_noticed(seed in any::<u64>(), change in 1u8..=255) {
        static COUNTS: std::sync::OnceLock<Vec<u8>> = std::sync::OnceLock::new();
        let mut copy = COUNTS.get_or_init(|| counts_of(&toy_text(), "")).clone();
        let at = seed as usize % copy.len();
        copy[at] ^= change;
        let error = train_on(&copy).unwrap_err();
        prop_assert!(error.contains("in: ") && error.contains("; "), "{}", error);
    }
}

/// The parts of a file of counts of version 1, to be written with right checksums; see `sorted_counts` for the others.
#[derive(Clone)]
struct Crafted {
    head: String,
    words: String,
    ngrams: Ngrams,
    aside: String,
    end: String,
}

impl Crafted {
    /// The counts of the line `a b`, twice.
    fn new() -> Self {
        Crafted {
            head: r#"{"order":3,"lines":2,"tokens":4,"text_hash":"0","words":5,
                "held_out_share":0.02,"held_out_lines":3000}"#
                .into(),
            words: "0\t<unk>\n2\t<s>\n2\t</s>\n2\ta\n2\tb\n".into(),
            ngrams: vec![([2, 4, 5, 0, 0], 2), ([4, 5, 3, 0, 0], 2), ([5, 3, 0, 0, 0], 2)],
            aside: String::new(),
            end: r#"{"ngrams":3}"#.into(),
        }
    }

    fn write(&self) -> Vec<u8> {
        let mut encoder = Encoder::new(3);
        self.ngrams.iter().for_each(|&(words, count)| encoder.push(&words, count));
        self.write_with(&encoder.take())
    }

    fn write_with(&self, ngrams: &[u8]) -> Vec<u8> {
        let mut file = [b"impcnt\r\n".as_slice(), &1u32.to_le_bytes()].concat();
        block(b'H', self.head.as_bytes(), &mut file);
        block(b'W', self.words.as_bytes(), &mut file);
        block(b'G', ngrams, &mut file);
        if !self.aside.is_empty() {
            block(b'A', self.aside.as_bytes(), &mut file);
        }
        block(b'E', self.end.as_bytes(), &mut file);
        file
    }
}

/// Adds a compressed block with a right checksum.
pub fn block(kind: u8, content: &[u8], file: &mut Vec<u8>) {
    block_as_it_is(kind, content.len(), &zstd::bulk::compress(content, 3).unwrap(), file);
}

/// Adds a block of content of this length that is already as it is stored, with a right checksum.
pub fn block_as_it_is(kind: u8, length: usize, stored: &[u8], file: &mut Vec<u8>) {
    let mut head = vec![kind, 0, 0, 0];
    head.extend((length as u32).to_le_bytes());
    head.extend((stored.len() as u32).to_le_bytes());
    let checksum = XxHash3_64::oneshot_with_seed(XxHash3_64::oneshot(&head), stored);
    file.extend(head);
    file.extend(checksum.to_le_bytes());
    file.extend(stored);
}

#[track_caller]
fn impossible(what: &str, change: impl Fn(&mut Crafted)) {
    let mut crafted = Crafted::new();
    change(&mut crafted);
    let error = train_on(&crafted.write()).err();
    let error = error.unwrap_or_else(|| panic!("{what} is accepted"));
    assert!(error.contains("in: damaged counts"), "{what}: {error}");
}

#[test]
fn crafted_counts_can_be_read() {
    let folder = folder(&Crafted::new().write());
    succeed(&mut folder.impute("train --counts in -o out -q"));
    let crafted = stdout(&mut folder.impute("export --arpa -m out"));
    folder.write("text", "a b\na b\n");
    succeed(&mut folder.impute("train text -o out -q"));
    assert!(stdout(&mut folder.impute("export --arpa -m out")) == crafted);
}

/// Trigrams and their counts.
pub type Ngrams = Vec<(Words, u64)>;

type Change = fn(&mut Ngrams);

/// What can be done to the n-grams of the line `a b`, so that nobody can have counted them in any format.
pub const IMPOSSIBLE_NGRAMS: [(&str, Change); 12] = [
    ("an unknown word", |n| n[0].0[2] = 6),
    ("a huge id", |n| n[0].0[2] = u32::MAX),
    ("a word after </s>", |n| n[2].0 = [5, 3, 5, 0, 0]),
    ("</s> twice", |n| n[2].0 = [5, 3, 3, 0, 0]),
    ("a sentence without its end", |n| n[2].0 = [5, 4, 0, 0, 0]),
    ("a gap", |n| n[1].0 = [4, 0, 3, 0, 0]),
    ("<s> in the middle", |n| n[1].0 = [4, 2, 3, 0, 0]),
    ("no n-gram at all", Vec::clear),
    ("a count of zero", |n| n[0].1 = 0),
    ("too high a count", |n| n[0].1 = 3),
    ("too low a count", |n| n[0].1 = 1),
    ("n-grams that begin with </s>", |n| n[1].0 = [3, 4, 5, 0, 0]),
];

/// Lines put aside that nobody can have put there.
pub const IMPOSSIBLE_LINES: [(&str, &str); 4] = [
    ("a line never seen", "0\ta b\n"),
    ("an empty line", "1\t\n"),
    ("a line without a number", "a b\n"),
    ("a line with a NUL", "1\ta\0b\n"),
];

#[test]
fn ngrams_that_cannot_be_are_refused() {
    for (what, change) in IMPOSSIBLE_NGRAMS {
        impossible(what, |c| change(&mut c.ngrams));
    }
}

#[test]
fn totals_that_do_not_agree_are_refused() {
    impossible("too few n-grams", |c| c.end = c.end.replace('3', "2"));
    impossible("too many n-grams", |c| c.end = c.end.replace('3', "4"));
    impossible("too few words", |c| c.head = c.head.replace("\"words\":5", "\"words\":4"));
    impossible("too many tokens", |c| c.head = c.head.replace("\"tokens\":4", "\"tokens\":5"));
    impossible("too many lines", |c| c.head = c.head.replace("\"lines\":2", "\"lines\":3"));
    impossible("more </s> than <s>", |c| c.words = c.words.replace("2\t</s>", "3\t</s>"));
    impossible("a word too many", |c| c.words += "1\tc\n");
    impossible("totals of no words", |c| c.words.clear());
    // Together more than 32 bits, and more than 64.
    for count in ["4294967295", "4294967296", "18446744073709551615", "-1", "1e3", ""] {
        let count = count.to_owned();
        impossible("a huge <unk>", |c| {
            c.words = c.words.replace("0\t<unk>", &format!("{count}\t<unk>"))
        });
        impossible("a huge word", |c| c.words = c.words.replace("2\tb", &format!("{count}\tb")));
    }
}

#[test]
fn words_and_lines_that_cannot_be_are_refused() {
    impossible("other special words", |c| c.words = c.words.replace("<unk>", "<UNK>"));
    impossible("a special word again", |c| c.words = c.words.replace("\tb", "\t<s>"));
    impossible("an empty word", |c| c.words = c.words.replace("\tb", "\t"));
    impossible("a word with a space", |c| c.words = c.words.replace("\tb", "\tb c"));
    impossible("a word with a NUL", |c| c.words = c.words.replace("\tb", "\tb\0"));
    for (what, line) in IMPOSSIBLE_LINES {
        impossible(what, |c| c.aside = line.into());
    }
    impossible("a malformed head", |c| c.head = "[]".into());
    impossible("a malformed hash", |c| c.head = c.head.replace("\"0\"", "\"x\""));
    impossible("a malformed end", |c| c.end = "{}".into());
}

#[test]
fn an_ngram_whose_end_was_never_counted_is_refused() {
    // a a b, but nothing begins with a b.
    let mut crafted = Crafted::new();
    crafted.words = "0\t<unk>\n2\t<s>\n2\t</s>\n4\ta\n2\tb\n".into();
    crafted.head = crafted.head.replace("\"tokens\":4", "\"tokens\":6");
    crafted.ngrams = vec![
        ([2, 4, 4, 0, 0], 2),
        ([4, 4, 4, 0, 0], 2),
        ([4, 4, 5, 0, 0], 2),
        ([5, 3, 0, 0, 0], 2),
    ];
    crafted.end = crafted.end.replace('3', "4");
    refused_counts(
        &crafted.write(),
        " --net none",
        &["counts contradict each other", "count the texts again"],
    );
}

#[test]
fn ngrams_of_any_bytes_never_panic() {
    let mut random = random();
    for _ in 0..2000 {
        let bytes: Vec<u8> =
            (0..random(40)).map(|_| random(8) as u8 * (1 + random(40) as u8 / 39)).collect();
        let error = train_on(&Crafted::new().write_with(&bytes)).unwrap_err();
        assert!(error.contains("; "), "{bytes:?}: {error}");
    }
}

#[test]
fn more_tokens_than_32_bits_can_tell_are_no_limit() {
    let half = Crafted {
        head: r#"{"order":3,"lines":1000000000,"tokens":1000000000,"text_hash":"0","words":4,
            "held_out_share":0.02,"held_out_lines":3000}"#
            .into(),
        words: "0\t<unk>\n1000000000\t<s>\n1000000000\t</s>\n1000000000\ta\n".into(),
        ngrams: vec![([2, 4, 3, 0, 0], 1_000_000_000), ([4, 3, 0, 0, 0], 1_000_000_000)],
        aside: String::new(),
        end: r#"{"ngrams":2}"#.into(),
    };
    let folder = folder(&half.write());
    folder.write("more", half.write());
    let (_, notes) = succeed(&mut folder.impute("train --counts in more -o out"));
    assert!(
        notes.contains("2,000,000,000 sentences") || notes.contains("2000000000 sentences"),
        "{notes}"
    );
}
