//! The contract on memory: `predict` takes the model and a constant, whatever the size of its input.
#![cfg(target_os = "linux")]

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

/// The peak resident size of `impute INPUT`, in bytes.
fn peak(input: &Path, output: &Path) -> u64 {
    let mut child = Command::new(env!("CARGO_BIN_EXE_impute"))
        .args([input, Path::new("-o"), output, Path::new("--quiet"), Path::new("--threads=2")])
        .env_remove("IMPUTE_MODEL")
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let mut peak = 0;
    // The high-water mark only rises, so that its last reading is near enough.
    while child.try_wait().unwrap().is_none() {
        let status = std::fs::read_to_string(format!("/proc/{}/status", child.id()));
        let line = status.iter().flat_map(|s| s.lines()).find(|line| line.starts_with("VmHWM:"));
        if let Some(kilobytes) = line.and_then(|line| line.split_whitespace().nth(1)) {
            peak = kilobytes.parse::<u64>().unwrap() * 1024;
        }
        std::thread::sleep(Duration::from_millis(2));
    }
    assert!(child.wait().unwrap().success());
    peak
}

#[test]
fn forty_megabytes_of_input_take_no_more_memory_than_a_few_lines() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    std::fs::write(path("few"), "two words\n".repeat(10)).unwrap();
    let long_words = "wordswithoutspaces".repeat(100);
    std::fs::write(path("many"), format!("{long_words} x\n").repeat(22_000)).unwrap();
    assert!(std::fs::metadata(path("many")).unwrap().len() > 39_000_000);
    let (few, many) = (peak(&path("few"), &path("out")), peak(&path("many"), &path("out")));
    assert_eq!(std::fs::read(path("out")).unwrap(), std::fs::read(path("many")).unwrap());
    assert!(few > 20 << 20, "{few} bytes");
    assert!(many < few + (32 << 20), "{many} bytes for many lines, {few} for few");
}
