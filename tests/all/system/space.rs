//! A full disk and readers that go away: an error or an end, and no output touched.
#![cfg(target_os = "linux")]

use std::process::Stdio;
use std::sync::OnceLock;

use crate::common::{
    Folder, random_text, refused, repository, stdout, succeed, topic_classifier, topics, toy_model,
    toy_model_with, toy_text,
};

/// Every command that writes to standard output; `|` stands for a space inside an argument, and `in` is
/// there as standard input too.
const PRINTING: [&str; 48] = [
    "toy.txt",
    "test.csv",
    "in --format kaggle",
    "predict in --format jsonl",
    "repair in -m tuned",
    "repair in -m tuned --suggest --prior 1/2 --at-least 0.001",
    "repair in -m tuned --suggest=diff --prior 1/2 --at-least 0.001",
    "repair in -m tuned --measure",
    "repair in -m tuned --measure --json",
    "query m toy.txt",
    "query m in --summary",
    "query m in --json",
    "query m in --no-bos --no-eos --after Two|banks",
    "fill a|_|b -k 1000",
    "fill a|_|b --json",
    "explain Two|banks|closed|the|.",
    "explain Two|banks|closed|the|. --json",
    "explain -",
    "explain - --json",
    "evaluate in",
    "evaluate in --json",
    "score -q test.csv test.csv",
    "compare test.csv test.csv test.csv",
    "compare test.csv test.csv test.csv --json",
    "drift toy.txt some.txt -m m",
    "drift toy.txt some.txt --json",
    "language toy.txt",
    "language in --json --top 2",
    "language in --by paragraph",
    "language - --whole",
    "language evaluate topics.kinds topics.tsv",
    "language evaluate topics.tsv --json",
    "check few.csv --against test.csv",
    "check test.csv --against test.csv --json",
    "generate -n 10000",
    "export --arpa",
    "cluster in -k 2 --by form",
    "cluster toy.txt -k 2 -m net --summary",
    "cluster - -k 2 --by form --json",
    "classes net",
    "classes net --json",
    "inspect",
    "inspect --words",
    "count toy.txt",
    "merge toy.counts",
    "completions bash",
    "man",
    "man train",
];

/// The toy model, fitted so that it can repair.
fn tuned() -> &'static [u8] {
    static MODEL: OnceLock<Vec<u8>> = OnceLock::new();
    MODEL.get_or_init(|| {
        let model = std::fs::read(toy_model()).unwrap();
        let folder = Folder::with([("m", &model), ("some.txt", &toy_text()[..40_000])]);
        stdout(&mut folder.impute("tune m --on some.txt --lines 300 -q"));
        folder.read("m")
    })
}

/// The counts of the toy text.
fn counts() -> &'static [u8] {
    static COUNTS: OnceLock<Vec<u8>> = OnceLock::new();
    COUNTS.get_or_init(|| {
        let folder = Folder::with([("toy.txt", &*toy_text())]);
        stdout(&mut folder.impute("count toy.txt -q"))
    })
}

fn folder() -> Folder {
    let test = repository("data/sample-test.csv");
    Folder::with([
        ("in", b"Two banks closed the .\nA river sold Ms. Novak again , and the train .\n"),
        ("out", b"old"),
        ("toy.txt", &toy_text()),
        ("some.txt", &toy_text()[..40_000]),
        ("few.csv", &test.split_inclusive(|&b| b == b'\n').take(5).collect::<Vec<_>>().concat()),
        ("test.csv", &test),
        ("topics.tsv", topics(0, 100).as_bytes()),
        ("topics.kinds", topic_classifier()),
        ("toy.counts", counts()),
        ("m", &std::fs::read(toy_model()).unwrap()),
        ("tuned", tuned()),
        ("net", &std::fs::read(toy_model_with("--net 64 --net-size small")).unwrap()),
    ])
}

