//! `impute explain` as users type it.

use crate::common::{
    Folder, held_out_text, json_lines, json_of, misused, number, open, refused, rows, said,
    solver_of, stdout, succeed, toy_model, toy_model_with, toy_text,
};
use impute::solve::Method;
use impute::solve::gap::terms::NAMES;
use impute::solve::word::posterior::PARTS;
use serde_json::Value;
use unicode_width::UnicodeWidthStr;

const SENTENCE: &str = "The banks closed minister said .";

fn explain(folder: &Folder, sentence: &str, args: &str) -> assert_cmd::Command {
    let mut command = folder.impute("explain");
    command.args(args.split_whitespace()).arg(sentence);
    command
}

fn text(folder: &Folder, sentence: &str, args: &str) -> String {
    said(&mut explain(folder, sentence, args))
}

fn json(folder: &Folder, sentence: &str, args: &str) -> Value {
    json_of(&mut explain(folder, sentence, &format!("{args} --json")))
}

/// The text without its colours.
fn plain(text: &str) -> String {
    let mut out = String::new();
    let mut parts = text.split("\u{1b}[");
    out += parts.next().unwrap();
    parts.for_each(|part| out += part.split_once('m').unwrap().1);
    out
}

#[track_caller]
fn assert_narrow(text: &str) {
    for line in text.lines() {
        assert!(line.width() <= 80, "{} columns: {line}\n{text}", line.width());
        assert_eq!(line, line.trim_end(), "spaces at the end");
    }
}

#[test]
fn gaps_words_and_decision_are_shown() {
    let folder = Folder::with([]);
    let text = text(&folder, SENTENCE, "");
    let parts = ["closed _ minister", "n-grams", "posterior", "likeliest words", "sum", "expected"];
    for part in parts.into_iter().chain(["as it stands", "inserted"]) {
        assert!(text.replace('\n', " ").contains(part), "{part} is not in {text}");
    }
    assert!(!text.contains('\u{1b}'), "colours in a file");
    // The first line has the sentence with a mark at every gap.
    let first: Vec<&str> = text.lines().next().unwrap().split(' ').collect();
    let words: Vec<&str> = first.iter().step_by(2).copied().collect();
    assert_eq!(words.join(" "), SENTENCE);
    let known = json(&folder, SENTENCE, "");
    for (mark, gap) in first.iter().skip(1).step_by(2).zip(known["gaps"].as_array().unwrap()) {
        let height = "▁▂▃▄▅▆▇█".chars().position(|bar| *mark == bar.to_string());
        let p = number(gap, "probability");
        assert_eq!(height.is_some(), p >= 0.005, "{mark} for {p}");
        let height = height.map_or(0.0, |at| (at + 1) as f64 / 8.0);
        assert!(height - p < 0.1251 && p - height < 0.0051, "{mark} for {p}");
    }
}

#[test]
fn json_holds_the_same() {
    let folder = Folder::with([]);
    let json = json(&folder, SENTENCE, "");
    let gaps = json["gaps"].as_array().unwrap();
    assert_eq!(gaps.len(), 5);
    for expert in ["probability", "ngrams"] {
        let sum: f64 = gaps.iter().map(|gap| number(gap, expert)).sum();
        assert!((sum - 1.0).abs() < 1e-9, "{expert}: {sum}");
    }
    for (i, gap) in gaps.iter().enumerate() {
        let byte = gap["byte"].as_u64().unwrap() as usize;
        assert_eq!(gap["gap"], i + 1);
        assert!(SENTENCE[..byte].ends_with(gap["left"].as_str().unwrap()), "{gap}");
        assert!(SENTENCE[byte + 1..].starts_with(gap["right"].as_str().unwrap()), "{gap}");
    }
    // The answer inserts what predict inserts, and says the same about it.
    folder.write("in", SENTENCE);
    let object = stdout(&mut folder.impute("in --format jsonl"));
    let object: Value = serde_json::from_slice(&object).unwrap();
    for name in ["answer", "expected", "unchanged", "gain"] {
        assert_eq!(object[name], json[name], "{name}");
    }
    for name in ["text", "gap", "byte", "is_word", "gap_probability", "word_probability"] {
        assert_eq!(object["inserted"][name], json["inserted"][name], "{name}");
    }
    assert_eq!(json["inserted"]["is_word"], true);
    assert!(number(&json["inserted"], "word_probability") > 0.0, "{json}");
    let likely = &json["likely"][0];
    assert_eq!(likely["gap"], object["top"][0]["gap"]);
    assert_eq!(likely["words"][0]["word"], object["top"][0]["word"]);
}

