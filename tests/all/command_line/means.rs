//! The means of training: memory, threads and a folder for temporary files. They are checked before the
//! work begins, and leave no trace in the model.

use std::time::{Duration, Instant};

use crate::common::{Folder, misused, random_text, refused, succeed, toy_text};

/// The model that `train` writes to `m` in `folder`, and its notes.
#[track_caller]
fn trained(folder: &Folder, args: &str) -> (Vec<u8>, String) {
    let (_, notes) = succeed(&mut folder.impute(&format!("train -o m {args}")));
    (folder.read("m"), notes)
}

/// A folder with a text, an old output and an empty folder for temporary files.
fn folder(text: &str) -> Folder {
    let folder = Folder::with([("text", text.as_bytes()), ("old", b"old")]);
    std::fs::create_dir(folder.path("temp")).unwrap();
    folder
}

fn is_empty(folder: &Folder, name: &str) -> bool {
    std::fs::read_dir(folder.path(name)).unwrap().next().is_none()
}

#[test]
fn memory_threads_files_and_the_order_of_lines_leave_no_trace() {
    let text = random_text(42_000, 20, 200);
    let folder = folder(&text);
    let mut lines: Vec<_> = text.lines().collect();
    lines.reverse();
    let (first, second) = lines.split_at(30_000);
    folder.write("a", first.join("\n"));
    folder.write("b", second.join("\r\n"));
    let lean = "--no-lists --held-out 0";
    let (ample, notes) = trained(&folder, &format!("text -S 2G {lean}"));
    assert!(!notes.contains("temporary files"), "{notes}");
    for (means, spills) in [
        ("text -S 19M --threads 1", true),
        ("b a -S 18M --threads 1", true),
        ("a b -S 120M --threads 2", false),
        ("b a -S 130M --threads 4", false),
    ] {
        let (scarce, notes) = trained(&folder, &format!("{means} {lean} -T temp"));
        assert_eq!(notes.contains("MB of temporary files"), spills, "{means}: {notes}");
        assert!(scarce == ample, "{means}");
        assert!(is_empty(&folder, "temp"), "{means}");
    }
}

#[test]
fn pruned_and_cut_models_do_not_depend_on_the_means() {
    // So few words that the tables of the lower orders are small and the highest order is large.
    for (vocabulary, options) in [
        (200, "--order 2 --min-count 3000"),
        (200, "--prune 0 0 1 --vocab-limit 150"),
        (34, "--order 4 --prune 0 1 1 2 --vocab-limit 30"),
        (14, "--order 5 --prune 0 0 0 2 --min-count 9000"),
    ] {
        let folder = folder(&random_text(42_000, 20, vocabulary));
        let (ample, _) = trained(&folder, &format!("text --no-lists --held-out 0 -S 2G {options}"));
        let scarce = format!("text --no-lists --held-out 0 -S 19M --threads 1 -T temp {options}");
        let (scarce, notes) = trained(&folder, &scarce);
        assert!(notes.contains("MB of temporary files"), "{options}: {notes}");
        assert!(scarce == ample, "{options}");
    }
}

#[test]
fn amounts_of_memory_are_understood() {
    let folder = folder("one two three\n");
    for memory in ["1G", "500M", "500m", "60%", "99.5%", "0.5G", "524288K", "400MiB", "500000000"] {
        succeed(&mut folder.impute(&format!("train text -o m -S {memory}")));
        succeed(&mut folder.impute(&format!("count text -o c --memory={memory}")));
    }
}

#[test]
fn other_amounts_are_usage_errors() {
    let folder = folder("one two three\n");
    for memory in ["0", "0%", "101%", "x", "4X", "4Gi%", "G", "%", "nan", "inf", "1e30G", "4,5G"] {
        misused(&mut folder.impute(&format!("train text -o old -S {memory}")), memory);
        misused(&mut folder.impute(&format!("count text -o old --memory={memory}")), memory);
    }
    misused(&mut folder.impute("train text -o old -S"), "--memory");
    misused(folder.impute("train text -o old -S").arg(""), "''");
    misused(&mut folder.impute("train text -o old --memory=-1G"), "-1G");
    assert_eq!(folder.read("old"), b"old");
}

/// Refused at once and with nothing changed.
#[track_caller]
fn refused_at_once(folder: &Folder, options: &str, parts: &[&str]) {
    let before = folder.content();
    for args in ["train text -o old", "train - -o old", "train text -o new", "count text -o old"] {
        let began = Instant::now();
        refused(&mut folder.impute(&format!("{args} {options}")), parts);
        assert!(began.elapsed() < Duration::from_secs(2), "{args}");
        assert!(folder.content() == before, "{args}");
    }
}

