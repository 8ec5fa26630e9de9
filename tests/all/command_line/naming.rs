//! Models are named in one way by every command, numbers in all the ways in which people write them.

use crate::common::{
    Folder, held_out_text, misused, refused, repository, said, stdout, succeed, toy_model,
    toy_model_with,
};

#[test]
fn a_model_is_given_by_option_or_by_position() {
    let folder = Folder::with([("text", b"The banks closed .\n".as_slice())]);
    folder.write("m", std::fs::read(toy_model_with("--net 64 --net-size small")).unwrap());
    for (positional, option) in [
        ("inspect m", "inspect -m m"),
        ("query m text", "query --model m text"),
        ("classes m", "classes -m m"),
        ("classes m the banks", "classes --model m the banks"),
    ] {
        let mut by_position = folder.impute(positional);
        assert_eq!(
            said(&mut by_position),
            said(folder.shipped(option).env("IMPUTE_MODEL", "none")),
            "{option}"
        );
    }
    // A text alone, and a model alone.
    let expected = stdout(&mut folder.impute("query m text"));
    let mut by_variable = folder.impute("query text");
    assert_eq!(stdout(by_variable.env("IMPUTE_MODEL", "m")), expected);
    assert_eq!(stdout(folder.impute("query m").write_stdin("The banks closed .\n")), expected);
    refused(&mut folder.impute("query none.impute"), &["none.impute: open failed"]);
    misused(&mut folder.impute("query -m m m text"), "Usage: impute query");
    misused(&mut folder.impute("inspect -m m m"), "--model");
    misused(&mut folder.impute("tune --on text"), "MODEL");
    for args in ["inspect -", "query - -", "text -m -", "tune - --on text"] {
        refused(&mut folder.impute(args), &["-: a model is mapped and needs a file"]);
    }
    folder.write("on", held_out_text());
    folder.write("n", std::fs::read(toy_model()).unwrap());
    succeed(&mut folder.impute("tune -m n --on on -o one"));
    succeed(&mut folder.impute("tune n --on on"));
    assert!(folder.read("one") == folder.read("n"));
}

#[test]
fn the_model_inside_the_program_has_a_name() {
    let folder = Folder::with([("text", b"The banks closed .\n".as_slice())]);
    let expected = stdout(&mut folder.shipped("query text"));
    for args in ["query shipped text", "query -m shipped text"] {
        assert_eq!(stdout(&mut folder.impute(args)), expected);
    }
    assert_eq!(stdout(folder.impute("query text").env("IMPUTE_MODEL", "shipped")), expected);
    refused(&mut folder.impute("tune shipped --on text"), &["name a file with -o"]);
    // It is opened and its text read; to fit it takes a minute.
    let few = "1 different sentences of three words or more, but fitting needs";
    refused(&mut folder.impute("tune shipped --on text -o tuned"), &[few]);
    // A file of that name is neither taken nor passed over.
    folder.write("shipped", std::fs::read(toy_model()).unwrap());
    for args in ["query shipped text", "text -m shipped", "inspect shipped"] {
        refused(&mut folder.impute(args), &["shipped: a file here", "./shipped"]);
    }
    succeed(&mut folder.impute("query ./shipped text"));
}

#[test]
fn numbers_out_of_range_are_told_the_range_under_the_usage_of_their_command() {
    let folder = Folder::with([("text", b"The banks closed .\n".as_slice())]);
    for (args, part) in [
        ("repair text --prior -1", "a number between 0 and 1, as 0.001, 1/1000 or 0.1%"),
        ("repair text --at-least -0.5", "a number between 0 and 1"),
        ("repair text --false-alarms 100%", "a number between 0 and 1"),
        ("train text -o m --order -1", "a whole number from 2 to 5"),
        ("train text -o m --order 6", "take 5, beyond which"),
        ("count text --order 99", "take 5, beyond which"),
        ("train text -o m --held-out -1", "a whole number"),
        ("mix a b --on text -o m --lines -1", "200..=1000000"),
        ("prune m --threshold -1 -o s", "a number between 0 and 1"),
        ("text --threads -1", "1..=1024"),
        ("generate -n -1", "a whole number"),
        ("generate --temperature -1", "above 0"),
        ("language text --at-least -0.5", "a probability from 0 to 1"),
        ("language train text -o m --steps -1", "a whole number"),
        ("language train text -o m --ngrams -1", "1..=4000000"),
        ("split text --test-out a --solution-out b --seed -1", "a whole number"),
    ] {
        misused(&mut folder.impute(args), part);
    }
    let conflict = "repair text --false-alarms 1/1000 --at-least 0.9";
    misused(&mut folder.impute(conflict), "Usage: impute repair");
}

#[test]
fn a_share_may_be_a_percentage_and_comes_back_as_it_was_typed() {
    let folder = Folder::with([("text", b"The banks closed the door.\n".as_slice())]);
    let notes = succeed(&mut folder.shipped("repair text --prior 1/50 --at-least 60%")).1;
    assert!(notes.contains("(prior 1/50, probability 60% or more)"), "{notes}");
    refused(&mut folder.shipped("repair text --false-alarms 1/3"), &["--false-alarms 1/3: "]);
}

/// Those that `inspect` shows, and those of the guide.
#[test]
fn the_rates_that_are_said_to_be_known_are() {
    let folder = Folder::with([("text", b"The banks closed the door.\n".as_slice())]);
    let inspected = said(&mut folder.shipped("inspect"));
    let line = inspected.lines().find(|line| line.trim_start().starts_with("alarms ")).unwrap();
    let (low, high) = line.trim_start()["alarms ".len()..].trim().split_once(" - ").unwrap();
    for rate in [low, high] {
        succeed(&mut folder.shipped(&format!("repair text --false-alarms {rate}")));
    }
    let guide = String::from_utf8(repository("GUIDE.md")).unwrap();
    assert!(guide.contains(&format!("the shipped model has {low} to {high},")), "{low} to {high}");
}
