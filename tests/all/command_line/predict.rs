//! The command line as its users type it: predicting, help, quietness and pipes.

use std::io::Write;

use crate::common::{
    Folder, bare, held_out_text, inserted, json_lines, misused, repository, rows, stdout, succeed,
    toy_text,
};

fn sample() -> Folder {
    let test = repository("data/sample-test.csv");
    Folder::with([("test.csv", &test), ("text.txt", &repository("data/sample.txt"))])
}

/// Each line of `after` is that of `before`, ending included, with at most one insertion.
fn changed_lines(before: &str, after: &str) -> usize {
    let (mut befores, mut afters) = (before.split_inclusive('\n'), after.split_inclusive('\n'));
    let body = |line: &str| line.trim_end_matches(['\r', '\n']).to_owned();
    let mut changed = 0;
    for (before, after) in befores.by_ref().zip(afters.by_ref()) {
        let (old, new) = (body(before), body(after));
        assert_eq!(before[old.len()..], after[new.len()..], "the line's ending");
        if old != new {
            assert!(inserted(&old, &new).is_some(), "{old:?} became {new:?}");
            changed += 1;
        }
    }
    assert_eq!((befores.next(), afters.next()), (None, None));
    changed
}

#[test]
fn the_sample_is_answered_and_beats_the_unchanged_score() {
    let folder = sample();
    folder.write("solution.csv", repository("data/sample-solution.csv"));
    let answers = stdout(&mut folder.shipped("test.csv"));
    assert!(answers == repository("submissions/sample.csv"));
    let (before, after) = (rows(&folder.read("test.csv")), rows(&answers));
    assert_eq!(before.len(), after.len());
    let mut changed = 0;
    for ((id, old), (same_id, new)) in before.iter().zip(&after) {
        assert_eq!(id, same_id);
        if old != new {
            assert!(inserted(old, new).is_some(), "{old:?} became {new:?}");
            changed += 1;
        }
    }
    assert!(changed > before.len() / 10, "{changed} changed");
    folder.write("answers.csv", answers);
    let score = |name| {
        let printed = stdout(&mut folder.impute(&format!("score {name} solution.csv")));
        let printed = String::from_utf8(printed).unwrap();
        printed.trim().parse::<f64>().unwrap()
    };
    assert!(score("answers.csv") < score("test.csv"));
}

#[test]
fn the_word_predict_an_output_file_and_the_threads_change_no_byte() {
    let folder = sample();
    let answers = stdout(&mut folder.impute("test.csv"));
    assert_ne!(answers, folder.read("test.csv"));
    for args in [
        "predict test.csv",
        "test.csv --threads 1",
        "predict test.csv --threads 3",
        "test.csv -o -",
    ] {
        assert!(stdout(&mut folder.impute(args)) == answers, "{args}");
    }
    for args in ["test.csv -o out.csv", "predict --output out2.csv test.csv"] {
        assert!(stdout(&mut folder.impute(args)).is_empty(), "{args}");
        assert!(folder.read(args.split(' ').nth(2).unwrap()) == answers);
    }
    assert_eq!(folder.content().len(), 4, "no temporary file is left");
}

#[test]
fn compressed_input_and_standard_input_give_the_same_bytes() {
    let folder = sample();
    let test = folder.read("test.csv");
    let answers = stdout(&mut folder.impute("test.csv"));
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(&test).unwrap();
    let zstd = zstd::encode_all(&test[..], 1).unwrap();
    for bytes in [gzip.finish().unwrap(), zstd, test] {
        folder.write("packed", &bytes);
        assert!(stdout(&mut folder.impute("packed")) == answers);
        assert!(stdout(folder.impute("predict -").write_stdin(bytes)) == answers);
    }
}

#[test]
fn an_output_file_may_be_the_input_file() {
    let folder = sample();
    let answers = stdout(&mut folder.impute("test.csv"));
    succeed(&mut folder.impute("test.csv -o test.csv"));
    assert!(folder.read("test.csv") == answers);
    folder.write("letter", "Mrs. Carter said that she not going to sell more eggs.\n");
    let repaired = stdout(&mut folder.shipped("repair letter"));
    succeed(&mut folder.shipped("repair letter -o letter"));
    assert!(folder.read("letter") == repaired);
}

#[test]
fn plain_text_keeps_its_mark_its_line_endings_its_blank_lines_and_its_spaces() {
    let text = "\u{feff}The  train closed again .\r\n\r\n  a bank sold the river \n\nMs. Novak \
                sold the train";
    let folder = Folder::with([("in.txt", text.as_bytes())]);
    for (method, least) in [("posterior", 0), ("min-likelihood", 3)] {
        let out = stdout(&mut folder.impute(&format!("in.txt --method {method}")));
        assert!(changed_lines(text, std::str::from_utf8(&out).unwrap()) >= least);
    }
}

#[test]
fn plain_text_comes_out_as_plain_text_with_a_newline_only_where_one_was() {
    let text = String::from_utf8(toy_text()).unwrap();
    let text = text.lines().take(100).collect::<Vec<_>>().join("\n");
    let folder = Folder::with([("in.txt", text.as_bytes())]);
    let out = stdout(&mut folder.impute("in.txt --method min-likelihood"));
    assert_eq!(changed_lines(&text, std::str::from_utf8(&out).unwrap()), 100);
}

