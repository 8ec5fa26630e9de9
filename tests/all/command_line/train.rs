//! The command line as its users type it: training, splitting, evaluating and scoring.

use std::collections::HashSet;
use std::io::Write;

use crate::common::{
    Folder, held_out_text, inserted, json_of, random_text, repository, rows, said, stdout, succeed,
    toy_text,
};

/// A folder with `toy.txt`.
fn toy() -> Folder {
    Folder::with([("toy.txt", &toy_text())])
}

/// A folder with a text of 200 sentences and three that are too short to lose a word.
fn whole() -> Folder {
    let mut text = b"Yes\ntwo words\n\n".to_vec();
    text.extend(repository("data/sample.txt"));
    Folder::with([("whole.txt", &text)])
}

/// The model that `train` writes to `m` in `folder`.
fn trained(folder: &Folder, args: &str) -> Vec<u8> {
    let (out, _) = succeed(&mut folder.impute(&format!("train -o m {args}")));
    assert!(out.is_empty());
    folder.read("m")
}

#[test]
fn a_model_is_trained_and_found_by_option_and_by_environment() {
    let folder = toy();
    folder.write("test.txt", "Two banks closed the .\nA sold Mrs. Kussiksor again .\n");
    trained(&folder, "toy.txt");
    let ours = stdout(&mut folder.shipped("test.txt --method min-likelihood --model m"));
    let env = stdout(folder.shipped("test.txt --method min-likelihood").env("IMPUTE_MODEL", "m"));
    assert_eq!(ours, env);
    assert_ne!(ours, stdout(&mut folder.shipped("test.txt --method min-likelihood")));
    // The option outranks the environment.
    let mut both = folder.shipped("predict test.txt --method min-likelihood -m m");
    assert_eq!(ours, stdout(both.env("IMPUTE_MODEL", "no-such-file")));
}

#[test]
fn a_model_does_not_depend_on_threads_or_on_when_it_was_trained() {
    let folder = toy();
    let once = trained(&folder, "toy.txt");
    for args in ["toy.txt", "toy.txt --threads 1", "toy.txt --threads 3"] {
        assert!(trained(&folder, args) == once, "{args}");
    }
    assert!(String::from_utf8_lossy(&once).contains("2001-09-09"), "SOURCE_DATE_EPOCH");
    assert_eq!(folder.content().len(), 2, "no temporary file is left");
    folder.write("toy.txt", [&toy_text()[..], b"One more sentence .\n"].concat());
    assert!(trained(&folder, "toy.txt") != once, "another text");
}

#[test]
fn a_model_does_not_depend_on_the_order_of_the_lines() {
    let (folder, text) = (toy(), String::from_utf8(toy_text()).unwrap());
    let forward = trained(&folder, "toy.txt");
    let mut lines: Vec<_> = text.lines().collect();
    lines.reverse();
    folder.write("toy.txt", lines.join("\n"));
    assert!(trained(&folder, "toy.txt") == forward);
}

#[test]
fn a_model_does_not_depend_on_which_file_a_line_is_in() {
    let text = String::from_utf8(toy_text()).unwrap();
    let lines: Vec<_> = text.lines().collect();
    let (first, second) = lines.split_at(1000);
    let (even, odd): (Vec<_>, Vec<_>) = lines.chunks(2).map(|pair| (pair[0], pair[1])).unzip();
    let halves = |a: &[&str], b: &[&str]| {
        let (a, b) = (a.join("\n"), b.join("\r\n"));
        Folder::with([("a.txt", a.as_bytes()), ("b.txt", b.as_bytes())])
    };
    let (uneven, striped) = (halves(first, second), halves(&even, &odd));
    let model = trained(&uneven, "a.txt b.txt");
    assert!(trained(&striped, "a.txt b.txt") == model);
    assert!(trained(&striped, "b.txt a.txt") == model);
}

