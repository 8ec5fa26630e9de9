//! Damaged models: a few thousand at random, of every form. Either an error that names the file and a
//! remedy, or the answers of the whole model; and whatever is asked of a damaged model, no panic.

use std::io::Cursor;
use std::path::Path;
use std::sync::Arc;

use crate::common::{Folder, forged, options, random, solver_of, toy_text, train_text};
use impute::generate::{Generator, Settings};
use impute::model::build::{self, Extras, Lists};
use impute::model::header::{Calibration, NetHeader, Repair};
use impute::model::net::NetData;
use impute::model::{Model, arpa, pack};
use impute::net::product::BLOCK;
use impute::net::shape::Shape;
use impute::progress::Silent;
use impute::query::Scorer;
use impute::repair::{self, Insertion, Repairer};
use impute::solve::{Effort, Method, Solver};
use impute::text::ordinary::Sentence;
use impute::text::tokens;
use impute::train::net::Trainer;
use impute::train::{Config, HeldOut, Resources, Sources, train};
use impute::{ErrorKind, Setting};

const SENTENCES: [&[u8]; 3] =
    [b"Two banks closed the .", b"\" Mr. Nobody , \" said the court again .", b"a b c d"];

/// A net that has learned nothing, as small as nets can be.
fn net(words: usize) -> NetData {
    let (towers, dilations) = (vec![1, 2], vec![1]);
    let shape = Shape { words, buckets: 8, width: BLOCK, towers, dilations, hidden: BLOCK };
    let trainer = Trainer::new(&shape, &vec![1; shape.outputs()], 1);
    trainer.store(NetHeader { shape, sentences: 1, seed: 1 })
}

/// The file of a small model: with everything that a model may have, or its n-grams alone.
fn file(order: usize, everything: bool) -> Vec<u8> {
    file_with(order, everything, false)
}

/// The same, with or without tables.
fn file_with(order: usize, everything: bool, tables: bool) -> Vec<u8> {
    let text = String::from_utf8(toy_text()).unwrap();
    let lines: String = text.lines().take(60).flat_map(|line| [line, "\n"]).collect();
    let config =
        options!(Config { order, skip: everything, held_out: HeldOut::NONE, ..Config::default() });
    let trained = train_text(&lines, &config);
    let net = everything.then(|| net(trained.words.len() - 3));
    let mut extras = Extras::default();
    (extras.net, extras.tables) = (net.as_ref(), tables);
    let (lists, mut header) = (Lists::With { memory: 1 << 20 }, trained.header);
    header.calibration = Calibration::start(everything);
    let weights = if everything { [0.0, 0.25, 0.75] } else { [0.0, 0.7, 0.0] };
    header.repair = Some(Repair { weights, ..Repair::default() });
    if everything {
        header.calibration = Calibration { skip: [0.1; 8], quotes: [0.1; 4], ..header.calibration };
    }
    let lists = if everything { lists } else { Lists::Without };
    let out = Cursor::new(Vec::new());
    build::write(&trained.words, &trained.core, extras, header, lists, out, &Silent)
        .unwrap()
        .into_inner()
}

/// All that a model says.
fn answers(model: &Arc<Model>) -> Vec<Vec<u8>> {
    let mut said = Vec::new();
    if let Ok(solver) = Solver::new(model.clone()) {
        for (effort, some) in [(Effort::Fast, &SENTENCES[..]), (Effort::Exact, &SENTENCES[..1])] {
            let solver = solver.clone().with_effort(effort);
            let mut worker = solver.worker();
            for method in [Method::Posterior, Method::MinLikelihood] {
                let all = worker.answer_all(some, method);
                said.extend(all.into_iter().map(|a| format!("{a:?}").into_bytes()));
                let all = worker.k_best(some, method, 5);
                said.extend(all.into_iter().map(|best| format!("{best:?}").into_bytes()));
            }
            let ids = solver.ids(some[some.len() - 1]);
            let explained = worker.explain(some[some.len() - 1], 5);
            said.push(format!("{explained:?}").into_bytes());
            said.push(format!("{:?}", solver.terms(&ids, 1, &ids)).into_bytes());
            said.push(format!("{:?}", repaired(&solver)).into_bytes());
        }
        holes(&solver, &mut said);
    }
    let scorer = Scorer::new(model);
    for sentence in SENTENCES {
        said.push(format!("{:?}", scorer.score(sentence).log10_total()).into_bytes());
    }
    for top_k in [None, Some(5)] {
        let settings = options!(Settings { max_words: 20, top_k, ..Settings::default() });
        if let Ok(generator) = Generator::new(model, settings) {
            let mut worker = generator.worker();
            said.extend((0..2).map(|index| worker.sentence(index).to_vec()));
        }
    }
    let mut text = Vec::new();
    match arpa::write(model.view(), "model", &mut text) {
        Ok(()) => said.push(text),
        Err(error) => said.push(error.to_string().into_bytes()),
    }
    said
}

