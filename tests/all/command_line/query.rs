//! `impute query` as users type it.

use crate::common::{Folder, held_out_text, misused, refused, said, stdout, succeed, toy_model};
use serde_json::Value;

fn held_out() -> Folder {
    let folder = Folder::with([("text", &held_out_text())]);
    folder.write("m", std::fs::read(toy_model()).unwrap());
    folder
}

#[test]
fn a_line_per_sentence_and_a_summary() {
    let folder = held_out();
    let printed = said(&mut folder.impute("query m text"));
    let lines: Vec<&str> = printed.lines().collect();
    assert_eq!(lines.len(), 204 + 4);
    let sentences = String::from_utf8(folder.read("text")).unwrap();
    let (mut tokens, mut unknown, mut total) = (0, 0, 0.0);
    for (line, sentence) in lines.iter().zip(sentences.lines()) {
        let mut fields: Vec<&str> = line.split('\t').collect();
        let totals = fields.pop().unwrap();
        assert_eq!(fields.len(), sentence.split(' ').count() + 1);
        let mut sum = 0.0;
        for (field, word) in fields.iter().zip(sentence.split(' ').chain(["</s>"])) {
            let rest = field.strip_prefix(word).unwrap().strip_prefix('=').unwrap();
            let parts: Vec<&str> = rest.split(' ').collect();
            let matched: usize = parts[1].parse().unwrap();
            assert!((1..=3).contains(&matched), "{field}");
            unknown += usize::from(parts[0] == "0");
            sum += parts[2].parse::<f64>().unwrap();
            tokens += 1;
        }
        let (log10, _) = totals.strip_prefix("Total: ").unwrap().split_once(" OOV: ").unwrap();
        assert!((log10.parse::<f64>().unwrap() - sum).abs() < 1e-4, "{line}");
        total += sum;
    }
    let value = |line: &str, name: &str| -> f64 {
        line.strip_prefix(name).unwrap().strip_prefix(":\t").unwrap().parse().unwrap()
    };
    let perplexity = value(lines[204], "Perplexity including OOVs");
    assert!((perplexity.log10() + total / tokens as f64).abs() < 1e-5, "{perplexity}");
    assert!(value(lines[205], "Perplexity excluding OOVs") < perplexity);
    assert_eq!(value(lines[206], "OOVs"), unknown as f64);
    assert_eq!(value(lines[207], "Tokens"), tokens as f64);
}

#[test]
fn a_copy_in_memory_changes_no_byte() {
    let folder = held_out();
    for form in ["", " --json", " --summary", " --summary --json"] {
        let mapped = said(&mut folder.impute(&format!("query m text --resident no{form}")));
        for when in ["yes", "auto"] {
            let copied = said(&mut folder.impute(&format!("query m text --resident {when}{form}")));
            assert_eq!(copied, mapped, "{when} {form}");
        }
    }
}

#[test]
fn json_says_the_same() {
    let folder = held_out();
    let printed = said(&mut folder.impute("query m text"));
    let json = said(&mut folder.impute("query m text --json"));
    let objects: Vec<Value> = json.lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    assert_eq!(objects.len(), 205);
    for (line, object) in printed.lines().zip(&objects[..204]) {
        let mut again = String::new();
        for word in object["words"].as_array().unwrap() {
            let log10 = word["log10_probability"].as_f64().unwrap();
            again += &format!("{}={} ", word["word"].as_str().unwrap(), word["id"]);
            again += &format!("{} {log10:.6}\t", word["matched"]);
            assert_eq!(word["unknown"].as_bool().unwrap(), word["id"] == 0);
        }
        let total = object["log10_total"].as_f64().unwrap();
        again += &format!("Total: {total:.6} OOV: {}", object["oovs"]);
        assert_eq!(line, again);
    }
    let (summary, last) = (&objects[204], printed.lines().rev().take(4).collect::<Vec<_>>());
    for (line, name) in last.iter().zip([
        "tokens",
        "oovs",
        "perplexity_excluding_oovs",
        "perplexity_including_oovs",
    ]) {
        let printed: f64 = line.split('\t').nth(1).unwrap().parse().unwrap();
        assert_eq!(summary[name].as_f64().unwrap(), printed, "{name}");
    }
    assert_eq!(summary["sentences"], 204);
}

#[test]
fn summary_prints_the_last_lines_only() {
    let folder = held_out();
    let printed = said(&mut folder.impute("query m text"));
    let summary = said(&mut folder.impute("query m text --summary"));
    assert_eq!(summary.lines().count(), 4);
    assert!(printed.ends_with(&summary));
    let json = said(&mut folder.impute("query m text --json --summary"));
    assert_eq!(json.lines().count(), 1);
}