/// The program with these arguments, as [`PRINTING`] writes them.
fn spawned(folder: &Folder, line: &str) -> std::process::Command {
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_impute"));
    command.args(line.split(' ').map(|arg| arg.replace('|', " ")));
    command.env("IMPUTE_MODEL", toy_model()).current_dir(folder.path("."));
    let input = std::fs::File::open(folder.path("in")).unwrap();
    command.stdin(input).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

#[test]
fn a_full_device_is_an_error_of_every_command() {
    let folder = folder();
    let before = folder.content();
    for line in PRINTING {
        let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
        let output = spawned(&folder, line).stdout(full).output().unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{line}: {stderr}");
        let last = stderr.lines().last().unwrap_or_default();
        assert!(last.starts_with("error: standard output: write failed: "), "{line}: {stderr}");
        assert!(last.ends_with("; free some space, or write elsewhere"), "{line}: {stderr}");
        assert!(folder.content() == before, "{line}");
    }
    for line in [
        "in -o /dev/full",
        "in -q --format jsonl -o /dev/full",
        "repair in -m tuned -q -o /dev/full",
        "export --arpa -o /dev/full",
        "generate -o /dev/full",
    ] {
        refused(&mut folder.impute(line), &["/dev/full: write failed", "free some space"]);
    }
    let model = "train in -o /dev/full";
    refused(&mut folder.impute(model), &["/dev/full: not a regular file"]);
}

#[test]
fn a_pipe_without_a_writer_is_no_model_and_not_waited_for() {
    let folder = folder();
    let made = std::process::Command::new("mkfifo").arg(folder.path("pipe")).status();
    assert!(made.unwrap().success());
    for line in ["inspect pipe", "query -m pipe in", "prune pipe --threshold 1e-8 -o m"] {
        refused(&mut folder.impute(line), &["pipe: not a regular file; name a model file"]);
    }
}

#[test]
fn a_reader_that_goes_away_is_no_failure_of_any_command() {
    let folder = folder();
    for line in PRINTING {
        let mut child = spawned(&folder, line).spawn().unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(0), "{line}: {stderr}");
        assert!(!stderr.contains("error"), "{line}: {stderr}");
    }
}

#[test]
fn notes_to_a_reader_that_has_gone_away_cost_no_work() {
    let folder = folder();
    for line in ["toy.txt -o new", "train toy.txt -o new", "generate -o new"] {
        let mut child = spawned(&folder, line).spawn().unwrap();
        drop(child.stderr.take());
        assert_eq!(child.wait().unwrap().code(), Some(0), "{line}");
        std::fs::remove_file(folder.path("new")).unwrap();
    }
}

#[test]
fn closed_streams_are_as_good_as_empty_ones() {
    let folder = folder();
    let right = stdout(&mut folder.impute("in"));
    let (out, _) = succeed(&mut folder.shell("\"$0\" in 2>&-"));
    assert_eq!(out, right);
    let (out, _) = succeed(&mut folder.shell("\"$0\" in -o new 2>&- >&- <&-"));
    assert_eq!((&out[..], folder.read("new")), (&b""[..], right));
    for line in [
        "\"$0\" - <&-",
        "\"$0\" query m <&-",
        "\"$0\" train - -o out <&-",
        "\"$0\" language evaluate - <&-",
    ] {
        let told = refused(&mut folder.shell(line), &["standard input: "]);
        assert!(!told.contains("panicked"), "{told}");
    }
    let failed = folder.shell("\"$0\" missing 2>&-").output().unwrap();
    assert_eq!((failed.status.code(), &failed.stdout[..]), (Some(1), &b""[..]));
}

