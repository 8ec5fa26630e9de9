//! What the tests of the command line share: a folder of its own for each test, and a toy model.

#![allow(dead_code, unused_imports, unused_macros)] // every test file uses a part of it

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

pub use assert_cmd::Command;
use impute::model::Model;
use impute::model::build::{self, Extras, Lists};
use impute::model::format::Writer;
use impute::progress::Silent;
use impute::train::{Config, Resources, Sources, Trained, train};

/// `Config { order: 2, ..Config::default() }` of a type that only its own crate may write so.
macro_rules! options {
    ($type:ident { $($field:ident $(: $value:expr)?,)+ ..$base:expr }) => {{
        let mut options: $type = $base;
        $(options.$field = options!(@ $field $($value)?);)+
        options
    }};
    (@ $field:ident) => { $field };
    (@ $field:ident $value:expr) => { $value };
}
pub(crate) use options;

/// A temporary folder in which the program runs.
pub struct Folder(tempfile::TempDir);

impl Folder {
    /// A folder with these files in it.
    pub fn with<const N: usize>(files: [(&str, &[u8]); N]) -> Self {
        let folder = Folder(tempfile::tempdir().unwrap());
        for (name, bytes) in files {
            folder.write(name, bytes);
        }
        folder
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        std::fs::write(self.path(name), bytes).unwrap();
    }

    pub fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.path(name)).unwrap()
    }

    /// Everything in the folder, hidden files included, by name; folders have no bytes.
    pub fn content(&self) -> BTreeMap<PathBuf, Option<Vec<u8>>> {
        let entries = std::fs::read_dir(self.0.path()).unwrap();
        let paths = entries.map(|entry| entry.unwrap().path());
        paths.map(|p| (p.clone(), std::fs::read(p).ok())).collect()
    }

    /// The program in this folder, with arguments separated by spaces, and the toy model.
    pub fn impute(&self, args: &str) -> Command {
        let mut command = bare();
        command.env("IMPUTE_MODEL", toy_model());
        command.current_dir(self.0.path()).args(args.split(' '));
        command
    }

    /// The same with the model that ships with the program.
    pub fn shipped(&self, args: &str) -> Command {
        let mut command = self.impute(args);
        command.env_remove("IMPUTE_MODEL");
        command
    }

    /// A line of shell in which `$0` is the program, with the toy model.
    pub fn shell(&self, line: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", line, env!("CARGO_BIN_EXE_impute")]);
        command.env("IMPUTE_MODEL", toy_model());
        command.current_dir(self.0.path());
        command
    }
}

/// The program with the environment that every test wants.
pub fn bare() -> Command {
    let mut command = assert_cmd::cargo::cargo_bin_cmd!("impute");
    command.env_remove("IMPUTE_MODEL");
    command.env("SOURCE_DATE_EPOCH", "1000000000");
    command
}

/// A file of the repository.
pub fn repository(path: &str) -> Vec<u8> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

/// 4,000 generated sentences.
pub fn toy_text() -> Vec<u8> {
    repository("tests/golden/toy.txt")
}

/// Lines of so many words each, drawn from `w0`, `w1` and so on, lower numbers more often; the same in
/// every run.
pub fn random_text(lines: usize, words: usize, vocabulary: usize) -> String {
    let mut random = random();
    let mut text = String::with_capacity(lines * words * 5);
    for _ in 0..lines {
        for at in 0..words {
            let word = random(vocabulary).min(random(vocabulary));
            text += &format!("{}w{word}", if at == 0 { "" } else { " " });
        }
        text.push('\n');
    }
    text
}

/// Pseudo-random numbers below what is asked for, the same in every run.
pub fn random() -> impl FnMut(usize) -> usize {
    let mut state = 1u64;
    move |below| {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (state >> 33) as usize % below
    }
}

/// A model of [`toy_text`], trained once for each test program.
pub fn toy_model() -> &'static Path {
    static MODEL: OnceLock<PathBuf> = OnceLock::new();
    MODEL.get_or_init(|| {
        let name = format!("toy-{}.impute", env!("CARGO_CRATE_NAME"));
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let mut train = bare();
        train.args(["train", "-", "-q", "-o"]).arg(&path);
        train.write_stdin(toy_text()).assert().success();
        path
    })
}

