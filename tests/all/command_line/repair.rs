//! `impute repair`, as users type it, with the model that ships.

use crate::common::{
    Folder, json_lines, json_of, misused, refused, repository, said, stdout, succeed, toy_text,
};
use impute::model::Model;
use impute::model::header::Repair;
use serde_json::Value;

/// What people write, with three words missing.
const LETTER: &str = "THE HARVEST\r\n\r\nIt was the first warm day of the year, and Mrs. Carter said\r\n\
    that she not going to sell any more eggs. “We’ll see about that,” said her\r\nbrother. He said that it not \
    a mistake, and that the city would be able pay for it.";

/// A word that fills blocks with few sentences.
const LONG: &str = "IncomprehensibleIncomprehensibleIncomprehensibleIncomprehensible";

fn folder() -> Folder {
    Folder::with([("letter.txt", LETTER.as_bytes())])
}

fn suggestions(folder: &Folder, args: &str) -> Vec<Value> {
    json_lines(&mut folder.shipped(args))
}

#[test]
fn words_come_back_and_no_other_byte_changes() {
    let folder = folder();
    let (out, told) = succeed(&mut folder.shipped("repair letter.txt"));
    let out = String::from_utf8(out).unwrap();
    let expected = LETTER
        .replace("she not", "she was not")
        .replace("it not a", "it was not a")
        .replace("able pay", "able to pay");
    assert_eq!(out, expected);
    assert!(told.contains("3 insertions (prior 1/100, probability 0.5 or more)"), "{told}");
    let (_, told) = succeed(&mut folder.shipped("repair letter.txt -q -o out.txt"));
    assert_eq!((told.as_str(), folder.read("out.txt")), ("", expected.into_bytes()));
}

#[test]
fn a_low_prior_leaves_the_text_as_it_is() {
    let folder = folder();
    let out = stdout(&mut folder.shipped("repair letter.txt --prior 0.000001"));
    assert_eq!(out, LETTER.as_bytes());
}

#[test]
fn suggestions_say_where_and_taken_together_are_the_repair() {
    let folder = folder();
    let all = suggestions(&folder, "repair letter.txt --suggest --at-least 0.5");
    let repaired = stdout(&mut folder.shipped("repair letter.txt"));
    let mut text = LETTER.as_bytes().to_vec();
    for suggestion in all.iter().rev() {
        let at = suggestion["offset"].as_u64().unwrap() as usize;
        text.splice(at..at, suggestion["insert"].as_str().unwrap().bytes());
        let line = LETTER.lines().nth(suggestion["line"].as_u64().unwrap() as usize - 1).unwrap();
        let column = suggestion["column"].as_u64().unwrap() as usize;
        let before: String = line.chars().take(column - 1).collect();
        assert_eq!(LETTER[..at].lines().last().unwrap(), before);
        assert!(suggestion["gap"].as_f64() >= suggestion["probability"].as_f64());
        let first = &suggestion["alternatives"][0];
        assert_eq!(first["word"], suggestion["word"]);
    }
    assert_eq!(text, repaired);
    let fewer = suggestions(&folder, "repair letter.txt --suggest --at-least 0.9");
    let more = suggestions(&folder, "repair letter.txt --suggest");
    assert!(fewer.len() < all.len() && all.len() <= more.len());
}

/// What has an insertion, by the numbers of its lines.
fn changed(before: &str, after: &str) -> Vec<usize> {
    let lines = before.lines().zip(after.lines()).enumerate();
    lines.filter(|(_, (before, after))| before != after).map(|(number, _)| number + 1).collect()
}

#[test]
fn code_and_commands_are_left_alone_and_quotations_are_read_through() {
    let gap = "He was going sell the house.";
    let text = format!(
        "{gap}\n\n```sh\n{gap}\n\n{gap}\n```\n\n{gap}\n\nThe word `going sell` is code.\n\n\
         > Anna said on Monday that he was going\n> sell the house of his mo-\n> ther to a bank.\n\n\
         | He was | going sell |\n\n$ echo {gap}\n\n\t```\n\t{gap}\n\n\t{gap}\n\t```\n"
    );
    let folder = Folder::with([("in", text.as_bytes())]);
    let repaired = said(&mut folder.shipped("repair in"));
    // The first line of the quotation ends with the word that it lacked.
    assert_eq!(changed(&text, &repaired), [1, 9, 13], "{repaired}");
    let quoted = repaired.lines().nth(12).unwrap();
    assert!(quoted.starts_with("> Anna said on Monday that he was going "), "{quoted}");
}