#[test]
fn a_model_does_not_depend_on_the_compression_of_the_text() {
    let folder = toy();
    let plain = trained(&folder, "toy.txt");
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(&toy_text()).unwrap();
    let zstd = zstd::encode_all(&toy_text()[..], 1).unwrap();
    for packed in [gzip.finish().unwrap(), zstd] {
        folder.write("toy.txt", packed);
        assert!(trained(&folder, "toy.txt") == plain);
    }
}

#[test]
fn a_compact_model_is_small_reproducible_and_answers_like_the_large_one() {
    let folder = toy();
    folder.write("test.txt", held_out_text());
    let large = trained(&folder, "toy.txt");
    let large_answers = stdout(folder.impute("test.txt -m m").env_remove("IMPUTE_MODEL"));
    let compact = trained(&folder, "toy.txt --compact --threads 1");
    assert!(compact.len() * 3 < large.len());
    assert!(trained(&folder, "toy.txt --compact --threads 3") == compact);
    let answers = stdout(&mut folder.impute("test.txt -m m"));
    let (a, b) = (String::from_utf8(answers), String::from_utf8(large_answers));
    let (a, b) = (a.unwrap(), b.unwrap());
    let equal = a.lines().zip(b.lines()).filter(|(a, b)| a == b).count();
    assert!(equal * 20 >= a.lines().count() * 19, "{equal} equal answers");
}

#[test]
fn every_training_option_changes_the_model_and_every_model_can_be_used() {
    let folder = toy();
    folder.write("test.txt", "Two banks closed the .\n");
    let mut seen = HashSet::from([trained(&folder, "toy.txt")]);
    for args in [
        "toy.txt --order 2",
        "toy.txt --prune 0 0 1",
        "toy.txt --prune 0 1",
        "toy.txt --min-count 3",
        "toy.txt --held-out 0",
        "toy.txt --license CC0-1.0",
    ] {
        assert!(seen.insert(trained(&folder, args)), "{args}");
        let out = stdout(&mut folder.impute("test.txt -m m --method min-likelihood"));
        assert!(out.len() > "Two banks closed the .\n".len(), "{args}");
    }
}

#[test]
fn training_says_what_it_read_on_standard_error() {
    let folder = Folder::with([("t.txt", b"the dog barks\n\nthe cat\n".as_slice())]);
    let (_, notes) = succeed(&mut folder.impute("train t.txt -o m"));
    assert!(notes.contains("2 sentences, 5 tokens, 0 lines held out"), "{notes}");
}

#[test]
fn an_old_model_is_replaced_only_by_a_whole_one() {
    let folder = toy();
    folder.write("m", "old");
    let model = trained(&folder, "toy.txt");
    assert!(model.starts_with(b"impute\r\n"));
    folder.impute("train no-such-file -o m").assert().code(1);
    assert!(folder.read("m") == model);
}

#[test]
fn split_leaves_out_short_sentences_and_counts_them() {
    let folder = whole();
    let split = "split whole.txt --test-out test.csv --solution-out solution.csv";
    let (out, notes) = succeed(&mut folder.impute(split));
    assert!(out.is_empty());
    assert!(notes.contains("200 sentences"), "{notes}");
    assert!(notes.contains("2 under three words left out"), "{notes}");
    assert!(notes.contains("passed over: 1 blank line\n"), "{notes}");
    let (tests, solutions) = (rows(&folder.read("test.csv")), rows(&folder.read("solution.csv")));
    let text = String::from_utf8(repository("data/sample.txt")).unwrap();
    assert!(solutions.iter().map(|(_, s)| s.as_str()).eq(text.lines()));
    for (i, ((id, test), (same_id, solution))) in tests.iter().zip(&solutions).enumerate() {
        assert_eq!((id, same_id), (&(i + 1).to_string(), id));
        assert!(inserted(test, solution).is_some_and(|word| !word.is_empty()));
        let words = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
        let (test, solution) = (words(test), words(solution));
        assert_eq!((test.first(), test.last()), (solution.first(), solution.last()));
    }
}

