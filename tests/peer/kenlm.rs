//! The exported model in the hands of KenLM: both must give every sentence the same probability.
//!
//! Needs `python3` with the module `kenlm`, and is therefore run by name (GUIDE.md, "Against KenLM"):
//! `cargo test --test peer -- --ignored`.

use crate::common::{Command, Folder, held_out_text, said, stdout, succeed, toy_text};

/// The highest order that can be trained.
const ORDER: usize = 5;
/// How many held-out sentences are compared.
const SENTENCES: usize = 200;

/// log10 of the probability of every line, as KenLM sees it.
fn kenlm_scores(folder: &Folder, arpa: &str, text: &str) -> Vec<f64> {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/peer/kenlm_scores.py");
    let mut python = Command::new("python3");
    python.arg(script).arg(folder.path(arpa)).arg(folder.path(text));
    let scores = said(&mut python);
    scores.lines().map(|line| line.parse().unwrap()).collect()
}

/// The same, as `impute query` sees it.
fn our_scores(folder: &Folder, model: &str, text: &str) -> Vec<f64> {
    let json = stdout(&mut folder.impute(&format!("query {model} {text} --json")));
    let json = String::from_utf8(json).unwrap();
    let mut scores = Vec::new();
    for line in json.lines() {
        let object: serde_json::Value = serde_json::from_str(line).unwrap();
        if object.get("words").is_some() {
            scores.push(object["log10_total"].as_f64().unwrap());
        }
    }
    scores
}

fn agree(options: &str) {
    let held_out = String::from_utf8(held_out_text()).unwrap();
    let held_out: Vec<&str> = held_out.lines().rev().take(SENTENCES).collect();
    let folder =
        Folder::with([("train.txt", &toy_text()), ("text", held_out.join("\n").as_bytes())]);
    succeed(&mut folder.impute(&format!("train train.txt -o model {options}")));
    succeed(&mut folder.impute("export --arpa --model model -o model.arpa"));
    let ours = our_scores(&folder, "model", "text");
    let theirs = kenlm_scores(&folder, "model.arpa", "text");
    assert_eq!((ours.len(), theirs.len()), (SENTENCES, SENTENCES));
    for ((a, b), sentence) in ours.iter().zip(&theirs).zip(held_out) {
        assert!((a - b).abs() < 1e-4, "{sentence}: {a}, and KenLM says {b}");
    }
}

#[test]
#[ignore = "needs python3 with the module kenlm"]
fn kenlm_gives_the_exported_model_the_same_probabilities() {
    for order in 2..=ORDER {
        agree(&format!("--order {order}"));
    }
}

#[test]
#[ignore = "needs python3 with the module kenlm"]
fn kenlm_gives_a_pruned_model_with_a_cut_vocabulary_the_same_probabilities() {
    agree("--min-count 3 --prune 0 1 2");
}
