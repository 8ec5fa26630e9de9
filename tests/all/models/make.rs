//! A model from beginning to end in one call of the library: the same bytes as the command line writes.

use std::sync::Mutex;

use crate::common::{Folder, options, refused, stdout, toy_text};
use impute::make::{self, Form};
use impute::model::Model;
use impute::progress::{Progress, Silent, Unit};
use impute::solve::{Method, Solver};
use impute::train::net::{NetConfig, Size};

/// The day that the tests of the command line fix.
const DAY: &str = "2001-09-09";
fn small() -> NetConfig {
    options!(NetConfig { size: Size::Small, sentences: Some(256), ..NetConfig::default() })
}

/// Remembers the stages and the notes.
#[derive(Default)]
struct Heard(Mutex<Vec<String>>, Mutex<Vec<String>>);

impl Progress for Heard {
    fn stage(&self, name: &str, _: Unit, _: Option<u64>) {
        self.0.lock().unwrap().push(name.to_owned());
    }

    fn note(&self, line: &str) {
        self.1.lock().unwrap().push(line.to_owned());
    }
}

/// A toy text, a part of it, and lines of its kind.
fn folder() -> Folder {
    let text = toy_text();
    let folder = Folder::with([("toy.txt", &text[..])]);
    let part: Vec<&[u8]> = text.split_inclusive(|&b| b == b'\n').take(900).collect();
    folder.write("part.txt", part.concat());
    folder
}

fn wanted(folder: &Folder, text: &str) -> make::Train {
    let mut wanted = make::Train::new(vec![folder.path(text)]);
    wanted.date = DAY.to_owned();
    wanted
}

/// The command line writes what the library has written to `ours`.
#[track_caller]
fn same(folder: &Folder, line: &str) {
    stdout(&mut folder.impute(&format!("{line} -q -o theirs")));
    assert!(folder.read("ours") == folder.read("theirs"), "{line}");
}

#[test]
fn every_form_is_that_of_the_command_line() {
    let folder = folder();
    let ours = folder.path("ours");
    let mut train = wanted(&folder, "toy.txt");
    train.license = "none".to_owned();
    for (form, option) in
        [(Form::Lists, ""), (Form::Plain, " --no-lists"), (Form::Compact, " --compact")]
    {
        train.form = form;
        let made = make::train(&train, &ours, &Silent).unwrap();
        assert_eq!(made.size, folder.read("ours").len() as u64);
        assert!(!made.fitted, "the toy text has too few lines to hold out");
        assert_eq!(&made.header, Model::open(&ours).unwrap().header());
        same(&folder, &format!("train toy.txt --license none{option}"));
    }
    train.form = Form::Lists;
    train.config.order = 5;
    train.config.prune = vec![0, 0, 1];
    train.config.skip = true;
    make::train(&train, &ours, &Silent).unwrap();
    same(&folder, "train toy.txt --license none --order 5 --prune 0 0 1 --skip");
}

#[test]
fn a_model_is_trained_tuned_and_asked() {
    let folder = Folder::with([]);
    let lines = |from: usize, to: usize| -> String {
        let line = |i: usize| format!("on day {} the dog {} saw cat {} .\n", i % 7, i, i % 11);
        (from..to).map(line).collect()
    };
    folder.write("text", lines(0, 12_000));
    folder.write("on", lines(12_000, 12_400));
    let (ours, heard) = (folder.path("ours"), Heard::default());
    let made = make::train(&wanted(&folder, "text"), &ours, &heard).unwrap();
    assert!(made.fitted && made.header.repair.is_some());
    let stages = heard.0.lock().unwrap().clone();
    let place = |name: &str| stages.iter().position(|stage| stage == name);
    let order = ["read", "estimate", "calibrate"].map(place);
    assert!(order.is_sorted() && !order.contains(&None), "{stages:?}");
    let notes = heard.1.lock().unwrap().join("\n");
    assert!(notes.contains("counts of counts") && !notes.contains("held out"), "{notes}");
    same(&folder, "train text");

    let mut tune = make::Tune::new(ours.clone(), vec![folder.path("on")]);
    tune.lines = 300;
    let tuned = make::tune(&tune, &ours, &Silent).unwrap();
    assert_eq!((tuned.lines, tuned.short, tuned.sentences), (400, 0, 300));
    let model = Model::open(&ours).unwrap();
    assert_eq!(model.header().calibration, tuned.calibrations[1]);
    assert_eq!(made.header.calibration, tuned.calibrations[0]);
    assert!(tuned.nats[1][0] <= tuned.nats[0][0] + 0.05, "{:?}", tuned.nats);
    same(&folder, "tune theirs --on on --lines 300");

    let solver = Solver::new(model).unwrap();
    let answer = solver.answer(b"on day 3 the 10 saw cat 10 .", Method::Posterior);
    assert_eq!(answer.sentence, b"on day 3 the dog 10 saw cat 10 .");
}

