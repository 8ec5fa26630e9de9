//! `impute compare` as users type it.

use crate::common::{Folder, json_of, misused, refused, repository, rows, said};
use serde_json::Value;

/// The sample: answers of the shipped model as A, the test as it stands as B.
fn sample() -> Folder {
    Folder::with([
        ("a.csv", &repository("submissions/sample.csv")),
        ("b.csv", &repository("data/sample-test.csv")),
        ("s.csv", &repository("data/sample-solution.csv")),
    ])
}

fn json(folder: &Folder, args: &str) -> Value {
    json_of(&mut folder.impute(&format!("{args} --json")))
}

#[test]
fn the_scores_are_those_of_score_and_the_better_one_is_named() {
    let folder = sample();
    let printed = said(&mut folder.impute("compare a.csv b.csv s.csv"));
    let lines: Vec<&str> = printed.lines().collect();
    for (line, name) in [(lines[1], "a.csv"), (lines[2], "b.csv")] {
        let score = said(&mut folder.impute(&format!("score {name} s.csv -q")));
        assert!(line.contains(score.trim()) && line.ends_with(name), "{line}");
    }
    let report = json(&folder, "compare a.csv b.csv s.csv");
    let at = |name: &str| report[name].as_f64().unwrap();
    assert!(report["difference"]["high"].as_f64().unwrap() < 0.0, "{report}");
    assert_eq!(at("p"), 1.0 / 10_001.0);
    assert_eq!(at("a_better") + at("b_better") + at("equal"), 200.0);
    let [a, b] = ["a", "b"].map(|name| report[name]["mean"].as_f64().unwrap());
    assert!((report["difference"]["mean"].as_f64().unwrap() - (a - b)).abs() < 1e-9);
}

#[test]
fn the_interval_of_a_score_is_the_one_that_score_gives() {
    let folder = sample();
    let report = json(&folder, "compare a.csv b.csv s.csv");
    for (side, name) in [("a", "a.csv"), ("b", "b.csv")] {
        let alone = json(&folder, &format!("score {name} s.csv"));
        for end in ["mean", "low", "high"] {
            assert_eq!(report[side][end], alone[end], "{name}: {end}");
        }
    }
}

#[test]
fn a_submission_against_itself_and_the_other_way_round() {
    let folder = sample();
    let same = json(&folder, "compare a.csv a.csv s.csv");
    assert_eq!((&same["difference"]["mean"], &same["p"]), (&0.0.into(), &1.0.into()));
    assert_eq!(same["equal"], 200);
    let [one, two] = ["a.csv b.csv", "b.csv a.csv"]
        .map(|files| json(&folder, &format!("compare {files} s.csv --resamples 500")));
    let number = |report: &Value, name: &str| report["difference"][name].as_f64().unwrap();
    assert_eq!(number(&one, "mean"), -number(&two, "mean"));
    assert_eq!(number(&one, "low"), -number(&two, "high"));
    assert_eq!((&one["p"], &one["a_better"]), (&two["p"], &two["b_better"]));
    assert_eq!(one["most_where_a_is_better"][0]["a"], two["most_where_b_is_better"][0]["b"]);
}

#[test]
fn neither_threads_nor_the_order_of_a_submission_change_a_byte_but_the_seed_does() {
    let folder = sample();
    let printed = said(&mut folder.impute("compare a.csv b.csv s.csv"));
    let answers = String::from_utf8(folder.read("a.csv")).unwrap();
    let (header, body) = answers.split_once('\n').unwrap();
    let mut lines: Vec<&str> = body.lines().rev().collect();
    lines.insert(0, header);
    folder.write("a.csv", lines.join("\n"));
    for threads in [1, 3] {
        let args = format!("compare a.csv b.csv s.csv --threads {threads}");
        assert_eq!(said(&mut folder.impute(&args)), printed);
    }
    assert_ne!(said(&mut folder.impute("compare a.csv b.csv s.csv --seed 2")), printed);
}