/// A text as training reads it.
pub fn train_text(text: &str, config: &Config) -> Trained {
    let folder = Folder::with([("text", text.as_bytes())]);
    let texts = [folder.path("text")];
    let sources = Sources::new(&texts, &[]);
    train(sources, config, &Resources::default(), &Silent).unwrap()
}

/// The model of what was trained, with posting lists.
pub fn model_of(trained: &Trained) -> Model<Vec<u8>> {
    let Trained { words, core, header, .. } = trained;
    let lists = Lists::With { memory: 1 << 20 };
    let out = std::io::Cursor::new(Vec::new());
    let file =
        build::write(words, core, Extras::default(), header.clone(), lists, out, &Silent).unwrap();
    Model::from_bytes(file.into_inner()).unwrap()
}

/// A model with one section changed and right checksums: what no accident makes.
pub fn forged(intact: &[u8], name: &str, change: impl Fn(&mut Vec<u8>)) -> Vec<u8> {
    let model = Model::from_bytes(intact).unwrap();
    let mut file = Writer::new(std::io::Cursor::new(Vec::new())).unwrap();
    for section in &model.directory().sections {
        let [start, end] = [section.offset, section.offset + section.length].map(|at| at as usize);
        let mut content = intact[start..end].to_vec();
        if section.name == name {
            change(&mut content);
        }
        file.section(section.name.as_str(), &content).unwrap();
    }
    file.finish(model.header().clone()).unwrap().into_inner()
}

/// Runs a command that must succeed; its standard output and standard error.
#[track_caller]
pub fn succeed(command: &mut Command) -> (Vec<u8>, String) {
    let output = command.output().unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(0), "{stderr}");
    (output.stdout, stderr)
}

/// The standard output of a command that must succeed.
#[track_caller]
pub fn stdout(command: &mut Command) -> Vec<u8> {
    succeed(command).0
}

/// Runs a command that must fail with exit code 1 and one line that names all `parts` and a remedy.
#[track_caller]
pub fn refused(command: &mut Command, parts: &[&str]) -> String {
    let output = command.output().unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{stderr}");
    assert_eq!(String::from_utf8_lossy(&output.stdout), "", "data before {stderr}");
    assert!(stderr.starts_with("error: "), "{stderr}");
    assert!(stderr.ends_with('\n'), "{stderr}");
    assert_eq!(stderr.lines().count(), 1, "{stderr}");
    assert!(stderr.contains("; "), "no remedy: {stderr}");
    for part in parts {
        assert!(stderr.contains(part), "{part} is not in: {stderr}");
    }
    stderr
}

/// Runs a command that must fail as a usage error that names `part`.
#[track_caller]
pub fn misused(command: &mut Command, part: &str) {
    let output = command.output().unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{stderr}");
    assert!(stderr.starts_with("error: "), "{stderr}");
    assert!(stderr.contains(part), "{part} is not in: {stderr}");
    assert!(output.stdout.is_empty());
}

/// The word that was put behind one token of `before` to make `after`, if that is all that changed.
pub fn inserted<'a>(before: &str, after: &'a str) -> Option<&'a str> {
    (0..=before.len()).filter(|&at| before.is_char_boundary(at)).find_map(|at| {
        let (left, right) = before.split_at(at);
        let between = !left.ends_with(' ') && (right.is_empty() || right.starts_with(' '));
        let word = after.strip_prefix(left)?.strip_suffix(right)?;
        let word = word.strip_prefix(' ')?;
        (between && !word.contains(' ')).then_some(word)
    })
}

/// The rows of a CSV of the competition: id and sentence.
pub fn rows(csv: &[u8]) -> Vec<(String, String)> {
    let text = std::str::from_utf8(csv).unwrap();
    let body = text.strip_prefix("\"id\",\"sentence\"\n").unwrap();
    let row = |line: &str| {
        let (id, field) = line.split_once(",\"").unwrap();
        let sentence = field.strip_suffix('"').unwrap().replace("\"\"", "\"");
        (id.to_owned(), sentence)
    };
    body.lines().map(row).collect()
}
