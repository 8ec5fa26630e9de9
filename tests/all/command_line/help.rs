//! Help, version, completions, man pages, colours, talk and the environment, as users meet them.

use std::io::Write;
use std::process::Stdio;

use crate::common::{Command, Folder, bare, misused, refused, repository, said, stdout, succeed};

fn sentence() -> Folder {
    Folder::with([("in.txt", b"The train closed again .\n".as_slice())])
}

fn printed(args: &str) -> String {
    said(bare().args(args.split(' ')))
}

/// The commands that the help lists.
fn commands() -> Vec<String> {
    let help = printed("-h");
    let list = help.split("Commands:\n").nth(1).unwrap().split("\n\n").next().unwrap();
    let name = |line: &str| line.strip_prefix("  ")?.split(' ').next().map(str::to_owned);
    let names: Vec<String> =
        list.lines().filter_map(name).filter(|name| !name.is_empty()).collect();
    assert!(names.contains(&"compare".to_owned()) && names.contains(&"man".to_owned()), "{help}");
    names
}

/// Whether a program is installed; if not, says that its check is skipped.
fn installed(program: &str) -> bool {
    let found = std::process::Command::new(program)
        .arg("--version")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    if found.is_err() {
        // Not by `eprintln`, which is not shown when a test passes.
        let line = format!("skipped, not installed: {program}\n");
        std::io::stderr().write_all(line.as_bytes()).unwrap();
    }
    found.is_ok()
}

#[test]
fn the_help_of_every_command_starts_with_examples_and_fits_eighty_columns() {
    let all = commands();
    let nested = ["language train", "language evaluate"];
    for command in all.iter().map(String::as_str).chain(nested).chain([""]).filter(|c| *c != "help")
    {
        for option in ["-h", "--help"] {
            let mut impute = bare();
            impute.args(command.split_whitespace()).arg(option);
            let help = said(impute.env("COLUMNS", "80"));
            assert!(help.starts_with("Example"), "{help}");
            let example = help.lines().nth(1).unwrap();
            assert!(example.contains(&format!("impute {command}")), "{help}");
            for line in help.lines() {
                assert!(line.chars().count() <= 80, "{command} {option}: {line}");
            }
        }
    }
    assert_eq!(printed("help train"), printed("train --help"));
}

#[test]
fn the_help_ends_with_a_citation_whose_version_is_the_programs() {
    let help = printed("--help");
    let citation = help.split("\nCitation:\n").nth(1).unwrap();
    assert!(citation.contains(&format!("version = {{{}}}", env!("CARGO_PKG_VERSION"))));
    assert!(citation.contains("Heafield") && !citation.contains("Options:"), "{citation}");
    let file = String::from_utf8(repository("CITATION.cff")).unwrap();
    assert!(file.contains(&format!("\nversion: {}\n", env!("CARGO_PKG_VERSION"))), "{file}");
}

#[test]
fn the_version_names_the_commit_and_a_model_does_not() {
    let short = printed("-V");
    let long = printed("--version");
    assert_eq!(short.lines().count(), 1);
    assert_eq!(short.lines().next(), long.lines().next());
    let (_, means) = long
        .split_once("\nmodel format 1, counts format 2\nproducts of the net by ")
        .unwrap_or_else(|| panic!("{long}"));
    let known = ["AMX", "AVX-512 BF16", "AVX-512", "AVX2", "NEON", "plain code"];
    assert!(known.contains(&means.trim_end()), "{means}");
    let plain = format!("impute {}", env!("CARGO_PKG_VERSION"));
    assert!(short.starts_with(&plain), "{short}");
    // A release build names its commit, which CI asks for.
    assert_eq!(short.trim_end().ends_with(" (debug)"), cfg!(debug_assertions), "{short}");
    let header = stdout(&mut sentence().impute("inspect --json"));
    let header: serde_json::Value = serde_json::from_slice(&header).unwrap();
    assert_eq!(header["provenance"]["program"].as_str(), Some(&plain[..]));
}

