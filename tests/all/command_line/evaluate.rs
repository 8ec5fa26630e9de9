//! What `impute evaluate` reports about the calibration, as users type it.

use crate::common::{Folder, held_out_text, json_of, refused, said, succeed};
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
