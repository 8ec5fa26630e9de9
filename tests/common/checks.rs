//! Running a command that must succeed, or fail in the right way.

use assert_cmd::Command;
use serde_json::Value;

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

/// The standard output of a command that must succeed, as text.
#[track_caller]
pub fn said(command: &mut Command) -> String {
    String::from_utf8(stdout(command)).unwrap()
}

/// The standard output of a command that must succeed, as JSON.
#[track_caller]
pub fn json_of(command: &mut Command) -> Value {
    serde_json::from_slice(&stdout(command)).unwrap()
}

/// The standard output of a command that must succeed, as one JSON object per line.
#[track_caller]
pub fn json_lines(command: &mut Command) -> Vec<Value> {
    let lines = said(command);
    assert!(lines.is_empty() || lines.ends_with('\n'), "{lines}");
    lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// A number in JSON.
#[track_caller]
pub fn number(value: &Value, name: &str) -> f64 {
    value[name].as_f64().unwrap_or_else(|| panic!("{name} is not a number in {value}"))
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