#[test]
fn the_probability_of_the_answer_does_not_depend_on_how_many_words_are_shown() {
    let model = open(toy_model());
    let solver = solver_of(&model);
    let mut worker = solver.worker();
    let explained = worker.explain(SENTENCE.as_bytes(), 0).unwrap();
    assert!(explained.answer.is_word && explained.likely.iter().all(|gap| gap.words.is_empty()));
    let best = worker.k_best(&[SENTENCE], Method::Posterior, 1).remove(0);
    assert!(explained.word_probability.is_some());
    assert_eq!(explained.word_probability, best.word_probability);
}

/// Checks the words of all likely gaps; how many words there are.
#[track_caller]
fn assert_adds_up(json: &Value) -> usize {
    let mut count = 0;
    for likely in json["likely"].as_array().unwrap() {
        let words = likely["words"].as_array().unwrap();
        let p = |word: &Value| number(word, "probability");
        assert!(!words.is_empty() && words.windows(2).all(|pair| p(&pair[0]) >= p(&pair[1])));
        let sum: f64 = words.iter().map(p).sum();
        assert!((sum + number(likely, "others") - 1.0).abs() < 1e-9, "{likely}");
        let nats = |word: &Value| PARTS.iter().map(|part| number(&word["nats"], part)).sum::<f64>();
        let terms =
            |word: &Value| NAMES.iter().map(|term| number(&word["terms"], term)).sum::<f64>();
        let first = &words[0];
        for word in words {
            // Each is likelier than another by as much as the sum of its nats says,
            let difference = nats(word) - nats(first) - (p(word) / p(first)).ln();
            assert!(difference.abs() < 1e-6, "{likely}");
            // by the n-grams by as much as that of its terms says,
            let ngrams = (number(word, "ngrams") / number(first, "ngrams")).ln();
            assert!((terms(word) - terms(first) - ngrams).abs() < 1e-6, "{likely}");
            // and that is what the n-grams add, with their weight.
            let added = number(&word["nats"], "n-grams") - number(&first["nats"], "n-grams");
            assert!((added - number(json, "ngram_weight") * ngrams).abs() < 1e-6, "{likely}");
        }
        count += words.len();
    }
    count
}

#[test]
fn the_evidence_for_the_words_adds_up() {
    let folder = Folder::with([]);
    for sentence in [SENTENCE, "The minister said that banks", "the river is deep the town"] {
        assert!(assert_adds_up(&json(&folder, sentence, "--exact")) >= 5);
        assert_adds_up(&json(&folder, sentence, ""));
    }
}

/// 60 words.
fn long() -> String {
    let words = "the banks closed minister said that river is deep in a town ,".split(' ');
    words.cycle().take(59).chain(["."]).collect::<Vec<_>>().join(" ")
}

