//! Word classes: what is found, the class model's laws, and `impute classes` as users type it.

use crate::common::{
    Folder, json_of, open, options, random, refused, said, stdout, succeed, toy_text, train_text,
};
use impute::model::words::BOS;
use impute::train::{Config, HeldOut, Vocabulary};
use serde_json::Value;

const KINDS: [&str; 6] = [
    "a the every no",
    "red big old sad new hot",
    "dog cat bird man town wolf",
    "sees hears likes finds takes",
    "him her them us",
    ".",
];

/// Sentences of a word of each kind; words of a kind do not differ.
fn sentences(lines: usize) -> String {
    let mut random = random();
    let kinds = KINDS.map(|kind| kind.split(' ').collect::<Vec<_>>());
    let mut text = String::new();
    for _ in 0..lines {
        let words: Vec<&str> = kinds.iter().map(|kind| kind[random(kind.len())]).collect();
        text += &format!("{}\n", words.join(" "));
    }
    text
}

/// A folder with a model of [`sentences`] in twelve classes, twice as many as there are kinds.
fn folder() -> Folder {
    let folder = Folder::with([("text", sentences(2000).as_bytes())]);
    let args = "train text --net none --classes 12 --held-out 0 -o m";
    let (_, notes) = succeed(&mut folder.impute(args));
    assert!(notes.contains("classes: 12 of 26 words"), "{notes}");
    folder
}

#[test]
fn no_class_has_words_of_two_kinds() {
    let folder = folder();
    let all = said(&mut folder.impute("classes m"));
    assert_eq!(all.lines().count(), 24, "{all}");
    for line in all.lines().take(12) {
        let fields: Vec<&str> = line.split('\t').collect();
        let words: Vec<&str> = fields[2].split(' ').collect();
        assert_eq!(fields[1], words.len().to_string());
        let kind = KINDS.iter().find(|kind| kind.split(' ').any(|word| word == words[0]));
        let of_kind = |word: &&str| kind.is_some_and(|kind| kind.split(' ').any(|w| w == *word));
        assert!(words.iter().all(of_kind), "{line}");
    }
    assert!(all.contains("\t1\t<unk>\n") && all.contains("\t0\t(rare, -ing)\n"), "{all}");
}

#[test]
fn a_word_has_a_class_and_its_company() {
    let folder = folder();
    let (told, notes) = succeed(&mut folder.impute("classes m the no zebra -k 2"));
    let told = String::from_utf8(told).unwrap();
    let fields: Vec<Vec<&str>> = told.lines().map(|line| line.split('\t').collect()).collect();
    assert_eq!(fields[0][0], "the");
    assert_eq!(fields[0][1..], fields[1][1..]);
    assert_eq!(fields[0][2].split(' ').count(), 2);
    assert_eq!(fields[2], ["zebra", "-", ""]);
    assert!(notes.contains("does not know \"zebra\""), "{notes}");

    let told = json_of(&mut folder.impute("classes m --json the zebra <unk>"));
    assert!(told["words"][0]["words"].as_array().unwrap().contains(&"no".into()));
    assert_eq!(told["words"][1]["class"], Value::Null);
    assert_eq!(told["words"][2]["name"], "<unk>");
    let told = json_of(&mut folder.impute("classes m --json -k 1"));
    let classes = told["classes"].as_array().unwrap();
    assert_eq!(classes.len(), 24);
    let sizes: u64 = classes.iter().map(|class| class["size"].as_u64().unwrap()).sum();
    assert_eq!(sizes, 26 + 3);
    assert!(classes.iter().all(|class| class["words"].as_array().unwrap().len() <= 1));
}

#[test]
fn the_same_lines_give_the_same_bytes() {
    let folder = Folder::with([("toy.txt", &toy_text())]);
    let train = |args: &str| {
        let command = format!("train {args} --net none --classes 20 -q -o m");
        stdout(&mut folder.impute(&command));
        folder.read("m")
    };
    let once = train("toy.txt --threads 1");
    assert!(once == train("toy.txt --threads 2") && once == train("toy.txt --threads 5"));
    assert!(once == train("toy.txt --memory 300M"));
    let text = String::from_utf8(toy_text()).unwrap();
    let mut lines: Vec<&str> = text.lines().collect();
    lines.reverse();
    folder.write("a", lines[..1000].join("\n"));
    folder.write("b", lines[1000..].join("\n"));
    assert!(once == train("b a"));
    stdout(&mut folder.impute("count a -o a.counts"));
    let counted = train("b --counts a.counts");
    let classes = |bytes: Vec<u8>| {
        folder.write("x", bytes);
        stdout(&mut folder.impute("classes x"))
    };
    assert_eq!(classes(once), classes(counted));
}

