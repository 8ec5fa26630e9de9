//! `impute train --vocabulary FILE`: a model of the words that are wanted.

use std::collections::BTreeSet;

use crate::common::{
    Folder, json_of, misused, refused, said, stdout, succeed, toy_model, toy_text,
};

/// A folder with `toy.txt`.
fn toy() -> Folder {
    Folder::with([("toy.txt", &toy_text())])
}

fn words(folder: &Folder, model: &str) -> Vec<String> {
    said(&mut folder.impute(&format!("inspect {model} --words")))
        .lines()
        .map(str::to_owned)
        .collect()
}

#[test]
fn a_list_of_the_most_frequent_words_is_a_limit_by_another_name() {
    let folder = toy();
    succeed(&mut folder.impute("train toy.txt --vocab-limit 50 -o limited -q"));
    let mut listed = words(&folder, "limited");
    assert_eq!(listed.len(), 50);
    listed.reverse();
    folder.write("list", listed.join("\n") + "\n");
    // Marks and special words change nothing, nor do doubles and spaces.
    let mut again = listed.clone();
    again.sort();
    folder.write("list2", format!("<unk> <s>\n{}\t</s>\r\n{}\n", again.join("  "), again[3]));
    let (_, notes) = succeed(&mut folder.impute("train toy.txt --vocabulary list -o m"));
    assert!(!notes.contains("vocabulary"), "{notes}");
    assert_eq!(words(&folder, "m"), words(&folder, "limited"));
    let export = |model: &str| stdout(&mut folder.impute(&format!("export --arpa -m {model}")));
    assert!(export("m") == export("limited"));
    succeed(&mut folder.impute("train toy.txt --vocabulary list2 -o n -q --threads 1"));
    assert!(folder.read("m") == folder.read("n"));
    let told = json_of(&mut folder.impute("inspect m --json"));
    let command = told["provenance"]["command"].as_str().unwrap();
    assert!(command.contains(" --vocabulary of 50 words, hash "), "{command}");
}

#[test]
fn all_other_words_are_unknown_and_counts_give_the_same() {
    let folder = toy();
    succeed(&mut folder.impute("train toy.txt -o all -q --held-out 0"));
    let all = words(&folder, "all");
    // Every third word, which leaves out some of the most frequent.
    let listed: BTreeSet<&String> = all.iter().skip(1).step_by(3).collect();
    let list: Vec<&str> =
        listed.iter().map(|word| word.as_str()).chain(["xyzzy", "plugh"]).collect();
    folder.write("list", list.join(" "));
    let (_, notes) =
        succeed(&mut folder.impute("train toy.txt --vocabulary list --held-out 0 -o m"));
    let note = format!("2 of the {} words of the vocabulary are not in the text", list.len());
    assert!(notes.contains(&note), "{notes}");
    let own = words(&folder, "m");
    assert_eq!(own.iter().collect::<BTreeSet<_>>(), listed);
    let place = |word: &String| all.iter().position(|other| other == word);
    assert!(own.iter().map(place).is_sorted(), "frequent words come first");
    let left_out = all.iter().find(|word| !listed.contains(word)).unwrap();
    folder.write("text", format!("{left_out} {} xyzzy\n", own[0]));
    assert!(said(&mut folder.impute("query m text")).contains("OOV: 2\n"));
    folder.write("in", "Two banks closed the .\n");
    assert!(!stdout(&mut folder.impute("in -q -m m")).is_empty());
    succeed(&mut folder.impute("count toy.txt -o counts -q --held-out 0"));
    succeed(
        &mut folder
            .impute("train --counts counts --vocabulary list --held-out 0 --net none -o n -q"),
    );
    assert!(folder.read("m") == folder.read("n"));
    succeed(
        folder
            .impute("train toy.txt --vocabulary - --held-out 0 -o n -q")
            .write_stdin(list.join("\n")),
    );
    assert!(folder.read("m") == folder.read("n"));
}

#[test]
fn a_list_that_is_no_use_is_refused() {
    let folder = toy();
    for (name, list) in [
        ("empty", &b""[..]),
        ("marks", b"<s> </s>\n<unk>\n"),
        ("other", b"xyzzy plugh\n"),
        ("latin", b"caf\xe9\n"),
    ] {
        folder.write(name, list);
    }
    folder.write("model", std::fs::read(toy_model()).unwrap());
    for (args, parts) in [
        ("toy.txt --vocabulary empty", ["empty: no word in this vocabulary", "white space"]),
        ("toy.txt --vocabulary model", ["model: a model, not a text", "name a text"]),
        ("toy.txt --vocabulary marks", ["marks: no word in this vocabulary", "white space"]),
        ("toy.txt --vocabulary other", ["other: none of its 2 words is in the text", "spelled"]),
        ("toy.txt --vocabulary latin", ["latin: line 1: not UTF-8", "convert the file to UTF-8\n"]),
        ("toy.txt --vocabulary gone", ["gone: open failed", "check the spelling"]),
        ("- --vocabulary -", ["-: standard input can be read only once", "name a file"]),
    ] {
        refused(&mut folder.impute(&format!("train {args} -o m")), &parts);
    }
    refused(
        &mut folder.impute("train toy.txt --vocabulary other -o other"),
        &["replace this input"],
    );
    for args in ["--min-count 2", "--vocab-limit 9"] {
        misused(
            &mut folder.impute(&format!("train toy.txt --vocabulary other {args} -o m")),
            "--vocabulary",
        );
    }
    misused(&mut folder.impute("train --arpa a --vocabulary other -o m"), "--vocabulary");
    assert_eq!(folder.content().len(), 6);
}
