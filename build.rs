//! Asks git which commit the program is built from, for `impute --version`. Without git, or for a packaged
//! crate without that information, the version stands alone; nothing here makes a build fail.
//!
//! A release build is made anew when HEAD moves or the sources change, so that it can say when they differ
//! from the commit: it watches HEAD and the branch that HEAD names (in a worktree these are in two folders,
//! and a branch may be packed). A debug build would recompile everything for every commit; it only says
//! that it is one.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::Command;

/// What the program is built from; no other change makes it a different program.
const SOURCES: [&str; 6] =
    ["build.rs", "Cargo.lock", "Cargo.toml", "data/english", "data/languages", "src"];

fn main() {
    let version = std::env::var("CARGO_PKG_VERSION").unwrap_or_default();
    println!("cargo::rerun-if-changed=build.rs");
    let commit = match std::env::var("PROFILE").as_deref() {
        Ok("release") => packaged().or_else(checked_out),
        _ => Some("debug".to_owned()),
    };
    let version = commit.map_or(version.clone(), |commit| format!("{version} ({commit})"));
    println!("cargo::rustc-env=IMPUTE_VERSION={version}");
    for source in ["src", "Cargo.lock"].iter().filter(|source| Path::new(source).exists()) {
        println!("cargo::rerun-if-changed={source}");
    }
    let mut hasher = DefaultHasher::new();
    hash(Path::new("src"), &mut hasher);
    hash(Path::new("Cargo.lock"), &mut hasher);
    println!("cargo::rustc-env=IMPUTE_SOURCES={:016x}", hasher.finish());
}

/// Adds what is in a file, or in all files of a folder: what the program keeps is not taken by another build of it.
fn hash(path: &Path, hasher: &mut DefaultHasher) {
    if let Ok(entries) = std::fs::read_dir(path) {
        let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
        paths.sort();
        paths.iter().for_each(|path| hash(path, hasher));
    } else {
        (path, std::fs::read(path).unwrap_or_default()).hash(hasher);
    }
}

/// The commit that `cargo package` recorded.
fn packaged() -> Option<String> {
    const INFO: &str = ".cargo_vcs_info.json";
    let info = std::fs::read_to_string(INFO).ok()?;
    println!("cargo::rerun-if-changed={INFO}");
    let hash = info.split("\"sha1\"").nth(1)?.split('"').nth(1)?;
    let is_hash = hash.len() >= 7 && hash.bytes().all(|b| b.is_ascii_hexdigit());
    is_hash.then(|| hash[..7].to_owned())
}

/// The commit that is checked out, its day, and whether the sources have changed since.
fn checked_out() -> Option<String> {
    let here = std::env::current_dir().ok()?.canonicalize().ok()?;
    let top = PathBuf::from(git(&["rev-parse", "--show-toplevel"])?).canonicalize().ok()?;
    // A copy of the sources inside another repository has no commit of its own.
    if top != here {
        return None;
    }
    for source in SOURCES.iter().filter(|source| Path::new(source).exists()) {
        println!("cargo::rerun-if-changed={source}");
    }
    watch("HEAD");
    match git(&["symbolic-ref", "--quiet", "HEAD"]) {
        // A branch without a file of its own is packed, and gets one with the next commit.
        Some(branch) if !watch(&branch) => {
            watch("packed-refs");
            branch.rsplit_once('/').is_some_and(|(folder, _)| watch(folder))
        }
        _ => true,
    };
    let commit = git(&["log", "-1", "--abbrev=7", "--format=%h %cd", "--date=short"])?;
    let (hash, day) = commit.split_once(' ')?;
    let mut changes = vec!["diff", "--quiet", "HEAD", "--"];
    changes.extend(SOURCES);
    let changed = if git(&changes).is_some() { "" } else { "-dirty" };
    Some(format!("{hash}{changed} {day}"))
}

/// Rebuilds when a file of the repository changes; returns whether that file exists.
fn watch(name: &str) -> bool {
    let path = git(&["rev-parse", "--git-path", name]).map(PathBuf::from);
    let Some(path) = path.filter(|path| path.exists()) else {
        return false;
    };
    println!("cargo::rerun-if-changed={}", path.display());
    true
}

/// What git prints, if it succeeds. It may not write to the repository: that would look like a change.
fn git(args: &[&str]) -> Option<String> {
    let output = Command::new("git").arg("--no-optional-locks").args(args).output().ok()?;
    output.status.success().then_some(())?;
    Some(String::from_utf8(output.stdout).ok()?.trim().to_owned())
}
