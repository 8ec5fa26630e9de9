//! The load generator as the client of those tests that break things: it sends what was not answered again, under the
//! same `Idempotency-Key`, and has every accepted id on disk before it counts.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Stdio};

use uuid::Uuid;

use super::running::program;

/// How it is called, with `--log` or `--collect` and the file of that.
pub fn load(url: &str, arguments: &[&str], log: (&str, &Path)) -> Command {
    let mut command = program();
    command.args(["load", url, "--json", "--quiet", "--keep-going"]);
    if !arguments.contains(&"--patience") {
        command.args(["--patience", "120"]);
    }
    command.args(arguments).arg(log.0).arg(log.1).stdout(Stdio::piped());
    command
}

/// What it was told, by its log: each id, and the number of its text.
pub fn told(log: &Path) -> BTreeMap<Uuid, usize> {
    let line = |line: &str| {
        let mut words = line.split(' ');
        let id = Uuid::try_parse(words.next().unwrap()).unwrap();
        (id, words.next().unwrap().parse().unwrap())
    };
    let log = std::fs::read_to_string(log).unwrap();
    let whole = log.rfind('\n').map_or("", |end| &log[..end]); // a line without its end never counted
    whole.lines().map(line).collect()
}
