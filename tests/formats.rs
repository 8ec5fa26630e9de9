//! One model file of every released format version is kept and read: `tests/formats/vN.impute`
//! mapped, `vN.compact.impute` for shipping, both trained on `tests/formats/text.txt`; and of every version of
//! counts, `vN.counts`, counted in it.

use std::path::{Path, PathBuf};

use impute::make;
use impute::model::build::{self, Extras, Lists};
use impute::model::{Model, format};
use impute::progress::Silent;
use impute::solve::{Method, Solver};
use impute::train::{self, Config, Resources, Sources, Trained, parts};

fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/formats").join(name)
}

#[test]
fn every_released_version_is_read_and_answers_as_it_did() {
    for version in 1..=format::VERSION {
        for form in ["impute", "compact.impute"] {
            let model = Model::open(&file(&format!("v{version}.{form}"))).unwrap();
            model.verify().unwrap();
            let header = model.header();
            assert_eq!((header.order, &header.ngrams[..]), (3, &[13, 23, 28][..]));
            assert_eq!(header.provenance.tokens, 34);
            let view = model.view();
            let [the, cat] = ["the", "cat"].map(|word| view.vocabulary.id(word.as_bytes()));
            let log10_p = view.ln_probability(&[the], cat) / std::f64::consts::LN_10;
            assert!((log10_p - LOG10_P_CAT_AFTER_THE).abs() < 2e-3, "{log10_p}");
            let solver = Solver::new(model).unwrap();
            let answer = solver.answer(b"the dog the cat .", Method::MinLikelihood);
            assert_eq!(answer.sentence, b"the dog chased the cat .", "version {version}, {form}");
        }
    }
}

/// Word classes were evidence once: a section, a part of the header and a weight, all of which nothing reads.
#[test]
fn a_model_with_word_classes_answers_without_them() {
    let model = Model::open(&file("v1.classes.impute")).unwrap();
    model.verify().unwrap();
    let sections = &model.directory().sections;
    assert!(sections.iter().any(|section| section.name == "classes.of_words"));
    let path = file("v1.classes.impute");
    let text = String::from_utf8_lossy(&std::fs::read(path).unwrap()).into_owned();
    assert!(text.contains("\"classes\": [\n        0.15"), "no weight of the classes");
    let view = model.view();
    let [the, cat] = ["the", "cat"].map(|word| view.vocabulary.id(word.as_bytes()));
    let log10_p = view.ln_probability(&[the], cat) / std::f64::consts::LN_10;
    assert!((log10_p - LOG10_P_CAT_AFTER_THE).abs() < 2e-3, "{log10_p}");
    let solver = Solver::new(model).unwrap();
    for method in [Method::MinLikelihood, Method::Posterior] {
        let answer = solver.answer(b"the dog the cat .", method);
        assert_eq!(answer.sentence, b"the dog chased the cat .", "{method:?}");
    }
}

/// log10 P(cat | the) in `text.txt`, from version 1.
const LOG10_P_CAT_AFTER_THE: f64 = -0.883_641;

#[test]
fn the_current_version_has_its_file() {
    assert!(file(&format!("v{}.impute", format::VERSION)).exists());
    assert!(!file(&format!("v{}.impute", format::VERSION + 1)).exists());
}

#[test]
fn every_released_version_of_counts_trains_the_model_of_the_text() {
    let folder = tempfile::tempdir().unwrap();
    let model = |texts: &[PathBuf], counts: &[PathBuf]| {
        let sources = Sources::new(texts, counts);
        let trained = train::train(sources, &Config::default(), &Resources::default(), &Silent);
        let Trained { words, core, header, .. } = trained.unwrap();
        let out = std::io::Cursor::new(Vec::new());
        let (extras, lists) = (Extras::default(), Lists::Without);
        build::write(&words, &core, extras, header, lists, out, &Silent).unwrap().into_inner()
    };
    let text = [file("text.txt")];
    for version in 1..=parts::VERSION {
        assert!(
            model(&[], &[file(&format!("v{version}.counts"))]) == model(&text, &[]),
            "{version}"
        );
    }
    let now = folder.path().join("counts");
    make::count(&make::Count::new(text.to_vec()), Some(&now), &Silent).unwrap();
    let kept = std::fs::read(file(&format!("v{}.counts", parts::VERSION))).unwrap();
    assert!(std::fs::read(now).unwrap() == kept, "counts are written as they were");
}