#[test]
fn the_sentences_that_differ_most_are_shown_in_eighty_columns() {
    let folder = sample();
    let printed = said(&mut folder.impute("compare a.csv b.csv s.csv -n 3"));
    assert_eq!(printed.matches("\nid ").count(), 6, "{printed}");
    let report = json(&folder, "compare a.csv b.csv s.csv -n 3");
    let solution = rows(&folder.read("s.csv"));
    for (list, better) in [("most_where_a_is_better", "a"), ("most_where_b_is_better", "b")] {
        let mut last = u64::MAX;
        for found in report[list].as_array().unwrap() {
            let distance = |of: &str| found[format!("{of}_distance")].as_u64().unwrap();
            let other = if better == "a" { "b" } else { "a" };
            let gain = distance(other) - distance(better);
            assert!(gain > 0 && gain <= last);
            last = gain;
            let id = found["id"].as_str().unwrap();
            let whole = &solution.iter().find(|(other, _)| other == id).unwrap().1;
            assert_eq!(found["solution"].as_str(), Some(&whole[..]));
            let line = format!("id {id}: A {}, B {}\n", distance("a"), distance("b"));
            assert!(printed.contains(&line), "{line} is not in {printed}");
        }
    }
    for line in printed.lines() {
        assert!(line.chars().count() <= 80, "{line}");
    }
    // A inserts only the last character, B nothing: this alone is marked.
    let short = Folder::with([
        ("a", b"id,sentence\n1,\"He was there .\"\n2,\"No .\"\n".as_slice()),
        ("b", b"id,sentence\n1,\"He there .\"\n2,\"No .\"\n"),
        ("s", b"id,sentence\n1,\"He was there .\"\n2,\"No .\"\n"),
    ]);
    let printed = said(&mut short.impute("compare a b s"));
    let lines = "id 1: A 0, B 4\n  A  He [was ]there .\n  B  He []there .\n  S  He [was ]there .\n";
    assert!(printed.ends_with(lines), "{printed}");
    assert!(!said(&mut short.impute("compare a b s -n 0")).contains("id 1"));
}

#[test]
fn ids_and_sentences_stay_in_their_place() {
    let rows = |answer: &str| {
        format!("id,sentence\n1\u{1b}[31mX\u{202e},\"He {answer}\u{2067}there .\"\n")
    };
    let [a, b] = ["was \u{7}", ""].map(rows);
    let folder = Folder::with([("a", a.as_bytes()), ("b", b.as_bytes()), ("s", a.as_bytes())]);
    let printed = said(&mut folder.impute("compare a b s"));
    let foreign = |c: char| c != '\n' && c.is_control() || matches!(c, '\u{202e}' | '\u{2067}');
    assert!(!printed.contains(foreign), "{printed:?}");
    assert!(printed.contains("\nid 1\\u{1b}[31mX\\u{202e}: A 0, B 5\n"), "{printed}");
    assert!(printed.contains("  A  He [was \\u{7}\\u{2067}there] .\n"), "{printed}");
    let other = b.replace("[31mX", "[31mY");
    folder.write("b", &other);
    refused(&mut folder.impute("compare a b s"), &["the id 1\\u{1b}[31mY\\u{202e} is not in s"]);
    folder.write("b", b.clone() + b.lines().nth(1).unwrap() + "\n");
    refused(
        &mut folder.impute("compare a b s"),
        &["the id 1\\u{1b}[31mX\\u{202e} occurs a second"],
    );
}

#[test]
fn rows_that_do_not_match_are_named_with_file_and_line() {
    let folder = sample();
    let answers = String::from_utf8(folder.read("b.csv")).unwrap();
    folder.write("b.csv", answers.replacen("\n7,", "\n777,", 1));
    refused(&mut folder.impute("compare a.csv b.csv s.csv"), &["b.csv: line 8", "777", "s.csv"]);
    refused(&mut folder.impute("compare b.csv a.csv s.csv"), &["b.csv: line 8", "777"]);
    let cut: Vec<&str> = answers.lines().take(100).collect();
    folder.write("b.csv", cut.join("\n"));
    let parts = ["b.csv: 101 rows are missing", "id 100 (line 101 of s.csv)"];
    refused(&mut folder.impute("compare a.csv b.csv s.csv"), &parts);
    folder.write("empty.csv", "id,sentence\n");
    let args = "compare empty.csv empty.csv empty.csv";
    refused(&mut folder.impute(args), &["empty.csv: no rows"]);
    refused(&mut folder.impute("compare - - s.csv"), &["standard input can be read only once"]);
    misused(&mut folder.impute("compare a.csv s.csv"), "SOLUTION");
    misused(&mut folder.impute("compare a.csv b.csv s.csv --resamples 0"), "--resamples");
}