#[test]
fn nothing_is_wider_than_a_terminal_with_any_model_and_sentence() {
    // Every source is there, and has a weight.
    let all = toy_model_with("--net none --skip --order 5");
    let folder = Folder::with([("all", &std::fs::read(all).unwrap()), ("other", &held_out_text())]);
    succeed(&mut folder.impute("tune all --on other --lines 200"));
    let address = format!("the {} closed minister said .", "long-address".repeat(12));
    let wide =
        format!("the {} banks {} minister \t said \u{202e}.", "銀行".repeat(50), "é".repeat(90));
    for sentence in [SENTENCE, &long(), &address, &wide] {
        for args in ["", "--exact", "-m all", "-m all --exact"] {
            let bare = text(&folder, sentence, args);
            assert_narrow(&bare);
            let mut colourful = explain(&folder, sentence, args);
            let colourful = stdout(colourful.env("CLICOLOR_FORCE", "1").env_remove("NO_COLOR"));
            let colourful = String::from_utf8(colourful).unwrap();
            assert!(colourful.contains('\u{1b}'), "no colours");
            assert_eq!(plain(&colourful), bare);
            assert!(!bare.contains('\t') && !bare.contains('\u{202e}'), "{bare}");
        }
    }
    let all = text(&folder, SENTENCE, "-m all --exact");
    for column in ["longer", "skip", "<s>", "sum"] {
        assert!(all.contains(column), "{column} is not in {all}");
    }
    assert_adds_up(&json(&folder, SENTENCE, "-m all --exact"));
    assert_adds_up(&json(&folder, &long(), "-m all --exact"));
}

#[test]
fn the_numbers_of_a_row_add_up_to_its_sum() {
    let folder = Folder::with([]);
    let text = text(&folder, SENTENCE, "--exact");
    let mut rows = 0;
    for line in text.lines().filter(|line| line.contains(" %")) {
        let Some((_, numbers)) = line.split_once(" %") else { continue };
        let numbers: Vec<f64> = numbers
            .split_whitespace()
            .filter(|n| *n != "-")
            .filter_map(|n| n.parse().ok())
            .collect();
        let Some((sum, parts)) = numbers.split_last().filter(|_| !numbers.is_empty()) else {
            continue;
        };
        if line.matches('%').count() > 1 || parts.len() < 3 {
            continue;
        }
        // Rounding, and columns that say nothing.
        let added: f64 = parts.iter().sum();
        assert!((added - sum).abs() < 0.06, "{line}");
        rows += 1;
    }
    assert!(rows >= 5, "{rows} rows in {text}");
}

#[test]
fn a_sentence_left_alone_has_its_reason() {
    let folder = Folder::with([]);
    let text_of = |json: &Value, text: &str| {
        let change = &json["best_change"];
        match change["gain"].as_f64() {
            Some(gain) => {
                assert!(gain <= 0.0, "{json}");
                assert!(text.contains("best change found") && text.contains("a loss of"), "{text}");
            }
            None => {
                assert!(change.is_null() && text.contains("no gap is as probable as"), "{text}")
            }
        }
    };
    let mut alone = 0;
    let toy = String::from_utf8(toy_text()).unwrap();
    for sentence in toy.lines().filter(|line| line.split(' ').count() > 5).take(12) {
        let json = json(&folder, sentence, "");
        if json["inserted"].is_null() {
            assert_eq!(json["gain"], 0.0);
            let text = text(&folder, sentence, "");
            assert!(text.contains("nothing inserted"), "{text}");
            text_of(&json, &text.replace('\n', " "));
            alone += 1;
        } else {
            let [found, gain] = [&json["best_change"], &json["gain"]];
            assert!((number(found, "gain") - gain.as_f64().unwrap()).abs() < 1e-9, "{json}");
            assert_eq!(found["text"], json["inserted"]["text"]);
        }
    }
    assert!(alone > 0);
}

