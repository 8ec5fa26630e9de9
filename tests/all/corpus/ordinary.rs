//! Ordinary text is cut as the training text was.
//!
//! ```sh
//! IMPUTE_CORPUS=folder cargo test --test all corpus::ordinary -- --ignored --nocapture
//! ```
//!
//! `folder` holds `lm1b-dev.txt`.

use crate::common::corpus;
use impute::text::ordinary::sentences;

/// Writes tokens as people do.
fn ordinary(line: &str) -> String {
    let (mut text, mut quotes, mut glued) = (String::new(), 0, true);
    for token in line.split(' ').filter(|token| !token.is_empty()) {
        let (mut left, mut right) = (
            matches!(token, "," | "." | ";" | ":" | "?" | "!" | "%" | ")" | "]" | "..." | "/"),
            matches!(token, "(" | "[" | "$" | "£" | "#" | "/"),
        );
        left |= matches!(token, "'s" | "'t" | "'re" | "'ve" | "'m" | "'ll" | "'d");
        if token == "\"" {
            quotes += 1;
            (left, right) = (quotes % 2 == 0, quotes % 2 == 1);
        }
        if !left && !glued {
            text.push(' ');
        }
        text.push_str(token);
        glued = right;
    }
    text
}

#[test]
#[ignore = "needs IMPUTE_CORPUS"]
fn sentences_written_as_people_do_give_their_tokens_back() {
    let text = std::fs::read(corpus("lm1b-dev.txt")).unwrap();
    let text = String::from_utf8_lossy(&text).into_owned();
    let (mut same, mut whole, mut all) = (0, 0, 0);
    for line in text.lines() {
        let found = sentences(ordinary(line).as_bytes());
        let lines: Vec<String> =
            found.iter().map(|s| String::from_utf8_lossy(&s.line()).into_owned()).collect();
        all += 1;
        whole += usize::from(lines.len() == 1);
        if lines.join(" ") == line {
            same += 1;
        } else if all < 2000 {
            println!("{line}\n{}\n", lines.join(" | "));
        }
    }
    let share = |n: usize| n as f64 / f64::from(all);
    println!("tokens back: {:.4}; one sentence: {:.4}", share(same), share(whole));
    assert!(share(same) > 0.95 && share(whole) > 0.95, "{same} {whole} of {all}");
}
