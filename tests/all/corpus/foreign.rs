//! How many lines `--language` passes over that it should not, and how many foreign ones it finds.
//!
//! ```sh
//! IMPUTE_CORPUS=folder cargo test --release --test all corpus::foreign -- --ignored --nocapture
//! ```
//!
//! `folder` holds `open-modern.txt.zst`, `news.txt.zst`, `lm1b-dev.txt` and `hn-titles.txt`, and in `languages/` the texts
//! with labels `dev.tsv.zst`, the classes of their lengths `dev.cls.zst`, and `other.tsv.zst`.

use std::collections::BTreeMap;
use std::io::BufRead;

use crate::common::corpus;
use impute::kinds::language::{Classifier, Filter};
use impute::text::input;

fn lines(name: &str) -> impl Iterator<Item = String> {
    input::open(&corpus(name)).unwrap().reader.lines().map(Result::unwrap)
}

/// Of the texts of each group, how many there are and how many are taken for foreign.
type Shares = BTreeMap<String, (u64, u64)>;

fn percent(shares: &Shares, group: &str) -> f64 {
    let (all, foreign) = shares[group];
    100.0 * foreign as f64 / all as f64
}

#[test]
#[ignore = "needs IMPUTE_CORPUS"]
fn hardly_a_line_is_lost_and_most_foreign_sentences_are_found() {
    let filter = Filter::new(Classifier::shipped().unwrap(), "en").unwrap();
    let mut sieve = filter.sieve();
    let mut shares = Shares::new();
    let mut see = |group: &str, text: &str| {
        let (all, foreign) = shares.entry(group.to_owned()).or_default();
        *all += 1;
        *foreign += u64::from(sieve.is_foreign(text.as_bytes()));
    };
    for (name, step) in [
        ("open-modern.txt.zst", 1),
        ("news.txt.zst", 20),
        ("lm1b-dev.txt", 1),
        ("hn-titles.txt", 1),
    ] {
        lines(name).step_by(step).for_each(|line| see(name, &line));
    }
    for (line, class) in lines("languages/dev.tsv.zst").zip(lines("languages/dev.cls.zst")) {
        let (label, text) = line.split_once('\t').unwrap();
        let (class, _) = class.split_once('\t').unwrap();
        let kind = if label == "en" { "English" } else { "foreign" };
        see(&format!("{kind} {class}"), text);
    }
    for line in lines("languages/other.tsv.zst") {
        see("not among the labels", line.split_once('\t').unwrap().1);
    }
    for (group, (all, _)) in &shares {
        println!("| {group} | {all} | {:.2} % |", percent(&shares, group));
    }
    assert!(percent(&shares, "open-modern.txt.zst") < 0.1);
    assert!(percent(&shares, "news.txt.zst") < 0.1);
    assert!(percent(&shares, "lm1b-dev.txt") < 0.3);
    assert!(percent(&shares, "English sentences") < 0.5);
    assert!(percent(&shares, "foreign sentences") > 98.5);
    assert!(percent(&shares, "foreign paragraphs") > 99.5);
}