#[test]
fn probabilities_sum_to_one() {
    for (order, vocabulary) in
        [(2, Vocabulary::MinCount(1)), (3, Vocabulary::Limit(40)), (4, Vocabulary::MinCount(1))]
    {
        let held_out = HeldOut::NONE;
        let config =
            options!(Config { order, classes: 9, vocabulary, held_out, ..Config::default() });
        let trained = train_text(&String::from_utf8(toy_text()).unwrap(), &config);
        let data = trained.classes.unwrap();
        let (classes, words) = (data.view(), trained.words.len() as u32);
        assert_eq!(data.of_words.len(), words as usize);
        let (mut left, mut least) = (vec![BOS; 2], f64::INFINITY);
        for i in 0..200 {
            left = vec![left[1], if i % 9 == 0 { BOS } else { 3 + i * 7 % (words - 3) }];
            let [a, b] = [left[0], left[1]].map(|word| classes.class(word));
            let p = |w: u32| classes.ln_word(w).exp() * classes.trigram(a, b, classes.class(w));
            let sum: f64 = (0..words).filter(|&word| word != BOS).map(p).sum();
            assert!((sum - 1.0).abs() < 2e-3, "order {order}: {sum} after {left:?}");
            least = least.min((0..words).map(p).fold(f64::INFINITY, f64::min));
        }
        assert!(least >= 0.0);
    }
}

#[test]
fn scores_are_the_logs_of_what_they_are_made_of() {
    let folder = folder();
    let model = open(folder.path("m"));
    let (classes, view) = (model.classes().unwrap(), model.view());
    let ids = |text: &str| -> Vec<u32> {
        text.split(' ').map(|word| view.vocabulary.id(word.as_bytes())).collect()
    };
    let (left, right) = (ids("<s> every old"), ids("sees him . </s>"));
    let candidates = ids("wolf town him hot");
    let mut scores = vec![7.0];
    classes.scores(&left, &right, &candidates, &mut scores);
    let [a1, a0, b0, b1] = [left[1], left[2], right[0], right[1]].map(|word| classes.class(word));
    for (&word, score) in candidates.iter().zip(&scores) {
        let x = classes.class(word);
        let p =
            classes.trigram(a1, a0, x) * classes.trigram(a0, x, b0) * classes.trigram(x, b0, b1);
        assert!((classes.ln_word(word) + p.ln() - score).abs() < 1e-9);
    }
    assert!(scores[..2].iter().all(|noun| *noun > scores[2] + 3.0 && *noun > scores[3] + 3.0));
    for (left, right) in [(&left[..0], &right[..0]), (&left[..1], &right[3..])] {
        classes.scores(left, right, &candidates, &mut scores);
        assert!(scores.len() == 4 && scores.iter().all(|score| score.is_finite()));
    }
}

#[test]
fn classes_stay_with_the_model_in_every_form() {
    let folder = folder();
    let told = stdout(&mut folder.impute("classes m"));
    for args in ["--no-lists", "--compact"] {
        let train = format!("train text --net none --classes 12 --held-out 0 {args} -q -o other");
        stdout(&mut folder.impute(&train));
        assert_eq!(stdout(&mut folder.impute("classes other")), told, "{args}");
    }
    folder.write("lines", sentences(300));
    stdout(&mut folder.impute("tune m --on lines -q"));
    assert_eq!(stdout(&mut folder.impute("classes m")), told);
    let inspected = said(&mut folder.impute("inspect m --verify"));
    for part in ["\nclasses     12 of 26 words, 12 for all others\n", "--classes 12 --held-out 0"] {
        assert!(inspected.contains(part), "{inspected}");
    }
    assert_eq!(json_of(&mut folder.impute("inspect m --json"))["classes"]["found"], 12);
}

#[test]
fn what_cannot_be_is_refused() {
    let folder = Folder::with([("text", sentences(300).as_bytes())]);
    stdout(&mut folder.impute("train text --net none -q -o m"));
    refused(&mut folder.impute("classes m"), &["m: a model without word classes", "--classes 500"]);
    refused(&mut folder.impute("classes missing"), &["missing: open failed"]);
    let little = "train text --net none --no-lists --held-out 0 --classes 2036 --memory 60M -o x";
    refused(&mut folder.impute(little), &["word classes", "for none", "--classes"]);
    assert!(!folder.path("x").exists());
    // More classes than words, and a text without a word that was seen often enough.
    folder.write("few", "a b c\n");
    for (input, found) in [("text", 26), ("few", 0)] {
        stdout(&mut folder.impute(&format!("train {input} --net none --classes 2000 -q -o m")));
        let told = json_of(&mut folder.impute("inspect m --json"));
        assert_eq!(told["classes"]["found"], found);
        stdout(&mut folder.impute("classes m"));
    }
}