#[test]
fn more_memory_than_there_is_is_refused_at_once() {
    let folder = folder("one two three\n");
    refused_at_once(
        &folder,
        "-S 900T",
        &["989560.5 GB of memory", "this machine has ", "ask for less"],
    );
}

#[test]
fn too_little_memory_is_refused_at_once_with_the_arithmetic() {
    let folder = folder(&random_text(100_000, 20, 5000));
    for memory in ["1", "100K", "5M", "9M"] {
        let options = format!("-S {memory} --threads 2");
        refused_at_once(&folder, &options, &["--memory", " MB of memory", "take", "more memory"]);
    }
    // What a long text is sure to need is known from its size.
    let order5 = "train text -o old --order 5 --no-lists --held-out 0 -S 19M --threads 1";
    let began = Instant::now();
    let parts = ["20 MB of memory", "--memory", "million tokens", "at order 5", "a lower order"];
    refused(&mut folder.impute(order5), &parts);
    assert!(began.elapsed() < Duration::from_secs(2));
}

#[test]
fn memory_that_turns_out_too_little_keeps_the_old_output() {
    let text = random_text(100_000, 20, 5000);
    let folder = folder(&text);
    let before = folder.content();
    // The size of standard input is not known beforehand.
    let mut train =
        folder.impute("train - -o old -q -S 30M --threads 1 -T temp --no-lists --held-out 0");
    train.write_stdin(text);
    refused(&mut train, &["31 MB of memory", "n-grams of order 2", "in use already", "(--memory"]);
    assert!(folder.content() == before);
    assert!(is_empty(&folder, "temp"));
}

#[test]
fn a_folder_for_temporary_files_that_is_not_one_is_refused_at_once() {
    let folder = folder("one two three\n");
    for name in ["missing", "text", "temp/missing"] {
        let named = format!("{name}: not a folder");
        refused_at_once(&folder, &format!("-T {name}"), &[&named, "name another"]);
    }
}

#[test]
fn a_failure_after_temporary_files_leaves_nothing() {
    let mut text = random_text(60_000, 20, 200);
    text.push_str("not \0 text\n");
    let folder = folder(&text);
    let train = "train --no-lists --held-out 0 text";
    for args in
        [&format!("{train} -o old"), &format!("{train} -o new"), "count text -o old", "count text"]
    {
        let before = folder.content();
        let command = format!("{args} -S 19M --threads 1 -T temp");
        refused(&mut folder.impute(&command), &["text: line 60001: a NUL byte"]);
        assert!(folder.content() == before, "{args}");
        assert!(is_empty(&folder, "temp"), "{args}");
    }
}

#[cfg(unix)]
#[test]
fn an_interrupt_after_temporary_files_leaves_nothing() {
    use std::io::Write;
    let text = random_text(60_000, 20, 200);
    let folder = folder("");
    let before = folder.content();
    let train = "train --no-lists --held-out 0";
    for (command, signal) in [(train, "INT"), ("count", "INT"), (train, "TERM")] {
        let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_impute"))
            .args(command.split(' '))
            .args(["-", "-o", "old", "-S", "19M", "--threads", "1", "-T", "temp"])
            .current_dir(folder.path("."))
            .stdin(std::process::Stdio::piped())
            .stderr(std::process::Stdio::null())
            .spawn()
            .unwrap();
        // All but a pipe's buffer has been read when this returns, and the end has not come yet.
        let mut pipe = child.stdin.take().unwrap();
        pipe.write_all(text.as_bytes()).unwrap();
        let kill = format!("kill -{signal} {}", child.id());
        let kill = std::process::Command::new("sh").args(["-c", &kill]).status();
        assert!(kill.unwrap().success());
        assert_eq!(child.wait().unwrap().code(), Some(130), "{command} {signal}");
        drop(pipe);
        assert!(folder.content() == before, "{command} {signal}");
        assert!(is_empty(&folder, "temp"), "{command} {signal}");
    }
}

#[test]
fn discounts_that_cannot_be_computed_are_reported_once_per_order() {
    let folder = folder("one two three\n");
    let (_, notes) = trained(&folder, "text --order 4");
    for order in 1..=4 {
        let note = format!("order {order}: the counts of counts give no discounts");
        assert_eq!(notes.matches(&note).count(), 1, "{notes}");
    }
    folder.write("text", toy_text());
    let (_, notes) = trained(&folder, "text --order 3");
    for line in notes.lines().filter(|line| line.contains("no discounts")) {
        assert!(line.contains("using 0.5, 1 and 1.5"), "{line}");
    }
    let told = notes.matches("no discounts").count();
    let fixed = notes.matches("discounts 0.5000 1.0000 1.5000").count();
    assert_eq!(told, fixed, "{notes}");
    assert!(told < 3, "{notes}");
}
