//! `impute check` as users type it: what is found, where, and what is not.

use crate::common::{Command, Folder, misused, refused, repository, stdout, succeed};
use serde_json::Value;

const TEST: &str = "\"id\",\"sentence\"\n1,\"The bus late again .\"\n2,\"She said \"\"no\"\" me .\"\n\
                    5,\"Rain fell on valley .\"\n7,\"Two\"\n";

/// A folder with [`TEST`] and a submission.
fn with(submission: impl AsRef<[u8]>) -> Folder {
    Folder::with([("test.csv", TEST.as_bytes()), ("s.csv", submission.as_ref())])
}

/// What is printed about a submission with something wrong: the findings, and the very last line.
#[track_caller]
fn wrong(command: &mut Command) -> (Vec<String>, String) {
    let output = command.output().unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{stderr}");
    let last = stderr.lines().last().unwrap().to_owned();
    assert!(last.starts_with("error: "), "{stderr}");
    let findings = String::from_utf8(output.stdout).unwrap();
    (findings.lines().map(str::to_owned).collect(), last)
}

/// The findings about a submission.
#[track_caller]
fn findings(submission: impl AsRef<[u8]>) -> Vec<String> {
    wrong(&mut with(submission).impute("check s.csv --against test.csv")).0
}

#[test]
fn the_programs_own_answers_are_right() {
    let folder = Folder::with([
        ("test.csv", &repository("data/sample-test.csv")),
        ("s.csv", &repository("submissions/sample.csv")),
    ]);
    let (out, notes) = succeed(&mut folder.impute("check s.csv --against test.csv"));
    assert_eq!(out, b"");
    assert!(notes.contains("200 rows for 200 of the test") && notes.contains("nothing is wrong"));
    let (out, notes) = succeed(&mut folder.impute("check s.csv --against test.csv -q"));
    assert_eq!((&out[..], &notes[..]), (&b""[..], ""));
    for method in ["posterior", "min-likelihood"] {
        succeed(&mut folder.impute(&format!("test.csv --method {method} -o own.csv")));
        succeed(&mut folder.impute("check own.csv --against test.csv"));
    }
}

#[test]
fn insertions_are_counted() {
    let submission = TEST
        .replace("bus late", "bus  late")
        .replace("\"\" me", "\"\" to me")
        .replace("on valley", "on the whole valley");
    let (_, notes) = succeed(&mut with(submission).impute("check s.csv --against test.csv"));
    let line = "1 sentence unchanged, 1 with an extra space, 1 with one word, 1 with several";
    assert!(notes.contains(line), "{notes}");
}

/// The findings about the test with a change, none of which is an error, and the notes.
#[track_caller]
fn warnings(from: &str, to: &str) -> (String, String) {
    let (out, notes) =
        succeed(&mut with(TEST.replace(from, to)).impute("check s.csv --against test.csv"));
    assert!(notes.contains("\nno errors; ") || notes.contains("nothing is wrong"), "{notes}");
    assert!(notes.contains(" warning") != notes.contains("nothing is wrong"), "{notes}");
    (String::from_utf8(out).unwrap(), notes)
}

#[test]
fn several_spaces_or_words_in_one_place_are_warnings() {
    let (out, notes) = warnings("bus late", "bus   late");
    let line = "s.csv:2: id 1: warning: 2 extra spaces in one place; one was meant; leave the others out\n";
    assert_eq!(out, line);
    assert!(notes.contains("1 warning (too many spaces 1)"), "{notes}");
    let (out, notes) = warnings("bus late", "bus \"\"was\"\" late");
    assert_eq!((&out[..], notes.contains(" warning")), ("", false), "{notes}");
    let (out, notes) = warnings("bus late", "bus was \"\"rather late");
    let line = "s.csv:2: id 1: warning: \"was \\\"rather\", 2 words, was inserted in one place; ";
    assert!(out.starts_with(line) && out.lines().count() == 1, "{out}");
    assert!(notes.contains("1 warning (several words 1)"), "{notes}");
    let (out, _) = warnings("bus late", "bus  was  late");
    assert!(out.contains("\"was\" was inserted with spaces that it does not need: 2; "), "{out}");
    let (out, notes) = warnings("\"Two\"", "\"Two or  more\"");
    assert_eq!(out.lines().count(), 3, "{out}");
    let kinds = "3 warnings (insertion at an end 1, too many spaces 1, several words 1)";
    assert!(notes.contains(kinds), "{notes}");
    assert_eq!(warnings("bus late", "bus  late").0, "");
}

