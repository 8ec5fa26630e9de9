//! ARPA text against golden files: what was read comes out again to the last digit, and scores the
//! sentences as its author did.

use std::collections::BTreeMap;
use std::io::Read;

use impute::model::arpa::{self, Arpa, Source};
use impute::progress::{Progress, Silent};
use impute::text::input::{decompress, open};
use std::sync::Mutex;

use crate::common::{Folder, held_out_text, repository, said, stdout, succeed};

const GOLDEN: [&str; 4] = ["toy.2", "toy.3", "toy.3.pruned", "toy.5"];

fn golden(name: &str) -> std::path::PathBuf {
    std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(name)
}

fn golden_text(name: &str) -> String {
    let mut text = String::new();
    let mut input = open(&golden(&format!("{name}.arpa.gz"))).unwrap();
    input.reader.read_to_string(&mut text).unwrap();
    text
}

fn parse(text: &str) -> Arpa {
    parse_with(text, &Silent)
}

fn parse_with(text: &str, progress: &dyn Progress) -> Arpa {
    let source = Box::new(std::io::Cursor::new(text.as_bytes().to_vec()));
    arpa::read(decompress(source, "x.arpa".into(), None).unwrap(), progress).unwrap()
}

fn write(arpa: &Arpa) -> String {
    let mut text = Vec::new();
    arpa::write(arpa, "memory", &mut text).unwrap();
    String::from_utf8(text).unwrap()
}

/// n-gram → log10 p and log10 of the backoff weight.
type Numbers = BTreeMap<String, (f32, f32)>;

fn numbers(text: &str) -> Numbers {
    let line = |line: &str| {
        let mut fields = line.split('\t');
        let log10_p: f32 = fields.next()?.parse().ok()?;
        let ngram = fields.next()?.to_owned();
        let log10_backoff = fields.next().map_or(0.0, |field| field.parse().unwrap());
        Some((ngram, (log10_p, log10_backoff)))
    };
    text.lines().filter_map(line).collect()
}

fn head(text: &str) -> Vec<&str> {
    text.lines().filter(|line| line.starts_with("ngram ")).collect()
}

/// Hears the notes.
#[derive(Default)]
struct Notes(Mutex<Vec<String>>);

impl Progress for Notes {
    fn note(&self, line: &str) {
        self.0.lock().unwrap().push(line.to_owned());
    }
}

#[test]
fn what_was_read_is_written_to_the_last_digit() {
    for name in GOLDEN {
        let text = golden_text(name);
        let written = write(&parse(&text));
        assert_eq!(head(&text), head(&written), "{name}");
        assert!(numbers(&text) == numbers(&written), "{name}");
        assert_eq!(numbers(&text).len(), parse(&text).counts().iter().sum::<u64>() as usize);
        assert!(write(&parse(&written)) == written, "{name}: a second time");
    }
}

#[test]
fn the_order_of_the_lines_and_the_way_of_writing_change_nothing() {
    let text = golden_text("toy.3");
    let expected = parse(&text);
    let mut sections: Vec<Vec<&str>> = vec![vec![]];
    for line in text.lines() {
        if line.starts_with('\\') {
            sections.push(vec![]);
        }
        sections.last_mut().unwrap().push(line);
    }
    for section in &mut sections {
        if section.first().is_some_and(|title| title.ends_with("-grams:")) {
            section[1..].reverse();
        }
    }
    let reversed = sections.concat().join("\r\n");
    let spaced = text.replace('\t', "   ").replace("\\data\\", "made by hand\n\\DATA\\");
    let shorter: String =
        text.lines().map(|l| l.strip_suffix("\t0").unwrap_or(l)).collect::<Vec<_>>().join("\n");
    for (other, same_lines) in [(reversed, true), (spaced, false), (shorter, false)] {
        let parsed = parse(&other);
        assert!(parsed.levels == expected.levels && parsed.words == expected.words);
        assert_eq!(parsed.lines_hash == expected.lines_hash, same_lines);
    }
}

#[test]
fn ids_are_the_special_words_and_then_by_falling_probability() {
    let arpa = parse(&golden_text("toy.3"));
    let words: Vec<&[u8]> = arpa.words.iter().collect();
    assert_eq!(words[..3], [&b"<unk>"[..], b"<s>", b"</s>"]);
    let p = &arpa.levels[0].log10_p;
    for id in 4..words.len() {
        let falling = p[id - 1] > p[id] || (p[id - 1] == p[id] && words[id - 1] < words[id]);
        assert!(falling, "{id}");
    }
}

#[test]
fn every_ngram_is_in_its_place_with_its_suffix() {
    let arpa = parse(&golden_text("toy.5"));
    for n in 2..=5 {
        let (level, below) = (&arpa.levels[n - 1], &arpa.levels[n - 2]);
        assert_eq!(level.offsets.len(), below.log10_p.len() + 1);
        let mut shorter = Vec::new();
        arpa.visit::<()>(n - 1, &mut |ids, _, _| {
            shorter.push(ids.to_vec());
            Ok(())
        })
        .unwrap();
        let (mut i, mut last) = (0, Vec::new());
        arpa.visit::<()>(n, &mut |ids, log10_p, _| {
            assert!(last.as_slice() < ids);
            assert_eq!(shorter[level.suffix[i] as usize], ids[1..]);
            assert_eq!(log10_p, level.log10_p[i]);
            (i, last) = (i + 1, ids.to_vec());
            Ok(())
        })
        .unwrap();
        assert_eq!(i, level.words.len());
    }
}

