//! Bad texts, tables and values: one clear line that names the place and a remedy, exit code 1
//! (2 for usage errors), and no output file touched.

use std::io::{BufWriter, Write};
use std::time::{Duration, Instant};

use crate::common::{Folder, misused, refused, succeed, toy_text};

/// Every command that reads sentences, with `in` as its input and `out` as its output.
const READERS: [&str; 5] = [
    "in -o out",
    "predict in -o out",
    "train in -o out",
    "split in --test-out out --solution-out out2",
    "evaluate in --rows out",
];

/// A folder with the input and an old output.
fn folder(input: &[u8]) -> Folder {
    Folder::with([("in", input), ("out", b"old"), ("out2", b"old")])
}

/// The input is refused with all `parts`, and the folder stays as it was.
#[track_caller]
fn untouched(folder: &Folder, args: &str, parts: &[&str]) {
    let before = folder.content();
    refused(&mut folder.impute(args), parts);
    assert!(folder.content() == before, "{args} changed the folder");
}

#[track_caller]
fn refused_by(input: &[u8], commands: &[&str], parts: &[&str]) {
    let folder = folder(input);
    for args in commands {
        untouched(&folder, args, parts);
    }
}

#[test]
fn a_missing_file_is_named() {
    let folder = folder(b"");
    std::fs::remove_file(folder.path("in")).unwrap();
    for args in READERS {
        untouched(&folder, args, &["in: open failed", "check the spelling"]);
    }
    folder.write("there.csv", "id,sentence\n1,a\n");
    untouched(&folder, "score in there.csv", &["in: open failed"]);
    untouched(&folder, "score there.csv in", &["in: open failed"]);
    untouched(&folder, "evaluate there.csv in", &["in: open failed"]);
}

#[test]
fn a_folder_is_not_a_text() {
    let folder = folder(b"");
    std::fs::remove_file(folder.path("in")).unwrap();
    std::fs::create_dir(folder.path("in")).unwrap();
    for args in READERS.into_iter().chain(["score in in"]) {
        untouched(&folder, args, &["in: ", "directory", "not a folder"]);
    }
}

#[test]
fn a_file_taken_for_a_folder_is_named_with_a_remedy() {
    let folder = folder(b"one two three\n");
    untouched(&folder, "in/in -o out", &["in/in: open failed"]);
    untouched(&folder, "in -o in/out", &["in/out: write failed"]);
}

#[test]
fn a_cause_is_named_once_and_without_the_name_of_a_temporary_file() {
    let folder = folder(b"one two three\n");
    for args in ["missing", "in -o missing/out", "train missing -o out"] {
        let told = refused(&mut folder.impute(args), &["missing"]);
        let causes = told.matches("No such file or directory").count();
        assert_eq!(causes, 1, "{told}");
        assert!(!told.contains(".partial"), "{told}");
        assert!(told.ends_with("check the spelling and the folder\n"), "{told}");
    }
}

#[test]
fn an_empty_file_is_refused() {
    refused_by(b"", &READERS, &["in: "]);
    refused_by(b"", &["score in in"], &["in: empty file"]);
    refused_by(b"\xef\xbb\xbf", &["train in -o out"], &["in: no sentence"]);
    let folder = folder(b"");
    untouched(&folder, "- -o out", &["standard input: empty file"]);
    untouched(&folder, "train - -o out", &["standard input: no sentence"]);
}

#[test]
fn a_text_without_a_sentence_trains_nothing() {
    for text in [&b"\n"[..], b" ", b"\n  \n\r\n\n", b"<s> </s>\n"] {
        refused_by(text, &["train in -o out"], &["in: no sentence in it"]);
    }
    let short = b"\ntwo words\n\n";
    for args in [READERS[3], "evaluate in --rows out -q"] {
        refused_by(short, &[args], &["in: no sentence of three words"]);
    }
}

#[test]
fn a_csv_with_another_header_is_refused() {
    for header in ["id,text", "\"id\",\"sentences\"", "1,\"the dog .\"", "a,b,c"] {
        let csv = format!("{header}\n1,\"one two three\"\n");
        let commands = [READERS[0], READERS[3], READERS[4], "score in in"];
        refused_by(csv.as_bytes(), &commands, &["in: line 1: ", "--format text"]);
    }
}

/// The line is refused in the middle of a CSV and at its end without a newline.
#[track_caller]
fn bad_row(row: &str, parts: &[&str]) {
    let start = "\"id\",\"sentence\"\n1,\"one two three\"\n";
    for end in ["", "\n", "\n3,\"four five six\"\n"] {
        let csv = format!("{start}{row}{end}");
        let parts = [&["in: line 3: "], parts].concat();
        let commands = [READERS[0], READERS[3], READERS[4], "score in in"];
        refused_by(csv.as_bytes(), &commands, &parts);
    }
}

#[test]
fn an_unclosed_quote_is_refused_in_the_middle_and_at_the_end() {
    for row in ["2,\"one two three", "2,\"", "2,\"one \"\"two\"\"", "2,\"\"\""] {
        bad_row(row, &["never closed", "close it"]);
    }
}

#[test]
fn text_after_the_closing_quote_is_refused() {
    for row in ["2,\"one two\" three", "2,\"one\",\"two\"", "2,\"one\" "] {
        bad_row(row, &["text after the closing quote"]);
    }
}

#[test]
fn rows_without_an_id_or_a_comma_or_with_bare_quotes_are_refused() {
    bad_row("one two three", &["without a comma"]);
    bad_row(",\"one two three\"", &["without an id"]);
    bad_row("2,one \"two\" three", &["not quoted"]);
    bad_row("2,one , three", &["not quoted"]);
}

