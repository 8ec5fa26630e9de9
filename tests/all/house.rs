//! The house rules of the source: a room knows only the rooms before it, and files stay short.

use std::path::{Path, PathBuf};

/// The rooms in the order in which data flows. What stands on a line knows the lines above it only.
const ROOMS: &[&[&str]] = &[
    &["error", "random", "softmax", "progress"],
    &["interval"],
    &["text"],
    &["task"],
    &["net"],
    &["model"],
    &["train", "query", "generate"],
    &["solve"],
    &["repair"],
    &["submission"],
    &["fit"],
    &["evaluate"],
    &["page"],
];
/// Lines of code a file may have, tests beside it not counted.
const LONGEST: usize = 400;

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => all.extend(files(&path)),
            false if path.extension().is_some_and(|end| end == "rs") => all.push(path),
            false => {}
        }
    }
    all.sort();
    all
}

/// The lines of code of every file of the crate, without comments and unit tests, by path below `src`.
fn code() -> Vec<(String, Vec<String>)> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let all = files(&source).into_iter().map(|path| {
        let text = std::fs::read_to_string(&path).unwrap();
        let product = text.split("mod tests {").next().unwrap();
        let lines = product.lines().map(str::trim);
        let lines = lines.filter(|line| !line.is_empty() && !line.starts_with("//"));
        let name = path.strip_prefix(&source).unwrap().to_str().unwrap().replace('\\', "/");
        (name, lines.map(str::to_owned).collect())
    });
    all.collect()
}

fn rank(room: &str) -> Option<usize> {
    ROOMS.iter().position(|rooms| rooms.contains(&room))
}

#[test]
fn a_room_knows_only_the_rooms_before_it() {
    let mut seen = 0;
    for (name, lines) in code() {
        let room = name.split(['/', '.']).next().unwrap();
        // Tests in files of their own may use everything.
        if ["lib", "main", "cli"].contains(&room) || name.ends_with("tests.rs") {
            continue;
        }
        let here = rank(room).unwrap_or_else(|| panic!("{name} is in no room of the list"));
        let text = lines.join("\n");
        for used in text.split("crate::").skip(1) {
            let used = used.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap();
            let there = rank(used).unwrap_or_else(|| panic!("{name}: crate::{used} is no room"));
            assert!(there < here || used == room, "{name} knows {used}, which comes behind it");
            seen += 1;
        }
    }
    assert!(seen > 300, "only {seen} uses were found");
}

#[test]
fn no_file_is_longer_than_an_idea() {
    let files = code();
    assert!(files.len() > 150);
    for (name, lines) in files {
        assert!(lines.len() <= LONGEST, "{name} has {} lines of code; split it", lines.len());
    }
}

#[test]
fn only_the_command_line_prints_and_reads_the_environment() {
    for (name, lines) in code().iter().filter(|(name, _)| !name.starts_with("cli/")) {
        for talk in ["println!", "eprintln!", "print!", "eprint!", "dbg!", "env::var", "env::args"]
        {
            let found = lines.iter().find(|line| line.contains(talk));
            assert_eq!(found, None, "{name} uses {talk}");
        }
    }
}
