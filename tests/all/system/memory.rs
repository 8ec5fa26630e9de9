//! The contract on memory: `predict` takes the model and a constant, whatever the size of its input;
//! `train` takes no more than it is given.
#![cfg(target_os = "linux")]

use std::ffi::OsStr;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::common::{random_text, toy_model};

/// The peak resident size of `impute INPUT --model MODEL`, in bytes.
fn peak(input: &Path, model: &Path, output: &Path) -> u64 {
    let [m, o] = ["--model", "-o"].map(OsStr::new);
    let args = [input.as_os_str(), m, model.as_os_str(), o, output.as_os_str()];
    let (peak, success) = peak_of(&args);
    assert!(success);
    peak
}

/// The peak resident size of `impute ARGS`, in bytes, and whether it succeeded.
fn peak_of(args: &[&OsStr]) -> (u64, bool) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_impute"))
        .args(args)
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
    (peak, child.wait().unwrap().success())
}

#[test]
fn sixty_megabytes_of_sentences_take_a_few_megabytes_of_memory() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let long_word = "letters".repeat(580);
    std::fs::write(path("few"), "A river sold the\n".repeat(10)).unwrap();
    std::fs::write(path("many"), format!("A {long_word} river sold\n").repeat(15_000)).unwrap();
    assert!(std::fs::metadata(path("many")).unwrap().len() > 60_000_000);
    let few = peak(&path("few"), toy_model(), &path("out"));
    let many = peak(&path("many"), toy_model(), &path("out"));
    assert!(few > 1 << 20 && few < 50 << 20, "{few} bytes");
    assert!(many < few + (32 << 20), "{many} bytes for many lines, {few} for few");
}

/// The peak resident size of a command that reads `text` and may take `megabytes` MiB, in MiB, and whether
/// it succeeded.
fn peak_within(text: &str, command: &str, megabytes: u64) -> (f64, bool) {
    let folder = tempfile::tempdir().unwrap();
    let (input, output) = (folder.path().join("text"), folder.path().join("out"));
    std::fs::write(&input, text).unwrap();
    let memory = format!("-S{megabytes}M");
    let mut args: Vec<&OsStr> = command.split(' ').map(OsStr::new).collect();
    let output = ["-o".as_ref(), output.as_os_str(), memory.as_ref()];
    args.extend([input.as_os_str()].into_iter().chain(output));
    let (peak, success) = peak_of(&args);
    (peak as f64 / f64::from(1 << 20), success)
}

#[track_caller]
fn stays_within(text: &str, command: &str, megabytes: u64) {
    let (peak, success) = peak_within(text, command, megabytes);
    assert!(success, "{command}");
    assert!(peak > 10.0, "{command}: {peak:.1} MiB");
    assert!(peak <= megabytes as f64, "{command}: {peak:.1} of {megabytes} MiB");
}

/// Words as frequent as in a real text, and very many of them.
fn skewed_text(lines: usize, words: usize) -> String {
    let mut state = 1u64;
    let mut random = move || {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as f64 / f64::from(1u32 << 31)
    };
    let mut line = || {
        let words: Vec<String> =
            (0..20).map(|_| format!("w{}", (words as f64).powf(random()) as usize)).collect();
        words.join(" ") + "\n"
    };
    (0..lines).map(|_| line()).collect()
}

#[test]
fn a_text_with_frequent_words_takes_no_more_memory_than_is_given() {
    let text = skewed_text(60_000, 30_000);
    for (command, megabytes) in [
        ("train --no-lists --held-out 0", 56),
        ("train --order 5 --no-lists --held-out 0", 96),
        ("train --held-out 0", 112),
    ] {
        stays_within(&text, command, megabytes);
    }
}

#[test]
fn training_a_net_takes_no_more_memory_than_is_given() {
    let text = skewed_text(30_000, 30_000);
    stays_within(&text, "train --net 1000 --net-size small --no-lists --held-out 0", 600);
}

#[test]
fn more_words_than_fit_are_refused_before_they_take_more_memory_than_is_given() {
    let mut text = String::new();
    for i in 0..1_500_000 {
        text += &format!("a{i}{}", if i % 10 == 9 { '\n' } else { ' ' });
    }
    for command in ["count", "train --no-lists --held-out 0"] {
        let (peak, success) = peak_within(&text, command, 64);
        assert!(!success && peak <= 64.0, "{command}: {peak:.1} MiB, {success}");
    }
}

#[test]
fn counting_takes_no_more_memory_than_it_is_given() {
    stays_within(&random_text(250_000, 20, 2000), "count", 48);
}

/// A text of which order 3 has few contexts and many n-grams.
fn text_for_order_3() -> String {
    let text = random_text(250_000, 20, 600);
    assert!(text.len() > 20_000_000);
    text
}

#[test]
fn training_takes_no_more_memory_than_it_is_given() {
    stays_within(&text_for_order_3(), "train --no-lists --held-out 0", 64);
}

#[test]
fn making_posting_lists_takes_no_more_memory_than_it_is_given() {
    stays_within(&text_for_order_3(), "train --held-out 0", 96);
}

#[test]
fn calibrating_takes_no_more_memory_than_it_is_given() {
    stays_within(&text_for_order_3(), "train --net none", 256);
}

#[test]
fn a_short_text_is_fitted_with_little_memory() {
    let text = skewed_text(12_000, 5000);
    stays_within(&text, "train", 64);
    let (peak, success) = peak_within(&text, "train", 32);
    assert!(!success && peak <= 32.0, "{peak:.1} MiB");
}

/// The same for order 5.
fn text_for_order_5() -> String {
    random_text(80_000, 20, 100)
}

#[test]
fn training_order_5_takes_no_more_memory_than_it_is_given() {
    stays_within(&text_for_order_5(), "train --order 5 --no-lists --held-out 0", 80);
}

#[test]
fn making_a_compact_model_takes_no_more_memory_than_it_is_given() {
    stays_within(&text_for_order_5(), "train --order 5 --compact --held-out 0", 80);
}

#[test]
fn training_that_needs_more_memory_than_it_is_given_refuses_and_does_not_take_it() {
    let text = random_text(250_000, 20, 2000);
    for megabytes in [40, 48, 64, 96] {
        let (peak, _) = peak_within(&text, "train --no-lists --held-out 0", megabytes);
        assert!(peak <= megabytes as f64, "{peak:.1} of {megabytes} MiB");
    }
}