#[test]
fn a_full_disk_leaves_the_old_file_and_nothing_else() {
    let folder = folder();
    let letters = |c: char| c.to_digit(10).map_or(c, |digit| char::from(b'a' + digit as u8));
    let words: String = random_text(800, 20, 9000).chars().map(letters).collect();
    let labels = ["one", "two"].into_iter().cycle();
    let many: Vec<String> =
        words.lines().zip(labels).map(|(line, label)| format!("{label}\t{line}\n")).collect();
    folder.write("many.tsv", many.concat());
    let before = folder.content();
    for args in [
        "toy.txt -o out",
        "toy.txt -q --format kaggle -o out",
        "train toy.txt -q -o out",
        "train toy.txt -q --compact -o out",
        "train toy.txt -q --no-lists --held-out 0 -o out",
        "train toy.txt --resume net --net 64 --net-size small -q -o out",
        "count toy.txt -q -o out",
        "merge toy.counts -q -o out",
        "generate -n 10000 -q -o out",
        "cluster toy.txt -k 3 --by form -q -o out",
        "cluster toy.txt -k 3 --by form -q --html out",
        "export --arpa -o out",
        "split toy.txt --test-out out --solution-out new",
        "evaluate -q toy.txt --method min-likelihood --rows out",
        "tune m --on some.txt --lines 300 -q -o out",
        "mix m tuned --on some.txt --lines 300 -q -o out",
        "prune m --threshold 1e-6 -q -o out",
        "some.txt -q --format jsonl -o out",
        "repair some.txt -m tuned -q -o out",
        "repair some.txt -m tuned -q --suggest --prior 1/2 --at-least 0.001 -o out",
        "evaluate -q some.txt --method min-likelihood --html out",
        "drift -q toy.txt some.txt --html out",
        "language train many.tsv -q --steps 1000 --ngrams 20000 -o out",
    ] {
        // Files may grow to 8 blocks of 512 or 1,024 bytes, which stands for a full disk. The signal that comes
        // with it ends nothing, whether it was ignored before or not.
        let line = format!("ulimit -f 8; exec \"$0\" {args}");
        refused(&mut folder.shell(&line), &[": write failed", "free some space", "limit on sizes"]);
        assert!(folder.content() == before, "{args}");
    }
}

#[test]
fn a_model_that_is_tuned_in_place_survives_a_full_disk() {
    let folder = folder();
    let before = folder.content();
    let line = "trap '' XFSZ; ulimit -f 8; exec \"$0\" tune m --on some.txt --lines 300 -q";
    refused(&mut folder.shell(line), &["m: write failed", "free some space"]);
    assert!(folder.content() == before);
}

#[test]
fn a_full_disk_leaves_whole_pages_of_the_manual_and_nothing_else() {
    let folder = Folder::with([]);
    stdout(&mut folder.impute("man --dir whole"));
    let line = "trap '' XFSZ; ulimit -f 8; exec \"$0\" man --dir pages";
    refused(&mut folder.shell(line), &["pages/impute", ".1: write failed", "free some space"]);
    for page in std::fs::read_dir(folder.path("pages")).unwrap() {
        let name = page.unwrap().file_name().into_string().unwrap();
        let [page, whole] =
            ["pages", "whole"].map(|place| std::fs::read(folder.path(place).join(&name)));
        assert!(page.unwrap() == whole.unwrap(), "{name}");
    }
}

#[test]
fn a_full_disk_for_temporary_files_is_named() {
    let folder = folder();
    folder.write("large.txt", random_text(200_000, 20, 5000));
    std::fs::create_dir(folder.path("spill")).unwrap();
    let before = folder.content();
    let line = "trap '' XFSZ; ulimit -f 8; exec \"$0\" train large.txt -q -S 40M -T spill \
                --held-out 0 --net none --no-lists -o out";
    refused(
        &mut folder.shell(line),
        &["a temporary file in spill: write failed", "free some space"],
    );
    assert!(folder.content() == before);
    assert_eq!(std::fs::read_dir(folder.path("spill")).unwrap().count(), 0);
}

#[test]
fn a_disk_with_room_for_the_test_but_not_for_its_solution_gets_neither() {
    let folder = Folder::with([("out", b"old"), ("out2", b"old")]);
    folder.write("in", format!("a {} b\n", "x".repeat(3000)).repeat(9));
    let before = folder.content();
    let line = "trap '' XFSZ; ulimit -f 8; \
                exec \"$0\" split in --test-out out --solution-out out2";
    refused(&mut folder.shell(line), &["out2: write failed"]);
    assert!(folder.content() == before);
}