#[test]
fn nothing_opens_the_bracket_of_a_lists_marker() {
    let text =
        "The council wants three things: a) a new school, b) a new road, and c) more buses.\n";
    let folder = Folder::with([("in", text.as_bytes())]);
    for suggestion in suggestions(&folder, "repair in --suggest --prior 1/2") {
        assert_ne!(suggestion["word"], "(", "{suggestion}");
    }
}

#[test]
fn what_is_measured_fits_into_eighty_columns() {
    let sample = String::from_utf8(repository("data/sample.txt")).unwrap();
    let few: Vec<&str> = sample.lines().take(5).collect();
    let folder = Folder::with([("in", few.join("\n").as_bytes())]);
    let text = said(&mut folder.shipped("repair in --measure"));
    assert!(text.lines().count() == 8 && text.lines().all(|line| line.len() <= 80), "{text}");
}

#[test]
fn the_diff_is_the_repair() {
    let folder = folder();
    let diff = stdout(&mut folder.shipped("repair letter.txt --suggest=diff --at-least 0.5"));
    let repaired = stdout(&mut folder.shipped("repair letter.txt"));
    // Applied by hand: every hunk replaces one line.
    let mut lines: Vec<&[u8]> = LETTER.as_bytes().split_inclusive(|&b| b == b'\n').collect();
    let mut diff_lines = diff.split_inclusive(|&b| b == b'\n').peekable();
    assert_eq!(diff_lines.next(), Some(&b"--- letter.txt\n"[..]));
    assert_eq!(diff_lines.next(), Some(&b"+++ letter.txt\n"[..]));
    let (mut hunks, mut number) = (0, 0);
    while let Some(line) = diff_lines.next() {
        let ends = diff_lines.peek().is_some_and(|next| next.starts_with(b"\\"));
        let text = if ends { &line[1..line.len() - 1] } else { &line[1..] };
        match line[0] {
            b'@' => {
                let head = std::str::from_utf8(line).unwrap();
                number = head.split(['-', ' ']).nth(2).unwrap().parse::<usize>().unwrap();
                assert!(head.starts_with(&format!("@@ -{number} +{number} @@ ")), "{head}");
                hunks += 1;
            }
            b'-' => assert_eq!(lines[number - 1], text),
            b'+' => lines[number - 1] = text,
            b'\\' => {}
            _ => panic!("{line:?}"),
        }
    }
    assert!(hunks >= 2);
    assert_eq!(lines.concat(), repaired);
}

#[test]
fn a_diff_is_of_lines_that_were_not_cut_however_long_the_paragraph() {
    let folder = folder();
    let diff = "repair in --suggest=diff --at-least 0.5";
    // A paragraph of many lines, without an end of line at its end.
    let paragraph = format!("{LONG}.\n").repeat(900) + "He was going sell the house.";
    folder.write("in", &paragraph);
    let out = said(&mut folder.shipped(diff));
    assert!(out.contains("\n@@ -901 +901 @@ to "), "{out}");
    assert!(
        out.ends_with("+He was going to sell the house.\n\\ No newline at end of file\n"),
        "{out}"
    );
    // One line, longer than a block.
    folder.write("in", paragraph.replace('\n', " ").repeat(2));
    refused(&mut folder.shipped(diff), &["in: line 1: too long for a diff", "jsonl"]);
    // A short line after such a line is whole.
    folder.write("in", format!("{LONG}. ").repeat(1100) + "\nHe was going sell the house.\n");
    let out = said(&mut folder.shipped(diff));
    assert!(out.contains("\n@@ -2 +2 @@ to "), "{out}");
}

