//! What `impute evaluate` reports about the calibration, as users type it.

use crate::common::{Folder, held_out_text, json_of, refused, rows, said, succeed, toy_text};
use serde_json::Value;

fn whole() -> Folder {
    Folder::with([("whole.txt", &held_out_text())])
}

#[test]
fn the_calibration_is_always_summed_up_and_tabulated_when_asked() {
    let folder = whole();
    let brief = said(&mut folder.impute("evaluate whole.txt"));
    assert!(brief.contains("\nECE: gap "), "{brief}");
    assert!(!brief.contains("expected and realised"), "{brief}");
    let long = said(&mut folder.impute("evaluate whole.txt --calibration"));
    let wide = |line: &&str| line.chars().count() > 80 && !line.starts_with("signature");
    let wide = long.lines().find(|line| wide(line));
    assert!(wide.is_none_or(|line| line.starts_with("other") || line.starts_with("gap1")));
    let rows = long.lines().skip_while(|line| *line != "expected and realised, in characters");
    let labels: Vec<&str> = rows.filter_map(|line| line.split_whitespace().next()).collect();
    let tenths = ["tenth", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "all"];
    assert_eq!(labels[2..14], tenths, "{long}");
    // What both reports have is the same, except for the speed.
    for line in brief.lines().filter(|line| !line.contains("a second")) {
        assert!(long.contains(line), "{line}");
    }
}

#[test]
fn the_json_report_has_the_tables_and_they_add_up() {
    let folder = whole();
    succeed(&mut folder.impute("split whole.txt --test-out t --solution-out s"));
    let report = json_of(&mut folder.impute("evaluate t s --json"));
    let table = &report["calibration"];
    let number = |value: &Value| value.as_f64().unwrap();
    let all = number(&report["sentences"]);
    assert_eq!(number(&report["with_truth"]), all);
    for kind in ["gap", "word"] {
        let bins = table[kind]["bins"].as_array().unwrap();
        assert_eq!(bins.iter().map(|bin| number(&bin["claims"])).sum::<f64>(), all);
        let right: f64 = bins.iter().map(|b| number(&b["right"]) * number(&b["claims"])).sum();
        let share = &report["methods"][0][format!("{kind}_top")][0];
        assert!((right / all - number(share)).abs() < 1e-9, "{kind}: {right}");
        let off = |b: &Value| {
            number(&b["claims"]) * (number(&b["confidence"]) - number(&b["right"])).abs()
        };
        let error = bins.iter().map(off).sum::<f64>() / all;
        assert!((error - number(&table[kind]["error"])).abs() < 1e-9);
        for bin in bins {
            let confidence = number(&bin["confidence"]);
            assert!(number(&bin["range"][0]) <= confidence + 1e-9);
            assert!(confidence <= number(&bin["range"][1]) + 1e-9);
        }
    }
    let (distance, posterior) = (&table["distance"], &report["methods"][0]);
    let near = |a: &Value, b: &Value| assert!((number(a) - number(b)).abs() < 1e-9, "{a} {b}");
    near(&distance["expected"], &posterior["expected"]);
    near(&distance["realised"], &posterior["score"]["mean"]);
    assert_eq!(distance["rows"].as_array().unwrap().len(), 10);
    // What is gained, and nowhere else, is the difference from leaving everything alone.
    let gained = number(&table["gain"]["realised"]) * number(&table["gain"]["sentences"]) / all;
    let saved = number(&report["unchanged"]["mean"]) - number(&posterior["score"]["mean"]);
    assert!((gained - saved).abs() < 1e-9, "{gained} {saved}");
}

#[test]
fn a_method_without_confidence_has_no_table() {
    let folder = whole();
    let only = "evaluate whole.txt --method min-likelihood";
    refused(&mut folder.impute(&format!("{only} --calibration")), &["--calibration", "posterior"]);
    assert!(!said(&mut folder.impute(only)).contains("ECE"));
    let report = json_of(&mut folder.impute(&format!("{only} --json")));
    assert_eq!(report["calibration"], Value::Null);
}

#[test]
fn a_test_whose_solution_was_forgotten_is_refused_and_whole_sentences_are_not() {
    let folder = whole();
    succeed(&mut folder.impute("split whole.txt --test-out test.csv --solution-out solution.csv"));
    // A model that knows when nothing is missing.
    let text = String::from_utf8(toy_text()).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    folder.write("text", lines[..3000].join("\n"));
    folder.write("more", lines[3000..].join("\n"));
    succeed(&mut folder.impute("train text -o m --net none --held-out 0"));
    succeed(&mut folder.impute("tune m --on more"));
    let only = "--method min-likelihood --json -m m";
    let parts = ["test.csv: sentences that seem to lack a word", "name the solution"];
    refused(&mut folder.impute(&format!("evaluate test.csv {only}")), &parts);
    for whole in ["solution.csv", "whole.txt", "test.csv solution.csv"] {
        succeed(&mut folder.impute(&format!("evaluate {whole} {only}")));
    }
    // Plain text is taken as it is.
    let gapped: Vec<String> = rows(&folder.read("test.csv")).into_iter().map(|row| row.1).collect();
    folder.write("test.txt", gapped.join("\n"));
    succeed(&mut folder.impute(&format!("evaluate test.txt {only}")));
}

#[test]
fn a_test_and_its_solution_swapped_are_named_as_such() {
    let folder = whole();
    succeed(&mut folder.impute("split whole.txt --test-out test.csv --solution-out solution.csv"));
    succeed(&mut folder.impute("test.csv -o answers.csv"));
    let parts = ["solution.csv: ", "those of test.csv", "swapped", "the whole sentences, last"];
    for args in ["evaluate solution.csv test.csv", "score solution.csv test.csv"] {
        refused(&mut folder.impute(args), &parts);
    }
    let parts = ["solution.csv: ", "those of answers.csv", "swapped"];
    refused(&mut folder.impute("score solution.csv answers.csv"), &parts);
    succeed(&mut folder.impute("score answers.csv solution.csv"));
    let line = "compare solution.csv answers.csv test.csv";
    refused(&mut folder.impute(line), &["solution.csv: ", "those of test.csv", "swapped"]);
    // A phrase too much in one answer is only wrong.
    let longer = String::from_utf8(folder.read("solution.csv")).unwrap();
    let longer = longer.replacen(' ', " very ", 1);
    folder.write("longer.csv", longer);
    succeed(&mut folder.impute("score longer.csv solution.csv"));
    let parts = ["test.csv: ", "those of answers.csv without an insertion", "swapped"];
    refused(&mut folder.impute("check test.csv --against answers.csv"), &parts);
    succeed(&mut folder.impute("check answers.csv --against test.csv"));
    // A submission that lacks a word is wrong, not swapped.
    let answers = String::from_utf8(folder.read("test.csv")).unwrap();
    let (first, rest) = answers.split_at(answers.rfind(' ').unwrap());
    let rest = &rest[1 + rest[1..].find(['"', ' ']).unwrap()..];
    folder.write("lacking.csv", format!("{first}{rest}"));
    let output = folder.impute("check lacking.csv --against test.csv").output().unwrap();
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(told.contains("1 found wrong") && !told.contains("swapped"), "{told}");
}