#[test]
fn a_line_that_is_too_long_is_one_line() {
    for length in [1 << 20, 1_600_000, 5 << 20] {
        let long = format!("late {}", "é".repeat(length / 2));
        let submission = TEST.replace("late", &long).replace("on valley", "in valley");
        let folder = with(submission);
        let output = folder.impute("check s.csv --against test.csv").output().unwrap();
        let found = String::from_utf8(output.stdout).unwrap();
        let found: Vec<&str> = found.lines().collect();
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(found[0].starts_with("s.csv:2: longer than 1048576 bytes; "), "{found:?}");
        assert!(found[1].starts_with("s.csv:4: id 5: character 11: "), "{found:?}");
        let notes = String::from_utf8(output.stderr).unwrap();
        assert!(notes.contains("4 rows for 4 of the test"), "{notes}");
    }
    let found = findings(TEST.replace("\"Two\"\n", &"x".repeat(2_000_000)));
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(found[0].starts_with("s.csv:5: longer than"), "{found:?}");
    assert!(found[1].starts_with("s.csv:5: no newline"), "{found:?}");
}

#[test]
fn nothing_of_a_submission_reaches_the_terminal_unescaped() {
    let test = TEST.replace("\n5,", "\n5\u{1b}[31mX,").replace("\n1,", "\n\u{202e}1,");
    let submission = test.replace("on valley", "\u{2066}on \u{1b}[1m valley");
    let mut lines: Vec<&str> = submission.lines().collect();
    lines.swap(1, 3);
    let folder = Folder::with([
        ("test.csv", test.as_bytes()),
        ("s.csv", (lines.join("\n") + "\n").as_bytes()),
    ]);
    let (found, _) = wrong(&mut folder.impute("check s.csv --against test.csv"));
    let text = found.join(" ");
    let foreign = |c: char| c.is_control() || matches!(c, '\u{202e}' | '\u{2066}');
    assert!(!text.contains(foreign), "{found:?}");
    for part in
        ["id 5\\u{1b}[31mX: ", "after id 5\\u{1b}[31mX", "id \\u{202e}1", "\\u{2066}on \\u{1b}"]
    {
        assert!(text.contains(part), "{part}: {found:?}");
    }
}

#[test]
fn what_else_was_changed_is_reported_with_its_place() {
    let changed = |from: &str, to: &str| {
        let found = findings(TEST.replace(from, to));
        assert_eq!(found.len(), 1, "{found:?}");
        found[0].clone()
    };
    assert_eq!(
        changed("late", "later"),
        "s.csv:2: id 1: character 9: \"later\" where the test has \"late\"; change nothing beyond one \
         insertion"
    );
    assert!(changed("on valley", "in valley").starts_with("s.csv:4: id 5: character 11: \"in\""));
    assert!(changed("bus late again", "bus was late yet again").contains("id 1: character 9:"));
    assert!(changed("\"\"no\"\"", "\"\"no \"\"").contains("id 2: character 10:"));
    assert!(changed("bus late", "bus la\tte").contains("\"la\\tte\""));
    assert!(changed("bus late", "bus \u{1} late").contains("U+0001"));
}

#[test]
fn a_word_at_an_end_is_a_warning_alone() {
    for sentence in ["Then Two", "Two more"] {
        let folder = with(TEST.replace("\"Two\"", &format!("\"{sentence}\"")));
        let out = stdout(&mut folder.impute("check s.csv --against test.csv"));
        let out = String::from_utf8(out).unwrap();
        assert!(out.starts_with("s.csv:5: id 7: warning: "), "{out}");
        assert!(out.contains("an end of the sentence; the first and"), "{out}");
    }
}

#[test]
fn rows_that_are_missing_doubled_unknown_or_elsewhere_are_named() {
    let mut lines: Vec<&str> = TEST.lines().collect();
    lines.swap(1, 3);
    lines[2] = "9,\"Two\"";
    lines.push(lines[1]);
    let found = findings(lines.join("\n") + "\n");
    assert_eq!(
        found,
        [
            "s.csv:3: id 9: the id is not in test.csv; leave the row out",
            "s.csv:4: id 1: comes after id 5, 2 rows too late; keep the rows in the test's order",
            "s.csv:6: id 5: the id occurs a second time; keep one row for every id",
            "test.csv:3: id 2: the row is not in s.csv; write one row for every row of the test",
        ]
    );
    let found = findings("\"id\",\"sentence\"\n");
    assert_eq!(found.len(), 4);
    assert!(found[3].starts_with("test.csv:5: id 7: the row is not in s.csv"), "{found:?}");
}

#[test]
fn the_form_of_the_file_is_that_of_the_competition() {
    let only = |submission: Vec<u8>, line: &str, part: &str| {
        let found = findings(&submission);
        assert_eq!(found.len(), 1, "{found:?}");
        let right = found[0].starts_with(&format!("s.csv:{line}: ")) && found[0].contains(part);
        assert!(right, "{found:?}");
        assert!(found[0].contains("; "), "no remedy: {found:?}");
    };
    let replaced = |from: &str, to: &str| TEST.replacen(from, to, 1).into_bytes();
    only(replaced("\"id\",\"sentence\"", "id,sentence"), "1", "without quotes");
    only(replaced("\"id\",\"sentence\"", "Id,Sentence"), "1", "not the header");
    only(replaced("\"id\",\"sentence\"", "\"id\";\"sentence\""), "1", "not the header");
    only(replaced("\"id\",\"sentence\"\n", ""), "1", "not the header");
    only(replaced("5,", "\"id\",\"sentence\"\n5,"), "4", "second header");
    only(replaced("5,", "\n5,"), "4", "an empty line");
    only(replaced("5,", "\"5\","), "4", "id 5: a quoted id");
    only(replaced("\"Two\"", "Two"), "5", "id 7: a sentence without quotes");
    only(replaced("\"\"no\"\"", "\"no\""), "3", "id 2: text after the closing quote");
    only(replaced("valley .\"", "valley ."), "4", "id 5: the quote that opens");
    only(replaced("valley .\"", "valley .\",\"x\""), "4", "id 5: text after");
    only([b"\xef\xbb\xbf", TEST.as_bytes()].concat(), "1", "byte-order mark");
    only(TEST.replace('\n', "\r\n").into_bytes(), "1", "\\r\\n");
    only(TEST.trim_end().into(), "5", "no newline");
    only([TEST.as_bytes(), b"\n"].concat(), "6", "an empty line");
}