#[test]
fn the_bytes_do_not_depend_on_how_a_pipe_delivers_them() {
    let folder = folder();
    let first = "THE HARVEST\n\n";
    let whole = first.to_owned() + "He was going sell the house.\n";
    folder.write("in", &whole);
    let expected = stdout(&mut folder.shipped("repair in --suggest"));
    // What comes before it in its block.
    let before = "\"before\":\"He was going\"";
    assert!(String::from_utf8_lossy(&expected).contains(before));
    let [first, rest] = [first, &whole[first.len()..]].map(|part| part.replace('\n', "\\n"));
    let line =
        format!("(printf '{first}'; sleep 0.3; printf '{rest}') | \"$0\" repair - --suggest");
    let mut piped = folder.shell(&line);
    piped.env_remove("IMPUTE_MODEL");
    assert_eq!(stdout(&mut piped), expected);
}

#[test]
fn weights_out_of_all_proportion_insert_nothing_that_is_not_sure() {
    let folder = folder();
    let model = Model::shipped_without_lists().unwrap();
    for weights in [[0.0, 1e308, 1e308], [1e308, -1e308, 1e308], [1e308, 1e308, -1e308]] {
        let mut header = model.header().clone();
        header.repair = header.repair.map(|repair| Repair { weights, ..repair });
        let mut file = std::io::Cursor::new(Vec::new());
        model.write_with_header(header, &mut file).unwrap();
        folder.write("m.impute", file.into_inner());
        let out = stdout(&mut folder.shipped("repair letter.txt --suggest --model m.impute"));
        assert!(!String::from_utf8(out).unwrap().contains("\"probability\":null"), "{weights:?}");
    }
}

#[test]
fn the_bytes_do_not_depend_on_the_number_of_threads() {
    let folder = Folder::with([("in", (LETTER.to_owned() + "\n\n").repeat(30).as_bytes())]);
    let one = stdout(&mut folder.shipped("repair in --threads 1"));
    assert_eq!(stdout(&mut folder.shipped("repair in --threads 5")), one);
    assert!(one.len() > folder.read("in").len());
}

#[test]
fn any_bytes_pass_through() {
    let folder = Folder::with([
        ("empty", b""),
        ("blank", b"\n \n\n"),
        ("odd", b"\xef\xbb\xbf One two\t three \xff\xfe four .\r\n\r\nNo end"),
    ]);
    for name in ["empty", "blank"] {
        assert_eq!(stdout(&mut folder.shipped(&format!("repair {name}"))), folder.read(name));
    }
    let out = stdout(&mut folder.shipped("repair odd --lossy --prior 0.000001"));
    assert_eq!(out, folder.read("odd"));
    refused(&mut folder.shipped("repair odd"), &["odd: line 1: not UTF-8", "--lossy"]);
    // Longer than a block, without a line end.
    folder.write("long", format!("He went to the house of the {LONG}. ").repeat(750));
    assert_eq!(stdout(&mut folder.shipped("repair long --prior 0.000001")), folder.read("long"));
}

#[test]
fn bad_input_is_refused_with_a_remedy() {
    let folder = folder();
    refused(&mut folder.shipped("repair none.txt"), &["none.txt: open failed"]);
    refused(&mut folder.shipped("repair ."), &[".: open failed"]);
    folder.write("nul", b"a b\nc \0 d\n");
    refused(&mut folder.shipped("repair nul"), &["nul: line 2: a NUL byte"]);
    folder.write("word", vec![b'x'; 1 << 17]);
    refused(&mut folder.shipped("repair word"), &["word: line 1: 65536 bytes without a space"]);
    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut gz, &LETTER.as_bytes().repeat(20)).unwrap();
    let gz = gz.finish().unwrap();
    folder.write("cut.gz", &gz[..gz.len() - 9]);
    refused(&mut folder.shipped("repair cut.gz"), &["cut.gz: read failed"]);
    folder.write("whole.gz", &gz);
    assert!(stdout(&mut folder.shipped("repair whole.gz")).starts_with(b"THE HARVEST"));
    folder.write("short", b"One two.\n");
    refused(
        &mut folder.shipped("repair short --measure"),
        &["short: no sentence of 5 words and marks"],
    );
}

