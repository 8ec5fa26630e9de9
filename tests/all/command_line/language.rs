//! `impute language` as users type it: the classifier that ships, and one of topics.

use std::io::Write;

use crate::common::{
    Folder, TRAIN_TOPICS, json_lines, json_of, misused, number, refused, said, stdout, succeed,
    topic_classifier, topics, toy_model,
};
use serde_json::Value;

/// Sentences and their languages; what has no letters is in none.
pub const TEXT: [(&str, &str); 9] = [
    ("en", "The weather was beautiful, and we walked along the river until evening."),
    ("de", "Das Wetter war herrlich, und wir gingen bis zum Abend am Fluss entlang."),
    ("fr", "Il faisait très beau et nous avons marché le long de la rivière jusqu'au soir."),
    ("unknown", ""),
    ("ru", "Погода была прекрасная, и мы до самого вечера гуляли вдоль реки."),
    ("unknown", "12:30 + 4 = ?"),
    ("ja", "天気がとても良かったので、私たちは夕方まで川に沿って歩きました。"),
    ("fi", "Sää oli kaunis, ja kävelimme joen rantaa pitkin iltaan asti."),
    ("unknown", "\t \u{a0}"),
];

pub fn folder() -> Folder {
    let lines: String = TEXT.iter().map(|(_, line)| format!("{line}\n")).collect();
    let folder = Folder::with([("text", lines.as_bytes())]);
    folder.write("topics.kinds", topic_classifier());
    folder.write("more.tsv", topics(100, 50));
    folder
}

/// Labels and probabilities of lines with one of each.
pub fn pairs(printed: &str) -> Vec<(String, f64)> {
    let pair = |line: &str| {
        let (label, probability) = line.split_once('\t').unwrap();
        assert_eq!(probability.len(), "0.0000".len(), "{line}");
        (label.to_owned(), probability.parse().unwrap())
    };
    printed.lines().map(pair).collect()
}

#[test]
fn a_label_a_line_and_how_probable_it_is() {
    let folder = folder();
    let (printed, notes) = succeed(&mut folder.impute("language text"));
    assert_eq!(notes, "");
    let printed = String::from_utf8(printed).unwrap();
    let pairs = pairs(&printed);
    assert_eq!(pairs.len(), TEXT.len());
    for ((is, probability), (should, line)) in pairs.iter().zip(TEXT) {
        assert_eq!(is, should, "{line}");
        match should {
            "unknown" => assert_eq!(*probability, 0.0, "{line}"),
            _ => assert!((0.5..=1.0).contains(probability), "{line}: {probability}"),
        }
    }
}

#[test]
fn text_may_be_piped_packed_or_written_by_another_system() {
    let folder = folder();
    let (plain, expected) = (folder.read("text"), stdout(&mut folder.impute("language text")));
    let piped = |bytes: &[u8]| stdout(folder.impute("language -").write_stdin(bytes));
    assert!(piped(&plain) == expected);
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(&plain).unwrap();
    let gzip = gzip.finish().unwrap();
    folder.write("packed.gz", &gzip);
    folder.write("packed", zstd::encode_all(&plain[..], 1).unwrap());
    assert!(stdout(&mut folder.impute("language packed.gz")) == expected);
    assert!(stdout(&mut folder.impute("language packed")) == expected);
    assert!(piped(&gzip) == expected);
    let other = String::from_utf8(plain.clone()).unwrap().replace('\n', "\r\n");
    assert!(piped(format!("\u{feff}{other}").as_bytes()) == expected);
    assert!(piped(plain.strip_suffix(b"\n").unwrap()) == expected);
    assert!(stdout(folder.impute("language -").write_stdin("")).is_empty());
    let empty = stdout(folder.impute("language -").write_stdin("\n\n\n"));
    assert_eq!(empty, b"unknown\t0.0000\n".repeat(3));
}