#[test]
fn plain_text_becomes_csv_on_request_with_the_numbers_of_the_lines() {
    let folder = Folder::with([("in.txt", b"A bank said \"no\" .\n\nOne two\nthree".as_slice())]);
    let out = rows(&stdout(&mut folder.impute("in.txt --format kaggle")));
    let ids: Vec<_> = out.iter().map(|(id, _)| id.as_str()).collect();
    assert_eq!(ids, ["1", "2", "3", "4"]);
    let sentences: Vec<_> = out[1..].iter().map(|(_, text)| text.as_str()).collect();
    assert_eq!(sentences, ["", "One two", "three"]);
}

#[test]
fn words_alone_go_into_plain_text_and_whatever_scores_best_into_the_competitions_form() {
    let folder = Folder::with([("whole.txt", &held_out_text())]);
    succeed(&mut folder.impute("split whole.txt --test-out in.csv --solution-out s"));
    let text: Vec<String> = rows(&folder.read("in.csv")).into_iter().map(|row| row.1).collect();
    folder.write("in.txt", text.join("\n") + "\n");
    let out = |args: &str| stdout(&mut folder.impute(args));
    assert!(out("in.csv") == out("in.csv --insert any"));
    assert!(out("in.txt") == out("in.txt --insert word"));
    assert!(out("in.txt") != out("in.txt --insert any"));
    assert!(out("in.txt --format kaggle") == out("in.txt --format kaggle --insert any"));
    let [words, any] = ["word", "any"].map(|what| {
        let all = json_lines(&mut folder.impute(&format!("in.csv --format jsonl --insert {what}")));
        all.into_iter().filter(|object| !object["inserted"].is_null()).collect::<Vec<_>>()
    });
    assert!(!words.is_empty() && words.len() <= any.len());
    assert!(any.iter().any(|object| object["inserted"]["is_word"] == false));
    for object in words {
        let inserted = &object["inserted"];
        assert_eq!(inserted["is_word"], true, "{object}");
        // It gains as much as it is said to gain among the alternatives, and most of them.
        let top = object["top"].as_array().unwrap();
        let own = top
            .iter()
            .find(|pair| pair["word"] == inserted["text"] && pair["gap"] == inserted["gap"]);
        for pair in top {
            assert!(pair["gain"].as_f64() <= object["gain"].as_f64().map(|gain| gain + 1e-9));
        }
        let gain = |value: &serde_json::Value| value["gain"].as_f64().unwrap();
        assert!(own.is_none_or(|own| (gain(own) - gain(&object)).abs() < 1e-9), "{object}");
    }
}

#[test]
fn text_that_is_not_tokenised_gets_a_line_that_names_repair() {
    let folder = Folder::with([
        ("letter.txt", b"Dear Anna,\nthe barn burned down, but we not pay.\n".as_slice()),
        ("tokenised.txt", b"Dear Anna ,\nMr. Smith not pay .\n"),
        ("in.csv", b"id,sentence\n1,\"Dear Anna, we not pay.\"\n"),
    ]);
    for (args, told) in [("letter.txt", true), ("tokenised.txt", false), ("in.csv", false)] {
        let (_, notes) = succeed(&mut folder.impute(args));
        let lines = notes.lines().filter(|line| line.contains("`impute repair`")).count();
        assert_eq!(lines, usize::from(told), "{notes}");
    }
    assert_eq!(succeed(&mut folder.impute("letter.txt -q")).1, "");
}

#[test]
fn csv_is_read_as_sentences_on_request() {
    let text = "\"id\",\"sentence\"\n1,\"The train closed the bank\"\n";
    let folder = Folder::with([("in.csv", text.as_bytes())]);
    let out = stdout(&mut folder.impute("in.csv --format text --method min-likelihood"));
    assert_eq!(changed_lines(text, std::str::from_utf8(&out).unwrap()), 1);
    let header = Folder::with([("in.csv", b"id,text\n".as_slice())]);
    let out = stdout(&mut header.impute("in.csv --format text"));
    assert_eq!(out, b"id,text\n");
}

#[test]
fn ids_quotes_and_short_sentences_come_out_as_they_went_in() {
    let csv = b"\"id\",\"sentence\"\n007,\"\"\na-9,\"one\"\n7,\"\"\"two\"\" words\"\n0,\"Yes\"\n";
    let folder = Folder::with([("in.csv", csv.as_slice())]);
    for method in ["posterior", "min-likelihood"] {
        let out = stdout(&mut folder.impute(&format!("in.csv --method {method}")));
        assert_eq!(out, csv);
    }
}

