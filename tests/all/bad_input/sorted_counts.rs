//! Files of sorted counts that nobody can have counted: refused by training and merging alike, with their name and a
//! remedy, and nothing is written.

use super::counts::{IMPOSSIBLE_LINES, IMPOSSIBLE_NGRAMS, Ngrams, block, block_as_it_is, train_on};
use crate::common::{Folder, refused, stdout, succeed};
use impute::train::parts::Encoder;
use impute::train::run::Words;

/// The parts of a file of counts, to be written with right checksums.
#[derive(Clone)]
struct Crafted {
    head: String,
    aside: String,
    words: String,
    ngrams: Ngrams,
    end: String,
}

impl Crafted {
    /// The counts of the line `a b`, twice.
    fn new() -> Self {
        Crafted {
            head: r#"{"order":3,"lines":2,"tokens":4,"text_hash":"0","held_out_share":0.02,"held_out_lines":3000}"#
                .into(),
            aside: String::new(),
            words: "a\nb\n".into(),
            ngrams: vec![([2, 4, 5, 0, 0], 2), ([4, 5, 3, 0, 0], 2), ([5, 3, 0, 0, 0], 2)],
            end: r#"{"words":5,"ngrams":3}"#.into(),
        }
    }

    fn write(&self) -> Vec<u8> {
        let mut file = [b"impcnt\r\n".as_slice(), &2u32.to_le_bytes()].concat();
        block(b'H', self.head.as_bytes(), &mut file);
        if !self.aside.is_empty() {
            block(b'A', self.aside.as_bytes(), &mut file);
        }
        if !self.words.is_empty() {
            block(b'W', self.words.as_bytes(), &mut file);
        }
        let mut encoder = Encoder::new(3);
        let mut last = Words::default();
        for (words, count) in &self.ngrams {
            // A block each where it does not rise, which the encoder cannot say.
            if *words <= last {
                stored(&encoder.bytes, &mut file);
                encoder.begin_block();
            }
            encoder.push(words, *count);
            last = *words;
        }
        stored(&encoder.bytes, &mut file);
        block(b'E', self.end.as_bytes(), &mut file);
        file
    }
}

/// Adds a block of n-grams, which are not compressed.
fn stored(content: &[u8], file: &mut Vec<u8>) {
    block_as_it_is(b'G', content.len(), content, file);
}

#[track_caller]
fn impossible(what: &str, change: impl Fn(&mut Crafted)) {
    let mut crafted = Crafted::new();
    change(&mut crafted);
    let file = crafted.write();
    let error = train_on(&file).err().unwrap_or_else(|| panic!("{what} is accepted"));
    assert!(error.contains("in: damaged counts"), "{what}: {error}");
    let folder = Folder::with([("in", &file), ("good", &Crafted::new().write())]);
    for args in ["merge in good -o out", "merge good in -o out"] {
        refused(&mut folder.impute(args), &["in: damaged counts", "; "]);
    }
    assert!(!folder.path("out").exists(), "{what}");
}

#[test]
fn crafted_counts_can_be_read_and_merged() {
    let folder = Folder::with([("in", &*Crafted::new().write()), ("text", b"a b\na b\n")]);
    succeed(&mut folder.impute("train --counts in -o m -q"));
    let crafted = stdout(&mut folder.impute("export --arpa -m m"));
    succeed(&mut folder.impute("train text -o m -q"));
    assert!(stdout(&mut folder.impute("export --arpa -m m")) == crafted);
    succeed(&mut folder.impute("merge in -o out -q"));
}

#[test]
fn ngrams_that_cannot_be_are_refused() {
    for (what, change) in IMPOSSIBLE_NGRAMS {
        impossible(what, |c| change(&mut c.ngrams));
    }
    impossible("too low a count in the middle", |c| c.ngrams[1].1 = 1);
    impossible("an n-gram again", |c| c.ngrams.insert(1, ([2, 4, 5, 0, 0], 2)));
    impossible("n-grams that fall", |c| c.ngrams.swap(0, 1));
    impossible("a word that begins nothing", |c| c.ngrams[1] = ([5, 3, 0, 0, 0], 4));
    impossible("the last word begins nothing", |c| c.ngrams.truncate(2));
}

#[test]
fn totals_words_and_lines_that_cannot_be_are_refused() {
    impossible("too few n-grams", |c| c.end = c.end.replace(":3", ":2"));
    impossible("too many n-grams", |c| c.end = c.end.replace(":3", ":4"));
    impossible("too few words", |c| c.end = c.end.replace(":5", ":4"));
    impossible("too many tokens", |c| c.head = c.head.replace("\"tokens\":4", "\"tokens\":5"));
    impossible("other lines", |c| {
        c.head =
            c.head.replace("\"lines\":2", "\"lines\":3").replace("\"tokens\":4", "\"tokens\":3");
    });
    impossible("totals beyond all numbers", |c| {
        c.head = c.head.replace(":4,", ":18446744073709551615,")
    });
    impossible("an order that is none", |c| c.head = c.head.replace("\"order\":3", "\"order\":6"));
    impossible("a word too many", |c| c.words += "c\n");
    impossible("words that fall", |c| c.words = "b\na\n".into());
    impossible("a word twice", |c| c.words = "a\na\n".into());
    impossible("a special word", |c| c.words = "<s>\na\n".into());
    impossible("an empty word", |c| c.words = "\na\n".into());
    impossible("a word with a space", |c| c.words = "a b\nb\n".into());
    impossible("words without an end", |c| c.words = "a\nb".into());
    for (what, line) in IMPOSSIBLE_LINES {
        impossible(what, |c| c.aside = line.into());
    }
    impossible("a malformed head", |c| c.head = "[]".into());
    impossible("a malformed hash", |c| c.head = c.head.replace("\"0\"", "\"x\""));
    impossible("a malformed end", |c| c.end = "{}".into());
}

#[test]
fn truncated_parts_are_refused_whatever_their_length() {
    let whole = Crafted::new().write();
    let folder = Folder::with([("good", &*whole), ("old", b"old")]);
    for length in (0..whole.len()).step_by(7).chain([whole.len() - 1]) {
        folder.write("in", &whole[..length]);
        let expected = if length < 8 { "in: not a file of counts" } else { "in: truncated counts" };
        refused(&mut folder.impute("merge good in -o old"), &[expected, "; "]);
    }
    folder.write("in", [&whole[..], b"\n"].concat());
    refused(&mut folder.impute("merge good in -o old"), &["in: damaged counts"]);
    assert_eq!((folder.read("old"), folder.content().len()), (b"old".to_vec(), 3));
}
