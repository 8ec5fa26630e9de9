//! Bad ARPA files: one clear line that names the place and a remedy, and no model written; and no
//! text, however mutilated, makes the reader panic.

use std::io::{Cursor, Write};

use crate::common::{Folder, misused, refused, repository, succeed, toy_model, toy_text};
use impute::model::arpa;
use impute::progress::Silent;
use impute::text::input::decompress;
use proptest::prelude::*;

const GOOD: &str = "\\data\\\nngram 1=5\nngram 2=3\n\n\\1-grams:\n-2\t<unk>\t0\n0\t<s>\t-0.5\n\
    -1\t</s>\t0\n-0.5\ta\t-0.25\n-0.75\tb\t-0.125\n\n\\2-grams:\n-0.25\t<s> a\n-0.5\ta b\n\
    -0.5\tb </s>\n\n\\end\\\n";

/// The import of these bytes is refused with all `parts`, and the folder stays as it was.
#[track_caller]
fn refuses(bytes: impl AsRef<[u8]>, parts: &[&str]) {
    let folder = Folder::with([("in", bytes.as_ref()), ("out", b"old")]);
    let before = folder.content();
    refused(&mut folder.impute("train --arpa in -o out"), parts);
    assert!(folder.content() == before);
}

/// The good file with one part of it replaced.
#[track_caller]
fn with(part: &str, other: &str) -> String {
    assert_eq!(GOOD.matches(part).count(), 1, "{part}");
    GOOD.replace(part, other)
}

#[test]
fn the_good_file_is_good() {
    let folder = Folder::with([("in", GOOD.as_bytes())]);
    succeed(&mut folder.impute("train --arpa in -o out"));
}

#[test]
fn a_file_that_is_not_arpa_text_is_refused() {
    for bytes in ["", "one two three\n", "\\1-grams:\n-1\ta\n\\end\\\n"] {
        refuses(bytes, &["in: not an ARPA file: no line `\\data\\`", "name an ARPA file"]);
    }
    refuses(toy_text(), &["in: not an ARPA file"]);
    refuses(std::fs::read(toy_model()).unwrap(), &["in: a model, not a text; name a text"]);
    refuses(b"\\data\\\n\xff\n", &["in: line 2: not UTF-8", "iconv"]);
    let folder = Folder::with([("out", b"old")]);
    refused(&mut folder.impute("train --arpa in -o out"), &["in: open failed", "spelling"]);
}

#[test]
fn a_head_that_cannot_be_is_refused() {
    refuses(with("ngram 2=3\n", ""), &["in: a model of order 1;", "orders 2 to 5"]);
    refuses("\\data\\\n\\1-grams:\n", &["in: a model of order 0;"]);
    let six: String = (1..=6).map(|n| format!("ngram {n}=1\n")).collect();
    refuses(format!("\\data\\\n{six}\n\\1-grams:\n"), &["in: a model of order 6;"]);
    for bad in ["ngram 3=3", "ngram 2=x", "ngram 2=-3", "ngram 2", "ngrams 2=3", "2=3", "é"] {
        let parts = ["in: line 3: `", bad, "` where `ngram 2=NUMBER` belongs"];
        refuses(with("ngram 2=3", bad), &parts);
    }
    refuses("\\data\\\nngram 1=5\n", &["in: ends within its head", "cut short"]);
}

#[test]
fn a_section_with_another_number_of_ngrams_is_refused() {
    let parts = ["in: line 12: 5 1-grams above this line, and the head says 6"];
    refuses(with("ngram 1=5", "ngram 1=6"), &parts);
    refuses(with("ngram 2=3", "ngram 2=2"), &["in: line 17: 3 2-grams", "says 2"]);
    refuses(with("-0.5\ta b\n", ""), &["in: line 16: 2 2-grams", "says 3", "damaged"]);
    refuses(with("ngram 2=3", "ngram 2=99999999999999"), &["says 99999999999999"]);
}