/// What is inserted where next to no certainty is enough.
fn repaired(solver: &Solver) -> Vec<Vec<Insertion>> {
    let Some(repair) = &solver.model().header().repair else { return Vec::new() };
    let mut settings = repair::Settings::default();
    (settings.ln_prior, settings.at_least) = (0.0, 1e-3);
    let repairer = Repairer::new(solver, repair.weights, settings).unwrap();
    let sentences = SENTENCES.map(Sentence::of_line);
    repairer.repair(&mut solver.worker(), &sentences.each_ref())
}

fn holes(solver: &Solver, said: &mut Vec<Vec<u8>>) {
    let (mut worker, mut best) = (solver.worker(), Vec::new());
    let words: Vec<&[u8]> = tokens::split(SENTENCES[0]).collect();
    let found = worker.fill(&words[..3], &words[3..], 8);
    said.push(format!("{found:?}").into_bytes());
    let ids = solver.ids(SENTENCES[0]);
    worker.next_words(&ids[..2], 5, &mut best);
    said.push(format!("{best:?}").into_bytes());
    worker.words_before(&ids[4..], 5, &mut best);
    said.push(format!("{best:?}").into_bytes());
}

/// A copy with one damage: bytes flipped, an end cut off or added, a block zeroed, or two swapped.
fn damaged(whole: &[u8], kind: usize, random: &mut impl FnMut(usize) -> usize) -> Vec<u8> {
    let mut copy = whole.to_vec();
    let length = 1 + random(200.min(copy.len() / 3));
    let block = |random: &mut dyn FnMut(usize) -> usize| random(whole.len() - length);
    match kind % 8 {
        0..=2 => {
            for _ in 0..1 + random(8) {
                // Many of them where few changes are accepted: at both ends.
                let at = match random(4) {
                    0 => random(64),
                    1 => whole.len() - 1 - random(2000.min(whole.len())),
                    _ => random(whole.len()),
                };
                copy[at] ^= 1 + random(255) as u8;
            }
        }
        3 => copy.truncate(random(whole.len())),
        4 => copy.extend((0..length).map(|_| random(256) as u8)),
        5 => {
            let at = block(random);
            copy[at..at + length].fill(0);
        }
        6 => {
            let (a, b) = (block(random), block(random));
            copy[a..a + length].copy_from_slice(&whole[b..b + length]);
            copy[b..b + length].copy_from_slice(&whole[a..a + length]);
        }
        _ => {
            let at = random(whole.len());
            copy[at] ^= 1 << random(8);
        }
    }
    copy
}

/// What became of the copies.
#[derive(Debug, Default)]
struct Tally {
    refused: usize,
    denied: usize,
    right: usize,
}

impl Tally {
    /// Counts a copy, opened or not, of what is called `name`.
    fn add(&mut self, opened: impute::Result<Model>, name: &str, right: &[Vec<u8>], what: &str) {
        let model = match opened {
            Ok(model) => Arc::new(model),
            Err(error) => {
                told(&error, name, what);
                self.refused += 1;
                return;
            }
        };
        let said = answers(&model);
        match model.verify() {
            Err(error) => {
                told(&error, name, what);
                self.denied += 1;
            }
            Ok(()) => {
                assert!(said == right, "{what}: a wrong answer without an error");
                self.right += 1;
            }
        }
    }
}

#[track_caller]
fn told(error: &impute::Error, name: &str, what: &str) {
    let text = error.to_string();
    assert!(text.starts_with(&format!("{name}: ")) && text.contains("; "), "{what}: {text}");
}

/// Opens many damaged copies from memory.
fn in_memory(whole: &[u8], copies: usize) {
    let right = answers(&Arc::new(Model::from_bytes(whole.to_vec()).unwrap()));
    let (mut random, mut tally) = (random(), Tally::default());
    for i in 0..copies {
        let copy = damaged(whole, i, &mut random);
        tally.add(Model::from_bytes(copy), "the model in memory", &right, &format!("copy {i}"));
    }
    let Tally { refused, denied, right } = tally;
    assert!(refused > copies / 20 && denied > copies / 10 && right > copies / 20, "{tally:?}");
}

#[test]
fn a_model_with_everything_damaged_anywhere_is_denied_or_answers_rightly() {
    in_memory(&file(3, true), 400);
}

#[test]
fn a_model_of_order_5_without_lists_damaged_anywhere_is_denied_or_answers_rightly() {
    in_memory(&file(5, false), 1000);
}

#[test]
fn a_model_with_tables_damaged_anywhere_is_denied_or_answers_rightly() {
    in_memory(&file_with(3, false, true), 400);
}