#[test]
fn a_doubled_id_is_refused() {
    bad_row("1,\"four five six\"", &["the id 1 occurs a second time"]);
    let good = "id,sentence\n1,a\n007,b\n";
    let folder = folder(format!("{good}x,c\n007,d\n").as_bytes());
    folder.write("good", good);
    for args in ["score in good", "score good in", "evaluate good in"] {
        untouched(&folder, args, &["in: line 5: ", "the id 007"]);
    }
}

#[test]
fn a_submission_with_missing_or_unknown_ids_is_not_scored() {
    let folder = folder(b"id,sentence\n1,a\n3,c\n");
    folder.write("more", "id,sentence\n1,a\n2,b\n3,c\n4,d\n");
    let missing = ["in: 2 rows are missing", "id 2 ", "line 3 of more"];
    let unknown = ["more: line 3: ", "the id 2 is not in in"];
    for command in ["score", "evaluate"] {
        untouched(&folder, &format!("{command} in more"), &missing);
        untouched(&folder, &format!("{command} more in"), &unknown);
    }
    folder.write("more", "id,sentence\n1,a\n03,c\n");
    untouched(&folder, "score in more", &["in: line 3: ", "the id 3 "]);
}

#[test]
fn two_headers_alone_have_no_score() {
    let csv = b"id,sentence\n";
    refused_by(csv, &["score in in", "score in in --json"], &["in: no rows"]);
}

#[test]
fn a_word_of_a_megabyte_is_refused() {
    let text = [b"one two three\na ".as_slice(), &vec![b'x'; 1_000_000]].concat();
    let parts = ["in: line 2: ", "a word of 1000000 bytes", "put spaces"];
    refused_by(&text, &READERS, &parts);
}

#[test]
fn a_line_of_a_hundred_megabytes_fails_fast() {
    let folder = folder(b"");
    let mut file = BufWriter::new(std::fs::File::create(folder.path("in")).unwrap());
    file.write_all(b"one two three\n").unwrap();
    let words = b"words ".repeat(20_000);
    (0..834).for_each(|_| file.write_all(&words).unwrap());
    drop(file);
    for args in ["in -o out", "train in -o out"] {
        let (began, files) = (Instant::now(), std::fs::read_dir(folder.path(".")));
        refused(&mut folder.impute(args), &["in: line 2: longer than"]);
        assert!(began.elapsed() < Duration::from_secs(5), "{args}");
        let now = std::fs::read_dir(folder.path("."));
        assert_eq!(files.unwrap().count(), now.unwrap().count());
        assert_eq!(folder.read("out"), b"old");
    }
}

#[test]
fn a_line_that_is_not_utf8_is_refused_with_its_number_unless_lossy() {
    let text = b"one two three\nfour caf\xe9 six\n";
    let parts = ["in: line 2: not UTF-8", "--lossy"];
    refused_by(text, &READERS, &parts);
    let folder = folder(text);
    for args in READERS {
        succeed(&mut folder.impute(&format!("{args} --lossy")));
        assert_ne!(folder.read("out"), b"old");
    }
}

#[test]
fn nul_bytes_are_refused_with_the_number_of_the_line_even_if_lossy() {
    let parts = ["in: line 3: a NUL byte", "convert it to UTF-8"];
    for args in READERS {
        let folder = folder(b"one two three\n\nfour \0 six\n");
        untouched(&folder, args, &parts);
        untouched(&folder, &format!("{args} --lossy"), &parts);
    }
    let utf16: Vec<u8> = "\u{feff}one two".encode_utf16().flat_map(u16::to_le_bytes).collect();
    refused_by(&utf16, &READERS, &["in: line 1: ", "UTF-16"]);
}

#[test]
fn compressed_input_that_is_cut_or_damaged_is_refused() {
    let text = toy_text();
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(&text).unwrap();
    for whole in [gzip.finish().unwrap(), zstd::encode_all(&text[..], 1).unwrap()] {
        refused_by(&whole[..whole.len() / 2], &READERS, &["in: read failed"]);
        let mut damaged = whole.clone();
        damaged[4..].fill(0xff);
        refused_by(&damaged, &READERS, &["in: read failed"]);
    }
}

#[test]
fn a_late_fault_keeps_the_old_output() {
    let mut text = toy_text();
    text.extend(b"not \xff UTF-8\n");
    refused_by(&text, &READERS, &["in: line 4001: not UTF-8"]);
}

#[test]
fn impossible_pruning_is_refused() {
    let folder = folder(b"one two three\n");
    for prune in ["1", "1 1 1", "0 2 1", "0 0 0 0", "0 1 0"] {
        let args = format!("train in -o out --prune {prune}");
        untouched(&folder, &args, &["prun"]);
    }
    untouched(&folder, "train in -o out --order 2 --prune 0 0 1", &["prun"]);
    for prune in ["--prune", "--prune x", "--prune 0 -1", "--prune 0 99999999999"] {
        misused(&mut folder.impute(&format!("train in -o out {prune}")), "-");
    }
    assert_eq!(folder.read("out"), b"old");
}

#[test]
fn values_out_of_range_are_usage_errors() {
    let folder = folder(b"one two three\n");
    for (args, value) in [
        ("train in -o out --order 9", "'9'"),
        ("train in -o out --order 1", "'1'"),
        ("train in -o out --min-count -1", "'-1'"),
        ("train in -o out --held-out x", "'x'"),
        ("in -o out --threads 0", "'0'"),
        ("predict in -o out --threads 0", "'0'"),
        ("train in -o out --threads 9999", "'9999'"),
        ("split in --test-out out --solution-out out2 --seed x", "'x'"),
    ] {
        misused(&mut folder.impute(args), value);
    }
    assert_eq!(folder.read("out"), b"old");
}
