//! Sentences that are typed, piped in, or given where a file is expected; several files.

use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};
use std::sync::mpsc::channel;
use std::time::Duration;

use crate::common::{
    Folder, misused, refused, repository, said, stdout, succeed, toy_model, toy_text,
};

const SENTENCE: &str = "The banks closed minister said .\n";

fn folder() -> Folder {
    Folder::with([("in", SENTENCE.as_bytes())])
}

#[test]
fn what_is_piped_in_is_read_without_a_dash() {
    let folder = folder();
    for args in ["", "-q", "predict", "predict -q"] {
        let mut named = folder.impute(format!("{args} in").trim_start());
        let mut piped = folder.impute(if args.is_empty() { "--color=never" } else { args });
        assert_eq!(stdout(piped.write_stdin(SENTENCE)), stdout(&mut named), "{args}");
    }
    let mut bare = crate::common::bare();
    bare.env("IMPUTE_MODEL", toy_model()).write_stdin(SENTENCE);
    assert_eq!(stdout(&mut bare), stdout(&mut folder.impute("in")));
    let explained = said(folder.impute("explain").write_stdin(SENTENCE));
    assert_eq!(explained, said(folder.impute("explain -").write_stdin(SENTENCE)));
    let filled = said(folder.impute("fill").write_stdin("The banks _ .\n"));
    assert_eq!(filled.lines().count(), 10);
}

#[test]
fn without_any_input_there_is_help_or_a_usage_error() {
    let output = crate::common::bare().output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8(output.stderr).unwrap().contains("Examples:"));
    for args in ["-q", "predict", "explain", "fill"] {
        misused(&mut folder().impute(args), "no input");
    }
    misused(&mut folder().impute("explain --json"), "Usage: impute explain");
}

#[test]
fn a_sentence_in_place_of_a_file_is_answered_with_what_to_type() {
    let folder = folder();
    let with = |args: &[&str]| {
        let mut impute = folder.impute("--color=never");
        impute.args(args);
        impute
    };
    let sentence = "The dog the cat .";
    for (args, typed) in [
        (&[sentence][..], "echo 'The dog the cat .' | impute\n"),
        (&["The", "dog", "the", "cat", "."], "echo 'The dog the cat .' | impute\n"),
        (&["predict", sentence], "echo 'The dog the cat .' | impute predict\n"),
        (&["repair", sentence], "echo 'The dog the cat .' | impute repair\n"),
        (&["query", sentence], "echo 'The dog the cat .' | impute query\n"),
        (&["language", sentence], "echo 'The dog the cat .' | impute language -\n"),
        (&["The dog _ the cat ."], "impute fill 'The dog _ the cat .'\n"),
        (&[&"The dog and ".repeat(40)], "| impute\n"),
    ] {
        refused(&mut with(args), &["no such file; for a sentence, type: ", typed]);
    }
    // What was typed may be a mistyped name.
    refused(&mut with(&["my file.txt"]), &["my file.txt: open failed"]);
    refused(&mut with(&["train", sentence, "-o", "m"]), &["open failed"]);
}

#[test]
fn several_texts_are_answered_in_their_order() {
    let folder = folder();
    folder.write("a.txt", "\u{feff}The banks closed minister said .\nA b c .");
    folder.write("b.txt", "\u{feff}A river sold again .\n\nThe train closed .");
    let all =
        "The banks closed minister said .\nA b c .\nA river sold again .\n\nThe train closed .";
    let answers = stdout(folder.impute("-").write_stdin(format!("\u{feff}{all}")));
    assert!(stdout(&mut folder.impute("a.txt b.txt")) == answers);
    succeed(&mut folder.impute("a.txt b.txt -o both"));
    assert!(folder.read("both") == answers);
    let piped = stdout(folder.impute("- b.txt").write_stdin(folder.read("a.txt")));
    assert!(piped == answers);
    folder.write("c.csv", repository("data/sample-test.csv"));
    refused(&mut folder.impute("a.txt c.csv"), &["c.csv: a CSV among several inputs"]);
    refused(&mut folder.impute("c.csv a.txt"), &["c.csv: a CSV among several inputs"]);
    refused(&mut folder.impute("a.txt b.txt --format kaggle"), &["--format", "ids"]);
    refused(&mut folder.impute("a.txt b.txt --format jsonl"), &["--format", "ids"]);
    refused(&mut folder.impute("a.txt none.txt"), &["none.txt: open failed"]);
    refused(&mut folder.impute("a.txt b.txt -o b.txt"), &["b.txt: the output would replace"]);
    refused(&mut folder.impute("- -"), &["-: standard input"]);
}

#[test]
fn a_line_is_answered_before_the_next_one_is_sent() {
    let folder = folder();
    for (args, lines) in [
        ("-", &["a b\n", SENTENCE, "a\n"][..]),
        ("- --format jsonl", &[SENTENCE, "a b\n"]),
        ("explain - --json", &[SENTENCE, SENTENCE]),
        ("fill - --json", &["a _ b\n", "The banks _ .\n"]),
        ("language -", &["Guten Morgen\n", "\n", SENTENCE]),
        ("language - --json --top 2", &[SENTENCE, "Guten Morgen\n"]),
        ("language - --by paragraph", &["Guten Morgen\n\n", "a\n\n"]),
    ] {
        let mut impute = Command::new(env!("CARGO_BIN_EXE_impute"));
        impute.args(args.split(' ')).env("IMPUTE_MODEL", toy_model());
        impute.current_dir(folder.path(".")).stderr(Stdio::null());
        let mut child = impute.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let (mut to, from) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        let (sender, answers) = channel();
        std::thread::spawn(move || {
            BufReader::new(from).lines().try_for_each(|line| sender.send(line.unwrap()))
        });
        for line in lines {
            to.write_all(line.as_bytes()).unwrap();
            let answer = answers.recv_timeout(Duration::from_secs(60));
            assert!(answer.is_ok(), "{args}: no answer to {line}");
        }
        drop(to);
        assert!(child.wait().unwrap().success(), "{args}");
    }
}

#[test]
fn a_stream_and_a_file_give_the_same_bytes() {
    let folder = folder();
    let text = &toy_text()[..200_000];
    folder.write("text", text);
    succeed(&mut folder.impute("text -o of-file"));
    assert!(stdout(folder.impute("-").write_stdin(text)) == folder.read("of-file"));
}

#[test]
fn fill_reads_a_sentence_a_line() {
    let folder = folder();
    let all = said(folder.impute("fill - -k 2").write_stdin("the banks _ .\na _ b\n"));
    let one = |sentence: &str| said(folder.impute("fill -k 2").arg(sentence));
    assert_eq!(all, one("the banks _ .") + "\n" + &one("a _ b"));
    let parts = ["standard input: line 2: not exactly one hole", "write `_`"];
    let output = folder.impute("fill -").write_stdin("a _ b\na b\n").output().unwrap();
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(parts.iter().all(|part| told.contains(part)), "{told}");
    refused(&mut folder.impute("fill -"), &["standard input: empty"]);
}
