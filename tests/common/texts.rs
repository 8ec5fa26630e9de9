//! Texts to train on and to ask about.

use std::path::{Path, PathBuf};

/// A file of the repository.
pub fn repository(path: &str) -> Vec<u8> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

/// 4,000 generated sentences.
pub fn toy_text() -> Vec<u8> {
    repository("tests/golden/toy.txt")
}

/// Sentences of the same kind that are not among them.
pub fn held_out_text() -> Vec<u8> {
    repository("tests/golden/toy-heldout.txt")
}

/// A file of the folder that `IMPUTE_CORPUS` names.
pub fn corpus(name: &str) -> PathBuf {
    let folder = std::env::var_os("IMPUTE_CORPUS").expect("IMPUTE_CORPUS names the folder");
    Path::new(&folder).join(name)
}

/// Lines of `words` words each, drawn from `w0`, `w1` and so on, lower numbers more often; the same in
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

/// The word that was put after one token of `before` to make `after`, if that is all that changed.
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
