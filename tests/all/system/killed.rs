//! Killed at any moment: an output is what it was before, or complete, and never anything between; and a
//! program that is asked to stop leaves nothing behind.
#![cfg(unix)]

use std::io::{BufRead, Read, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::common::{Folder, random, stdout, topics, toy_model, toy_model_with, toy_text};

/// Commands, and the outputs that each of them replaces.
const COMMANDS: [(&str, &[&str]); 20] = [
    ("some.txt -q -o out", &["out"]),
    ("some.txt -q --format jsonl -o out", &["out"]),
    ("repair some.txt -m tuned -q -o out", &["out"]),
    ("toy.txt -q --method min-likelihood --format kaggle -o out", &["out"]),
    ("train toy.txt -q -o out", &["out"]),
    ("train toy.txt -q --compact --order 2 -o out", &["out"]),
    ("train --arpa a.arpa -q -o out", &["out"]),
    ("count toy.txt -q -o out", &["out"]),
    ("merge toy.counts some.counts -q -o out", &["out"]),
    ("generate -n 20000 -q -o out", &["out"]),
    ("cluster toy.txt -k 20 --by form -q -o out", &["out"]),
    ("export --arpa -o out.gz", &["out.gz"]),
    ("evaluate some.txt -q --method min-likelihood --rows out", &["out"]),
    ("evaluate some.txt -q --method min-likelihood --html out", &["out"]),
    ("drift toy.txt some.txt -q --html out", &["out"]),
    ("language train topics.tsv -q --steps 20000 --ngrams 2000 -o out", &["out"]),
    ("tune own.impute --on some.txt --lines 300 -q", &["own.impute"]),
    ("mix own.impute tuned --on some.txt --lines 300 -q -o out", &["out"]),
    ("prune own.impute --threshold 1e-5 -q -o out", &["out"]),
    ("split toy.txt --test-out out --solution-out out.gz -q", &["out", "out.gz"]),
];
/// How often each of them is killed.
const TIMES: usize = 8;

fn folder() -> Folder {
    let text = toy_text();
    let some: Vec<u8> =
        text.split_inclusive(|&b| b == b'\n').take(600).flatten().copied().collect();
    let folder = Folder::with([("toy.txt", &text), ("some.txt", &some)]);
    folder.write("topics.tsv", topics(0, 100));
    stdout(&mut folder.impute("export --arpa -o a.arpa"));
    for name in ["toy", "some"] {
        stdout(&mut folder.impute(&format!("count {name}.txt -q -o {name}.counts")));
    }
    let own = toy_model_with("--order 2 --held-out 0");
    folder.write("own.impute", std::fs::read(own).unwrap());
    stdout(&mut folder.impute("tune own.impute --on some.txt --lines 300 -q -o tuned"));
    folder
}

fn spawn(folder: &Path, line: &str) -> Child {
    Command::new(env!("CARGO_BIN_EXE_impute"))
        .args(line.split(' '))
        .current_dir(folder)
        .env("IMPUTE_MODEL", toy_model())
        .env("SOURCE_DATE_EPOCH", "1000000000")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// What an output holds before it is replaced: something of no form, or for a model that is changed in
/// place, that model.
fn old(folder: &Folder, output: &str) -> Vec<u8> {
    match output.ends_with(".impute") {
        true => folder.read(output),
        false => b"old".to_vec(),
    }
}

/// Old and new contents of the outputs of a command, and how long it takes.
struct Undisturbed {
    contents: Vec<(String, [Vec<u8>; 2])>,
    time: Duration,
}

impl Undisturbed {
    fn new(folder: &Folder, line: &str, outputs: &[&str]) -> Self {
        let before: Vec<Vec<u8>> = outputs.iter().map(|output| old(folder, output)).collect();
        let began = Instant::now();
        assert!(spawn(&folder.path("."), line).wait().unwrap().success(), "{line}");
        let time = began.elapsed();
        let both = outputs.iter().zip(before).map(|(output, before)| {
            let after = folder.read(output);
            assert!(before != after, "{line}: it changes nothing");
            (output.to_string(), [before, after])
        });
        Undisturbed { contents: both.collect(), time }
    }

    fn restore(&self, folder: &Folder) {
        self.contents.iter().for_each(|(name, [before, _])| folder.write(name, before));
    }

    /// Which of the two each output is now.
    fn check(&self, folder: &Folder, line: &str) {
        for (name, [before, after]) in &self.contents {
            let now = folder.read(name);
            assert!(now == *before || now == *after, "{line}: {name} has {} bytes", now.len());
        }
    }
}

/// Names that the program gave to what it had not finished.
fn unfinished(folder: &Folder) -> Vec<String> {
    let entries = std::fs::read_dir(folder.path(".")).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned());
    names.filter(|name| name.starts_with(".impute-")).collect()
}

fn signal(child: &Child, name: &str) {
    // It may have ended in the meantime.
    let _ = Command::new("kill").arg(format!("-{name}")).arg(child.id().to_string()).output();
}

#[test]
fn a_command_killed_at_any_moment_leaves_each_output_old_or_complete() {
    let (folder, mut random) = (folder(), random());
    let mut left = 0;
    for (line, outputs) in COMMANDS {
        let undisturbed = Undisturbed::new(&folder, line, outputs);
        let micros = undisturbed.time.as_micros() as usize;
        for _ in 0..TIMES {
            undisturbed.restore(&folder);
            let mut child = spawn(&folder.path("."), line);
            std::thread::sleep(Duration::from_micros(random(micros * 11 / 10) as u64));
            child.kill().unwrap();
            child.wait().unwrap();
            undisturbed.check(&folder, line);
        }
        // What killed runs leave does not disturb later ones.
        undisturbed.restore(&folder);
        assert!(spawn(&folder.path("."), line).wait().unwrap().success(), "{line}");
        for (name, [_, after]) in &undisturbed.contents {
            assert!(folder.read(name) == *after, "{line}: {name}");
        }
        left += unfinished(&folder).len();
    }
    assert!(left > 0, "nothing was killed before its end");
}

#[test]
fn a_command_that_is_asked_to_stop_at_any_moment_leaves_nothing_behind() {
    let (folder, mut random) = (folder(), random());
    let mut stopped = 0;
    for (line, outputs) in COMMANDS {
        let undisturbed = Undisturbed::new(&folder, line, outputs);
        let micros = undisturbed.time.as_micros() as usize;
        for name in ["TERM", "INT", "HUP", "TERM"] {
            undisturbed.restore(&folder);
            let mut child = spawn(&folder.path("."), line);
            std::thread::sleep(Duration::from_micros(random(micros) as u64));
            signal(&child, name);
            let status = child.wait().unwrap();
            stopped += usize::from(status.code() == Some(130));
            undisturbed.check(&folder, line);
            assert_eq!(unfinished(&folder), Vec::<String>::new(), "{line}, SIG{name}: {status}");
        }
    }
    assert!(stopped > COMMANDS.len(), "{stopped} were stopped while they worked");
}

/// The program as `nohup` starts it, with its output begun: it waits for the text to train on.
fn deaf_to_hangups(folder: &Folder) -> Child {
    let line = "trap '' HUP; exec \"$0\" train - --net none -q -o out";
    let child = Command::new("sh")
        .args(["-c", line, env!("CARGO_BIN_EXE_impute")])
        .current_dir(folder.path("."))
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    while unfinished(folder).is_empty() {
        std::thread::sleep(Duration::from_millis(5));
    }
    signal(&child, "HUP");
    std::thread::sleep(Duration::from_millis(200)); // for what it must not do
    child
}

#[test]
fn a_hangup_that_is_ignored_from_the_start_ends_nothing() {
    let folder = Folder::with([]);
    let mut child = deaf_to_hangups(&folder);
    child.stdin.take().unwrap().write_all(&toy_text()).unwrap();
    assert!(child.wait().unwrap().success());
    stdout(&mut folder.impute("inspect out --verify"));
    let before = folder.content();
    let mut child = deaf_to_hangups(&folder);
    let pipe = child.stdin.take(); // waiting for the child would close it
    signal(&child, "TERM");
    assert_eq!(child.wait().unwrap().code(), Some(130));
    drop(pipe);
    assert!(folder.content() == before);
}

/// What the program says when another one does this to the model in use: what is found in it from then on is
/// wrong, and no output is completed.
#[track_caller]
fn told_of_a_model_that_is_spoiled(spoil: impl Fn(&std::fs::File, usize)) -> String {
    let folder = Folder::with([("out", b"old")]);
    let model = std::fs::read(toy_model()).unwrap();
    folder.write("m", &model);
    let before = std::fs::read_dir(folder.path(".")).unwrap().count();
    let mut child = Command::new(env!("CARGO_BIN_EXE_impute"))
        .args(["-", "-m", "m", "-o", "out", "--format", "jsonl", "-v"])
        .current_dir(folder.path("."))
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut pipe = child.stdin.take().unwrap();
    pipe.write_all(b"Two banks closed the .\n").unwrap();
    // What is said of the model comes after it was opened.
    let mut notes = std::io::BufReader::new(child.stderr.take().unwrap());
    let mut told = String::new();
    while !told.contains("calibration") {
        assert_ne!(notes.read_line(&mut told).unwrap(), 0, "{told}");
    }
    spoil(&std::fs::File::options().write(true).open(folder.path("m")).unwrap(), model.len());
    // What has come may have been answered before, but not the line after it.
    let _ = pipe.write_all(b"A river sold Ms. Novak again .\n"); // the program may have ended
    drop(pipe);
    notes.read_to_string(&mut told).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(1), "{told}");
    assert_eq!(folder.read("out"), b"old");
    assert_eq!(std::fs::read_dir(folder.path(".")).unwrap().count(), before);
    told
}

#[test]
fn a_model_that_is_written_over_while_it_is_in_use_ends_the_program_without_an_output() {
    // In place, with the same length.
    let told = told_of_a_model_that_is_spoiled(|mut file, length| {
        file.write_all(&vec![0; length]).unwrap();
    });
    assert!(told.contains("error: m: another program wrote to the model while it was"), "{told}");
}

/// It cannot be read any more, unless the program looked at the file just before it would have.
#[cfg(target_os = "linux")]
#[test]
fn a_model_that_is_cut_while_it_is_in_use_ends_the_program_without_an_output() {
    let told = told_of_a_model_that_is_spoiled(|file, _| file.set_len(0).unwrap());
    let causes = ["error: the model can no longer be read", "error: m: another program wrote"];
    assert!(causes.iter().any(|cause| told.contains(cause)), "{told}");
}
