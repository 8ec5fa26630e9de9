//! Word classes: what is found, and `impute classes` as users type it.

use crate::common::{Folder, json_of, random, refused, said, stdout, succeed, toy_model_with};
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

/// A folder with a model of [`sentences`], whose net has seen enough of them.
fn folder() -> Folder {
    let folder = Folder::with([("text", sentences(1000).as_bytes())]);
    stdout(&mut folder.impute("train text --net 2k --net-size small --held-out 0 -q -o m"));
    folder
}

#[test]
fn words_that_do_not_differ_share_a_class() {
    let folder = folder();
    let all = said(&mut folder.impute("classes m -k 6"));
    let classes: Vec<Vec<&str>> = all.lines().map(|line| line.split('\t').collect()).collect();
    assert_eq!(classes.len(), 6, "{all}");
    let sizes: usize = classes.iter().map(|class| class[1].parse::<usize>().unwrap()).sum();
    assert_eq!(sizes, 26);
    let mut right = 0;
    for class in &classes {
        let of =
            |kind: &&&str| class[2].split(' ').filter(|w| kind.split(' ').any(|k| k == *w)).count();
        right += KINDS.iter().map(|kind| of(&kind)).max().unwrap();
    }
    assert!(right >= 24, "{right} of 26 words are in the class of their kind: {all}");
    for threads in [1, 3] {
        assert_eq!(said(&mut folder.impute(&format!("classes m -k 6 --threads {threads}"))), all);
    }
    // More classes than words.
    assert_eq!(said(&mut folder.impute("classes m")).lines().count(), 26);
}

#[test]
fn a_word_has_a_class_and_its_company() {
    let folder = folder();
    let (told, notes) = succeed(&mut folder.impute("classes m dog cat zebra -k 6 -n 2"));
    let told = String::from_utf8(told).unwrap();
    let fields: Vec<Vec<&str>> = told.lines().map(|line| line.split('\t').collect()).collect();
    assert_eq!((fields[0][0], &fields[0][1..]), ("dog", &fields[1][1..]));
    assert_eq!(fields[0][2].split(' ').count(), 2);
    assert_eq!(fields[2], ["zebra", "-", ""]);
    assert!(notes.contains("no embedding for \"zebra\""), "{notes}");
    let told = json_of(&mut folder.impute("classes m -k 6 --json dog zebra"));
    assert!(told["words"][0]["words"].as_array().unwrap().contains(&"cat".into()), "{told}");
    assert_eq!(told["words"][1]["class"], Value::Null);
    let told = json_of(&mut folder.impute("classes m --json -k 6 -n 1"));
    let classes = told["classes"].as_array().unwrap();
    assert_eq!(classes.len(), 6);
    assert!(classes.iter().all(|class| class["words"].as_array().unwrap().len() == 1));
}

#[test]
fn a_model_without_a_net_has_no_classes() {
    let folder = Folder::with([("m", &std::fs::read(toy_model_with("--net none")).unwrap())]);
    refused(
        &mut folder.impute("classes m"),
        &["m: a model without a net", "impute train --net 1M"],
    );
    refused(&mut folder.impute("classes missing"), &["missing: open failed"]);
}
