//! The whole sentences that are known, on one of two sides: to measure on, or to learn from.
//!
//! In: everything that was said, in order. Out: rows of a test with their solutions, and whole sentences; each once.
//! No sentence is on both sides.

use std::collections::HashSet;

use impute::task::Truth;

use super::readable::readable;
use super::split::{essence, is_for_measuring};
use crate::store::Feedback;
use crate::task::Task;

/// A sentence without a word, and the whole one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Its number, which is the same in every export.
    pub id: i64,
    /// Without the word.
    pub test: String,
    /// With it.
    pub solution: String,
}

/// What is known.
#[derive(Debug, Default)]
pub struct Truths {
    /// To measure on, in the order in which it was said.
    pub rows: Vec<Row>,
    /// To learn from, likewise.
    pub whole: Vec<String>,
    /// How many sentences are no use: no word between two others is missing, or `impute` does not read them.
    pub useless: usize,
    seen: HashSet<(String, String)>,
}

impl Truths {
    /// Takes what was said, if it tells a whole sentence.
    pub fn take(&mut self, said: &Feedback, percent: u32) {
        let (Task::Impute, Some(sentence)) = (said.task, &said.sentence) else { return };
        if !readable(sentence) {
            self.useless += 1;
            return;
        }
        if is_for_measuring(sentence, percent) {
            if Truth::find(said.text.as_bytes(), sentence.as_bytes()).is_none() {
                self.useless += 1;
            } else if self.seen.insert((essence(&said.text), essence(sentence))) {
                let (test, solution) = (said.text.clone(), sentence.clone());
                self.rows.push(Row { id: said.seq, test, solution });
            }
        } else if self.seen.insert((String::new(), essence(sentence))) {
            self.whole.push(sentence.clone());
        }
    }

    /// The whole sentences as lines of a file. By its first line a program decides what a file is: one that begins
    /// with a letter or a digit, if there is one, is a text.
    pub fn lines(&self) -> impl Iterator<Item = &str> {
        let plain = |line: &String| line.starts_with(|c: char| c.is_ascii_alphanumeric());
        let first = self.whole.iter().position(plain).unwrap_or_default();
        let (before, rest) = self.whole.split_at(first);
        let (first, after) = rest.split_at(rest.len().min(1));
        first.iter().chain(before).chain(after).map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::task::{Source, Verdict};

    fn said(seq: i64, text: &str, sentence: &str) -> Feedback {
        Feedback {
            seq,
            job: Uuid::new_v4(),
            source: Source::Report,
            created: 0,
            verdict: Verdict::Wrong,
            task: Task::Impute,
            model: "english".into(),
            version: Some(1),
            text: text.into(),
            answer: text.into(),
            word: None,
            gap: None,
            sentence: Some(sentence.into()),
        }
    }

    #[test]
    fn each_once_and_none_on_both_sides() {
        let mut truths = Truths::default();
        for n in 0..300 {
            let whole = format!("the dog {n} saw it .");
            for text in [
                format!("the {n} saw it ."),
                format!("the dog {n} it ."),
                format!("the  {n} saw it ."),
            ] {
                truths.take(&said(n, &text, &whole), 30);
                truths.take(&said(n, &text, &whole), 30);
            }
        }
        let measured: HashSet<&str> = truths.rows.iter().map(|row| row.solution.as_str()).collect();
        assert_eq!(truths.rows.len(), 2 * measured.len());
        assert_eq!(truths.whole.len() + measured.len(), 300);
        assert!(truths.whole.iter().all(|line| !measured.contains(line.as_str())));
        assert!((60..120).contains(&measured.len()));
        assert_eq!(truths.useless, 0);
    }

    #[test]
    fn only_a_word_between_two_others_is_measured() {
        let mut truths = Truths::default();
        truths.take(&said(1, "b c", "a b c"), 100);
        truths.take(&said(2, "a b", "a b c"), 100);
        truths.take(&said(3, "a c", "a b c"), 100);
        truths.take(&said(4, "a c", "a \0 c"), 100);
        truths.take(&Feedback { task: Task::Repair, ..said(5, "a d", "a b d") }, 100);
        truths.take(&Feedback { sentence: None, ..said(6, "a d", "") }, 100);
        let row = Row { id: 3, test: "a c".into(), solution: "a b c".into() };
        assert_eq!((truths.rows, truths.useless), (vec![row], 3));
    }

    #[test]
    fn the_first_line_is_one_of_a_text() {
        let mut truths =
            Truths { whole: vec!["\"id\" a".into(), "{\"".into()], ..Truths::default() };
        assert_eq!(truths.lines().collect::<Vec<_>>(), ["\"id\" a", "{\""]);
        truths.whole.extend(["a".into(), "b".into()]);
        assert_eq!(truths.lines().collect::<Vec<_>>(), ["a", "\"id\" a", "{\"", "b"]);
        assert_eq!(Truths::default().lines().count(), 0);
    }
}