#[test]
fn split_keeps_the_ids_of_a_csv() {
    let folder = Folder::with([(
        "in.csv",
        b"id,sentence\n007,a b c\n9,short\na-9,\"d \"\"e\"\" f\"\n".as_slice(),
    )]);
    succeed(&mut folder.impute("split in.csv --test-out t --solution-out s"));
    assert_eq!(folder.read("t"), b"\"id\",\"sentence\"\n007,\"a c\"\na-9,\"d f\"\n");
    assert_eq!(folder.read("s"), b"\"id\",\"sentence\"\n007,\"a b c\"\na-9,\"d \"\"e\"\" f\"\n");
}

#[test]
fn a_split_depends_on_its_seed_alone() {
    let folder = whole();
    let split = |seed, threads| {
        let args = format!("split whole.txt --seed {seed} --threads {threads}");
        succeed(&mut folder.impute(&format!("{args} --test-out t --solution-out s")));
        (folder.read("t"), folder.read("s"))
    };
    let once = split(5, 1);
    assert!(split(5, 3) == once);
    let other = split(6, 1);
    assert!(other.0 != once.0 && other.1 == once.1);
}

#[test]
fn an_unchanged_test_scores_the_missing_words_and_their_spaces_and_a_solution_scores_nothing() {
    let folder = whole();
    succeed(&mut folder.impute("split whole.txt --seed 9 --test-out t --solution-out s"));
    let (tests, solutions) = (rows(&folder.read("t")), rows(&folder.read("s")));
    let pairs = tests.iter().zip(&solutions);
    let missing = pairs.map(|((_, test), (_, whole))| {
        let word = inserted(test, whole).unwrap();
        word.chars().count() + 1
    });
    let mean = missing.sum::<usize>() as f64 / tests.len() as f64;
    let score = |args: &str| said(&mut folder.impute(args));
    assert_eq!(score("score t s"), format!("{mean:.4}\n"));
    assert_eq!(score("score s s"), "0.0000\n");
    let printed = json_of(&mut folder.impute("score t s --json"));
    assert_eq!(printed["rows"], 200);
    assert!((printed["mean"].as_f64().unwrap() - mean).abs() < 1e-9);
}

#[test]
fn a_score_counts_characters_and_joins_rows_by_id() {
    let folder = Folder::with([
        ("a.csv", "id,sentence\n2,naïve\n1,\"a b\"\n".as_bytes()),
        ("b.csv", "id,sentence\n1,\"a – b\"\n2,naive\n".as_bytes()),
    ]);
    assert_eq!(stdout(&mut folder.impute("score a.csv b.csv")), b"1.5000\n");
}

#[test]
fn an_evaluation_agrees_with_predicting_and_scoring() {
    let folder = whole();
    succeed(&mut folder.impute("split whole.txt --seed 3 --test-out t --solution-out s"));
    let pairs = json_of(&mut folder.impute("evaluate t s --json"));
    let text = json_of(&mut folder.impute("evaluate whole.txt --seed 3 --json"));
    for (i, method) in ["posterior", "min-likelihood"].into_iter().enumerate() {
        succeed(&mut folder.impute(&format!("t --method {method} -o answers")));
        let scored = json_of(&mut folder.impute("score answers s --json"));
        for report in [&pairs, &text] {
            assert_eq!(report["methods"][i]["method"], method);
            assert_eq!(report["methods"][i]["score"]["mean"], scored["mean"]);
        }
    }
    let unchanged = json_of(&mut folder.impute("score t s --json"));
    assert_eq!(pairs["unchanged"]["mean"], unchanged["mean"]);
}

