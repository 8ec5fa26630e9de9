//! `impute fill` as users type it, and what it asks of the library.

use std::sync::Arc;

use crate::common::{
    Folder, held_out_text, misused, refused, small_model, solver_of, stdout, succeed,
};
use impute::model::words::{BOS, EOS, UNK};
use impute::solve::word::fill::Filled;
use impute::solve::{Candidate, Effort};
use serde_json::Value;

fn fill(folder: &Folder, sentence: &str, args: &str) -> assert_cmd::Command {
    let mut command = folder.impute(format!("fill {args}").trim_end());
    command.arg(sentence);
    command
}

fn lines(bytes: Vec<u8>) -> Vec<(f64, String)> {
    let text = String::from_utf8(bytes).unwrap();
    let line = |line: &str| {
        let fields: Vec<&str> = line.split('\t').collect();
        let [probability, word, ngrams, net] = fields[..] else { panic!("{line}") };
        assert!(ngrams.parse::<f64>().unwrap() <= 1.0, "{line}");
        assert!(net == "-" || net.parse::<f64>().unwrap() <= 1.0, "{line}");
        (probability.parse().unwrap(), word.to_owned())
    };
    text.lines().map(line).collect()
}

#[test]
fn the_best_words_come_first_as_many_as_are_wanted() {
    let folder = Folder::with([]);
    let sentence = "the banks closed _ minister .";
    let ten = lines(stdout(&mut fill(&folder, sentence, "")));
    assert_eq!(ten.len(), 10);
    assert!(ten.windows(2).all(|pair| pair[0].0 >= pair[1].0) && ten[0].0 < 1.0);
    assert_eq!(ten[0].1, "the");
    let three = lines(stdout(&mut fill(&folder, sentence, "-k 3")));
    assert_eq!(three[..], ten[..3]);
    let json = stdout(&mut fill(&folder, sentence, "--json -k 3"));
    let json: Value = serde_json::from_slice(&json).unwrap();
    let words = json["words"].as_array().unwrap();
    assert_eq!(words.len(), 3);
    for (object, (probability, word)) in words.iter().zip(three) {
        assert_eq!(object["word"], *word);
        assert!((object["probability"].as_f64().unwrap() - probability).abs() < 1e-4);
    }
    assert!(json["ln_evidence"].is_number());
    let nats = &json["words"][0]["nats"];
    for part in ["n-grams", "net", "quotes", "repeats"] {
        assert!(nats[part].is_number(), "{part} is not in {nats}");
    }
}

/// The contributions of a likely word differ from those of another just as their probabilities do.
#[test]
fn what_the_sources_say_adds_up() {
    let folder = Folder::with([]);
    let json = stdout(&mut fill(&folder, "the banks closed _ minister .", "--json -k 5"));
    let json: Value = serde_json::from_slice(&json).unwrap();
    let log = |word: &Value| {
        let nats: f64 =
            word["nats"].as_object().unwrap().values().map(|x| x.as_f64().unwrap()).sum();
        word["probability"].as_f64().unwrap().ln() - nats
    };
    let words = json["words"].as_array().unwrap();
    let first = log(&words[0]);
    assert!(words.iter().all(|word| (log(word) - first).abs() < 1e-6), "{json}");
}

#[test]
fn a_hole_may_be_at_the_ends_and_unknown_words_are_named() {
    let folder = Folder::with([]);
    let last = lines(stdout(&mut fill(&folder, "the banks closed the minister _", "-k 1")));
    assert_eq!(last[0].1, ".");
    let first = lines(stdout(&mut fill(&folder, "_ banks closed the minister .", "-k 5")));
    assert_eq!(first.len(), 5);
    let output = fill(&folder, "the xqzzy _ .", "-k 1").output().unwrap();
    assert!(output.status.success());
    assert!(String::from_utf8(output.stderr).unwrap().contains("\"xqzzy\""));
    succeed(&mut fill(&folder, "_", ""));
}

#[test]
fn one_hole_is_needed() {
    let folder = Folder::with([("text", b"no model")]);
    for sentence in ["", "the dog the cat", "the _ dog _ cat", "the dog_cat"] {
        refused(&mut fill(&folder, sentence, ""), &["not exactly one hole"]);
    }
    misused(&mut folder.impute("fill"), "SENTENCE");
    misused(&mut fill(&folder, "a _ b", "-k 0"), "0");
    refused(&mut fill(&folder, "a _ b", "-m text"), &["text: not a model file"]);
}

/// A model of random text with its slow scores.
struct Asked {
    model: Arc<impute::Model>,
}