#[test]
fn a_string_that_is_no_word_is_explained_by_the_words_that_share_its_letters() {
    let folder = Folder::with([("whole", &held_out_text())]);
    succeed(&mut folder.impute("split whole --test-out in --solution-out s"));
    let all = json_lines(&mut folder.impute("in --format jsonl"));
    let inserted = |object: &&Value| object["inserted"]["text"].as_str().map(str::to_owned);
    let stand_in = all.iter().find(|object| {
        object["inserted"]["is_word"] == false && inserted(object).is_some_and(|t| !t.is_empty())
    });
    let stand_in = stand_in.expect("a string that is no word");
    let test = rows(&folder.read("in"));
    let sentence = &test.iter().find(|row| stand_in["id"] == row.0.as_str()).unwrap().1;
    let letters = inserted(&stand_in).unwrap();
    // Where it goes in, and where only words may.
    for (args, introduced) in [("--insert any", "inserted"), ("", "with --insert any")] {
        let told = text(&folder, sentence, args).replace('\n', " ");
        let (before, shared) = told.split_once(", letters shared by ").expect(&told);
        assert!(
            before.contains(&format!("\"{letters}\"")) && before.contains(introduced),
            "{told}"
        );
        let known = json(&folder, sentence, args);
        let words = known["shared_by"].as_array().unwrap();
        assert!(!words.is_empty());
        for word in words.iter().map(|word| word.as_str().unwrap()) {
            assert!(shared.contains(word) && word.contains(|c| letters.contains(c)), "{told}");
        }
        assert_eq!(known["cheaper"].is_null(), args == "--insert any", "{known}");
    }
    // A word needs no such reason.
    assert!(!text(&folder, SENTENCE, "--insert any").contains("letters shared by"));
}

#[test]
fn the_posterior_of_the_gaps_is_the_product_of_the_columns_that_its_headings_name() {
    let folder = Folder::with([]);
    let text = text(&folder, SENTENCE, "");
    assert!(text.contains("  n-grams^") && text.contains("raised to"), "{text}");
    // Without a net that is the n-grams alone, to within the exactness of a likely gap.
    for gap in json(&folder, SENTENCE, "")["gaps"].as_array().unwrap() {
        assert!((number(gap, "probability") - number(gap, "ngrams")).abs() < 0.01, "{gap}");
    }
}

#[test]
fn every_line_of_standard_input_is_explained() {
    let folder = Folder::with([]);
    let lines = format!("{SENTENCE}\ntwo words\nThe river is deep the town\n");
    let mut command = folder.impute("explain - --json");
    let output = command.write_stdin(lines.as_str()).output().unwrap();
    assert!(String::from_utf8(output.stderr).unwrap().contains("line 2: under three words"));
    let both = [SENTENCE, "The river is deep the town"];
    let alone = both.map(|sentence| stdout(&mut explain(&folder, sentence, "--json"))).concat();
    assert_eq!(output.stdout, alone);
    let mut command = folder.impute("explain -");
    let together = stdout(command.write_stdin(lines));
    let alone = both.map(|sentence| text(&folder, sentence, ""));
    assert_eq!(String::from_utf8(together).unwrap(), alone.join("\n"));
    refused(folder.impute("explain -").write_stdin(""), &["empty"]);
    let latin = b"The caf\xe9 is deep the town\nThe river is deep the town\n".as_slice();
    refused(folder.impute("explain -").write_stdin(latin), &["line 1: not UTF-8", "--lossy"]);
    let told = stdout(folder.impute("explain - --lossy --json").write_stdin(latin));
    let told: Vec<Value> =
        serde_json::Deserializer::from_slice(&told).into_iter().collect::<Result<_, _>>().unwrap();
    assert_eq!(told.len(), 2);
    assert_eq!(told[0]["sentence"], "The caf\u{fffd} is deep the town");
    // Bytes are counted in the line as it was.
    assert_eq!(told[0]["gaps"][1]["byte"], 8);
}

#[test]
fn what_makes_no_sense_is_refused() {
    let folder = Folder::with([("text", b"no model")]);
    let output = explain(&folder, "the xqzzy _ banks .", "").output().unwrap();
    let talk = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success() && talk.contains("\"xqzzy\"") && talk.contains("impute fill"));
    refused(&mut explain(&folder, "two words", ""), &["under three words"]);
    refused(&mut explain(&folder, SENTENCE, "-m text"), &["text: not a model file"]);
    misused(&mut folder.impute("explain"), "SENTENCE");
    succeed(&mut explain(&folder, "the dog the cat", ""));
}
