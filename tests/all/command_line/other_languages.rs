//! `--language` of `train`, `count` and `repair`: what is in other languages is passed over, and counted.

use crate::common::{Folder, header_of, json_lines, misused, refused, stdout, succeed, toy_text};

const GERMAN: [&str; 3] = [
    "Das Haus am See wurde im letzten Jahr verkauft .",
    "Wir haben gestern mit unseren Freunden zu Abend gegessen .",
    "Ich weiß nicht , ob er heute noch kommen wird .",
];

/// More lines than a batch, and enough to hold some out, and how many of German come among them.
const LINES: usize = 12_000;
const ADDED: u64 = 3_000;

/// A folder with a text of so many lines, `pure`, and the same with German among them, a fifth of `mixed`.
fn texts(lines: usize) -> Folder {
    let toy = String::from_utf8(toy_text()).unwrap();
    let (mut pure, mut mixed) = (String::new(), String::new());
    for (i, line) in toy.lines().cycle().take(lines).enumerate() {
        pure += &format!("{line} {i}\n");
        mixed += &format!("{line} {i}\n");
        if i % 4 == 0 {
            mixed += &format!("{} {i}\n", GERMAN[i % 3]);
        }
    }
    Folder::with([("pure", pure.as_bytes()), ("mixed", mixed.as_bytes())])
}

/// How many lines were passed over, from what a command has told.
#[track_caller]
fn passed_over(told: &str) -> u64 {
    let line =
        told.lines().find_map(|line| line.strip_suffix(" in other languages than en passed over"));
    let count = line.and_then(|line| line.split(' ').next()).and_then(|count| count.parse().ok());
    count.unwrap_or_else(|| panic!("{told}"))
}

#[test]
fn foreign_lines_are_neither_counted_nor_held_out() {
    let folder = texts(LINES);
    let train = |args: &str| {
        let line = format!("train {args} --net none --language en -o m");
        let (_, told) = succeed(&mut folder.impute(&line));
        (folder.read("m"), passed_over(&told))
    };
    let (expected, few) = train("pure");
    let header = header_of(folder.path("m")).provenance;
    assert!(header.command.ends_with(" --language en"), "{}", header.command);
    assert!(header.held_out_lines >= 200);
    assert!(few < 60, "{few}");
    for args in ["mixed --threads 1", "mixed --threads 3"] {
        assert!(train(args) == (expected.clone(), few + ADDED), "{args}");
    }
    succeed(&mut folder.impute("train mixed --net none --held-out 0 -o all"));
    let all = header_of(folder.path("all")).provenance;
    assert!(!all.command.contains("language"), "{}", all.command);
    assert_eq!(all.lines, LINES as u64 + ADDED);
}

#[test]
fn a_net_learns_nothing_from_foreign_lines() {
    let folder = texts(2_000);
    let train = |args: &str| {
        let options = "--net 64 --net-size small --held-out 0 --language en";
        let (_, told) = succeed(&mut folder.impute(&format!("train {args} {options} -o m")));
        assert!(!told.contains("this is not the text"), "{told}");
        (folder.read("m"), passed_over(&told))
    };
    let (first, few) = train("pure");
    assert!(train("mixed") == (first.clone(), few + 500));
    folder.write("first", &first);
    let (further, _) = train("pure --resume first");
    assert!(train("mixed --resume first") == (further.clone(), few + 500));
    assert!(further != first);
}

#[test]
fn counts_are_without_foreign_lines() {
    let folder = texts(LINES);
    let (expected, told) = succeed(&mut folder.impute("count pure --language en"));
    let few = passed_over(&told);
    let (counts, told) = succeed(&mut folder.impute("count mixed --language en"));
    assert_eq!(passed_over(&told), few + ADDED);
    assert!(counts == expected);
    assert!(stdout(&mut folder.impute("count mixed")) != expected);
    folder.write("counts", counts);
    misused(
        &mut folder.impute("train --counts counts --language en -o m"),
        "--language: counts have no lines that could be passed over; give it to `impute count`",
    );
}

