//! `impute classes MODEL [WORD...]`: the word classes of a model, or those of some words.

use std::path::PathBuf;

use impute::model::classes::Classes as Found;
use impute::model::vocabulary::Vocabulary;
use impute::model::words::UNK;
use impute::progress::Progress;
use serde_json::{Value, json};

use super::args::{Classes, ModelArg};
use super::progress::Ui;
use super::{Need, open_model, print};

pub fn run(args: &Classes, ui: &Ui) -> anyhow::Result<()> {
    let (named, words) = match (&args.model.model, args.named.split_first()) {
        (None, Some((first, words))) => (Some(PathBuf::from(first)), words),
        (model, _) => (model.clone(), &args.named[..]),
    };
    let words: Vec<_> = words.iter().map(|word| word.to_string_lossy()).collect();
    let (model, whole) = open_model(&ModelArg { model: named }, Need::Ngrams)?;
    let Some(classes) = model.classes() else {
        anyhow::bail!(
            "{}: a model without word classes; train it with `impute train --classes 500`",
            model.name()
        );
    };
    let list = List {
        vocabulary: model.view().vocabulary,
        members: classes.members(),
        classes,
        k: args.k as usize,
    };
    let text = match (words.is_empty(), args.json) {
        (true, false) => list.all(),
        (true, true) => format!("{}\n", list.all_json()),
        (false, false) => words.iter().map(|word| list.word(word, ui)).collect(),
        (false, true) => {
            let words: Vec<Value> = words.iter().map(|word| list.word_json(word)).collect();
            format!("{}\n", json!({ "words": words }))
        }
    };
    whole.confirm(ui)?;
    print(text)
}

struct List<'a> {
    classes: &'a Found<'a>,
    vocabulary: Vocabulary<'a>,
    /// (classes) their words, the most frequent first.
    members: Vec<Vec<u32>>,
    k: usize,
}

impl List<'_> {
    fn first(&self, class: usize) -> Vec<String> {
        let members = self.members.get(class).into_iter().flatten().take(self.k);
        members.map(|&id| String::from_utf8_lossy(self.vocabulary.word(id)).into_owned()).collect()
    }

    /// A line per class: its number, its size, its name if it is a fixed one, its words.
    fn all(&self) -> String {
        let mut text = String::new();
        for class in 0..self.members.len() {
            text += &format!("{class}\t{}\t{}\n", self.members[class].len(), self.line(class));
        }
        text
    }

    fn line(&self, class: usize) -> String {
        let words = self.first(class).join(" ");
        match self.classes.name(class) {
            Some(name) if words != name => format!("({name}) {words}").trim_end().to_owned(),
            _ => words,
        }
    }

    fn all_json(&self) -> Value {
        let one = |class: usize| {
            json!({
                "class": class,
                "name": self.classes.name(class),
                "size": self.members[class].len(),
                "words": self.first(class),
            })
        };
        json!({ "classes": (0..self.members.len()).map(one).collect::<Vec<_>>() })
    }

    /// The class of a word, if the model knows it.
    fn class(&self, word: &str) -> Option<usize> {
        let id = self.vocabulary.id(word.as_bytes());
        let known = id != UNK || self.vocabulary.word(UNK) == word.as_bytes();
        known.then(|| self.classes.class(id))
    }

    fn word(&self, word: &str, ui: &Ui) -> String {
        match self.class(word) {
            Some(class) => format!("{word}\t{class}\t{}\n", self.line(class)),
            None => {
                ui.note(&format!("the model does not know {word:?}"));
                format!("{word}\t-\t\n")
            }
        }
    }

    fn word_json(&self, word: &str) -> Value {
        let class = self.class(word);
        let words = class.map(|class| self.first(class));
        let name = class.and_then(|class| self.classes.name(class));
        json!({ "word": word, "class": class, "name": name, "words": words })
    }
}