#[test]
fn a_net_is_trained_and_trained_on() {
    let folder = folder();
    let (ours, first) = (folder.path("ours"), folder.path("first"));
    let mut train = wanted(&folder, "part.txt");
    train.config.net = Some(small());
    train.config.held_out.lines = 0;
    make::train(&train, &ours, &Silent).unwrap();
    same(&folder, "train part.txt --net 256 --net-size small --held-out 0");

    std::fs::rename(&ours, &first).unwrap();
    let mut resume = make::Resume::new(first.clone(), vec![folder.path("part.txt")]);
    resume.sentences = 300;
    let made = make::resume(&resume, &ours, &Silent).unwrap();
    assert_eq!(made.header.net.unwrap().sentences, 556);
    same(&folder, "train part.txt --resume first --net 300");
    resume.size = Some(Size::Medium);
    let error = make::resume(&resume, &ours, &Silent).unwrap_err().to_string();
    assert!(error.contains("another size") && !error.contains("--"), "{error}");
}

#[test]
fn counts_join_and_ngrams_of_others_are_imported() {
    let folder = folder();
    let ours = folder.path("ours");
    let count = make::Count::new(vec![folder.path("toy.txt")]);
    let summary = make::count(&count, Some(&ours), &Silent).unwrap();
    assert!((3900..4000).contains(&summary.lines), "{summary:?}: all but those put aside");
    same(&folder, "count toy.txt");
    std::fs::rename(&ours, folder.path("counts")).unwrap();
    let mut train = make::Train::default();
    train.counts = vec![folder.path("counts")];
    train.date = DAY.to_owned();
    let made = make::train(&train, &ours, &Silent).unwrap();
    assert_eq!(made.header.provenance.lines, 4000);
    same(&folder, "train --counts counts");

    stdout(&mut folder.impute("export --arpa --model ours -o a.arpa"));
    let mut import = make::Import::new(folder.path("a.arpa"));
    import.date = DAY.to_owned();
    for (form, option) in [(Form::Lists, ""), (Form::Compact, " --compact")] {
        import.form = form;
        make::import(&import, &ours, &Silent).unwrap();
        same(&folder, &format!("train --arpa a.arpa{option}"));
    }
}

#[test]
fn what_is_impossible_is_refused_at_once_without_options_and_changes_nothing() {
    let folder = folder();
    folder.write("old", "old");
    let before = folder.content();
    let refuse = |wanted: &make::Train, part: &str| {
        let error = make::train(wanted, &folder.path("old"), &Silent).unwrap_err().to_string();
        assert!(error.contains(part) && error.contains("; "), "{error}");
        assert!(!error.contains("--"), "{error}");
        assert!(folder.content() == before, "{error}");
    };
    let mut train = wanted(&folder, "toy.txt");
    train.resources.memory = u64::MAX;
    refuse(&train, "this machine has ");
    train = wanted(&folder, "toy.txt");
    train.resources.folder = folder.path("gone");
    refuse(&train, "gone: not a folder for temporary files");
    train = wanted(&folder, "toy.txt");
    train.config.net = Some(options!(NetConfig { size: Size::Medium, ..small() }));
    train.resources.memory = 100 << 20;
    refuse(&train, "105 MB of memory is too little: training the net takes ");
    train.counts = std::mem::take(&mut train.texts);
    refuse(&train, "counts have no sentences");
    refuse(&wanted(&folder, "missing"), "missing: open failed");
    refused(&mut folder.impute("train missing -o old"), &["missing: open failed"]);
}
