//! `impute classes MODEL [WORD...]`: the words of a model's net in classes, or the classes of some words.

use std::path::PathBuf;

use impute::kinds::cluster::{Embedded, Items, Settings, assign_items, learn};
use impute::model::vocabulary::Vocabulary;
use impute::model::words::{SPECIAL, UNK};
use impute::progress::Progress;
use impute::text::printable::quoted;
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
    let Some(embedded) = Embedded::of(model.view()) else {
        anyhow::bail!(
            "{}: a model without a net, which classes are made from; train one with `impute train --net 1M`",
            model.name()
        );
    };
    let mut settings = Settings::default();
    (settings.k, settings.seed) = (args.k.into(), args.seed);
    settings.sample = embedded.len().max(settings.k);
    settings.check(embedded.rows())?;
    let centres = learn(&embedded, &settings, ui)?;
    let found = assign_items(&embedded, &centres);
    let mut list = List {
        vocabulary: model.view().vocabulary,
        of_words: found.iter().map(|found| found.map(|found| found.cluster as usize)).collect(),
        members: vec![Vec::new(); centres.k()],
        count: args.count as usize,
    };
    for (word, class) in list.of_words.iter().enumerate() {
        class.iter().for_each(|&class| list.members[class].push((word + SPECIAL) as u32));
    }
    ui.clear();
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
    vocabulary: Vocabulary<'a>,
    /// (words with embeddings of their own) their classes.
    of_words: Vec<Option<usize>>,
    /// (classes) the ids of their words, the most frequent first.
    members: Vec<Vec<u32>>,
    count: usize,
}

impl List<'_> {
    fn first(&self, class: usize) -> Vec<String> {
        let members = self.members.get(class).into_iter().flatten().take(self.count);
        members.map(|&id| String::from_utf8_lossy(self.vocabulary.word(id)).into_owned()).collect()
    }

    /// A line per class: its number, its size, its words.
    fn all(&self) -> String {
        let mut text = String::new();
        for class in 0..self.members.len() {
            let words = self.first(class).join(" ");
            text += &format!("{class}\t{}\t{words}\n", self.members[class].len());
        }
        text
    }

    fn all_json(&self) -> Value {
        let one = |class: usize| {
            json!({
                "class": class,
                "size": self.members[class].len(),
                "words": self.first(class),
            })
        };
        json!({ "classes": (0..self.members.len()).map(one).collect::<Vec<_>>() })
    }

    /// The class of a word, if the net has an embedding for it.
    fn class(&self, word: &str) -> Option<usize> {
        let id = self.vocabulary.id(word.as_bytes());
        let place = (id as usize).checked_sub(SPECIAL).filter(|_| id != UNK)?;
        self.of_words.get(place).copied().flatten()
    }

    fn word(&self, word: &str, ui: &Ui) -> String {
        match self.class(word) {
            Some(class) => format!("{word}\t{class}\t{}\n", self.first(class).join(" ")),
            None => {
                ui.note(&format!("the net has no embedding for {} alone", quoted(word)));
                format!("{word}\t-\t\n")
            }
        }
    }

    fn word_json(&self, word: &str) -> Value {
        let class = self.class(word);
        let words = class.map(|class| self.first(class));
        json!({ "word": word, "class": class, "words": words })
    }
}
