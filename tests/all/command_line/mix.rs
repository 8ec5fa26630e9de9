//! `impute mix` as users type it.

use std::collections::BTreeSet;

use crate::common::{
    Folder, held_out_text, json_lines, json_of, misused, number, refused, said, stdout, succeed,
    toy_text,
};

/// Models of the two halves of the toy text, of orders 3 and 2, with words that the other lacks, and text to fit to.
fn folder() -> Folder {
    let toy = String::from_utf8(toy_text()).unwrap();
    let half = |from: usize, word: &str| -> String {
        let lines = toy.lines().skip(from).take(2000);
        lines.map(|line| line.replace("bank", word) + "\n").collect()
    };
    let folder = Folder::with([
        ("a.txt", half(0, "bank").as_bytes()),
        ("b.txt", half(2000, "lender").as_bytes()),
        ("on", &held_out_text()),
    ]);
    succeed(&mut folder.impute("train a.txt -o a --held-out 0 -q --license X"));
    succeed(
        &mut folder.impute("train b.txt -o b --held-out 0 -q --order 2 --license Y --no-lists"),
    );
    folder
}

fn perplexity(folder: &Folder, model: &str) -> f64 {
    let told = json_lines(&mut folder.impute(&format!("query {model} on --summary --json")));
    number(&told[0], "perplexity_excluding_oovs")
}

fn words(folder: &Folder, model: &str) -> BTreeSet<String> {
    said(&mut folder.impute(&format!("inspect {model} --words")))
        .lines()
        .map(str::to_owned)
        .collect()
}

/// The number after a text in the notes.
fn after(notes: &str, text: &str) -> f64 {
    let rest = notes.split(text).nth(1).unwrap_or_else(|| panic!("{text} is not in {notes}"));
    rest.split([',', ' ', '\n']).next().unwrap().parse().unwrap()
}

#[test]
fn a_mixture_is_better_than_its_parts_and_fills_gaps() {
    let folder = folder();
    let (out, notes) = succeed(&mut folder.impute("mix a b --on on -o m"));
    assert!(out.is_empty());
    let weights = ["a: weight ", "b: weight "].map(|text| after(&notes, text));
    assert!((weights[0] + weights[1] - 1.0).abs() < 1e-9 && weights[0] > 0.5, "{notes}");
    let [a, b] = ["a", "b"].map(|model| perplexity(&folder, model));
    let (mixture, m) = (after(&notes, "mixture: perplexity "), perplexity(&folder, "m"));
    assert!(mixture < a.min(b), "{notes}");
    assert!((m / mixture - 1.0).abs() < 0.02, "{m}, and {mixture} word by word");
    // The union of words and of n-grams.
    assert_eq!(words(&folder, "m"), &words(&folder, "a") | &words(&folder, "b"));
    assert!(words(&folder, "m").contains("lender") && !words(&folder, "a").contains("lender"));
    let told = json_of(&mut folder.impute("inspect m --verify --json"));
    assert_eq!((&told["order"], &told["net"]), (&3.into(), &serde_json::Value::Null));
    assert_eq!(told["calibration"]["sentences"], 204);
    let from = &told["provenance"];
    assert_eq!((&from["license"], &from["date"]), (&"X; Y".into(), &"2001-09-09".into()));
    let command = from["command"].as_str().unwrap();
    assert!(command.starts_with("impute mix on text ") && !command.contains("/"), "{command}");
    assert!(command.contains(&format!("{:.6} of order 3 on text", weights[0])), "{command}");
    // It fills gaps, and goes on as any model does.
    folder.write("in", b"Two banks closed the .\n");
    assert!(stdout(&mut folder.impute("in -m m -q")).ends_with(b"\n"));
    succeed(&mut folder.impute("prune m --threshold 1e-5 -o s"));
    succeed(&mut folder.impute("tune s --on on --lines 200 -q"));
}

#[test]
fn neither_the_order_of_the_text_nor_threads_leave_a_trace() {
    let folder = folder();
    succeed(&mut folder.impute("mix a b --on on -o m -q"));
    let text = String::from_utf8(held_out_text()).unwrap();
    let mut lines: Vec<&str> = text.lines().collect();
    lines.reverse();
    folder.write("one", lines[..100].join("\r\n"));
    folder.write("two", lines[100..].join("\n"));
    succeed(&mut folder.impute("mix a b --on one two -o n -q --threads 1"));
    assert!(folder.read("m") == folder.read("n"));
    succeed(folder.impute("mix a b --on - -o n -q").write_stdin(folder.read("on")));
    assert!(folder.read("m") == folder.read("n"));
    // Forms hold the same model.
    let answers = |model: &str| stdout(&mut folder.impute(&format!("query {model} on")));
    for form in ["--no-lists", "--compact"] {
        succeed(&mut folder.impute(&format!("mix a b --on on -o n -q {form}")));
        assert!(folder.read("n").len() < folder.read("m").len());
        assert_eq!(answers("n"), answers("m"));
        let told = json_of(&mut folder.impute("inspect n --json"));
        assert_eq!(told["calibration"]["sentences"], 204);
    }
}

