//! What a careful program does not do: lose an input, guess at a table, leave litter, tell secrets.

use crate::common::{
    Folder, bare, json_of, misused, refused, repository, said, stdout, succeed, toy_text,
};

fn text() -> Folder {
    Folder::with([
        ("a.txt", b"He said that it a mistake .\nShe was one the best .\n".as_slice()),
        ("a.tsv", b"en\tHe said that it was a mistake .\nde\tDas war ein Fehler .\n"),
        ("b.tsv", b"en\tShe was one of the best .\n"),
    ])
}

#[test]
fn an_output_that_would_replace_an_input_is_refused() {
    let folder = text();
    folder.write("m.impute", repository("tests/formats/v1.impute"));
    for (args, input) in [
        ("train a.txt -o ./a.txt", "a.txt"),
        ("split a.txt --test-out a.txt --solution-out b", "a.txt"),
        ("split a.txt --test-out b --solution-out ./a.txt", "a.txt"),
        ("evaluate a.txt --rows a.txt", "a.txt"),
        ("a.txt --model m.impute -o m.impute", "m.impute"),
        ("a.txt --format jsonl -o a.txt", "a.txt"),
        ("repair a.txt --suggest -o ./a.txt", "a.txt"),
        ("repair a.txt --measure -o a.txt", "a.txt"),
        ("evaluate - -", "-"),
        ("score - -", "-"),
        ("evaluate a.txt --model m.impute --rows m.impute", "m.impute"),
        ("drift a.txt a.txt --html ./a.txt", "a.txt"),
        ("drift a.txt a.txt --model m.impute --html m.impute", "m.impute"),
        ("drift a.txt a.txt --html -", "--html -"),
        ("drift - -", "-"),
        ("language train a.tsv -o ./a.tsv", "a.tsv"),
        ("language train a.tsv --held-out b.tsv -o b.tsv", "b.tsv"),
        ("language train - --held-out - -o m", "-"),
        ("split a.txt --test-out new --solution-out ./new", "new"),
        ("split a.txt --test-out - --solution-out -", "-"),
        ("train a.txt -o -", "-o -"),
        ("evaluate a.txt --rows -", "--rows -"),
    ] {
        let before = folder.content();
        refused(&mut folder.impute(args), &[input]);
        assert!(folder.content() == before, "{args}");
    }
}

#[test]
fn nor_does_an_output_replace_the_model_of_the_environment() {
    let folder = text();
    folder.write("m.impute", repository("tests/formats/v1.impute"));
    for args in [
        "a.txt -o m.impute",
        "a.txt --format jsonl -o ./m.impute",
        "repair a.txt -o m.impute",
        "generate -o m.impute",
        "evaluate a.txt --rows m.impute",
        "evaluate a.txt --html m.impute",
        "export --arpa -o m.impute",
    ] {
        let before = folder.content();
        let mut impute = folder.impute(args);
        refused(impute.env("IMPUTE_MODEL", "m.impute"), &["m.impute", "would replace"]);
        assert!(folder.content() == before, "{args}");
    }
}

#[test]
fn a_table_that_is_almost_the_competitions_is_not_taken_for_text() {
    for header in
        ["id, sentence", "Id,Sentence", "\"id\";\"sentence\"", "id\tsentence", "1,\"a b c\""]
    {
        let folder = Folder::with([("in", format!("{header}\n1,\"a b c\"\n").as_bytes())]);
        for args in ["in", "in --format kaggle", "split in --test-out a --solution-out b"] {
            refused(&mut folder.impute(args), &["in: line 1: ", "header"]);
        }
        succeed(&mut folder.impute("in --format text"));
    }
    let csv = b"\"id\",\"sentence\"\n1,\"a b c\"\n\"id\",\"sentence\"\n";
    let folder = Folder::with([("in", csv)]);
    refused(&mut folder.impute("train in -o m"), &["in: line 1: a CSV file"]);
    refused(&mut folder.impute("in"), &["in: line 3: a second header"]);
}

#[test]
fn an_id_is_the_same_with_and_without_quotes() {
    let folder = Folder::with([
        ("a", b"id,sentence\n\"1\",\"a b c\"\n2,\"d\"\n"),
        ("b", b"id,sentence\n1,\"a b c\"\n\"2\",\"d\"\n"),
        ("c", b"id,sentence\n1,\"a\"\n\"1\",\"b\"\n"),
    ]);
    assert_eq!(stdout(&mut folder.impute("score a b")), b"0.0000\n");
    refused(&mut folder.impute("c"), &["c: line 3", "second time"]);
    folder.write("d", b"id,sentence\n\"1,\"a\"\n");
    refused(&mut folder.impute("d"), &["d: line 2", "an id with a quote"]);
}

#[test]
fn an_empty_model_variable_means_the_shipped_model() {
    let folder = text();
    let mut command = folder.impute("a.txt");
    let shipped = stdout(command.env("IMPUTE_MODEL", ""));
    assert_eq!(shipped, stdout(folder.impute("a.txt").env_remove("IMPUTE_MODEL")));
    let mut command = folder.impute("a.txt");
    refused(command.env("IMPUTE_MODEL", "nonsense"), &["IMPUTE_MODEL: nonsense: "]);
    succeed(folder.impute("train a.txt -o m").env("IMPUTE_MODEL", "nonsense"));
}

#[test]
fn options_of_one_command_before_another_are_misused() {
    misused(&mut text().impute("--format text train a.txt -o m"), "belongs to `impute INPUT`");
    misused(&mut text().impute("a.txt -o x score a b"), "belongs to `impute INPUT`");
}