#[test]
fn the_likeliest_labels_come_in_order() {
    let folder = folder();
    let one = said(&mut folder.impute("language text"));
    let three = said(&mut folder.impute("language text --top 3"));
    assert_eq!(three.lines().count(), one.lines().count());
    for (one, three) in one.lines().zip(three.lines()) {
        if one.starts_with("unknown") {
            // The likeliest ones all the same, if there are letters.
            assert!(three == one || three.starts_with(&format!("{one}\t")), "{three}");
            assert!([2, 8].contains(&three.split('\t').count()), "{three}");
            continue;
        }
        assert!(three.starts_with(&format!("{one}\t")), "{three}");
        let fields: Vec<&str> = three.split('\t').collect();
        assert_eq!(fields.len(), 6, "{three}");
        let p: Vec<f64> = fields.iter().skip(1).step_by(2).map(|p| p.parse().unwrap()).collect();
        assert!(p.is_sorted_by(|a, b| a >= b) && p.iter().sum::<f64>() <= 1.0002, "{three}");
    }
    // No more than there are.
    let all = said(&mut folder.impute("language -c topics.kinds text --top 9"));
    assert!(all.lines().all(|line| [2, 4, 6].contains(&line.split('\t').count())), "{all}");
}

#[test]
fn json_says_the_same_and_where() {
    let folder = folder();
    let printed = pairs(&said(&mut folder.impute("language text")));
    let objects = json_lines(&mut folder.impute("language text --json"));
    let top = json_lines(&mut folder.impute("language text --json --top 2"));
    assert_eq!((objects.len(), top.len()), (printed.len(), printed.len()));
    for (i, ((label, probability), object)) in printed.iter().zip(&objects).enumerate() {
        assert_eq!(object["line"], i + 1);
        assert_eq!(object["label"].as_str().unwrap_or("unknown"), label);
        assert!((number(object, "probability") - probability).abs() < 1e-4);
        assert!(object.get("top").is_none());
        let two = top[i]["top"].as_array().unwrap();
        if *probability == 0.0 {
            assert!(two.is_empty());
            continue;
        }
        assert_eq!(two.len(), 2);
        if !object["label"].is_null() {
            assert_eq!(two[0]["label"], object["label"]);
            assert_eq!(two[0]["probability"], object["probability"]);
        }
        assert!(number(&two[0], "probability") >= number(&two[1], "probability"));
    }
}

#[test]
fn a_text_may_be_a_line_a_paragraph_or_the_whole_file() {
    let folder = folder();
    let sentence = |language: &str| TEXT.into_iter().find(|(l, _)| *l == language).unwrap().1;
    let [en, de, ru] = ["en", "de", "ru"].map(sentence);
    folder.write("paragraphs", format!("\n{de}\n{de}\n \t\n\n{en}\n\n12\n30\n\n{ru}\nok\n{ru}"));
    let printed = said(&mut folder.impute("language paragraphs --by paragraph"));
    let labels: Vec<String> = pairs(&printed).into_iter().map(|(label, _)| label).collect();
    assert_eq!(labels, ["de", "en", "unknown", "ru"]);
    let bytes = folder.read("paragraphs");
    let mut piped = folder.impute("language - --by paragraph");
    assert_eq!(said(piped.write_stdin(bytes.clone())), printed);
    let objects = json_lines(&mut folder.impute("language paragraphs --by paragraph --json"));
    let begin: Vec<u64> = objects.iter().map(|object| object["line"].as_u64().unwrap()).collect();
    assert_eq!(begin, [2, 6, 8, 11]);
    assert_eq!(said(&mut folder.impute("language paragraphs")).lines().count(), 13);

    folder.write("whole", format!("{de}\n\n{de}\n12\nok\n{de}"));
    for args in ["language whole --whole", "language - --whole"] {
        let printed = said(folder.impute(args).write_stdin(folder.read("whole")));
        assert!(printed.starts_with("de\t") && printed.lines().count() == 1, "{printed}");
    }
    let object = &json_lines(&mut folder.impute("language whole --whole --json --top 1"))[0];
    assert_eq!((&object["line"], &object["top"][0]["label"]), (&1.into(), &"de".into()));
    let nothing = said(folder.impute("language - --whole").write_stdin(""));
    assert_eq!(nothing, "unknown\t0.0000\n");
}

#[test]
fn only_the_labels_that_are_named_are_said() {
    let folder = folder();
    let printed = pairs(&said(&mut folder.impute("language text --only de,nl")));
    for ((is, probability), (should, line)) in printed.iter().zip(TEXT) {
        match should {
            "unknown" => assert_eq!((&**is, *probability), ("unknown", 0.0)),
            "de" => assert_eq!(is, "de"),
            _ => assert!(["de", "nl"].contains(&&**is), "{line}: {is}"),
        }
    }
    let one = said(&mut folder.impute("language text --only fi"));
    assert!(one.lines().all(|line| ["fi\t1.0000", "unknown\t0.0000"].contains(&line)), "{one}");
    let repeated = said(&mut folder.impute("language text --only de --only nl,de"));
    assert_eq!(pairs(&repeated), printed);
    let told = refused(
        &mut folder.impute("language text --only en,klingon"),
        &["--only", "\"klingon\"", "no such label", " en ", " war"],
    );
    assert!(told.contains("ar bg ca"), "{told}");
    refused(&mut folder.impute("language -c topics.kinds text --only en"), &["money sport"]);
    refused(&mut folder.impute("language text --only en,"), &["\"\"", "no such label"]);
}

