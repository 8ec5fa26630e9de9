//! The documents hold: their console examples print what they say, their commands exist, their links and
//! paths lead somewhere, and those that everyone reads stay short.

use std::path::Path;
use std::process::{Command, Output};

const DOCUMENTS: [&str; 12] = [
    "README.md",
    "GUIDE.md",
    "ARCHITECTURE.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    "MODEL_CARD.md",
    "benches/RESULTS.md",
    "data/english/README.md",
    "data/languages/README.md",
    "serve/README.md",
    "serve/ARCHITECTURE.md",
    "fuzz/README.md",
];
/// Lines that the README and ARCHITECTURE may have.
const SHORT: usize = 200;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(document: &str) -> String {
    std::fs::read_to_string(root().join(document)).unwrap()
}

/// The lines in code blocks of a language, and with `""` those outside all blocks.
fn lines<'a>(document: &'a str, language: &'a str) -> impl Iterator<Item = &'a str> {
    let mut block = "";
    document.lines().filter(move |line| match line.strip_prefix("```") {
        Some(opened) => {
            block = if block.is_empty() && opened.is_empty() { "text" } else { opened };
            false
        }
        None => block == language,
    })
}

/// What stands outside all blocks.
fn prose(document: &str) -> String {
    lines(&read(document), "").collect::<Vec<_>>().join("\n")
}

/// The commands of all console blocks, each with the output that the document shows.
fn examples(document: &str) -> Vec<(String, String)> {
    let mut examples: Vec<(String, String)> = Vec::new();
    for line in lines(document, "console") {
        if let Some(command) = line.strip_prefix("$ ") {
            examples.push((command.to_owned(), String::new()));
        } else if let Some((_, output)) = examples.last_mut() {
            *output += line;
            *output += "\n";
        }
    }
    examples
}

/// The calls of `impute` in all sh blocks, without what a shell makes of them.
fn calls(document: &str) -> Vec<String> {
    let script = lines(document, "sh").collect::<Vec<_>>().join("\n").replace("\\\n", " ");
    let parts = script.lines().flat_map(|line| {
        let line = line.split(" #").next().unwrap_or_default();
        line.split(['|', '&']).map(|part| part.split(['<', '>']).next().unwrap_or_default().trim())
    });
    parts.filter(|part| part.starts_with("impute ")).map(str::to_owned).collect()
}

fn run(command: &str) -> Output {
    let folder = Path::new(env!("CARGO_BIN_EXE_impute")).parent().unwrap();
    let path = std::env::var_os("PATH").unwrap();
    let path = std::iter::once(folder.to_owned()).chain(std::env::split_paths(&path));
    Command::new("sh")
        .args(["-c", command])
        .current_dir(root())
        .env("PATH", std::env::join_paths(path).unwrap())
        .env_remove("IMPUTE_MODEL")
        .env("IMPUTE_CACHE", concat!(env!("CARGO_TARGET_TMPDIR"), "/cache"))
        .output()
        .unwrap()
}

#[test]
fn the_console_examples_print_what_the_documents_say() {
    for (document, least) in [("README.md", 4), ("GUIDE.md", 8)] {
        let examples = examples(&read(document));
        assert!(examples.len() >= least, "{document}: {examples:?}");
        for (command, expected) in examples {
            let output = run(&command);
            assert!(output.status.success(), "{document}: {command}: {output:?}");
            assert_eq!(String::from_utf8_lossy(&output.stdout), expected, "{document}: {command}");
        }
    }
}

/// Options are read from left to right up to `--help`, which asks for nothing more.
#[test]
fn the_commands_of_the_documents_exist() {
    let mut seen = 0;
    for document in DOCUMENTS {
        for call in calls(&read(document)) {
            let output = run(&format!("{call} --help"));
            assert!(output.status.success(), "{document}: {call}: {output:?}");
            seen += 1;
        }
    }
    assert!(seen > 50, "only {seen} commands were found");
}

/// What GitHub makes of a heading for links to it.
fn anchor(heading: &str) -> String {
    let kept = heading.to_lowercase().replace(' ', "-");
    kept.chars().filter(|&c| c.is_alphanumeric() || c == '-' || c == '_').collect()
}

#[test]
fn the_links_of_the_documents_lead_somewhere() {
    let mut seen = 0;
    for document in DOCUMENTS {
        for link in prose(document).split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            if link.starts_with("https://") {
                continue;
            }
            let (file, place) = link.split_once('#').unwrap_or((link, ""));
            let path = root().join(document).parent().unwrap().join(file);
            let target = if file.is_empty() { root().join(document) } else { path };
            assert!(target.exists(), "{document}: {link}: no such file");
            if !place.is_empty() {
                let target = std::fs::read_to_string(target).unwrap();
                let mut headings = lines(&target, "").filter(|line| line.starts_with('#'));
                let found =
                    headings.any(|line| anchor(line.trim_start_matches(['#', ' '])) == place);
                assert!(found, "{document}: {link}: no such heading");
            }
            seen += 1;
        }
    }
    assert!(seen > 40, "only {seen} links were found");
}

#[test]
fn the_paths_that_the_documents_name_exist() {
    let mut seen = 0;
    for document in DOCUMENTS {
        for quoted in prose(document).split('`').skip(1).step_by(2) {
            let top = quoted.split('/').next().unwrap_or_default();
            let ours = ["src", "tests", "benches", "data", "submissions", "fuzz", ".ci", ".cargo"];
            let plain = !quoted.contains([' ', '*', '…']) && !quoted.starts_with("fuzz/target");
            if quoted.contains('/') && ours.contains(&top) && plain {
                assert!(root().join(quoted).exists(), "{document}: {quoted} does not exist");
                seen += 1;
            }
        }
    }
    assert!(seen > 40, "only {seen} paths were found");
}

/// Its package has no other document, and its licence asks that the sources are named.
#[test]
fn the_package_of_the_shipped_model_names_the_sources_of_the_model_card() {
    let sources = |document: &str| {
        let prose = prose(document);
        let table = prose.split("| text | sentences | licence |").nth(1).unwrap_or_default();
        table.split("\n\n").next().unwrap_or_default().to_owned()
    };
    let card = sources("MODEL_CARD.md");
    assert!(card.contains("Wikipedia") && card.lines().count() > 5, "{card}");
    assert_eq!(sources("data/english/README.md"), card);
}

#[test]
fn the_documents_that_everyone_reads_are_short() {
    for document in ["README.md", "ARCHITECTURE.md"] {
        let length = read(document).lines().count();
        assert!(length <= SHORT, "{document} has {length} lines; move some to GUIDE or RESULTS");
    }
}