#[test]
fn tables_of_anything_cause_no_panic() {
    let whole = file_with(4, false, true);
    let mut random = random();
    for part in ["tiles", "table", "frequent", "constants"] {
        for copy in 0..40 {
            let (name, bits) = (format!("ngrams.{}.{part}", 2 + copy % 3), 1 + copy as u32 % 8);
            let changes: Vec<(usize, u8)> =
                (0..2000).map(|_| (random(1 << 20), random(1 << bits) as u8)).collect();
            let forged = forged(&whole, &name, |bytes| {
                let length = bytes.len();
                changes.iter().for_each(|&(at, byte)| bytes[at % length] = byte);
            });
            match Model::from_bytes(forged) {
                Err(error) => told(&error, "the model in memory", &name),
                Ok(model) => {
                    let scorer = Scorer::new(&model);
                    SENTENCES.iter().for_each(|sentence| drop(scorer.score(sentence)));
                    drop(scorer.batch().score(&SENTENCES));
                }
            }
        }
        // A section of another length.
        let cut = forged(&whole, &format!("ngrams.3.{part}"), |bytes| {
            bytes.truncate(bytes.len().saturating_sub(64))
        });
        let error = Model::from_bytes(cut).unwrap_err();
        told(&error, "the model in memory", part);
    }
}

#[test]
fn words_that_are_not_tokens_cause_no_panic() {
    for (order, everything) in [(3, true), (5, true)] {
        let whole = file(order, everything);
        let model = Arc::new(Model::from_bytes(whole.clone()).unwrap());
        let found = repaired(&solver_of(&model));
        assert!(found.iter().any(|insertions| insertions.len() > 1), "{found:?}");
        // Words of several tokens, and words of none.
        for sign in [b"aeiou".as_slice(), b"abcdefghijklmnopqrstuvwxyz"] {
            let forged = forged(&whole, "vocabulary.bytes", |bytes| {
                let inside = bytes.iter_mut().filter(|b| sign.contains(b));
                inside.for_each(|b| *b = b' ');
            });
            let model = Arc::new(Model::from_bytes(forged).unwrap());
            model.verify().unwrap();
            assert!(!answers(&model).is_empty());
        }
    }
}

/// Opens many damaged copies of a file that opening reads whole.
fn on_disk(whole: &[u8], copies: usize) {
    let folder = Folder::with([("m", whole)]);
    let path = folder.path("m");
    let open = |path: &Path| Model::open(path);
    let right = answers(&Arc::new(open(&path).unwrap()));
    let (mut random, mut tally) = (random(), Tally::default());
    for i in 0..copies {
        folder.write("m", damaged(whole, i, &mut random));
        tally.add(open(&path), &path.display().to_string(), &right, &format!("copy {i}"));
    }
    assert!(tally.denied == 0, "opening overlooked something: {tally:?}");
    assert!(tally.refused > copies / 2, "{tally:?}");
}

#[test]
fn a_compact_model_damaged_anywhere_is_refused_or_answers_rightly() {
    let mut packed = Vec::new();
    pack::pack(&file(5, false), &mut packed).unwrap();
    on_disk(&packed, 800);
}

#[test]
fn a_model_whose_lists_are_made_when_it_is_opened_is_refused_or_answers_rightly() {
    on_disk(&file(3, false), 500);
}

#[test]
fn a_program_can_tell_errors_apart() {
    let whole = file(2, false);
    let with = |change: &dyn Fn(&mut Vec<u8>)| {
        let mut bytes = whole.clone();
        change(&mut bytes);
        Model::from_bytes(bytes).unwrap_err().kind()
    };
    assert_eq!(with(&|bytes| bytes[0] ^= 1), ErrorKind::Foreign);
    assert_eq!(with(&|bytes| bytes[8] ^= 1), ErrorKind::Version);
    assert_eq!(with(&|bytes| bytes[16] ^= 1), ErrorKind::Damaged);
    assert_eq!(with(&|bytes| bytes.truncate(bytes.len() - 1)), ErrorKind::Damaged);
    assert_eq!(with(&|bytes| bytes.truncate(10)), ErrorKind::Damaged);
    let bare = Model::from_bytes(whole.clone()).unwrap();
    assert_eq!(Solver::new(bare).unwrap_err().kind(), ErrorKind::Lacking);

    let folder = Folder::with([("text", b"one two three\n\xff two three\n")]);
    let absent = Model::open(&folder.path("absent")).unwrap_err();
    assert_eq!(absent.kind(), ErrorKind::Io(std::io::ErrorKind::NotFound));
    assert_eq!(absent.path(), folder.path("absent").to_str());
    let texts = [folder.path("text")];
    let train = |config: &Config, memory| {
        let mut resources = Resources::default();
        resources.memory = memory;
        train(Sources::new(&texts, &[]), config, &resources, &Silent).err().unwrap()
    };
    let line = train(&Config::default(), 1 << 30);
    assert_eq!((line.kind(), line.line()), (ErrorKind::Input, Some(2)));
    assert_eq!(line.path(), texts[0].to_str());
    assert_eq!(line.remedy().settings(), [Setting::Lossy]);
    let little = train(&Config::default(), 1 << 20);
    assert_eq!((little.kind(), little.path()), (ErrorKind::Memory, None));
    assert_eq!(little.remedy().settings(), [Setting::Memory]);
    let order = train(&options!(Config { order: 9, ..Config::default() }), 1 << 30);
    assert_eq!((order.kind(), order.line()), (ErrorKind::Value, None));
    assert_eq!(order.remedy().settings(), [Setting::Order]);
}