#[test]
fn a_nul_byte_does_not_end_the_check() {
    let found = findings(TEST.replace("on valley", "on a\u{0} valley").replace("late", "later"));
    assert_eq!(found.len(), 3, "{found:?}");
    assert!(found[0].starts_with("s.csv:2: id 1: "), "{found:?}");
    assert!(found[1].starts_with("s.csv:4: a NUL byte; "), "{found:?}");
    assert!(found[2].starts_with("s.csv:4: id 5: a control character, U+0000"), "{found:?}");
}

#[test]
fn an_empty_file_lacks_everything() {
    let found = findings("");
    assert_eq!(found.len(), 5, "{found:?}");
    assert!(found[0].starts_with("s.csv:1: an empty file; "), "{found:?}");
}

#[test]
fn bytes_that_are_not_utf8_are_found_unless_they_are_taken_as_they_are() {
    let latin = |text: &str| {
        let (left, right) = text.split_once('@').unwrap();
        [left.as_bytes(), b"caf\xe9", right.as_bytes()].concat()
    };
    let folder = with(latin(&TEST.replace("bus late", "bus @ late")));
    let (found, _) = wrong(&mut folder.impute("check s.csv --against test.csv"));
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].starts_with("s.csv:2: byte 15 of the line is not UTF-8; "), "{found:?}");
    succeed(&mut folder.impute("check s.csv --against test.csv --lossy"));
}

/// A test of many sentences and answers of which all are changed, and the first 30 have words at ends.
fn many() -> Folder {
    let rows = |change: fn(usize) -> &'static str| {
        let row = |i| format!("{i},\"word of sentence {i}{}\"\n", change(i));
        "\"id\",\"sentence\"\n".to_owned() + &(1..=60).map(row).collect::<String>()
    };
    let answers = rows(|i| if i <= 30 { " x" } else { "x" });
    Folder::with([("test.csv", rows(|_| "").as_bytes()), ("s.csv", answers.as_bytes())])
}

#[test]
fn the_first_twenty_of_each_are_listed_and_all_on_request() {
    let (found, last) = wrong(&mut many().impute("check s.csv --against test.csv"));
    assert_eq!(found.iter().filter(|line| line.contains("warning: ")).count(), 20);
    assert_eq!(found.len(), 40);
    assert!(last.contains("30 found wrong, 20 of them listed, --all lists all (changed text 30)"));
    let (found, last) = wrong(&mut many().impute("check s.csv --against test.csv --all"));
    assert_eq!(found.len(), 60);
    assert!(last.contains("s.csv: 30 found wrong (changed text 30); mend it"), "{last}");
}

#[test]
fn compressed_files_and_standard_input_are_read() {
    let folder = with(zstd::encode_all(TEST.replace("late", "later").as_bytes(), 1).unwrap());
    let (found, _) = wrong(&mut folder.impute("check s.csv --against test.csv"));
    assert!(found[0].starts_with("s.csv:2: id 1: "), "{found:?}");
    succeed(folder.impute("check - --against test.csv").write_stdin(TEST));
    refused(&mut folder.impute("check - --against -"), &["standard input can be read only once"]);
    refused(&mut folder.impute("check none.csv --against test.csv"), &["none.csv: open failed"]);
    misused(&mut folder.impute("check s.csv"), "--against");
}

#[test]
fn the_report_as_json_has_what_the_lines_say() {
    let folder = with(TEST.replace("late", "later").replace("on valley", "on the valley"));
    let output = folder.impute("check s.csv --against test.csv --json").output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&report["right"], &report["errors"]), (&false.into(), &1.into()));
    assert_eq!(report["summary"]["words"], 1);
    assert_eq!(report["summary"]["findings"]["changed"], 1);
    let finding = &report["findings"][0];
    assert_eq!((&finding["line"], &finding["id"]), (&2.into(), &"1".into()));
    assert_eq!(finding["kind"], "changed");
    let right = stdout(&mut with(TEST).impute("check s.csv --against test.csv --json"));
    let report: Value = serde_json::from_slice(&right).unwrap();
    assert_eq!((&report["right"], &report["summary"]["unchanged"]), (&true.into(), &4.into()));
}
