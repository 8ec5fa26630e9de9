//! Models, and the one place where tests open them and make solvers.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock, Mutex, OnceLock};

use impute::model::Model;
use impute::model::build::{self, Extras, Lists};
use impute::model::format::Writer;
use impute::model::header::Header;
use impute::progress::Silent;
use impute::solve::Solver;
use impute::train::{Config, HeldOut, Resources, Sources, Trained, train};

use super::folder::{Folder, bare};
use super::options;
use super::texts::{random_text, toy_text};

/// The model of [`toy_text`].
pub fn toy_model() -> &'static Path {
    static MODEL: LazyLock<PathBuf> = LazyLock::new(|| toy_model_with(""));
    &MODEL
}

/// The model of [`toy_text`] with these options of `impute train`.
pub fn toy_model_with(options: &str) -> PathBuf {
    trained_once("toy", toy_text, options)
}

/// The model of a text with these options of `impute train`, trained once for each test program. The name
/// identifies the text.
pub fn trained_once(name: &str, text: impl FnOnce() -> Vec<u8>, options: &str) -> PathBuf {
    static MODELS: LazyLock<Mutex<HashMap<String, Arc<OnceLock<PathBuf>>>>> =
        LazyLock::new(Mutex::default);
    let file = format!("{name}-{}{options}.impute", env!("CARGO_CRATE_NAME")).replace(' ', "");
    // Waiting for one model does not block the others.
    let model = MODELS.lock().unwrap().entry(file.clone()).or_default().clone();
    let train = || {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(file);
        let mut train = bare();
        train.args(["train", "-", "-q", "-o"]).arg(&path).args(options.split_whitespace());
        train.write_stdin(text()).assert().success();
        path
    };
    model.get_or_init(train).clone()
}

/// A model from its file.
pub fn open(path: impl AsRef<Path>) -> Arc<Model> {
    Arc::new(Model::open(path.as_ref()).unwrap())
}

/// What a model in a file says about itself.
pub fn header_of(path: impl AsRef<Path>) -> Header {
    Model::open_without_lists(path.as_ref()).unwrap().header().clone()
}

/// A solver for a model.
pub fn solver_of(model: &Arc<Model>) -> Solver {
    Solver::new(model.clone()).unwrap()
}

/// A small model of random words, with nothing held out.
pub fn small_model(order: usize) -> Arc<Model> {
    let config = options!(Config { order, held_out: HeldOut::NONE, ..Config::default() });
    model_of(&train_text(&random_text(300, 8, 60), &config))
}

/// What training makes of a text.
pub fn train_text(text: &str, config: &Config) -> Trained {
    let folder = Folder::with([("text", text.as_bytes())]);
    let texts = [folder.path("text")];
    let sources = Sources::new(&texts, &[]);
    train(sources, config, &Resources::default(), &Silent).unwrap()
}

/// The model of what was trained, with posting lists.
pub fn model_of(trained: &Trained) -> Arc<Model> {
    let Trained { words, core, header, .. } = trained;
    let lists = Lists::With { memory: 1 << 20 };
    let out = std::io::Cursor::new(Vec::new());
    let file =
        build::write(words, core, Extras::default(), header.clone(), lists, out, &Silent).unwrap();
    Arc::new(Model::from_bytes(file.into_inner()).unwrap())
}

/// A model with one section changed and right checksums: what no accident makes.
pub fn forged(intact: &[u8], name: &str, change: impl Fn(&mut Vec<u8>)) -> Vec<u8> {
    let model = Model::from_bytes(intact.to_vec()).unwrap();
    let mut file = Writer::new(std::io::Cursor::new(Vec::new())).unwrap();
    for section in &model.directory().sections {
        let [start, end] = [section.offset, section.offset + section.length].map(|at| at as usize);
        let mut content = intact[start..end].to_vec();
        if section.name == name {
            change(&mut content);
        }
        file.section(section.name.as_str(), &content).unwrap();
    }
    file.finish(model.header().clone()).unwrap().into_inner()
}