#[test]
fn a_text_that_is_foreign_as_a_whole_has_no_sentence() {
    let folder = Folder::with([("german", (GERMAN.join("\n") + "\n").as_bytes())]);
    for command in ["train german --language en -o m", "count german --language en"] {
        let parts = ["german: no sentence but 3 lines in other languages than en; ", "--language)"];
        refused(&mut folder.impute(command), &parts);
    }
    succeed(&mut folder.impute("train german --language de -o m"));
}

#[test]
fn a_language_that_is_not_known_and_a_classifier_that_is_none_are_refused() {
    let folder = Folder::with([("text", b"Two banks closed .\n"), ("none", b"no classifier")]);
    for command in ["train text -o m", "count text", "repair text -o m"] {
        let parts = ["does not know the language \"english\"", " da de en es ", "--language)"];
        refused(&mut folder.shipped(&format!("{command} --language english")), &parts);
        let line = format!("{command} --language en --classifier none");
        refused(&mut folder.shipped(&line), &["none: "]);
        misused(&mut folder.shipped(&format!("{command} --classifier none")), "--language");
        assert!(!folder.path("m").exists());
    }
    let line = "repair text --language en --classifier none -o none";
    assert!(!folder.shipped(line).output().unwrap().status.success());
    assert_eq!(folder.read("none"), b"no classifier");
}

/// English with words missing, and German in which the model would miss some.
const LETTER: &str = "Mrs. Carter said that she not going to sell more eggs. Sie ist one the most Frauen, die ich\n\
    je in meinem Leben sah. He said that it not a mistake, and that the city would\nbe able to pay for it.\r\n\r\n> Ja. Ich habe one the best Weine \
    getrunken, und wir waren alle sehr froh.\n> Nein!\n\nShe was one the best players.";

#[test]
fn repair_leaves_foreign_sentences_alone_byte_for_byte() {
    let folder = Folder::with([("letter", LETTER.as_bytes())]);
    let own = [
        ("she not", "she was not"),
        ("it not a", "it was not a"),
        ("She was one the", "She was one of the"),
    ];
    let expected = own.iter().fold(LETTER.to_owned(), |text, (from, to)| text.replace(from, to));
    let (all, told) = succeed(&mut folder.shipped("repair letter"));
    assert!(String::from_utf8(all).unwrap().contains("one of the most Frauen"));
    assert!(!told.contains("left alone"), "{told}");
    for line in ["repair letter --language en", "repair letter --language en --threads 1"] {
        let (out, told) = succeed(&mut folder.shipped(line));
        assert_eq!(String::from_utf8(out).unwrap(), expected);
        assert!(told.contains("in 3 sentences, 3 insertions"), "{told}");
        assert!(told.contains("\n4 sentences in other languages than en left alone\n"), "{told}");
    }
    let suggestions =
        json_lines(&mut folder.shipped("repair letter --language en --suggest --at-least 0.5"));
    assert_eq!(suggestions.len(), 3);
    let (_, told) = succeed(&mut folder.shipped("repair letter --language en --measure"));
    assert!(told.contains("4 sentences in other languages than en left out"), "{told}");
}

#[test]
fn a_classifier_of_ones_own_has_labels_of_its_own() {
    let mut labelled = String::new();
    for i in 0..300 {
        labelled +=
            &format!("digits\tone two three four five six seven {}\n", ["eight", "nine"][i % 2]);
        labelled +=
            &format!("colours\tred green blue yellow violet black {}\n", ["white", "grey"][i % 2]);
    }
    let text = "one two four three\nred blue green black\nfive two one six\n";
    let folder = Folder::with([("tsv", labelled.as_bytes()), ("text", text.as_bytes())]);
    succeed(&mut folder.impute("language train tsv --ngrams 1000 --steps 20000 -o own.kinds"));
    let line = "count text -o c --language colours --classifier own.kinds";
    let (_, told) = succeed(&mut folder.impute(line));
    assert!(told.contains("1 sentence, 4 tokens"), "{told}");
    assert!(told.contains("\n2 lines in other languages than colours passed over\n"), "{told}");
    let refusal = ["does not know the language \"en\", but \"colours digits\""];
    refused(&mut folder.impute("count text -o c --language en --classifier own.kinds"), &refusal);
    let replaced = "count text --language colours --classifier own.kinds -o own.kinds";
    refused(&mut folder.impute(replaced), &["own.kinds"]);
}
