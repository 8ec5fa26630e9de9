//! `impute tune` as users type it.

use std::io::Write;

use crate::common::{
    Folder, held_out_text, misused, refused, said, stdout, succeed, toy_model, toy_model_with,
    toy_text,
};
use serde_json::Value;

/// A model in every form, and sentences that it has not seen.
fn folder() -> Folder {
    let folder = Folder::with([("toy.txt", &toy_text()), ("on.txt", sentences(300).as_bytes())]);
    folder.write("m", std::fs::read(toy_model()).unwrap());
    folder
}

/// Sentences of the toy's kind that are not in it.
fn sentences(n: usize) -> String {
    let toy = String::from_utf8(toy_text()).unwrap();
    let halves = |i: usize| {
        let [a, b] = [i, i + 1700].map(|i| toy.lines().nth(i % 4000).unwrap());
        let half = |line: &str| line.split(' ').count() / 2;
        let left = a.split(' ').take(half(a)).chain(b.split(' ').skip(half(b)));
        left.collect::<Vec<_>>().join(" ") + " ."
    };
    (0..n).map(|i| halves(3 * i) + "\n").collect()
}

fn inspected(folder: &Folder, model: &str) -> Value {
    let told = stdout(&mut folder.impute(&format!("inspect {model} --verify --json")));
    serde_json::from_slice(&told).unwrap()
}

/// Before and after, from the notes.
fn told(notes: &str, name: &str) -> [f64; 2] {
    let line =
        notes.lines().find(|line| line.starts_with(name)).unwrap_or_else(|| panic!("{notes}"));
    let numbers: Vec<f64> = line[16..].split_whitespace().map(|n| n.parse().unwrap()).collect();
    [numbers[0], numbers[1]]
}

#[test]
fn a_model_is_tuned_in_place_and_once_is_enough() {
    let folder = folder();
    let old = folder.read("m");
    let (out, notes) = succeed(&mut folder.impute("tune m --on on.txt"));
    assert!(out.is_empty());
    assert!(notes.starts_with("fitted to 300 of 300 sentences; 0 under three words\n"));
    for nats in ["nats of gap", "nats of word"] {
        let [before, after] = told(&notes, nats);
        assert!(after <= before && after > 0.0, "{notes}");
    }
    let [before, after] = told(&notes, "gap");
    let tuned = inspected(&folder, "m");
    assert!((tuned["calibration"]["gap_temperature"].as_f64().unwrap() - after).abs() < 1e-9);
    assert_eq!(
        inspected(&folder, toy_model().to_str().unwrap())["provenance"]["tuned"],
        Value::Null
    );
    assert_ne!(before, after);
    assert_eq!(tuned["calibration"]["sentences"], 300);
    let once = folder.read("m");
    assert_ne!(once, old);
    assert_eq!(folder.content().len(), 3, "nothing is left beside it");
    // The same lines give the same bytes: again, in another order, in other files, on one thread.
    let (_, notes) = succeed(&mut folder.impute("tune m --on on.txt"));
    assert!(folder.read("m") == once);
    let [before, after] = told(&notes, "nats of gap");
    assert_eq!(before, after);
    let text = sentences(300);
    let mut lines: Vec<&str> = text.lines().collect();
    lines.reverse();
    folder.write("a", lines[..100].join("\r\n"));
    folder.write("b", lines[100..].join("\n"));
    succeed(&mut folder.impute("tune m --on a --on b -o again --threads 1"));
    assert!(folder.read("again") == once);
    succeed(&mut folder.impute("tune m --on b a -o again -q"));
    assert!(folder.read("again") == once);
}

#[test]
fn a_new_file_leaves_the_model_alone_and_says_where_it_comes_from() {
    let folder = folder();
    let old = folder.read("m");
    folder.write("more.txt", sentences(400) + "short one\n\n");
    let (_, notes) = succeed(&mut folder.impute("tune m --on more.txt -o new --lines 250"));
    let expected = "passed over: 1 blank line\nfitted to 250 of 401 sentences; 1 under three words";
    assert!(notes.starts_with(expected), "{notes}");
    assert!(folder.read("m") == old);
    let (before, after) = (inspected(&folder, "m"), inspected(&folder, "new"));
    let tuned = &after["provenance"]["tuned"];
    assert_eq!((&tuned["lines"], &tuned["sentences"]), (&401.into(), &250.into()));
    assert_eq!(tuned["command"], "impute tune --lines 250");
    for part in ["ngrams", "discounts", "sections"] {
        assert_eq!(before[part], after[part]);
    }
    for part in ["text_hash", "command", "tokens", "date"] {
        assert_eq!(before["provenance"][part], after["provenance"][part]);
    }
    let table = said(&mut folder.impute("inspect new"));
    assert!(table.contains("tuned       impute tune --lines 250 (impute "), "{table}");
    assert!(table.contains("fitted on 250 sentences"));
    assert!(table.lines().all(|line| line.chars().count() <= 80), "{table}");
    let model = String::from_utf8_lossy(&folder.read("new")).into_owned();
    assert!(!model.contains("more.txt"));
    // The answers differ by the calibration.
    folder.write("in", held_out_text());
    let answers =
        |model: &str| stdout(&mut folder.impute(&format!("evaluate in --json -m {model}")));
    assert_ne!(answers("m"), answers("new"));
}

