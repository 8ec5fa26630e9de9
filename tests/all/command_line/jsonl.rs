//! `predict --format jsonl` as users type it.

use crate::common::{
    Folder, held_out_text, json_lines, misused, number, refused, said, stdout, succeed,
};
use serde_json::Value;

/// The sentence with what an object says was inserted.
fn inserted(sentence: &str, object: &Value) -> String {
    let Some(text) = object["inserted"]["text"].as_str() else {
        assert!(object["inserted"].is_null(), "{object}");
        return sentence.to_owned();
    };
    let byte = object["inserted"]["byte"].as_u64().unwrap() as usize;
    let (before, after) = sentence.split_at(byte);
    let gap = object["inserted"]["gap"].as_u64().unwrap() as usize;
    assert_eq!(before.split(' ').filter(|token| !token.is_empty()).count(), gap, "{object}");
    format!("{before} {text}{after}")
}

/// Sentences that lack words, some of them very short, or with spaces and quotes to keep.
fn text() -> String {
    let toy = String::from_utf8(held_out_text()).unwrap();
    let holed = toy.lines().take(120).enumerate().map(|(i, line)| {
        let words: Vec<&str> = line.split(' ').collect();
        let at = 1 + i % words.len().saturating_sub(2).max(1);
        words.iter().enumerate().filter(|(j, _)| *j != at).map(|word| *word.1).collect::<Vec<_>>()
    });
    let holed: Vec<String> = holed.map(|words| words.join(" ")).collect();
    holed.join("\n")
        + "\n\none\ntwo words\n  the  banks closed  minister  . \nthe \"\\é banks said .\n"
}

#[test]
fn the_answers_are_those_of_the_text_output() {
    let text = text();
    let folder = Folder::with([("in", text.as_bytes())]);
    for args in ["", " --exact", " --method min-likelihood"] {
        let plain = said(&mut folder.impute(&format!("in{args}")));
        let all = json_lines(&mut folder.impute(&format!("in{args} --format jsonl")));
        assert_eq!(all.len(), text.lines().count());
        for (i, (object, (before, after))) in
            all.iter().zip(text.lines().zip(plain.lines())).enumerate()
        {
            assert_eq!(object["id"], (i + 1).to_string());
            assert_eq!(object["answer"], after);
            assert_eq!(inserted(before, object), after, "{object}");
        }
        assert!(all.iter().any(|object| !object["inserted"].is_null()));
    }
}

#[test]
fn numbers_agree_with_each_other() {
    let folder = Folder::with([("in", text().as_bytes())]);
    let all = json_lines(&mut folder.impute("in --format jsonl -k 7"));
    let (mut words, mut ranked) = (0, 0);
    for object in all.iter().filter(|object| !object["expected"].is_null()) {
        let [expected, unchanged, gain, covered] =
            ["expected", "unchanged", "gain", "covered"].map(|name| number(object, name));
        assert!((expected - unchanged + gain).abs() < 1e-9 && gain >= 0.0, "{object}");
        assert!((0.0..1.0 + 1e-9).contains(&covered), "{object}");
        let top = object["top"].as_array().unwrap();
        assert!(top.len() == 7 || covered == 0.0, "{object}");
        ranked += top.len();
        let mut sum = 0.0;
        for pair in top {
            let joint = number(pair, "gap_probability") * number(pair, "word_probability");
            assert!((joint - number(pair, "probability")).abs() < 1e-12, "{pair}");
            assert!(number(pair, "gain") <= gain + 1e-9, "{pair} gains more than {object}");
            sum += joint;
        }
        assert!(sum <= covered + 1e-9, "{object}");
        let p = |pair: &Value| number(pair, "probability");
        assert!(top.windows(2).all(|pair| p(&pair[0]) >= p(&pair[1])), "{object}");
        let inserted = &object["inserted"];
        assert_eq!(inserted.is_null(), gain == 0.0, "{object}");
        if inserted["is_word"] == true {
            let own = top
                .iter()
                .find(|pair| pair["word"] == inserted["text"] && pair["gap"] == inserted["gap"]);
            let Some(own) = own else { continue };
            words += 1;
            assert!((number(own, "gain") - gain).abs() < 1e-9, "{object}");
            for name in ["gap_probability", "word_probability", "byte"] {
                assert_eq!(own[name], inserted[name], "{object}");
            }
        }
    }
    assert!(words > 10 && ranked > 100, "{words} words, {ranked} pairs");
    // A shorter list is the beginning of a longer one.
    let three = json_lines(&mut folder.impute("in --format jsonl --top 3"));
    for (few, many) in three.iter().zip(&all) {
        let [few, many] = [few, many].map(|object| object["top"].as_array().unwrap());
        assert_eq!(few[..], many[..many.len().min(3)]);
    }
}