#[test]
fn what_is_not_sure_enough_is_unknown_and_keeps_its_probability() {
    let folder = folder();
    folder.write("words", "a\nkot\nhotel\nno\nser\nmama\nmeer\nDonaudampfschiff\n");
    let sure = json_lines(&mut folder.impute("language words --json"));
    let mut all: Vec<f64> = sure.iter().map(|object| number(object, "probability")).collect();
    all.sort_by(f64::total_cmp);
    let least = all[all.len() / 2];
    let args = format!("language words --json --at-least {least}");
    let mut refused = 0;
    for (before, after) in sure.iter().zip(json_lines(&mut folder.impute(&args))) {
        assert_eq!(before["probability"], after["probability"]);
        let is_sure = number(before, "probability") as f32 >= least as f32;
        refused += usize::from(!is_sure);
        assert_eq!(after["label"], if is_sure { before["label"].clone() } else { Value::Null });
    }
    assert!(refused > 0, "{all:?}");
    let args = format!("language words --top 3 --at-least {least}");
    let unknown = said(&mut folder.impute(&args)).matches("unknown\t").count();
    assert_eq!(unknown, refused);
}

#[test]
fn bytes_that_are_not_utf8_are_refused_or_passed_over() {
    let folder = folder();
    let latin: Vec<u8> = "Das Wetter war schön, und wir gingen am Fluss entlang.\n"
        .chars()
        .map(|c| u8::try_from(c).unwrap())
        .collect();
    folder.write("latin", [b"ok\n", &latin[..]].concat());
    for args in ["language latin", "language latin --whole", "language latin --by paragraph"] {
        refused(&mut folder.impute(args), &["latin: line 2: not UTF-8", "--lossy"]);
        let printed = said(&mut folder.impute(&format!("{args} --lossy")));
        assert!(printed.lines().last().unwrap().starts_with("de\t"), "{printed}");
    }
    folder.write("latin.tsv", [b"de\t", &latin[..]].concat());
    for args in ["language evaluate latin.tsv", "language train latin.tsv -o m"] {
        let told = refused(&mut folder.impute(args), &["latin.tsv: line 1: it is not UTF-8"]);
        assert!(!told.contains("--"), "there is no such option: {told}");
    }
    let (bytes, parts) = (b"a\0b\n".repeat(2), ["line 1: a NUL byte"]);
    refused(folder.impute("language - --lossy").write_stdin(bytes), &parts);
}

#[test]
fn a_line_without_spaces_may_be_long() {
    let folder = folder();
    let line = TEXT.into_iter().find(|(label, _)| *label == "ja").unwrap().1;
    folder.write("long", line.replace('、', "").repeat(300));
    assert!(said(&mut folder.impute("language long")).starts_with("ja\t"));
    folder.write("long.tsv", format!("ja\t{}\n", line.repeat(300)));
    let report = json_of(&mut folder.impute("language evaluate long.tsv --json"));
    assert_eq!(number(&report["lengths"][0]["accuracy"], "mean"), 100.0);
}

#[test]
fn neither_threads_nor_a_second_run_change_a_byte() {
    let folder = folder();
    folder.write("topics.tsv", topics(0, 100));
    let text = folder.read("text").repeat(2500);
    folder.write("long", &text);
    for args in ["language long", "language long --json --top 2", "language long --by paragraph"] {
        let one = stdout(&mut folder.impute(&format!("{args} --threads 1")));
        assert!(stdout(&mut folder.impute(&format!("{args} --threads 3"))) == one, "{args}");
        let piped = args.replace("long", "-");
        assert!(stdout(folder.impute(&piped).write_stdin(&text[..])) == one, "{args}");
    }
    for threads in [1, 3] {
        succeed(&mut folder.impute(&format!("{TRAIN_TOPICS} --threads {threads}")));
        assert!(folder.read("topics.kinds") == topic_classifier());
    }
    succeed(&mut folder.impute(&format!("{TRAIN_TOPICS} --seed 2")));
    assert!(folder.read("topics.kinds") != topic_classifier());
}

