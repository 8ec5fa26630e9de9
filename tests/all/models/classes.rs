//! Word classes: what is found in the net of the shipped model, and `impute classes` as users type it.

use crate::common::{Folder, json_of, refused, said, succeed, toy_model_with};
use serde_json::Value;

#[test]
fn words_of_a_kind_share_a_class() {
    let folder = Folder::with([]);
    let class = |line: &str| {
        let told = json_of(&mut folder.shipped(&format!("classes shipped -k 200 --json {line}")));
        let words = told["words"].as_array().unwrap().clone();
        words.into_iter().map(|word| word["class"].as_u64().unwrap()).collect::<Vec<_>>()
    };
    let all = class("Monday Tuesday he she London Paris was were");
    assert_eq!((all[0], all[2]), (all[1], all[3]));
    let [days, persons, towns, verbs] = [all[0], all[2], all[4], all[6]];
    let mut kinds = vec![days, persons, towns, verbs];
    kinds.sort_unstable();
    kinds.dedup();
    assert_eq!(kinds.len(), 4, "{all:?}");
}

#[test]
fn every_word_of_the_net_is_in_one_class_whatever_the_threads() {
    let folder = Folder::with([]);
    let all = said(&mut folder.shipped("classes shipped -k 50"));
    let classes: Vec<Vec<&str>> = all.lines().map(|line| line.split('\t').collect()).collect();
    assert_eq!(classes.len(), 50, "{all}");
    let sizes: usize = classes.iter().map(|class| class[1].parse::<usize>().unwrap()).sum();
    assert_eq!(sizes, 20_000);
    for (i, class) in classes.iter().enumerate() {
        assert_eq!((class[0], class[2].split(' ').count()), (&i.to_string()[..], 10), "{class:?}");
    }
    for threads in [1, 3] {
        let command = format!("classes shipped -k 50 --threads {threads}");
        assert_eq!(said(&mut folder.shipped(&command)), all);
    }
    assert_ne!(said(&mut folder.shipped("classes shipped -k 50 --seed 2")), all);
    let told = json_of(&mut folder.shipped("classes shipped --json -k 6 -n 1"));
    let classes = told["classes"].as_array().unwrap();
    assert_eq!(classes.len(), 6);
    assert!(classes.iter().all(|class| class["words"].as_array().unwrap().len() == 1));
}

#[test]
fn a_word_has_a_class_and_its_company() {
    let folder = Folder::with([]);
    let line = "classes shipped Tuesday Monday Xyzzyplugh -k 200 -n 4";
    let (told, notes) = succeed(&mut folder.shipped(line));
    let told = String::from_utf8(told).unwrap();
    let fields: Vec<Vec<&str>> = told.lines().map(|line| line.split('\t').collect()).collect();
    assert_eq!((fields[0][0], &fields[0][1..]), ("Tuesday", &fields[1][1..]));
    assert_eq!(fields[0][2].split(' ').count(), 4);
    assert_eq!(fields[2], ["Xyzzyplugh", "-", ""]);
    assert!(notes.contains("no embedding for \"Xyzzyplugh\""), "{notes}");
    let told = json_of(&mut folder.shipped("classes shipped --json Xyzzyplugh"));
    assert_eq!(told["words"][0]["class"], Value::Null);
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
