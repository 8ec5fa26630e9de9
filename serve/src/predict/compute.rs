//! Texts in, outcomes out, on the thread that asks.
//!
//! The texts of a piece are predicted together, because the net is faster on many. If that panics, each is tried by
//! itself, and only the one that panics again fails.

use std::panic::{AssertUnwindSafe, catch_unwind};

use impute::kinds::language::{Classifier, UNKNOWN};
use impute::repair::apply;
use impute::solve::k_best::KBest;
use impute::text::ordinary::sentences;
use impute::{Method, Worker};

use super::explaining::{explained, word};
use super::model::{Kind, Model, Ngrams};
use crate::fault;
use crate::task::rows::Kept;
use crate::task::{
    Alternative, Answer, Asked, Imputed, Inserted, Inserting, LabelProbability, Language, Outcome,
    Pair, Place, Repaired, Repairing, Task,
};

/// How many words of a likely gap an explanation lists.
const EXPLAINED: usize = 5;

/// A text and what is asked of it.
#[derive(Debug, Clone)]
pub struct Text {
    /// What is to be done.
    pub task: Task,
    /// What else is asked.
    pub asked: Asked,
    /// The text.
    pub text: String,
}

/// An outcome, or why there is none.
pub type Result<T> = std::result::Result<T, String>;

/// The sentence of a row with what was missing, and whether it was changed.
pub type RowAnswer = Result<(Vec<u8>, bool)>;

impl Model {
    /// The outcome of each text; `languages` tells the language where that is asked too.
    pub fn outcomes(&self, texts: &[Text], languages: Option<&Model>) -> Vec<Result<Outcome>> {
        each(texts, |texts| self.together(texts, languages))
    }

    /// The sentences of rows with what was missing, and whether each was changed.
    pub fn rows(&self, rows: &[Kept], inserting: Inserting) -> Vec<RowAnswer> {
        let Kind::Ngrams(ngrams) = &self.kind else {
            return rows.iter().map(|_| Err(no_model_for(self, Task::Impute))).collect();
        };
        each(rows, |rows| {
            rows.iter().for_each(|row| fault::meets(row.sentence()));
            let sentences: Vec<&str> = rows.iter().map(Kept::sentence).collect();
            let answers =
                ngrams.with(inserting, |worker| worker.answer_all(&sentences, Method::Posterior));
            let row = |answer: impute::Answer| Ok((answer.sentence, answer.insert.is_some()));
            answers.into_iter().map(row).collect()
        })
    }

    fn together(&self, texts: &[Text], languages: Option<&Model>) -> Vec<Result<Outcome>> {
        texts.iter().for_each(|text| fault::meets(&text.text));
        let languages = languages.and_then(Model::classifier);
        let answers = match &self.kind {
            Kind::Ngrams(ngrams) => ngrams.answers(self, texts, languages),
            Kind::Classifier(classifier) => {
                let mut reader = classifier.reader();
                let tell = |text: &Text| match text.task {
                    Task::Language => Ok(Answer::Language(language(classifier, &mut reader, text))),
                    task => Err(no_model_for(self, task)),
                };
                texts.iter().map(tell).collect()
            }
        };
        let outcome = |answer| Outcome { model: self.name.clone(), version: self.version, answer };
        answers.into_iter().map(|answer: Result<Answer>| answer.map(outcome)).collect()
    }

    /// Answers a few texts, so that what is made or read when it is first needed is there.
    pub fn warm(&self) {
        let text = |task| Text {
            task,
            asked: Asked { explain: true, ..Asked::default() },
            text: "The president said on Tuesday that he not going to the meeting .".to_owned(),
        };
        let texts = Task::ALL.map(text);
        for text in texts.iter().filter(|text| self.can(text.task).is_ok()) {
            drop(self.outcomes(std::slice::from_ref(text), None));
        }
    }

    fn classifier(&self) -> Option<&Classifier> {
        match &self.kind {
            Kind::Classifier(classifier) => Some(classifier),
            Kind::Ngrams(_) => None,
        }
    }

    /// Whether it can do a task, and if not, why.
    ///
    /// # Errors
    /// A sentence for the one who asks.
    pub fn can(&self, task: Task) -> Result<()> {
        match (&self.kind, task) {
            (Kind::Ngrams(_), Task::Impute) | (Kind::Classifier(_), Task::Language) => Ok(()),
            (Kind::Ngrams(ngrams), Task::Repair) if ngrams.repairer.is_some() => Ok(()),
            _ => Err(no_model_for(self, task)),
        }
    }
}

fn no_model_for(model: &Model, task: Task) -> String {
    let name = &model.name;
    match (&model.kind, task) {
        (Kind::Ngrams(_), Task::Repair) => format!(
            "the model {name} does not know when nothing is missing; `impute tune` fits that"
        ),
        _ => format!("the model {name} does not do the task {}", task.name()),
    }
}