#[test]
fn wrong_files_are_refused_and_no_output_is_touched() {
    let folder = folder();
    folder.write("topics.tsv", topics(0, 100));
    folder.write("m.impute", std::fs::read(toy_model()).unwrap());
    folder.write("damaged.kinds", {
        let mut bytes = topic_classifier().to_vec();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        bytes
    });
    folder.write("cut.kinds", &topic_classifier()[..100]);
    folder.write("empty", "");
    folder.write("one.tsv", "sport\tgoal and penalty\n");
    let before = folder.content();
    for (args, parts) in [
        ("language missing", &["missing: open failed", "check the spelling"][..]),
        ("language text -c missing", &["missing: open failed"]),
        ("language text -c m.impute", &["m.impute: this is not a classifier", "language train"]),
        ("language text -c text", &["text: this is not a classifier"]),
        ("language text -c empty", &["empty: this is not a classifier"]),
        ("language text -c damaged.kinds", &["damaged.kinds: ", "copy or train it again"]),
        ("language text -c cut.kinds", &["cut.kinds: ", "copy or train it again"]),
        ("language - -c -", &["-: a classifier is not read from standard input"]),
        ("language topics.kinds", &["topics.kinds: line 1: "]),
        ("query -m topics.kinds text", &["topics.kinds: not a model file"]),
        ("text -m topics.kinds", &["topics.kinds: not a model file"]),
        ("language evaluate text", &["text: line 1: there is no tab", "a label, a tab and a text"]),
        ("language evaluate topics.kinds text", &["text: line 1: there is no tab"]),
        ("language evaluate m.impute more.tsv", &["m.impute: this is not a classifier"]),
        ("language evaluate more.tsv topics.kinds", &["more.tsv: this is not a classifier"]),
        ("language evaluate missing", &["missing: open failed"]),
        ("language evaluate topics.kinds empty", &["empty: there is no text in it"]),
        ("language train text -o out", &["text: line 1: there is no tab"]),
        ("language train empty -o out", &["empty: there is no text in it"]),
        ("language train one.tsv -o out", &["one.tsv: there are fewer than two labels"]),
        ("language train topics.tsv --held-out text -o out", &["text: line 1: there is no tab"]),
        ("language train topics.tsv --held-out missing -o out", &["missing: open failed"]),
        ("language train topics.tsv missing -o out", &["missing: open failed"]),
        ("language train topics.tsv -o ./topics.tsv", &["topics.tsv: the output would replace"]),
        (
            "language train topics.tsv --held-out more.tsv -o more.tsv",
            &["more.tsv: the output would replace"],
        ),
        ("language train - - -o out", &["-: standard input can be read only once"]),
        ("language train topics.tsv -o missing/out", &["missing/out: write failed"]),
    ] {
        refused(&mut folder.impute(args), parts);
        assert!(folder.content() == before, "{args}");
    }
    // A file of that name is neither taken nor passed over.
    folder.write("shipped", topic_classifier());
    refused(&mut folder.impute("language text -c shipped"), &["shipped: a file here", "./shipped"]);
    succeed(&mut folder.impute("language text -c ./shipped"));
    succeed(&mut folder.impute("language text"));
}

#[test]
fn wrong_options_are_usage_errors() {
    let folder = folder();
    for (args, part) in [
        ("language text more", "more"),
        ("language text --whole --by paragraph", "--whole"),
        ("language text --by page", "page"),
        ("language text --top 0", "'0'"),
        ("language text --top many", "many"),
        ("language text --at-least 1.5", "from 0 to 1"),
        ("language text --at-least NaN", "from 0 to 1"),
        ("language text --at-least=-1", "from 0 to 1"),
        ("language text --only", "--only"),
        ("language --json", "<TEXT>"),
        ("language train", "<TSV>"),
        ("language train more.tsv", "--output"),
        ("language train more.tsv -o m --ngrams 0", "'0'"),
        ("language train more.tsv -o m --steps -1", "a whole number"),
        ("language train more.tsv -o m --json", "--json"),
        ("language --json train more.tsv -o m", "--json"),
        ("language evaluate", "<TSV>"),
        ("language evaluate a b c", "'c'"),
        ("language evaluate more.tsv --top 3", "--top"),
    ] {
        misused(&mut folder.impute(args), part);
    }
    let output = folder.impute("language").output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8(output.stderr).unwrap().contains("Examples:"));
    assert!(!folder.path("m").exists());
}