#[test]
fn the_same_model_twice_counts_half_and_an_arpa_file_counts_as_its_model() {
    let folder = folder();
    let (_, notes) = succeed(&mut folder.impute("mix a a --on on -o m"));
    assert_eq!(notes.matches("a: weight 0.500000, perplexity ").count(), 2, "{notes}");
    let [a, m] = ["a", "m"].map(|model| perplexity(&folder, model));
    assert!((m / a - 1.0).abs() < 1e-4, "{m} {a}");
    succeed(&mut folder.impute("export --arpa -m b -o b.arpa"));
    succeed(&mut folder.impute("train --arpa b.arpa -o c -q"));
    succeed(&mut folder.impute("mix a b --on on -o m -q"));
    let (_, notes) = succeed(&mut folder.impute("mix a c --on on -o n"));
    let [m, n] = ["m", "n"].map(|model| perplexity(&folder, model));
    assert!((m / n - 1.0).abs() < 1e-5, "{m} {n}: {notes}");
    // Three at once.
    let (_, notes) = succeed(&mut folder.impute("mix a b c --on on -o n"));
    let both = after(&notes, "b: weight ") + after(&notes, "c: weight ");
    assert!((both + after(&notes, "a: weight ") - 1.0).abs() < 1e-9, "{notes}");
    assert!((perplexity(&folder, "n") / m - 1.0).abs() < 1e-4);
}

#[test]
fn a_short_text_fits_the_weights_alone() {
    let folder = folder();
    folder.write("few", b"Two banks closed the door .\n");
    let (_, notes) = succeed(&mut folder.impute("mix a b --on few -o m"));
    assert!(
        notes.contains("fewer than 200 lines held out: the calibration is the default"),
        "{notes}"
    );
    assert!(notes.contains("`impute tune` fits it to a text"), "{notes}");
}

#[test]
fn what_cannot_be_mixed_is_told_at_once() {
    let folder = folder();
    for (name, text) in [("empty", &b""[..]), ("blank", b"\n \n"), ("strange", b"xyzzy plugh\n")] {
        folder.write(name, text);
    }
    folder.write("csv", b"id,sentence\n1,a b c\n");
    let before = folder.content();
    for (args, parts) in [
        ("mix a b --on empty -o m", ["empty: ", "sentence"]),
        ("mix a b --on blank -o m", ["blank: ", "sentence"]),
        (
            "mix a b --on strange -o m",
            ["strange: no word in it that a model knows", "the models are for"],
        ),
        ("mix a b --on csv -o m", ["csv: line 1: a CSV file", "plain text"]),
        ("mix a b --on gone -o m", ["gone: open failed", "check the spelling"]),
        ("mix a gone --on on -o m", ["gone: open failed", "check the spelling"]),
        ("mix a on --on on -o m", ["on: not a model file", "name a model"]),
        ("mix a b --on a.txt -o m", ["a.txt: a was trained on these very lines", "not seen"]),
        ("mix a b --on on -o a", ["a: the output would replace this input", "another"]),
        ("mix a b --on on -o on", ["on: the output would replace this input", "another"]),
        ("mix a b --on on -o -", ["-o -: a model is mapped", "name one"]),
        ("mix a - --on on -o m", ["-: a model is mapped", "name one"]),
        ("mix a b --on - - -o m", ["-: standard input can be read only once", "name a file"]),
        ("mix a b --on on -o m.zst", ["m.zst: a model is mapped", "leave this ending"]),
    ] {
        refused(&mut folder.impute(args), &parts);
        assert!(folder.content() == before, "{args}");
    }
    misused(&mut folder.impute("mix a --on on -o m"), "2");
    misused(&mut folder.impute("mix a b -o m"), "--on");
    folder.write("a.arpa", stdout(&mut folder.impute("export --arpa -m a")));
    refused(&mut folder.impute("mix a.arpa b --on on -o m"), &["ARPA text", "impute train --arpa"]);
}

#[test]
fn a_net_and_pairs_of_words_are_left_out_and_that_is_said() {
    let folder = folder();
    succeed(&mut folder.impute("train a.txt -o n --net 2 --net-size small --skip -q"));
    let (_, notes) = succeed(&mut folder.impute("mix n b --on on -o m"));
    assert!(
        notes.contains("n: its net and pairs of words are left out: a mixture has none"),
        "{notes}"
    );
    assert!(!notes.contains("b: its"), "{notes}");
    let told = json_of(&mut folder.impute("inspect m --json"));
    assert_eq!(told["net"], serde_json::Value::Null);
}
