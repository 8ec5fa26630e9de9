//! `impute inspect` as users type it.

use crate::common::{
    Folder, json_of, refused, said, stdout, topic_classifier, toy_model, toy_model_with,
};
use serde_json::Value;

fn folder() -> Folder {
    Folder::with([("m", &std::fs::read(toy_model()).unwrap())])
}

#[test]
fn the_table_fits_a_terminal_and_names_what_is_in_the_model() {
    for args in ["inspect m", "inspect"] {
        let told = said(&mut folder().impute(args));
        let wide = told.lines().skip(1).find(|line| line.chars().count() > 80);
        assert_eq!(wide, None);
        for part in [
            "3                      14026    0.657030",
            "vocabulary",
            "bytes an n-gram",
            "calibration",
            "impute train --order 3 --min-count 1 --held-out 3000",
            "2001-09-09",
        ] {
            assert!(told.contains(part), "{part} is not in {told}");
        }
        assert!(!told.contains("checksums"));
    }
    let shipped = said(&mut folder().shipped("inspect"));
    assert!(shipped.starts_with("the shipped model\n"), "{shipped}");
}

#[test]
fn json_has_sizes_that_add_up() {
    let (folder, size) = (folder(), std::fs::metadata(toy_model()).unwrap().len());
    let told = json_of(&mut folder.impute("inspect m --json"));
    assert_eq!(told["order"], 3);
    assert_eq!(told["bytes"], size);
    assert_eq!(told["verified"], false);
    assert_eq!(told["discounts"].as_array().unwrap().len(), 3);
    assert_eq!(told["provenance"]["program"], concat!("impute ", env!("CARGO_PKG_VERSION")));
    let counts: Vec<u64> =
        told["ngrams"].as_array().unwrap().iter().map(|n| n.as_u64().unwrap()).collect();
    let all: u64 = counts.iter().sum();
    let near = |json: &Value, exact: f64| (json.as_f64().unwrap() - exact).abs() < 1e-9;
    assert!(near(&told["bytes_per_ngram"], size as f64 / all as f64));
    let sections = told["sections"].as_array().unwrap();
    let bytes = |section: &Value| section["bytes"].as_u64().unwrap();
    let sum: u64 = sections.iter().map(bytes).sum();
    // The rest is the preamble, the directory and what lies between sections.
    assert!(sum < size && sum > size / 2, "{sum} of {size}");
    assert!(sections.iter().any(|section| section["name"] == "vocabulary"));
    for section in sections {
        assert!(near(&section["bytes_per_ngram"], bytes(section) as f64 / all as f64));
    }
}

#[test]
fn a_compact_model_has_two_sizes() {
    let folder = folder();
    assert!(!said(&mut folder.impute("inspect m")).contains("on disk"));
    folder.write("small", std::fs::read(toy_model_with("--compact")).unwrap());
    let told = json_of(&mut folder.impute("inspect small --json"));
    let disk = folder.read("small").len() as u64;
    assert_eq!(told["bytes_on_disk"], disk);
    assert!(told["bytes"].as_u64().unwrap() > disk);
    let line = format!("on disk{disk:>21}");
    assert!(said(&mut folder.impute("inspect small")).contains(&line));
}

#[test]
fn verify_finds_a_byte_that_changed() {
    let folder = folder();
    let told = said(&mut folder.impute("inspect m --verify"));
    assert!(told.ends_with("\nall checksums are right\n"));
    assert_eq!(json_of(&mut folder.impute("inspect m --verify --json"))["verified"], true);
    let mut bytes = folder.read("m");
    let at = bytes.len() / 2;
    bytes[at] ^= 1;
    folder.write("m", bytes);
    stdout(&mut folder.impute("inspect m"));
    refused(&mut folder.impute("inspect m --verify"), &["m: a damaged model: ", "copy it again"]);
}

#[test]
fn what_is_not_a_model_is_refused() {
    let folder = Folder::with([("text", b"one two three\n")]);
    refused(&mut folder.impute("inspect text"), &["text: not a model file"]);
    refused(&mut folder.impute("inspect missing"), &["missing: open failed"]);
}

#[test]
fn words_are_printed_one_a_line_the_most_frequent_first() {
    let folder = folder();
    let words = said(&mut folder.impute("inspect m --words"));
    assert!(words.starts_with("the\n") || words.starts_with(".\n"), "{words}");
    let told = json_of(&mut folder.impute("inspect m --json"));
    assert_eq!(words.lines().count() as u64 + 3, told["ngrams"][0].as_u64().unwrap());
    for special in ["<unk>", "<s>", "</s>"] {
        assert!(!words.lines().any(|word| word == special));
    }
    folder.write("topics", topic_classifier());
    refused(
        &mut folder.impute("inspect topics --words"),
        &["topics: a classifier", "name a model"],
    );
}