const SMALL: &str = "\\data\\\nngram 1=5\nngram 2=2\nngram 3=1\n\n\\1-grams:\n-99\t<s>\t-0.5\n\
    -1\t</s>\n-0.5\ta\t-0.25\n-0.75\tb\t-0.125\n-0.875\tc\n\n\\2-grams:\n-0.25\t<s> a\t-0.0625\n\
    -0.5\ta b\n\n\\3-grams:\n-0.125\ta b c\n\n\\end\\\n";

#[test]
fn shorter_ngrams_that_were_left_out_are_added_with_their_backed_off_probability() {
    let notes = Notes::default();
    let arpa = parse_with(SMALL, &notes);
    let notes = notes.0.into_inner().unwrap();
    assert!(notes[0].contains("no <unk>"), "{notes:?}");
    assert!(notes[1].starts_with("1 n-grams added"), "{notes:?}");
    assert_eq!(notes.len(), 2);
    let numbers = numbers(&write(&arpa));
    assert_eq!(numbers["b c"], (-0.125 - 0.875, 0.0));
    assert_eq!(numbers["<unk>"], (-100.0, 0.0));
    assert_eq!(arpa.levels[0].log10_p[1], -99.0, "kept as it was printed");
    assert_eq!(numbers["<s>"], (0.0, -0.5));
    assert_eq!(arpa.counts(), [6, 3, 1]);
}

#[test]
fn what_is_added_for_a_5gram_is_added_for_its_parts_too() {
    let text = "\\data\\\nngram 1=6\nngram 2=0\nngram 3=0\nngram 4=0\nngram 5=2\n\\1-grams:\n\
        0 <s> -1\n-1 </s>\n-1 a -1\n-1 b -1\n-1 c -1\n-1 <UNK>\n\\2-grams:\n\\3-grams:\n\\4-grams:\n\
        \\5-grams:\n-0.5 <s> a b c a\n-0.5 a b c a </s>\n\\end\\";
    let notes = Notes::default();
    let arpa = parse_with(text, &notes);
    assert_eq!(notes.0.into_inner().unwrap().len(), 1, "<UNK> is the unknown word");
    assert_eq!(arpa.counts(), [6, 5, 4, 3, 2]);
    let numbers = numbers(&write(&arpa));
    assert_eq!(numbers["b c a"], (-2.0, 0.0), "bow(b c) is 1, bow(c) is 0.1");
    assert_eq!(numbers["a b c a"], (-2.0, 0.0));
    assert!(write(&parse(&write(&arpa))) == write(&arpa));
}

/// Import through the command line; a model's sentence scores are those of the file's author.
#[test]
fn an_imported_model_scores_sentences_as_its_author_does() {
    let folder = Folder::with([("text", &held_out_text())]);
    for name in GOLDEN {
        folder.write("a", repository(&format!("tests/golden/{name}.arpa.gz")));
        succeed(&mut folder.impute("train --arpa a -o model"));
        let printed = said(&mut folder.impute("query model text"));
        let scores = String::from_utf8(repository(&format!("tests/golden/{name}.scores"))).unwrap();
        assert_eq!(printed.lines().count(), scores.lines().count() + 4);
        for (ours, golden) in printed.lines().zip(scores.lines()) {
            let total = |line: &str| -> (f64, String) {
                let (_, rest) = line.rsplit_once("Total: ").unwrap();
                let (total, unknown) = rest.split_once(" OOV: ").unwrap();
                (total.parse().unwrap(), unknown.to_owned())
            };
            let ((a, unknown), (b, golden_unknown)) = (total(ours), total(golden));
            assert!((a - b).abs() < 1e-4, "{name}: {ours}, not {golden}");
            assert_eq!(unknown, golden_unknown, "{name}: {ours}");
        }
    }
}

/// A model keeps the logs as they were printed.
#[test]
fn a_model_gives_its_ngrams_back() {
    let folder = Folder::with([]);
    for name in GOLDEN {
        folder.write("a", repository(&format!("tests/golden/{name}.arpa.gz")));
        succeed(&mut folder.impute("train --arpa a -o model"));
        let text = said(&mut folder.impute("export --arpa -m model"));
        let golden = golden_text(name);
        assert_eq!(head(&text), head(&golden));
        let (ours, golden) = (numbers(&text), numbers(&golden));
        assert_eq!(ours.len(), golden.len());
        for (ngram, figures) in golden {
            assert_eq!(ours[&ngram], figures, "{name}: {ngram}");
        }
        folder.write("b", &text);
        succeed(&mut folder.impute("train --arpa b -o model2"));
        assert!(stdout(&mut folder.impute("export --arpa -m model2")) == text.into_bytes());
    }
}