#[test]
fn threads_make_no_difference() {
    let folder = Folder::with([("in", text().as_bytes())]);
    let one = stdout(&mut folder.impute("in --format jsonl --threads 1"));
    assert!(one == stdout(&mut folder.impute("in --format jsonl --threads 3")));
    succeed(&mut folder.impute("predict in --format jsonl -o out"));
    assert!(one == folder.read("out"));
}

#[test]
fn rows_of_the_competition_keep_their_ids() {
    let csv = "\"id\",\"sentence\"\n7,\"the \"\"banks\"\" closed minister .\"\n\"x9\",\"one\"\n";
    let folder = Folder::with([("in", csv.as_bytes())]);
    let all = json_lines(&mut folder.impute("in --format jsonl"));
    assert_eq!([&all[0]["id"], &all[1]["id"]], ["7", "x9"]);
    let sentence = "the \"banks\" closed minister .";
    assert_eq!(inserted(sentence, &all[0]), all[0]["answer"].as_str().unwrap());
    // Under three words nothing is known, and nothing changes.
    assert_eq!(all[1]["answer"], "one");
    for name in ["inserted", "expected", "unchanged", "gain", "covered"] {
        assert!(all[1][name].is_null(), "{name} in {}", all[1]);
    }
    assert_eq!(all[1]["top"], Value::Array(Vec::new()));
}

#[test]
fn the_classic_ranks_the_words_of_its_gap() {
    let folder = Folder::with([("in", b"The banks closed minister said .\n")]);
    let args = "in --format jsonl --method min-likelihood -k 3";
    let object = json_lines(&mut folder.impute(args)).remove(0);
    let top = object["top"].as_array().unwrap();
    assert_eq!(top.len(), 3);
    assert_eq!(top[0]["word"], object["inserted"]["text"]);
    assert!(top.iter().all(|pair| pair["gap"] == object["inserted"]["gap"]), "{object}");
    let p = |pair: &Value| number(pair, "word_probability");
    assert!(top.windows(2).all(|pair| p(&pair[0]) >= p(&pair[1])), "{object}");
    for name in ["expected", "unchanged", "gain", "covered"] {
        assert!(object[name].is_null(), "{name} in {object}");
    }
    assert!(top[0]["gain"].is_null() && top[0]["probability"].is_null());
}

#[test]
fn bytes_that_are_no_text_make_valid_objects() {
    let folder = Folder::with([("in", b"The \xff banks\x01 closed minister .\n")]);
    refused(&mut folder.impute("in --format jsonl"), &["in: line 1", "UTF-8"]);
    let object = json_lines(&mut folder.impute("in --format jsonl --lossy")).remove(0);
    let answer = object["answer"].as_str().unwrap();
    assert!(answer.contains("The \u{fffd} banks\u{1} closed"), "{answer}");
}

#[test]
fn what_makes_no_sense_is_refused() {
    let folder = Folder::with([
        ("in", b"the dog the cat .\n"),
        ("objects", b"{\"id\":\"1\",\"sentence\":\"the dog the cat .\"}\n"),
    ]);
    for args in ["in -k 3", "in --top 3 --format kaggle", "predict in -k 3 --format text"] {
        misused(&mut folder.impute(args), "--format jsonl");
    }
    misused(&mut folder.impute("in --format jsonl -k 0"), "0");
    misused(&mut folder.impute("-k 3 score in in"), "belongs to `impute INPUT`");
    refused(
        &mut folder.impute("objects --format jsonl"),
        &["objects: line 1", "only an output format"],
    );
    succeed(&mut folder.impute("objects --format text"));
    // Braces alone are not an object.
    folder.write("braces", "{ the dog } the cat .\n");
    succeed(&mut folder.impute("braces --format jsonl"));
}