#[test]
fn smaller_forms_stay_what_they_are_and_are_tuned_the_same() {
    let folder = folder();
    succeed(&mut folder.impute("tune m --on on.txt"));
    let full = inspected(&folder, "m")["calibration"].clone();
    for form in ["--no-lists", "--compact", "--fast --no-lists"] {
        folder.write("s", std::fs::read(toy_model_with(form)).unwrap());
        let before = (folder.read("s"), inspected(&folder, "s"));
        succeed(&mut folder.impute("tune s --on on.txt"));
        let after = (folder.read("s"), inspected(&folder, "s"));
        assert_eq!(after.1["calibration"], full, "{form}");
        assert_eq!(after.1["sections"], before.1["sections"], "{form}");
        assert_eq!(after.0[..4], before.0[..4], "{form}");
        assert!(after.0.len().abs_diff(before.0.len()) < 4000, "{form}");
        succeed(&mut folder.impute("tune s --on on.txt -o again"));
        assert!(folder.read("again") == after.0, "{form}");
        assert_eq!(
            stdout(&mut folder.impute("predict on.txt -m s")),
            stdout(&mut folder.impute("predict on.txt -m m"))
        );
    }
}

#[test]
fn text_comes_compressed_and_from_standard_input() {
    let folder = folder();
    let text = sentences(300);
    succeed(&mut folder.impute("tune m --on on.txt -o plain"));
    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gz.write_all(text.as_bytes()).unwrap();
    folder.write("gz", gz.finish().unwrap());
    folder.write("zst", zstd::encode_all(text.as_bytes(), 1).unwrap());
    for args in ["tune m --on gz -o new", "tune m --on zst -o new", "tune m --on - -o new"] {
        succeed(folder.impute(args).write_stdin(text.clone()));
        assert!(folder.read("new") == folder.read("plain"), "{args}");
    }
    refused(&mut folder.impute("tune m --on - -"), &["-: standard input can be read only once"]);
}

#[test]
fn an_imported_model_can_be_calibrated() {
    let folder = folder();
    succeed(&mut folder.impute("export --arpa -m m -o m.arpa"));
    succeed(&mut folder.impute("train --arpa m.arpa -o imported"));
    assert_eq!(inspected(&folder, "imported")["calibration"]["sentences"], 0);
    let (_, notes) = succeed(&mut folder.impute("tune imported --on on.txt"));
    assert_eq!(inspected(&folder, "imported")["calibration"]["sentences"], 300);
    let [before, after] = told(&notes, "nats of word");
    assert!(after < before, "{notes}");
}

#[test]
fn what_cannot_be_tuned_on_is_refused_and_nothing_changes() {
    let folder = folder();
    let usable = sentences(250);
    folder.write("few", sentences(199));
    folder.write("doubled", sentences(199).repeat(3) + "a b\n");
    folder.write("bad", [usable.as_bytes(), b"caf\xe9 was closed\n"].concat());
    folder.write("nul", usable.clone() + "a \0 b\n");
    folder.write("csv", "\"id\",\"sentence\"\n1,\"a b c\"\n");
    folder.write("table", "Id,Sentence\n1,\"a b c\"\n");
    folder.write("empty", "");
    let before = folder.content();
    for (args, parts) in [
        ("tune m --on few", &["few: 199 different sentences", "200", "more text"][..]),
        ("tune m --on doubled few", &["doubled, few: 199 different sentences"]),
        ("tune m --on bad", &["bad: line 251: not UTF-8", "--lossy"]),
        ("tune m --on nul -o new", &["nul: line 251: a NUL byte"]),
        ("tune m --on csv", &["csv: line 1: a CSV file", "plain text"]),
        ("tune m --on table", &["table: line 1: a CSV file"]),
        ("tune m --on empty", &["empty: empty file"]),
        ("tune m --on missing", &["missing: open failed"]),
        ("tune m --on toy.txt", &["toy.txt: m was trained on these very lines", "not seen"]),
        ("tune m --on m", &["m: the output would replace this input"]),
        ("tune m --on on.txt -o ./on.txt", &["on.txt: the output would replace this input"]),
        ("tune m --on m -o new", &["m: a model, not a text; name a text"]),
        ("tune on.txt --on few", &["on.txt: not a model file"]),
        ("tune missing --on on.txt", &["missing: open failed"]),
        ("tune m --on on.txt -o no/such", &["no/such: write failed"]),
        ("tune m --on on.txt -o -", &["-: a model is mapped"]),
        ("tune - --on on.txt", &["-: a model is mapped"]),
    ] {
        refused(&mut folder.impute(args), parts);
        assert!(folder.content() == before, "{args}");
    }
    refused(folder.impute("tune m --on -").write_stdin(""), &["standard input: empty file"]);
    refused(
        folder.impute("tune m --on -").write_stdin("a b c\n"),
        &["standard input: 1 different"],
    );
    for args in ["tune m", "tune --on on.txt", "tune m --on on.txt --lines 199", "tune m --on"] {
        misused(&mut folder.impute(args), "--");
    }
    assert!(folder.content() == before);
    succeed(&mut folder.impute("tune m --on bad --lossy -o new"));
}

#[test]
fn a_damaged_compact_model_is_refused() {
    let folder = folder();
    let mut bytes = std::fs::read(toy_model_with("--compact")).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 0x55;
    folder.write("s", &bytes);
    refused(&mut folder.impute("tune s --on on.txt"), &["s: a damaged model"]);
    assert!(folder.read("s") == bytes);
}