#[test]
fn sections_out_of_order_are_refused() {
    refuses(with("\\1-grams:", "\\2-grams:\n"), &["in: line 5:", "where `\\1-grams:` belongs"]);
    refuses(with("\\2-grams:", "\\3-grams:"), &["in: line 12:", "where `\\2-grams:` belongs"]);
    refuses(with("\\end\\", "\\3-grams:"), &["in: line 17:", "where `\\end\\` belongs"]);
    refuses(with("\\2-grams:", "\\end\\"), &["in: line 12: `\\end\\` where"]);
}

#[test]
fn lines_with_other_fields_are_refused() {
    refuses(with("-0.5\ta b\n", "-0.5\ta\n"), &["in: line 14: 1 words", "2-grams", "log10 p"]);
    refuses(with("-0.5\ta b\n", "-0.5\ta b c d\n"), &["in: line 14: 4 words"]);
    refuses(with("-0.5\ta b\n", "-0.5\ta b -0.25\n"), &["in: line 14: 3 words"]);
    refuses(with("-0.5\ta b\n", "-0.5\n"), &["in: line 14: 0 words"]);
    refuses(with("-0.5\ta b\n", "-0.5\ta x\n"), &["in: line 14: `x` is not among"]);
}

#[test]
fn numbers_that_are_not_log_probabilities_are_refused() {
    for (bad, what) in [
        ("x", "`x` is not a number"),
        ("-0,5", "`-0,5` is not a number"),
        ("0.5", "log10 p 0.5 is above 0"),
        ("NaN", "`NaN` is not a finite"),
        ("inf", "`inf` is not a finite"),
        ("-1e99", "`-1e99` is not a finite"),
    ] {
        refuses(with("-0.5\ta b", &format!("{bad}\ta b")), &["in: line 14: ", what]);
    }
    for bad in ["nan", "inf", "-inf", "b"] {
        refuses(with("-0.25\n", &format!("{bad}\n")), &["in: line 9: ", bad]);
    }
    let parts = ["in: line 9: a backoff weight of 0 (`-inf`)", "with smoothing"];
    refuses(with("-0.25\n", "-inf\n"), &parts);
}

#[test]
fn doubled_ngrams_are_refused_with_the_line_of_the_second() {
    refuses(with("-0.75\tb", "-0.75\ta"), &["in: line 10: the word `a` a second time"]);
    let doubled = with("-0.5\tb </s>", "\n\n-0.5\t<s> a");
    refuses(doubled, &["in: line 17: a 2-gram a second time", "write the file again"]);
}

#[test]
fn a_file_without_the_marks_of_sentences_is_refused() {
    refuses(with("0\t<s>\t", "-1\tc\t"), &["in: no <s> among the single words"]);
    refuses(with("\t</s>\t", "\tc\t"), &["in: no </s> among the single words"]);
}

#[test]
fn a_file_that_is_cut_is_refused() {
    refuses(with("\n\\end\\\n", ""), &["in: no `\\end\\` at the end", "cut short"]);
    refuses(&GOOD[..GOOD.len() / 2], &["in: ", "cut short"]);
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(GOOD.as_bytes()).unwrap();
    let mut cut = gzip.finish().unwrap();
    cut.truncate(cut.len() - 20);
    refuses(cut, &["in: read failed", "cut short"]);
}

#[test]
fn a_damaged_gzip_file_is_named_as_such_whatever_it_unpacks_to() {
    let good = repository("tests/golden/toy.3.arpa.gz");
    for at in (good.len() / 3..good.len() - 8).step_by(good.len() / 30) {
        let mut damaged = good.clone();
        damaged[at] ^= 0x55;
        refuses(&damaged, &["in: read failed: ", "damaged"]);
    }
}

#[test]
fn options_of_counting_do_not_go_with_an_arpa_file() {
    let folder = Folder::with([("in", GOOD.as_bytes())]);
    for option in ["in", "--order 2", "--prune 0 1", "--min-count 2", "--held-out 0", "--lossy"] {
        misused(&mut folder.impute(&format!("train --arpa in -o out {option}")), "--arpa");
    }
    refused(&mut folder.impute("train --arpa in -o in"), &["in: the output would replace"]);
    refused(&mut folder.impute("train --arpa in -o -"), &["a model is mapped"]);
}