#[test]
fn inner_quotes_stay_doubled_where_a_word_is_inserted() {
    let folder = Folder::with([(
        "in.csv",
        b"\"id\",\"sentence\"\n1,\"\"\" The train , \"\" he said .\"\n".as_slice(),
    )]);
    let out = stdout(&mut folder.impute("in.csv --method min-likelihood"));
    let field = String::from_utf8(out.clone()).unwrap();
    assert_eq!(field.matches("\"\"").count(), 2, "{field}");
    let word = inserted("\" The train , \" he said .", &rows(&out)[0].1).map(str::len);
    assert!(word > Some(0), "{field}");
}

#[test]
fn a_csv_with_windows_line_endings_gives_the_same_answers() {
    let folder = sample();
    let windows = String::from_utf8(folder.read("test.csv")).unwrap();
    folder.write("windows.csv", windows.replace('\n', "\r\n"));
    let out = stdout(&mut folder.impute("windows.csv"));
    assert!(out == stdout(&mut folder.impute("test.csv")));
}

#[test]
fn a_header_alone_gives_a_header_alone() {
    let folder = Folder::with([("in.csv", b"id,sentence".as_slice())]);
    let out = stdout(&mut folder.impute("in.csv"));
    assert_eq!(out, b"\"id\",\"sentence\"\n");
}

#[test]
fn min_likelihood_puts_one_word_into_every_sentence_of_three_words_or_more() {
    let folder = sample();
    let out = stdout(&mut folder.impute("test.csv --method min-likelihood"));
    let before = rows(&folder.read("test.csv"));
    assert!(before.iter().all(|(_, text)| text.split(' ').count() >= 3));
    for ((_, old), (_, new)) in before.iter().zip(&rows(&out)) {
        let word = inserted(old, new);
        assert!(word.is_some_and(|w| !w.is_empty()), "{old:?} became {new:?}");
    }
}

#[test]
fn a_line_that_is_not_utf8_keeps_its_bytes_with_lossy() {
    let folder = Folder::with([("in.txt", b"caf\xe9 closed\n\xff\n".as_slice())]);
    let out = stdout(&mut folder.impute("in.txt --lossy"));
    assert_eq!(out, b"caf\xe9 closed\n\xff\n");
    folder.write("in.txt", b"The caf\xe9 closed again .\n");
    let out = stdout(&mut folder.impute("in.txt --lossy --method min-likelihood"));
    assert!(out.windows(4).any(|bytes| bytes == b"caf\xe9"), "{out:?}");
    assert_eq!(out.iter().filter(|&&b| b == b' ').count(), 5, "{out:?}");
}

#[test]
fn quiet_means_nothing_on_standard_error_and_notes_never_reach_standard_output() {
    let folder = sample();
    folder.write("solution.csv", repository("data/sample-solution.csv"));
    for (args, data) in [
        ("test.csv", true),
        ("train text.txt -o x.impute", false),
        ("split solution.csv --test-out t --solution-out s", false),
        ("score test.csv solution.csv", true),
        ("evaluate test.csv solution.csv --method posterior", true),
    ] {
        let (out, notes) = succeed(&mut folder.impute(args));
        let (quiet, nothing) = succeed(&mut folder.impute(&format!("{args} -q")));
        assert_eq!(nothing, "", "{args}");
        assert_eq!(notes.is_empty(), args.starts_with("evaluate"), "{args}");
        assert_eq!((out.is_empty(), quiet.is_empty()), (!data, !data), "{args}");
        for note in notes.lines() {
            assert!(!String::from_utf8_lossy(&out).contains(note), "{note}");
        }
    }
}

#[test]
fn options_of_all_commands_go_before_or_after_the_command() {
    let folder = sample();
    for command in ["predict test.csv", "train text.txt -o m", "score test.csv test.csv"] {
        for options in ["-q", "--threads 2", "--quiet --threads 2"] {
            let after = stdout(&mut folder.impute(&format!("{command} {options}")));
            let before = stdout(&mut folder.impute(&format!("{options} {command}")));
            assert!(before == after, "{options} {command}");
        }
    }
}

#[test]
#[cfg(unix)]
fn the_first_line_can_be_taken_through_a_pipe() {
    let folder = sample();
    let (out, notes) = succeed(&mut folder.shell("\"$0\" test.csv -q | head -n 1"));
    assert_eq!((&out[..], &notes[..]), (&b"\"id\",\"sentence\"\n"[..], ""));
}

#[test]
fn no_arguments_print_the_help_and_are_a_usage_error() {
    let output = bare().output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let printed = [output.stdout, output.stderr].concat();
    assert!(printed.starts_with(b"Examples:\n"));
}

#[test]
fn unknown_options_and_commands_without_their_arguments_are_usage_errors() {
    let folder = Folder::with([("in.txt", b"one two three\n".as_slice())]);
    for args in [
        "--no-such-option",
        "in.txt --no-such-option",
        "in.txt --method guess",
        "in.txt --format json",
        "predict",
        "train in.txt",
        "split in.txt --test-out t",
        "score in.txt",
        "evaluate",
        "evaluate in.txt in.txt --seed 2",
        "tune in.txt",
        "tune in.txt --lines 300",
        "mix in.txt in.txt",
        "prune in.txt",
    ] {
        misused(&mut folder.impute(args), "--help");
    }
    assert_eq!(folder.content().len(), 1);
}