#[test]
fn a_mistyped_command_is_not_taken_for_a_file() {
    let folder = sentence();
    for (typed, meant) in [
        ("trian in.txt -o m", "train"),
        ("trian", "train"),
        ("-q expalin x", "explain"),
        ("hlep", "help"),
        ("scroe in.txt in.txt", "score"),
        ("--threads 2 trian in.txt", "train"),
        ("--color never -v trian in.txt", "train"),
    ] {
        let part = format!("no such file; did you mean the command `{meant}`?");
        misused(&mut folder.impute(typed), &part);
    }
    refused(&mut folder.impute("missing.txt"), &["missing.txt: open failed"]);
    misused(&mut folder.impute("help trian"), "no such command; did you mean the command `train`?");
    misused(&mut folder.impute("train in.txt --ordre 3 -o m"), "--order");
    misused(&mut folder.impute("in.txt --modle m"), "--model");
    folder.write("trian", b"The train closed again .\n");
    succeed(&mut folder.impute("trian"));
    succeed(&mut folder.impute("--threads 2 trian"));
}

#[test]
fn completions_name_every_command_and_shells_can_read_them() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = printed(&format!("completions {shell}"));
        for command in commands() {
            assert!(script.contains(&command), "{shell}: {command}");
        }
        assert!(script.contains("threads") && script.contains("kaggle"), "{shell}");
        if ["bash", "zsh", "fish"].contains(&shell) && installed(shell) {
            let folder = Folder::with([("script", script.as_bytes())]);
            let mut check = Command::new(shell);
            check.arg("-n").arg(folder.path("script")).assert().success().stderr("");
        }
    }
    misused(bare().args(["completions", "sh"]), "bash");
}

#[test]
fn there_is_a_man_page_for_every_command_and_man_finds_no_fault_with_it() {
    let folder = sentence();
    assert!(stdout(&mut folder.impute("man --dir pages/man1")).is_empty());
    let mut names: Vec<String> = commands().into_iter().filter(|name| name != "help").collect();
    names =
        names.iter().map(|name| format!("impute-{name}.1")).chain(["impute.1".into()]).collect();
    names.extend(["train", "evaluate"].map(|nested| format!("impute-language-{nested}.1")));
    let pages = std::fs::read_dir(folder.path("pages/man1")).unwrap();
    let mut written: Vec<String> =
        pages.map(|page| page.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    written.sort();
    assert_eq!(names, written);
    let page = |name: &str| folder.read(&format!("pages/man1/{name}.1"));
    assert!(stdout(&mut folder.impute("man")) == page("impute"));
    assert!(stdout(&mut folder.impute("man train")) == page("impute-train"));
    let nested = stdout(&mut folder.impute("man language-train"));
    assert!(nested == page("impute-language-train") && nested != page("impute-train"));
    let [groff, mandoc] = ["groff", "mandoc"].map(installed);
    for name in &names {
        let path = folder.path(&format!("pages/man1/{name}"));
        if groff {
            let mut groff = Command::new("groff");
            let output =
                groff.args(["-man", "-ww", "-Tutf8", "-P-cbou"]).arg(&path).output().unwrap();
            let complaints = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success() && complaints.is_empty(), "{name}: {complaints}");
            let text = String::from_utf8_lossy(&output.stdout);
            assert!(text.contains("EXAMPLES") && text.contains("IMPUTE_MODEL"), "{text}");
        }
        if mandoc {
            let mut mandoc = Command::new("mandoc");
            mandoc.args(["-Tlint", "-Wwarning"]).arg(&path).assert().success();
        }
    }
    refused(&mut folder.impute("man nonsense"), &["nonsense: no such command"]);
    refused(&mut folder.impute("man --dir in.txt"), &["in.txt: "]);
}

