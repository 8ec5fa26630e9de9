//! The figures on the fixed benchmark.
//!
//! ```sh
//! IMPUTE_CORPUS=folder cargo test --release --test all corpus::benchmark -- --ignored --nocapture
//! ```
//!
//! `folder` holds `news.txt.zst`, `lm1b-dev.test.csv` and `lm1b-dev.solution.csv`.

use std::process::Command;

use crate::common::corpus;
use serde_json::Value;

fn evaluate(model: &[&std::ffi::OsStr]) -> Value {
    let output = Command::new(env!("CARGO_BIN_EXE_impute"))
        .arg("evaluate")
        .args([corpus("lm1b-dev.test.csv"), corpus("lm1b-dev.solution.csv")])
        .args(["--json", "--quiet", "--method", "posterior"])
        .args(model)
        .env_remove("IMPUTE_MODEL")
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let report = serde_json::from_slice(&output.stdout).unwrap();
    println!("{}", String::from_utf8_lossy(&output.stdout));
    report
}

fn number(report: &Value, pointer: &str) -> f64 {
    report.pointer(pointer).and_then(Value::as_f64).unwrap_or_else(|| panic!("no {pointer}"))
}

#[test]
#[ignore = "needs IMPUTE_CORPUS and about a minute in release"]
fn trigrams_of_news_reach_the_figures() {
    let folder = tempfile::tempdir().unwrap();
    let model = folder.path().join("news.impute");
    let trained = Command::new(env!("CARGO_BIN_EXE_impute"))
        .args(["train".as_ref(), corpus("news.txt.zst").as_os_str(), "-o".as_ref()])
        .arg(&model)
        .args(["--net", "none"])
        .status();
    assert!(trained.unwrap().success());
    let report = evaluate(&["--model".as_ref(), model.as_os_str()]);
    let (score, expected) = ("/methods/0/score/mean", "/methods/0/expected");
    assert_eq!((number(&report, "/unchanged/mean") * 1e4).round(), 55630.0);
    assert!(number(&report, score) <= 5.12);
    assert!((number(&report, score) - number(&report, expected)).abs() <= 0.20);
    assert!(number(&report, "/methods/0/gap_top/0") >= 0.48);
    assert!(number(&report, "/methods/0/word_top/0") >= 0.32);
}

#[test]
#[ignore = "needs IMPUTE_CORPUS"]
fn the_shipped_model_beats_the_unchanged_score() {
    let report = evaluate(&[]);
    assert!(number(&report, "/methods/0/score/high") < number(&report, "/unchanged/mean"));
}
