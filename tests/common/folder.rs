//! The program, and the folder in which a test runs it.

use std::collections::BTreeMap;
use std::path::PathBuf;

use assert_cmd::Command;

use super::models::toy_model;

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
    command.env("IMPUTE_CACHE", concat!(env!("CARGO_TARGET_TMPDIR"), "/cache"));
    command.env("SOURCE_DATE_EPOCH", "1000000000");
    command
}