#[test]
fn text_comes_from_standard_input_and_the_model_from_the_environment() {
    let folder = held_out();
    let (expected, bytes) = (stdout(&mut folder.impute("query m text")), folder.read("text"));
    assert!(stdout(folder.impute("query m").write_stdin(bytes.clone())) == expected);
    assert!(stdout(folder.impute("query m -").write_stdin(bytes.clone())) == expected);
    assert!(stdout(folder.impute("query").write_stdin(bytes.clone())) == expected);
    assert!(stdout(folder.shipped("query").write_stdin(bytes)) != expected);
    assert!(stdout(&mut folder.shell("\"$0\" query m < text")) == expected);
}

#[test]
fn a_blank_line_is_no_sentence_and_a_mark_no_word() {
    let folder = held_out();
    let printed = said(folder.impute("query m").write_stdin("\n  \n<s> a </s> <unk>\r\n</s>\n"));
    let lines: Vec<&str> = printed.lines().collect();
    assert_eq!(lines.len(), 1 + 4);
    assert!(lines[0].starts_with("a=") && lines[0].contains("\t<unk>=0 "), "{printed}");
    assert!(printed.ends_with("OOVs:\t1\nTokens:\t3\n"), "{printed}");
}

#[test]
fn nothing_is_said_but_data() {
    let (_, talk) = succeed(&mut held_out().impute("query m text"));
    assert_eq!(talk, "");
}

#[test]
fn bad_texts_and_models_are_refused() {
    let folder = held_out();
    folder.write("latin", b"one caf\xe9\n");
    refused(&mut folder.impute("query m latin"), &["latin: line 1: not UTF-8", "--lossy"]);
    let printed = said(&mut folder.impute("query m latin --lossy --json"));
    assert!(printed.contains("caf\u{fffd}"), "{printed}");
    succeed(&mut folder.impute("query m latin --lossy"));
    refused(folder.impute("query m").write_stdin(""), &["standard input: no sentence in it"]);
    refused(&mut folder.impute("query m missing"), &["missing: open failed"]);
    refused(
        &mut folder.impute("query text text"),
        &["text: not a model file", "name a model file that impute wrote"],
    );
    misused(&mut folder.impute("query m text more"), "more");
}

#[test]
fn lines_need_not_begin_or_end_a_sentence_and_may_follow_a_context() {
    let folder = held_out();
    let line = "The banks closed the door again .";
    let words: Vec<&str> = line.split(' ').collect();
    folder.write("whole", line);
    let scores = |text: &str, options: &str| -> Vec<(f64, u64)> {
        folder.write("part", text);
        let json = said(&mut folder.impute(&format!("query m part --json{options}")));
        let first: Value = serde_json::from_str(json.lines().next().unwrap()).unwrap();
        let words = first["words"].as_array().unwrap().iter();
        let score = |word: &Value| {
            (word["log10_probability"].as_f64().unwrap(), word["matched"].as_u64().unwrap())
        };
        words.map(score).collect()
    };
    let whole = scores(line, "");
    assert_eq!(whole.len(), 8);
    assert_eq!(scores(line, " --no-eos"), whole[..7]);
    let inner = scores(line, " --no-bos");
    assert_eq!((inner[0].1, inner.len()), (1, 8), "nothing is known of what is before");
    assert_eq!(inner[2..], whole[2..], "and two words on, an order of 3 does not see it");
    assert_ne!(inner[0].0, whole[0].0);
    for split in 1..7 {
        let (before, rest) = (words[..split].join(" "), words[split..].join(" "));
        folder.write("part", &rest);
        let mut query = folder.impute("query m part --json --after");
        let json = String::from_utf8(stdout(query.arg(&before))).unwrap();
        let first: Value = serde_json::from_str(json.lines().next().unwrap()).unwrap();
        let own: Vec<f64> = first["words"]
            .as_array()
            .unwrap()
            .iter()
            .map(|word| word["log10_probability"].as_f64().unwrap())
            .collect();
        let expected: Vec<f64> = whole[split..].iter().map(|score| score.0).collect();
        assert_eq!(own, expected, "{before} | {rest}");
    }
    // The sums are those of the lines, which do not see each other.
    for options in
        ["--no-bos", "--no-eos", "--no-bos --no-eos", "--after banks", "--no-bos --after a"]
    {
        let [all, sum] =
            [format!("query m text {options}"), format!("query m text --summary {options}")]
                .map(|args| said(&mut folder.impute(&args)));
        assert_eq!(
            all.lines().rev().take(4).collect::<Vec<_>>(),
            sum.lines().rev().collect::<Vec<_>>()
        );
        let reversed: Vec<u8> = {
            let text = String::from_utf8(folder.read("text")).unwrap();
            text.lines().rev().flat_map(|line| format!("{line}\n").into_bytes()).collect()
        };
        folder.write("reversed", reversed);
        let back = said(&mut folder.impute(&format!("query m reversed {options}")));
        let lines =
            |text: &str| -> Vec<String> { text.lines().take(204).map(str::to_owned).collect() };
        let mut there = lines(&back);
        there.reverse();
        assert_eq!(there, lines(&all), "{options}");
    }
}