impl Asked {
    fn new(order: usize) -> Self {
        Asked { model: small_model(order) }
    }

    /// ln P of a run of words after a history.
    fn ln(&self, history: &[u32], words: &[u32]) -> f64 {
        let all = [history, words].concat();
        let view = self.model.view();
        (history.len()..all.len()).map(|at| view.ln_probability(&all[..at], all[at])).sum()
    }

    /// The best words and their shares by a score of every word; `<unk>` counts, but is not an answer.
    fn best(&self, not: &[u32], score: impl Fn(u32) -> f64) -> Vec<(u32, f64)> {
        let words = 0..self.model.view().vocabulary.len() as u32;
        let mut all: Vec<(u32, f64)> = words
            .filter(|word| !not.contains(word))
            .map(|word| (word, score(word).exp()))
            .collect();
        let sum: f64 = all.iter().map(|word| word.1).sum();
        all.retain(|word| word.0 != UNK);
        all.iter_mut().for_each(|word| word.1 /= sum);
        all.sort_by(|a, b| b.1.total_cmp(&a.1));
        all
    }
}

#[track_caller]
fn assert_same(found: &[Candidate], slow: &[(u32, f64)], k: usize) {
    assert_eq!(found.len(), k.min(slow.len()));
    for (candidate, place) in found.iter().zip(slow) {
        let own = slow.iter().find(|word| word.0 == candidate.word).unwrap().1;
        assert!((candidate.probability / own - 1.0).abs() < 0.02, "{candidate:?} {own}");
        assert!((own / place.1 - 1.0).abs() < 1e-4, "{candidate:?} instead of {place:?}");
    }
}

#[track_caller]
fn assert_filled(found: &Filled, slow: &[(u32, f64)], k: usize) {
    assert_eq!(found.words.len(), k.min(slow.len()));
    assert!(found.words.is_sorted_by(|a, b| a.probability >= b.probability), "{found:?}");
    for word in &found.words {
        let own = slow.iter().find(|slow| slow.0 == word.word).unwrap().1;
        assert!((word.ngrams / own - 1.0).abs() < 0.02, "{word:?} {own}");
    }
}

#[test]
fn answers_equal_slow_ones() {
    for order in 2..=4 {
        let asked = Asked::new(order);
        let solver = solver_of(&asked.model).with_effort(Effort::Exact);
        let (mut worker, mut found) = (solver.worker(), Vec::new());
        let sentences = ["w0 w1 w2 w3", "w5 w0 w40 w0 w7 w1", "w9 w3", "w0 nothing w2 w1 w1 w1 w0"];
        for text in sentences {
            let words: Vec<&[u8]> = text.split(' ').map(str::as_bytes).collect();
            let sentence = solver.ids(text.as_bytes());
            for k in [1, 7, 1000] {
                for cut in 0..=sentence.len() {
                    let (left, right) = sentence.split_at(cut);
                    let following: Vec<u32> =
                        right.iter().chain([&EOS]).copied().take(order - 1).collect();
                    let history = [&[BOS], left].concat();
                    let slow = asked.best(&[BOS, EOS], |x| {
                        asked.ln(&history, &[&[x], &following[..]].concat())
                    });
                    assert_filled(&worker.fill(&words[..cut], &words[cut..], k), &slow, k);
                    let slow = asked.best(&[BOS], |x| asked.ln(left, &[x]));
                    worker.next_words(left, k, &mut found);
                    assert_same(&found, &slow, k);
                    let near = &right[..right.len().min(order - 1)];
                    let slow = asked.best(&[BOS, EOS], |x| asked.ln(&[], &[&[x], near].concat()));
                    worker.words_before(right, k, &mut found);
                    assert_same(&found, if near.is_empty() { &[] } else { &slow }, k);
                }
            }
        }
    }
}

#[test]
fn exact_answers_hardly_differ() {
    let folder = Folder::with([("text", &held_out_text())]);
    let rows = |args: &str| {
        let answers = stdout(&mut folder.impute(&format!("text{args}")));
        String::from_utf8(answers).unwrap().lines().map(str::to_owned).collect::<Vec<_>>()
    };
    let (fast, exact) = (rows(""), rows(" --exact"));
    let differ = fast.iter().zip(&exact).filter(|(a, b)| a != b).count();
    assert!(differ * 20 < fast.len(), "{differ} of {}", fast.len());
    let report = stdout(&mut folder.impute("evaluate text --exact --json"));
    assert!(String::from_utf8(report).unwrap().contains("|exact|"));
}
