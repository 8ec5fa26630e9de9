//! The contract on memory: `predict` takes the model and a constant, whatever the size of its input.
#![cfg(target_os = "linux")]

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

/// The peak resident size of `impute INPUT --model MODEL`, in bytes.
fn peak(input: &Path, model: &Path, output: &Path) -> u64 {
    let mut child = Command::new(env!("CARGO_BIN_EXE_impute"))
        .args([input, "--model".as_ref(), model, "-o".as_ref(), output])
        .args(["--quiet", "--threads=2"])
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
fn sixty_megabytes_of_sentences_take_a_few_megabytes_of_memory() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let toy = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/toy.txt");
    let trained = Command::new(env!("CARGO_BIN_EXE_impute"))
        .args(["train".as_ref(), toy.as_os_str(), "-q".as_ref(), "-o".as_ref()])
        .arg(path("model"))
        .status();
    assert!(trained.unwrap().success());
    let long_word = "letters".repeat(580);
    std::fs::write(path("few"), "A river sold the\n".repeat(10)).unwrap();
    std::fs::write(path("many"), format!("A {long_word} river sold\n").repeat(15_000)).unwrap();
    assert!(std::fs::metadata(path("many")).unwrap().len() > 60_000_000);
    let few = peak(&path("few"), &path("model"), &path("out"));
    let many = peak(&path("many"), &path("model"), &path("out"));
    assert!(few > 1 << 20 && few < 50 << 20, "{few} bytes");
    assert!(many < few + (32 << 20), "{many} bytes for many lines, {few} for few");
}