/// Does the work for all together, or, where that panics, for each.
fn each<I, O>(items: &[I], work: impl Fn(&[I]) -> Vec<Result<O>>) -> Vec<Result<O>> {
    let guarded = |items: &[I]| catch_unwind(AssertUnwindSafe(|| work(items)));
    if let Ok(done) = guarded(items) {
        return done;
    }
    let alone = |item: &I| {
        let done = guarded(std::slice::from_ref(item)).ok().and_then(|mut done| done.pop());
        done.unwrap_or_else(|| Err("the model could not answer this text".to_owned()))
    };
    items.iter().map(alone).collect()
}

impl Ngrams {
    /// Lends a worker.
    fn with<T>(&self, inserting: Inserting, work: impl FnOnce(&mut Worker<'_>) -> T) -> T {
        let [words, any] = &self.workers;
        match inserting {
            Inserting::Words => words.with(work),
            Inserting::Any => any.with(work),
        }
    }

    fn answers(
        &self,
        model: &Model,
        texts: &[Text],
        languages: Option<&Classifier>,
    ) -> Vec<Result<Answer>> {
        let mut answers: Vec<Result<Answer>> =
            texts.iter().map(|text| Err(no_model_for(model, text.task))).collect();
        for inserting in [Inserting::Words, Inserting::Any] {
            let of = |text: &Text| text.task == Task::Impute && text.asked.insert == inserting;
            let places: Vec<usize> = (0..texts.len()).filter(|&at| of(&texts[at])).collect();
            if places.is_empty() {
                continue;
            }
            let these: Vec<&str> = places.iter().map(|&at| texts[at].text.as_str()).collect();
            let most = places.iter().map(|&at| texts[at].asked.top).max().unwrap_or_default();
            self.with(inserting, |worker| {
                let found = worker.k_best(&these, Method::Posterior, most);
                for (&at, best) in places.iter().zip(found) {
                    answers[at] = Ok(Answer::Impute(Box::new(imputed(worker, &texts[at], best))));
                }
            });
        }
        if let Some(repairer) = &self.repairer {
            let places = (0..texts.len()).filter(|&at| texts[at].task == Task::Repair);
            for at in places {
                let text = texts[at].text.as_bytes();
                let sentences = sentences(text);
                let all: Vec<_> = sentences.iter().collect();
                let found = self.with(Inserting::Words, |worker| repairer.repair(worker, &all));
                answers[at] = Ok(Answer::Repair(repaired(text, &found.concat())));
            }
        }
        if let Some(classifier) = languages {
            let mut reader = classifier.reader();
            for (text, answer) in texts.iter().zip(&mut answers) {
                let told = match answer {
                    Ok(Answer::Impute(imputed)) => &mut imputed.language,
                    Ok(Answer::Repair(repaired)) => &mut repaired.language,
                    _ => continue,
                };
                *told = text.asked.language.then(|| language(classifier, &mut reader, text));
            }
        }
        answers
    }
}

fn imputed(worker: &mut Worker<'_>, text: &Text, best: KBest) -> Imputed {
    let solver = worker.solver();
    let sentence = text.text.as_bytes();
    let place = |gap| Place::after(sentence, gap);
    let lossy = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let inserted = best.answer.insert.as_ref().map(|insert| Inserted {
        text: insert.text.clone(),
        place: place(insert.gap),
        is_word: best.answer.is_word,
        gap_probability: best.gap_probability,
        word_probability: best.word_probability,
    });
    let top = best.top.iter().take(text.asked.top).map(|pair| Pair {
        word: word(solver, pair.word),
        place: place(pair.gap),
        probability: pair.gap_probability.map(|gap| gap * pair.word_probability),
        gain: pair.gain,
    });
    let top = top.collect();
    let known = match text.asked.explain {
        true => worker.explain(sentence, EXPLAINED),
        false => None,
    };
    Imputed {
        text: lossy(&best.answer.sentence),
        inserted,
        expected: best.answer.expected,
        unchanged: best.unchanged,
        gain: best.answer.gain,
        top,
        explanation: known.map(|known| explained(solver, &text.text, &known)),
        language: None,
    }
}

fn repaired(text: &[u8], insertions: &[impute::repair::Insertion]) -> Repaired {
    let lossy = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let repairing = |insertion: &impute::repair::Insertion| Repairing {
        offset: insertion.place.at,
        insert: lossy(&insertion.place.text),
        word: lossy(&insertion.word),
        probability: insertion.probability,
        gap_probability: insertion.gap_probability,
        alternatives: insertion
            .alternatives
            .iter()
            .map(|(word, probability)| Alternative { word: lossy(word), probability: *probability })
            .collect(),
    };
    Repaired {
        text: lossy(&apply(text, insertions.iter())),
        insertions: insertions.iter().map(repairing).collect(),
        language: None,
    }
}

fn language(
    classifier: &Classifier,
    reader: &mut impute::kinds::language::Reader<'_>,
    text: &Text,
) -> Language {
    let posterior = reader.read(&text.text);
    let guess = posterior.guess();
    let labels = classifier.labels();
    let named = |label: usize| labels.get(label).cloned().unwrap_or_default();
    let top = posterior.likeliest(text.asked.top).into_iter();
    Language {
        label: guess.label.map_or_else(|| UNKNOWN.to_owned(), named),
        probability: f64::from(guess.probability),
        top: top
            .map(|(label, p)| LabelProbability { label: named(label), probability: f64::from(p) })
            .collect(),
    }
}
