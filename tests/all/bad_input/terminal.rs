//! What a file, a name or an argument holds cannot drive the terminal on which a message about it is read.

use crate::common::{Command, Folder, toy_model};

/// Red, bell, and from right to left.
const EVIL: &str = "\u{1b}[31m\u{7}\u{202e}x";

/// Runs a command, whatever comes of it: all that it says.
#[track_caller]
fn talk(command: &mut Command) -> String {
    let output = command.output().unwrap();
    let text = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
    let drives = |c: char| c.is_control() && c != '\n' || ('\u{202a}'..='\u{202e}').contains(&c);
    assert!(!text.contains(drives), "{text:?}");
    text
}

/// What it says of the evil text is readable.
#[track_caller]
fn escapes(command: &mut Command) {
    let text = talk(command);
    assert!(text.contains("\\u{1b}[31m") && text.contains("\\u{202e}"), "{text}");
}

#[test]
fn no_reader_passes_on_what_would_drive_a_terminal() {
    let text = |line: &str| line.replace('!', EVIL).into_bytes();
    let folder = Folder::with([
        ("in.txt", b"the banks closed .\n"),
        ("header.csv", &text("id,!\n1,a b c\n")),
        ("twice.csv", &text("id,sentence\n!,a b c\n!,a b c\n")),
        ("once.csv", &text("id,sentence\n!,a b c\n")),
        ("other.csv", b"id,sentence\n1,a b c\n"),
        ("label.tsv", &text("!\tx\n! y\tx\n")),
        ("number.arpa", &text("\\data\\\nngram 1=!\n")),
        ("line.arpa", &text("\\data\\\nngram 1=3\nngram 2=1\n\n\\1-grams:\n!\tthe\n")),
        ("head.arpa", &text("!\n\\data\\\n!\n")),
    ]);
    for args in [
        "header.csv",
        "twice.csv",
        "score twice.csv other.csv",
        "score once.csv other.csv",
        "compare once.csv once.csv other.csv",
        "evaluate once.csv other.csv",
        "check once.csv --against other.csv",
        "check other.csv --against once.csv",
        "language train label.tsv -o m",
        "language evaluate label.tsv",
        "train --arpa number.arpa -o m",
        "train --arpa line.arpa -o m",
    ] {
        escapes(&mut folder.impute(args));
    }
    talk(&mut folder.impute("train --arpa head.arpa -o m"));
}

#[test]
#[cfg(unix)] // where such names can be given
fn nor_do_names_of_files() {
    let folder = Folder::with([("in.txt", b"the banks closed .\n")]);
    let file = |end: &str| format!("{EVIL}\r\n{end}");
    folder.write(&file(".txt"), b"the banks\0 closed .\n");
    folder.write(&file(".csv"), b"id,sentence\n1,a \"b\n");
    folder.write(&file(".good"), b"id,sentence\n1,a b c\n");
    folder.write(&file(".model"), std::fs::read(toy_model()).unwrap());
    for args in [
        "!.txt",
        "!.missing",
        "!.csv",
        "train !.txt -o m",
        "train in.txt in.txt -o !.folder/m",
        "train --counts !.txt -o m",
        "train --arpa !.txt -o m",
        "count !.txt",
        "tune !.txt --on in.txt",
        "tune !.model --on !.good",
        "mix !.model !.txt --on in.txt -o m",
        "mix !.model !.model --on !.good -o m",
        "prune !.txt --threshold 1e-6 -o m",
        "prune !.model --threshold 1e-6 -o !.folder/m",
        "train in.txt --vocabulary !.txt -o m",
        "inspect !.txt --words",
        "split !.txt --test-out a --solution-out b",
        "split in.txt --test-out !.same --solution-out !.same",
        "evaluate !.csv",
        "score !.csv !.good",
        "compare !.good !.good !.good",
        "check !.csv --against !.good",
        "query !.model !.txt",
        "generate --novel !.txt",
        "repair !.txt -m !.model",
        "in.txt -m !.txt",
        "in.txt -v -m !.model",
        "in.txt -o !.folder/out",
        "inspect !.model",
        "classes !.model",
        "cluster !.txt --by form",
        "cluster !.good --by form",
        "cluster --rows !.good",
        "evaluate !.good -m !.model",
        "language !.txt",
        "language in.txt -c !.txt",
        "language evaluate !.txt",
        "language evaluate !.model !.txt",
        "language train !.good -o m",
        "language train !.missing -o m",
        "export --arpa -m !.txt",
        "man --dir !.txt",
    ] {
        let mut impute = folder.impute("--color=never");
        impute.args(args.split(' ').map(|arg| arg.replace('!', &file(""))));
        let text = talk(&mut impute);
        assert!(text.contains("\\u{1b}[31m") && text.contains("\\r\\n"), "{args}: {text}");
    }
}

#[test]
fn nor_do_arguments_and_the_environment() {
    let folder = Folder::with([("in.txt", b"the banks closed .\n")]);
    for args in [
        "train in.txt -o m --memory !",
        "train in.txt -o m --net !",
        "train in.txt -o m --net-size !",
        "train in.txt -o m --order !",
        "in.txt --method !",
        "in.txt --wrong!",
        "in.txt --threads !",
        "repair in.txt --prior !",
        "generate --temperature !",
        "generate -n 0 --prompt !",
        "fill !",
        "language in.txt --only !",
        "language in.txt --at-least !",
        "language in.txt --by !",
        "fill a|!|_|b --json",
        "explain !",
        "explain a|b|!|c",
        "man !",
        "train!",
        "help!",
    ] {
        let mut impute = folder.impute("--color=never");
        impute.args(args.split(' ').map(|arg| arg.replace('!', EVIL).replace('|', " ")));
        escapes(&mut impute);
    }
    escapes(folder.impute("in.txt").env("IMPUTE_THREADS", EVIL));
    escapes(folder.impute("in.txt").env("IMPUTE_MODEL", EVIL));
}

#[test]
fn nor_does_what_a_model_says_of_itself() {
    let folder = Folder::with([("in.txt", b"the banks closed .\n")]);
    let mut train = folder.impute("train in.txt -o m -q --license");
    train.arg(EVIL).assert().success();
    escapes(&mut folder.impute("inspect m"));
}