/// Reads and, where that succeeds, writes and reads again.
fn survive(bytes: Vec<u8>) {
    let read = |bytes: Vec<u8>| {
        let input = decompress(Box::new(Cursor::new(bytes)), "x".into(), None)?;
        arpa::read(input, &Silent)
    };
    if let Ok(arpa) = read(bytes) {
        let mut text = Vec::new();
        if arpa::write(&arpa, "memory", &mut text).is_ok() {
            assert_eq!(read(text).unwrap().counts(), arpa.counts());
        }
    }
}

proptest! {
    #[test]
    fn bytes_that_change_never_panic(
        changes in proptest::collection::vec((0..GOOD.len(), any::<u8>()), 1..4)
    ) {
        let mut bytes = GOOD.as_bytes().to_vec();
        for (at, byte) in changes {
            bytes[at] = byte;
        }
        survive(bytes);
    }

    #[test]
    fn characters_of_the_format_in_other_places_never_panic(
        changes in proptest::collection::vec((0..GOOD.len(), "[-0-9<>/abs\\\\ \t\n=.]"), 1..6)
    ) {
        let mut bytes = GOOD.as_bytes().to_vec();
        for (at, text) in changes {
            bytes[at] = text.as_bytes()[0];
        }
        survive(bytes);
    }

    #[test]
    fn lines_that_are_dropped_doubled_or_swapped_never_panic(
        picks in proptest::collection::vec(0usize..17, 0..24)
    ) {
        let lines: Vec<&str> = GOOD.lines().collect();
        let text: Vec<&str> = picks.iter().map(|&i| lines[i]).collect();
        survive(text.join("\n").into_bytes());
    }

    #[test]
    fn a_line_left_out_and_the_count_corrected_still_reads(drop in 0usize..8) {
        let kept = |&(i, _): &(usize, &str)| i != drop;
        let grams = ["a b c", "b c a", "<s> a b", "c a </s>", "a a a", "c c c", "b a </s>", "a </s> a"];
        let lines: Vec<String> =
            grams.iter().copied().enumerate().filter(kept).map(|(_, g)| format!("-0.5\t{g}\n")).collect();
        let text = format!(
            "\\data\\\nngram 1=5\nngram 2=0\nngram 3={}\n\\1-grams:\n0 <s>\n-1 </s>\n-1 a\n-1 b\n-1 c\n\
             \\2-grams:\n\\3-grams:\n{}\\end\\\n", lines.len(), lines.concat()
        );
        let input = decompress(Box::new(Cursor::new(text.into_bytes())), "x".into(), None).unwrap();
        let arpa = arpa::read(input, &Silent).unwrap();
        prop_assert_eq!(arpa.counts()[2], 7);
        prop_assert!(arpa.levels[1].log10_p.iter().all(|&p| p == -1.0), "backed off");
    }
}

#[test]
fn what_follows_the_end_is_read_for_its_checksum() {
    let folder = Folder::with([]);
    let good = repository("tests/golden/toy.2.arpa.gz");
    let mut damaged = good.clone();
    let at = damaged.len() - 6; // in the checksum
    damaged[at] ^= 1;
    folder.write("checksum", &damaged);
    folder.write("cut", &good[..good.len() - 4]);
    for name in ["checksum", "cut"] {
        refused(&mut folder.impute(&format!("train --arpa {name} -o m -q")), &[name]);
    }
    let mut text = Vec::new();
    let mut input =
        impute::text::input::decompress(Box::new(std::io::Cursor::new(good)), "x".into(), None)
            .unwrap();
    std::io::Read::read_to_end(&mut input.reader, &mut text).unwrap();
    text.extend_from_slice(b"\ngarbage\n");
    folder.write("garbage", text);
    refused(&mut folder.impute("train --arpa garbage -o m -q"), &["garbage: line", "after `"]);
}