#[test]
fn an_evaluation_report_is_complete_and_repeatable() {
    let folder = whole();
    let report = |args: &str| {
        let mut report = json_of(&mut folder.impute(&format!("evaluate whole.txt --json {args}")));
        let speed = report.as_object_mut().unwrap().remove("sentences_per_second");
        assert!(speed.unwrap().as_f64().unwrap() > 0.0);
        report
    };
    let once = report("--threads 1");
    assert_eq!(once, report("--threads 3"));
    let other = report("--seed 2");
    assert_ne!(once["unchanged"], other["unchanged"]);
    assert_ne!(once["signature"], other["signature"]);
    assert_eq!(once["sentences"], 200);
    let methods = once["methods"].as_array().unwrap();
    let names: Vec<_> = methods.iter().map(|m| &m["method"]).collect();
    assert_eq!(names, ["posterior", "min-likelihood"]);
    let scores = methods.iter().map(|m| &m["score"]);
    for score in scores.chain([&once["unchanged"]]) {
        let number = |key: &str| score[key].as_f64().unwrap();
        assert!(number("low") <= number("mean") && number("mean") <= number("high"));
    }
    let lengths = once["by_length"].as_array().unwrap();
    let sentences = lengths.iter().map(|row| row["sentences"].as_u64().unwrap());
    assert_eq!(sentences.sum::<u64>(), 200);
    let signature = once["signature"].as_str().unwrap();
    for part in ["data:whole.txt/seed:1", "sentences:200", "model:toy-"] {
        assert!(signature.contains(part), "{part} is not in {signature}");
    }
}

#[test]
fn one_method_can_be_evaluated_alone_and_is_reported_in_words() {
    let folder = whole();
    let report = stdout(&mut folder.impute("evaluate whole.txt --method min-likelihood"));
    let report = String::from_utf8(report).unwrap();
    assert!(report.starts_with("200 sentences"), "{report}");
    assert!(report.contains("\nmin-likelihood "), "{report}");
    assert!(!report.contains("posterior"), "{report}");
}

#[test]
fn an_evaluation_writes_a_row_per_sentence() {
    let folder = whole();
    let report = json_of(&mut folder.impute("evaluate whole.txt --json --rows rows.csv"));
    let mut reader = csv::Reader::from_path(folder.path("rows.csv")).unwrap();
    let columns = reader.headers().unwrap().clone();
    let column = |name: &str| columns.iter().position(|c| c == name).unwrap();
    let (id, distance) = (column("id"), column("posterior_distance"));
    let rows: Vec<_> = reader.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), 200);
    assert_eq!(rows.iter().map(|r| &r[id]).collect::<HashSet<_>>().len(), 200);
    let sum: f64 = rows.iter().map(|r| r[distance].parse::<f64>().unwrap()).sum();
    let mean = report["methods"][0]["score"]["mean"].as_f64().unwrap();
    assert!((sum / 200.0 - mean).abs() < 1e-9);
}

#[test]
fn held_out_lines_of_three_words_do_no_harm() {
    let mut text = random_text(12_000, 6, 300);
    text += &random_text(12_000, 3, 300);
    let folder = Folder::with([("text", text.as_bytes())]);
    let (_, talk) = succeed(&mut folder.impute("train text -o m --net none"));
    assert!(talk.contains("calibration on "), "{talk}");
}

#[test]
fn the_last_ngram_of_a_lower_order_is_counted_as_what_it_is() {
    // we, you, kim, lee, in: 1; it, </s>: 2; ate, eat: 3. Hence Y = 5 / (5 + 2 × 2) = 5/9, D1 = 1 - 2 × 5/9 × 2/5
    // = 5/9, D2 = 2 - 3 × 5/9 × 2/2 = 1/3 and D3+ = 3. `in` is the last to occur, and its only bigram occurs
    // twice: counted among the words with 2, it would make D1 = 1 - 2 × 4/10 × 3/4 = 0.4.
    let text =
        "we ate it\nwe eat it\nyou ate it\nyou eat it\nkim ate it\nkim eat it\nlee in\nlee in\n";
    let folder = Folder::with([("text", text.as_bytes())]);
    let (_, talk) = succeed(&mut folder.impute("train text --order 2 -o m"));
    assert!(talk.contains("order 1: 11 n-grams, discounts 0.5556 0.3333 3.0000\n"), "{talk}");
}