#[test]
fn colours_are_as_asked_for() {
    let colored = |args: &str, variable: Option<(&str, &str)>| {
        let mut impute = bare();
        for name in ["NO_COLOR", "CLICOLOR_FORCE", "CLICOLOR", "TERM"] {
            impute.env_remove(name);
        }
        impute.envs(variable).args(args.split(' '));
        String::from_utf8_lossy(&impute.output().unwrap().stderr).contains('\u{1b}')
    };
    // The program's own errors, then those of the command line.
    for args in ["missing.csv", "--wrong-option", "trian"] {
        assert!(!colored(args, None), "{args}");
        assert!(colored(args, Some(("CLICOLOR_FORCE", "1"))), "{args}");
        assert!(!colored(args, Some(("NO_COLOR", "1"))), "{args}");
        assert!(!colored(&format!("{args} --color never"), Some(("CLICOLOR_FORCE", "1"))));
        assert!(colored(&format!("--color=always {args}"), Some(("NO_COLOR", "1"))), "{args}");
    }
    misused(bare().args(["in.txt", "--color", "pink"]), "pink");
    // What `explain` prints, which the help says too.
    let folder = sentence();
    let colored = |color: &str| {
        let mut explain = folder.impute(&format!("--color {color} explain - -q"));
        for name in ["NO_COLOR", "CLICOLOR_FORCE", "CLICOLOR", "TERM"] {
            explain.env_remove(name);
        }
        stdout(explain.write_stdin("The train closed again .")).contains(&0x1b)
    };
    assert_eq!(["always", "auto", "never"].map(colored), [true, false, false]);
    let help = printed("--help");
    let help = help.split("--color").nth(1).unwrap().split("--threads").next().unwrap();
    assert!(help.contains("`explain`") && !help.contains("standard error"), "{help}");
}

#[test]
fn verbose_reports_model_threads_time_and_memory_and_changes_no_data() {
    let folder = sentence();
    let (out, notes) = succeed(&mut folder.impute("in.txt --threads 2"));
    let (same, talk) = succeed(&mut folder.impute("in.txt --threads 2 -v"));
    assert_eq!(out, same);
    for part in ["model: ", "order 3", "n-grams", "calibration: ", " s, 2 threads, ", "memory"] {
        assert!(talk.contains(part), "{part} is not in: {talk}");
    }
    assert!(!notes.contains("threads"), "{notes}");
    misused(&mut folder.impute("in.txt -q -v"), "--quiet");
    let megabytes = talk.rsplit("threads, ").next().unwrap().split(' ').next().unwrap();
    assert!(megabytes.parse::<f64>().unwrap() > 1.0, "{talk}");
}

#[test]
fn far_more_threads_than_cores_are_not_started() {
    let folder = sentence();
    let cores = std::thread::available_parallelism().unwrap().get();
    let expected = format!(" s, {} threads, ", 1024.min(8 * cores));
    let (out, talk) = succeed(&mut folder.impute("in.txt -v --threads 1024"));
    assert!(talk.contains(&expected), "{talk}");
    assert_eq!(out, stdout(&mut folder.impute("in.txt --threads 1")));
}

#[test]
fn the_number_of_threads_can_be_set_by_environment() {
    let folder = sentence();
    let with = |value: &str, args: &str| {
        let mut impute = folder.impute(args);
        impute.env("IMPUTE_THREADS", value);
        impute
    };
    assert!(succeed(&mut with("3", "in.txt -v")).1.contains(" 3 threads"));
    assert!(succeed(&mut with("3", "in.txt -v --threads 2")).1.contains(" 2 threads"));
    assert_eq!(stdout(&mut with("", "in.txt")), stdout(&mut with("1", "in.txt")));
    for wrong in ["many", "0", "-1", "1025", "2 "] {
        refused(&mut with(wrong, "in.txt"), &["IMPUTE_THREADS: ", wrong]);
    }
}