#[cfg(unix)]
#[test]
fn a_replaced_output_keeps_its_permissions() {
    use std::os::unix::fs::PermissionsExt;
    let folder = text();
    folder.write("out", b"private");
    let mode = std::fs::Permissions::from_mode(0o600);
    std::fs::set_permissions(folder.path("out"), mode).unwrap();
    succeed(&mut folder.impute("a.txt -o out"));
    let mode = std::fs::metadata(folder.path("out")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[cfg(target_os = "linux")]
#[test]
fn notes_that_nobody_can_read_cost_no_work() {
    let folder = text();
    for (args, code) in [("train a.txt -o m", 0), ("a.txt -o out", 0), ("missing", 1)] {
        let status = std::process::Command::new(env!("CARGO_BIN_EXE_impute"))
            .args(args.split(' '))
            .current_dir(folder.path("."))
            .stderr(std::fs::File::options().write(true).open("/dev/full").unwrap())
            .status();
        assert_eq!(status.unwrap().code(), Some(code), "{args}");
    }
    assert!(folder.path("m").exists() && folder.path("out").exists());
}

#[cfg(unix)]
#[test]
fn an_interrupt_leaves_nothing_half_written() {
    let folder = text();
    // A pipe that stays open: the program waits for more text with its output begun.
    let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_impute"))
        .args(["train", "-", "-o", "m"])
        .current_dir(folder.path("."))
        .stdin(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let pipe = child.stdin.take(); // waiting for the child would close it
    let entries = || std::fs::read_dir(folder.path(".")).unwrap().count();
    while entries() < 4 {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    let kill = std::process::Command::new("sh")
        .args(["-c", &format!("kill -INT {}", child.id())])
        .status();
    assert!(kill.unwrap().success());
    assert_eq!(child.wait().unwrap().code(), Some(130));
    drop(pipe);
    assert_eq!(entries(), 3);
}

#[test]
fn a_model_does_not_reveal_where_its_text_was() {
    let folder = Folder::with([("secret.txt", &toy_text())]);
    let mut train = bare();
    train.arg("train").arg(folder.path("secret.txt")).arg("-o").arg(folder.path("m"));
    succeed(&mut train);
    let model = std::fs::read(folder.path("m")).unwrap();
    let model = String::from_utf8_lossy(&model);
    let place = folder.path("").to_string_lossy().into_owned();
    assert!(!model.contains("secret.txt") && !model.contains(place.trim_end_matches('/')));
}

#[test]
#[cfg(unix)] // a shell that can close a stream
fn nothing_is_written_to_a_closed_standard_output() {
    let folder = text();
    for args in [
        "a.txt -q",
        "query -q a.txt",
        "count a.txt -q",
        "man",
        "inspect -q",
        "check a.txt --against a.txt",
        "drift a.txt a.txt -q",
        "language a.txt",
        "language a.txt --whole -q",
        "language evaluate a.tsv -q",
    ] {
        let mut impute = folder.shell(&format!("\"$0\" {args} >&-"));
        refused(&mut impute, &["standard output: it is closed"]);
    }
    // It is needed by nobody here.
    succeed(&mut folder.shell("\"$0\" a.txt -o answers >&-"));
    succeed(&mut folder.shell("\"$0\" a.txt > /dev/null"));
    assert!(!folder.read("answers").is_empty());
}

#[test]
fn a_model_is_not_written_under_the_name_of_a_compressed_file() {
    let folder = text();
    for name in ["m.gz", "m.ZST"] {
        let line = format!("train a.txt -o {name}");
        refused(&mut folder.impute(&line), &[name, "never compressed", "its name"]);
        assert!(!folder.path(name).exists());
    }
}

#[test]
fn a_text_that_is_named_twice_is_counted_twice_and_that_is_said() {
    let folder = text();
    for args in ["train a.txt ./a.txt -o m", "count a.txt a.txt -o counts"] {
        let notes = succeed(&mut folder.impute(args)).1;
        assert!(
            notes.contains("a.txt: named more than once, so that every sentence counts as often"),
            "{notes}"
        );
        assert!(notes.contains("4 sentences"), "{notes}");
    }
    folder.write("b.txt", b"She was there .\n");
    let notes = succeed(&mut folder.impute("train a.txt b.txt -o m")).1;
    assert!(!notes.contains("more than once"), "{notes}");
}

#[test]
fn bytes_after_the_end_of_a_model_are_told() {
    let folder = text();
    let model = repository("tests/formats/v1.impute");
    folder.write("m.impute", &model);
    let verified = "inspect m.impute --verify";
    assert!(!said(&mut folder.impute(verified)).contains("after the end"));
    folder.write("m.impute", [&model[..], b"x"].concat());
    let told = said(&mut folder.impute(verified));
    assert!(told.contains("\n1 byte after the end of the model, which nothing reads"), "{told}");
    let json = json_of(&mut folder.impute("inspect m.impute --verify --json"));
    assert_eq!(json["bytes_after_the_end"], 1);
}

#[test]
fn one_thing_is_not_told_as_several() {
    let folder = text();
    folder.write("one.txt", b"He said that it a mistake .\n");
    for (args, part) in [
        ("one.txt --threads 1 -v", " s, 1 thread, "),
        ("one.txt", "1 sentence in "),
        ("split one.txt --test-out a --solution-out b", "1 sentence, one word removed"),
        ("count one.txt -o c", "1 sentence, 7 tokens"),
        ("score one.txt one.txt", "distance of 1 row, "),
    ] {
        let notes = succeed(&mut folder.impute(args)).1;
        assert!(notes.contains(part), "{part} is not in: {notes}");
    }
}
