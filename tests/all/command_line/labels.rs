//! `impute language train` and `evaluate`, as users type them: labels of one's own.

use super::language::{TEXT, folder, pairs};
use crate::common::{
    TRAIN_TOPICS, json_of, number, refused, said, stdout, succeed, topic_classifier, topics,
};
use serde_json::Value;

#[test]
fn labels_of_ones_own_are_learned_recognised_and_measured() {
    let folder = folder();
    folder.write("topics.tsv", topics(0, 100));
    let line = TRAIN_TOPICS.replace(" -q", "").replace("-o topics", "--license CC0-1.0 -o mine");
    let (out, notes) = succeed(&mut folder.impute(&line));
    assert!(out.is_empty());
    assert!(notes.contains("2 labels, ") && notes.contains(" n-grams, "), "{notes}");
    let texts = topics(100, 50);
    let lines: String =
        texts.lines().map(|l| format!("{}\n", l.split_once('\t').unwrap().1)).collect();
    folder.write("lines", &lines);
    let printed = pairs(&said(&mut folder.impute("language lines --classifier mine.kinds")));
    let is = |label: &str| match label.starts_with("other") {
        true => "unknown".to_owned(),
        false => label.to_owned(),
    };
    let right = printed
        .iter()
        .zip(texts.lines())
        .filter(|((said, _), line)| *said == is(line.split_once('\t').unwrap().0));
    let right = right.count();
    assert!(right >= 147, "{right} of 150");

    let report = json_of(&mut folder.impute("language evaluate mine.kinds more.tsv --json"));
    let found: u64 = report["labels"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|of| of["by_length"].as_array().unwrap().clone())
        .map(|of| of[1].as_u64().unwrap())
        .sum();
    let (foreign, taken) =
        (number(&report["foreign"], "texts"), number(&report["foreign"], "taken_for_a_label"));
    assert_eq!(foreign, 50.0);
    assert_eq!(found as f64 + foreign - taken, right as f64);
    let lengths: f64 =
        report["lengths"].as_array().unwrap().iter().map(|of| number(of, "texts")).sum();
    assert_eq!(lengths, 100.0);
    for of in report["lengths"].as_array().unwrap() {
        let interval = &of["accuracy"];
        assert!(number(interval, "low") <= number(interval, "mean"), "{of}");
        assert!(number(interval, "mean") <= number(interval, "high"), "{of}");
        assert!(number(of, "calibration_error") < 50.0 && number(of, "unknown") < 10.0, "{of}");
    }
    if cfg!(target_os = "linux") {
        assert!(number(&report, "texts_a_processor_second") > 10.0);
    }
    // Read from standard input too, and told to people.
    let mut table = folder.impute("language evaluate mine.kinds -");
    let table = said(table.write_stdin(texts));
    for part in ["accuracy", "sentences", "\nforeign ", "\nmoney ", "\nsport "] {
        assert!(table.contains(part), "{part} is not in: {table}");
    }
    assert!(table.lines().all(|line| line.chars().count() <= 100), "{table}");
}

#[test]
fn the_shipped_classifier_is_measured_by_default() {
    let folder = folder();
    let known = TEXT.into_iter().filter(|(label, _)| *label != "unknown");
    let lines: Vec<String> = known.map(|(label, line)| format!("{label}\t{line}\n")).collect();
    folder.write("some.tsv", format!("\u{feff}{}\n", lines.concat()));
    let report = json_of(&mut folder.impute("language evaluate some.tsv --json"));
    let figures = &report["lengths"];
    assert_eq!(report["confusions"], Value::Array(Vec::new()), "{report}");
    let texts = figures.as_array().unwrap().iter().map(|of| number(of, "texts")).sum::<f64>();
    assert_eq!(texts as usize, lines.len());
    assert_eq!(report["labels"].as_array().unwrap().len(), 38);
    // A label that is wrong is a confusion.
    folder.write("wrong.tsv", format!("nl{}", lines[1].strip_prefix("de").unwrap()));
    let report = json_of(&mut folder.impute("language evaluate shipped wrong.tsv --json"));
    let confusion = serde_json::json!([{ "is": "nl", "said": "de", "texts": 1 }]);
    assert_eq!(report["confusions"], confusion);
    let table = said(&mut folder.impute("language evaluate wrong.tsv"));
    assert!(table.contains("1  nl for de\n"), "{table}");
}

#[test]
fn texts_may_be_given_for_the_calibration() {
    let folder = folder();
    folder.write("topics.tsv", topics(0, 100));
    folder.write("held-out.tsv", topics(200, 100));
    let with = |options: &str| {
        let line = format!("{TRAIN_TOPICS} {options}").replace("topics.kinds", "other.kinds");
        succeed(&mut folder.impute(line.trim_end()));
        folder.read("other.kinds")
    };
    assert!(with("") == topic_classifier());
    assert!(with("--held-out held-out.tsv") != topic_classifier());
    // Packed texts are the same texts, and several files are read like one.
    folder.write("topics.tsv", zstd::encode_all(topics(0, 100).as_bytes(), 1).unwrap());
    assert!(with("") == topic_classifier());
    let all = topics(0, 100);
    let (first, second) = all.split_at(all.match_indices('\n').nth(149).unwrap().0 + 1);
    folder.write("topics.tsv", first);
    folder.write("second.tsv", second);
    let line = TRAIN_TOPICS.replace("topics.tsv", "topics.tsv second.tsv");
    succeed(&mut folder.impute(&line));
    assert!(folder.read("topics.kinds") == topic_classifier());
    // A classifier may be packed like any other file.
    succeed(&mut folder.impute(&line.replace(".kinds", ".kinds.gz")));
    let printed = |name: &str| stdout(&mut folder.impute(&format!("language text -c {name}")));
    assert!(printed("topics.kinds.gz") == printed("topics.kinds"));
}

#[test]
fn texts_named_twice_and_labels_of_two_words_are_told() {
    let folder = folder();
    folder.write("topics.tsv", topics(0, 100));
    let line = TRAIN_TOPICS.replace(" -q", "").replace("topics.tsv", "topics.tsv ./topics.tsv");
    let notes = succeed(&mut folder.impute(&line)).1;
    assert!(notes.contains("topics.tsv: named more than once"), "{notes}");
    folder.write("topics.tsv", "two words\ta text\n");
    let parts = ["topics.tsv: line 1: \"two words\" is no label of one word"];
    refused(&mut folder.impute(TRAIN_TOPICS), &parts);
}

#[test]
fn a_classifier_says_what_it_is() {
    let folder = folder();
    let said = said(&mut folder.impute("inspect topics.kinds"));
    assert!(
        said.contains("2 labels") && said.contains("by version ") && said.contains("labels    "),
        "{said}"
    );
    let report = json_of(&mut folder.impute("inspect topics.kinds --json"));
    assert_eq!(report["header"]["labels"].as_array().unwrap().len(), 2);
    assert!(number(&report, "ngrams") > 100.0);
    let bytes = topic_classifier();
    folder.write("cut.kinds", &bytes[..bytes.len() - 1]);
    refused(&mut folder.impute("inspect cut.kinds"), &["cut.kinds: the checksum does not fit"]);
}
