//! A text scored at once is a text scored word by word, and by tables as without.

use std::io::Cursor;

use crate::common::{
    Folder, model_of, open, options, random, random_text, stdout, succeed, train_text,
};
use impute::model::Model;
use impute::model::build::{self, Extras, Lists};
use impute::model::core::Core;
use impute::model::words::{BOS, EOS};
use impute::progress::Silent;
use impute::query::{Scorer, Totals};
use impute::train::{Config, HeldOut, Trained};

fn assert_equal(core: &Core<'_>, text: &[u32]) {
    let mut scores = vec![];
    core.score(text, &mut scores);
    assert_eq!(scores.len(), text.len());
    let mut history = core.state(&[]);
    for (i, (&word, score)) in text.iter().zip(&scores).enumerate() {
        if word == BOS {
            assert_eq!(score.ln_p, 0.0);
            history = core.state(&[BOS]);
            continue;
        }
        let step = core.step(&history, word);
        assert_eq!(score.ln_p.to_bits(), step.ln_p.to_bits(), "word {i} of {text:?}");
        assert_eq!(score.matched, step.matched, "word {i} of {text:?}");
        history = step.state;
    }
}

/// The model of what was trained, with tables.
pub fn fast(trained: &Trained) -> Model {
    let mut extras = Extras::default();
    extras.tables = true;
    let Trained { words, core, header, .. } = trained;
    let out = Cursor::new(Vec::new());
    let file =
        build::write(words, core, extras, header.clone(), Lists::Without, out, &Silent).unwrap();
    Model::from_bytes(file.into_inner()).unwrap()
}

/// Both say the same of every word, and of what follows from it.
fn assert_same(core: &Core<'_>, fast: &Core<'_>, text: &[u32]) {
    let (mut history, mut scores) = (core.state(&[]), vec![]);
    fast.score(text, &mut scores);
    for (&word, score) in text.iter().zip(&scores) {
        let [step, other] = [core.step(&history, word), fast.step(&history, word)];
        assert_eq!(step, other);
        let of_mark = word == BOS && score.ln_p == 0.0;
        if of_mark {
            history = core.state(&[BOS]);
        } else {
            assert_eq!(score.ln_p.to_bits(), step.ln_p.to_bits());
            history = step.state;
        }
    }
}

/// Sentences of words that mostly follow each other in the model, of all lengths from 0.
fn some_text(words: usize) -> Vec<u32> {
    let mut random = random();
    let mut text = Vec::new();
    for length in (0..80).chain([500]) {
        text.push(BOS);
        text.extend((0..length).map(|_| 3 + random(words - 3).min(random(words - 3)) as u32));
        text.push(EOS);
    }
    text
}

#[test]
fn every_order_and_every_length() {
    for order in 2..=5 {
        for prune in [vec![], vec![0, 0, 1]] {
            let prune = prune[..prune.len().min(order)].to_vec();
            let config =
                options!(Config { order, prune, held_out: HeldOut::NONE, ..Config::default() });
            // A few words are frequent enough to have buckets and kept constants.
            let trained = train_text(&random_text(4000, 12, 300), &config);
            let (model, fast) = (model_of(&trained), fast(&trained));
            let core = model.view().core;
            let text = some_text(core.words);
            assert_equal(&core, &text);
            // Without the beginning of a sentence there is no history.
            assert_equal(&core, &text[4..9]);
            assert_equal(&core, &[]);
            assert_equal(&fast.view().core, &text[4..]);
            assert_same(&core, &fast.view().core, &text);
        }
    }
}

#[test]
fn models_of_logarithms_too() {
    let folder = Folder::with([("text", random_text(300, 9, 40).as_bytes())]);
    succeed(&mut folder.impute("train text --order 4 -o m -q"));
    let arpa = stdout(&mut folder.impute("export --arpa -m m"));
    folder.write("a.arpa", arpa);
    succeed(&mut folder.impute("train --arpa a.arpa -o logs -q"));
    succeed(&mut folder.impute("train --arpa a.arpa -o fast --fast -q"));
    let [model, fast] = ["logs", "fast"].map(|name| open(folder.path(name)));
    let core = model.view().core;
    assert!(core.logs);
    assert_equal(&core, &some_text(core.words));
    assert!(fast.size() > model.size());
    assert_same(&core, &fast.view().core, &some_text(core.words));
}

/// What a batch remembers of a text, and groups of any length, change no bit; nor does a copy in memory.
#[test]
fn a_batch_says_what_sentences_say_by_themselves() {
    let folder = Folder::with([]);
    let trained = train_text(&random_text(4000, 12, 300), &Config::default());
    let (model, fast) = (model_of(&trained), fast(&trained));
    let texts =
        [random_text(300, 9, 330), random_text(40, 150, 40), "\n<s> w1 </s> w2 </s>\n".into()];
    let text = texts.concat();
    let sentences: Vec<&[u8]> = text.lines().map(str::as_bytes).collect();
    std::fs::write(folder.path("m"), model.bytes()).unwrap();
    let mapped = open(folder.path("m"));
    let resident = mapped.resident(&Silent).unwrap();
    assert!(fast.has_tables() && !mapped.has_tables());
    for model in [Some(&*mapped), resident.as_ref(), Some(&fast)].into_iter().flatten() {
        let scorer = Scorer::new(model);
        let (mut batch, mut adding) = (scorer.batch(), scorer.batch());
        let (mut totals, mut added) = (Totals::default(), Totals::default());
        for (length, group) in sentences.chunk_by(|_, next| next.len() % 7 > 0).enumerate() {
            let scores = batch.score(group);
            assert_eq!(scores.len(), group.len(), "{length}");
            for (sentence, score) in group.iter().zip(&scores) {
                assert_eq!(*score, Scorer::new(&mapped).score(sentence));
                totals.add(score);
            }
            adding.add(group, &mut added);
            assert_eq!(added, totals);
        }
    }
}