#[test]
fn rates_are_fractions_or_numbers_and_unknown_ones_are_refused_with_the_arithmetic() {
    let folder = folder();
    let fraction = stdout(&mut folder.shipped("repair letter.txt --false-alarms 1/1000"));
    assert_eq!(stdout(&mut folder.shipped("repair letter.txt --false-alarms 0.001")), fraction);
    let parts = ["are 0.1 in the 10101 words", "at least 5 are needed"];
    refused(&mut folder.shipped("repair letter.txt --false-alarms 1/100000"), &parts);
    for high in ["1/3", "1/2"] {
        let parts =
            ["words and marks of whole text", "the highest known rate", "a lower rate", "--prior"];
        refused(&mut folder.shipped(&format!("repair letter.txt --false-alarms {high}")), &parts);
    }
    // Known before the model is opened.
    let both = "repair letter.txt --false-alarms 1/1000 --at-least 0.9 --model none.impute";
    misused(&mut folder.shipped(both), "--at-least");
    let suggested = "repair letter.txt --false-alarms 1/500 --at-least 0.1 --suggest";
    assert!(!stdout(&mut folder.shipped(suggested)).is_empty());
    for bad in ["0", "1", "2", "-1/5", "1/0", "x", "1/x", "nan"] {
        misused(
            &mut folder.shipped(&format!("repair letter.txt --false-alarms={bad}")),
            "--false-alarms",
        );
    }
    misused(&mut folder.shipped("repair letter.txt --prior 0.6"), "--prior");
    misused(&mut folder.shipped("repair letter.txt --prior 0.1 --false-alarms 0.1"), "--prior");
    misused(&mut folder.shipped("repair letter.txt --suggest --measure"), "--measure");
}

#[test]
fn a_model_that_was_fitted_to_nothing_is_refused_until_it_is_tuned() {
    let folder = folder();
    folder.write("m.impute", repository("tests/formats/v1.impute"));
    refused(
        &mut folder.impute("repair letter.txt --model m.impute"),
        &["m.impute: a model", "tune"],
    );
    let text = String::from_utf8(toy_text()).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    folder.write("train.txt", lines[..3000].join("\n"));
    folder.write("more.txt", lines[3000..].join("\n"));
    succeed(&mut folder.impute("train train.txt -o t.impute --net none --held-out 0 -q"));
    refused(&mut folder.impute("repair letter.txt --model t.impute"), &["impute tune"]);
    succeed(&mut folder.impute("tune t.impute --on more.txt -q"));
    succeed(&mut folder.impute("repair letter.txt --model t.impute"));
    let told = said(&mut folder.impute("inspect t.impute"));
    assert!(told.contains("repair      fitted on"), "{told}");
    let first = folder.read("t.impute");
    succeed(&mut folder.impute("tune t.impute --on more.txt -q --threads 1"));
    assert!(folder.read("t.impute") == first, "the same lines give the same bytes");
}

#[test]
fn what_is_measured_adds_up() {
    let sample = String::from_utf8(repository("data/sample.txt")).unwrap();
    let few: String = sample.lines().take(30).flat_map(|line| [line, "\n"]).collect();
    let folder = Folder::with([("in", sample.as_bytes()), ("few", few.as_bytes())]);
    let measured = |args: &str| {
        json_of(
            &mut folder.shipped(&format!("repair --measure --json --false-alarms 1/500 {args}")),
        )
    };
    let rows = measured("in");
    let number = |row: usize, name: &str| rows[row][name].as_u64().unwrap();
    for removed in 0..3 {
        assert_eq!(number(removed, "removed"), removed as u64);
        let missing = removed as u64 * number(0, "sentences");
        assert_eq!(number(removed, "words") + missing, number(0, "words"));
    }
    let value = |row: usize, name: &str| rows[row][name]["value"].as_f64().unwrap();
    assert!(value(1, "gap_recall") > 0.1 && value(1, "gap_precision") > 0.6);
    assert!(value(1, "gap_recall") >= value(1, "word_recall"));
    let rows = measured("few");
    assert_eq!(measured("few --threads 1"), rows);
    assert_ne!(measured("few --seed 2"), rows);
}
