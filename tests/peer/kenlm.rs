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
fn kenlm_scores(folder: &Folder, arpa: &str, text: &str, options: &str) -> Vec<f64> {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/peer/kenlm_scores.py");
    let mut python = Command::new("python3");
    python
        .arg(script)
        .arg(folder.path(arpa))
        .arg(folder.path(text))
        .args(options.split_whitespace());
    let scores = said(&mut python);
    scores.lines().map(|line| line.parse().unwrap()).collect()
}

/// The same, as `impute query` sees it.
fn our_scores(folder: &Folder, model: &str, text: &str, options: &str) -> Vec<f64> {
    let json = stdout(&mut folder.impute(&format!("query {model} {text} --json{options}")));
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
    agree_on(&folder, "model", "");
}

/// Compares the scores of `text` by a model and by KenLM with its export.
fn agree_on(folder: &Folder, model: &str, options: &str) {
    succeed(&mut folder.impute(&format!("export --arpa --model {model} -o model.arpa")));
    let ours = our_scores(folder, model, "text", options);
    let theirs = kenlm_scores(folder, "model.arpa", "text", options);
    assert_eq!((ours.len(), theirs.len()), (SENTENCES, SENTENCES));
    for (i, (a, b)) in ours.iter().zip(&theirs).enumerate() {
        assert!((a - b).abs() < 1e-4, "{model}{options}, line {i}: {a}, and KenLM says {b}");
    }
}

/// Held-out sentences as `text`, and models of the halves of the toy text, of orders 3 and 4.
fn halves() -> Folder {
    let (toy, held_out) = (toy_text(), held_out_text());
    let lines = |text: &[u8], from: usize, count: usize| -> Vec<u8> {
        let lines = text.split_inclusive(|&b| b == b'\n');
        lines.skip(from).take(count).flatten().copied().collect()
    };
    let folder = Folder::with([("text", &lines(&held_out, 0, SENTENCES))]);
    for (name, from, order) in [("a", 0, 3), ("b", 2000, 4)] {
        folder.write("half", lines(&toy, from, 2000));
        succeed(
            &mut folder.impute(&format!("train half -o {name} --order {order} --held-out 0 -q")),
        );
    }
    folder
}

#[test]
#[ignore = "needs python3 with the module kenlm"]
fn kenlm_gives_a_mixture_the_same_probabilities() {
    let folder = halves();
    succeed(&mut folder.impute("mix a b --on text -o m -q"));
    agree_on(&folder, "m", "");
}

#[test]
#[ignore = "needs python3 with the module kenlm"]
fn kenlm_gives_an_entropy_pruned_model_the_same_probabilities() {
    let folder = halves();
    succeed(&mut folder.impute("export --arpa --model b -o b.arpa"));
    succeed(&mut folder.impute("train --arpa b.arpa -o c -q"));
    for model in ["b", "c"] {
        succeed(&mut folder.impute(&format!("prune {model} --threshold 1e-5 -o s -q")));
        agree_on(&folder, "s", "");
    }
}

#[test]
#[ignore = "needs python3 with the module kenlm"]
fn kenlm_scores_lines_without_their_ends_the_same() {
    let folder = halves();
    for options in [" --no-bos", " --no-eos", " --no-bos --no-eos"] {
        agree_on(&folder, "b", options);
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
