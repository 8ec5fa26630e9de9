//! A classifier of topics, trained once for each test program.

use std::sync::OnceLock;

use super::checks::stdout;
use super::folder::Folder;
use super::texts::random;

/// Topics and the words of their texts; texts of the last one are of neither of the others.
const TOPICS: [(&str, [&str; 8]); 3] = [
    ("sport", ["goal", "striker", "league", "coach", "referee", "stadium", "penalty", "kicked"]),
    ("money", ["bank", "shares", "interest", "profit", "credit", "invoice", "taxes", "paid"]),
    ("other:kitchen", ["flour", "butter", "oven", "dough", "whisk", "simmer", "garlic", "spoon"]),
];

/// Lines of a topic, a tab and a text, `each` of every topic; the first `skip` texts of each are left out.
pub fn topics(skip: usize, each: usize) -> String {
    let mut random = random();
    let mut line = |topic: usize| {
        let (label, words) = TOPICS[topic];
        let text: Vec<&str> = (0..4 + random(4)).map(|_| words[random(8)]).collect();
        format!("{label}\t{}\n", text.join(" "))
    };
    let lines: Vec<String> = (0..(skip + each) * 3).map(|i| line(i % 3)).collect();
    lines[skip * 3..].concat()
}

/// The file of a classifier that was trained on the first 100 texts of each topic.
pub fn topic_classifier() -> &'static [u8] {
    static CLASSIFIER: OnceLock<Vec<u8>> = OnceLock::new();
    CLASSIFIER.get_or_init(|| {
        let folder = Folder::with([("topics.tsv", topics(0, 100).as_bytes())]);
        stdout(&mut folder.impute(TRAIN_TOPICS));
        folder.read("topics.kinds")
    })
}

/// How it is trained.
pub const TRAIN_TOPICS: &str =
    "language train topics.tsv -q --steps 20000 --ngrams 2000 -o topics.kinds";
