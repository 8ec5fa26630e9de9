//! Small models of every kind, made when a target starts.

use std::io::Cursor;

use impute::model::build::{self, Extras, Lists};
use impute::model::format::Writer;
use impute::model::header::NetHeader;
use impute::model::header::{Calibration, Header};
use impute::model::net::NetData;
use impute::model::{Model, arpa};
use impute::net::shape::Shape;
use impute::progress::Silent;
use impute::text::input::decompress;
use impute::train::net::Trainer;
use impute::train::{Config, HeldOut, Resources, Sources, Trained, train};

/// Lines of generated sentences.
const TEXT: &str = include_str!("../../tests/golden/toy.txt");
const LINES: usize = 60;

/// What a model is made with.
#[derive(Debug, Clone, Copy, Default)]
pub struct Kind {
    /// Highest order.
    pub order: usize,
    /// Posting lists.
    pub lists: bool,
    /// A net of random weights.
    pub net: bool,
    /// Pairs of words with others between them, and weights for what else is known.
    pub others: bool,
}

/// The text that all models are made from.
pub fn text() -> String {
    TEXT.lines().take(LINES).flat_map(|line| [line, "\n"]).collect()
}

fn trained(kind: Kind) -> Trained {
    let folder = tempfile::tempdir().expect("a folder for temporary files");
    let path = folder.path().join("text");
    std::fs::write(&path, text()).expect("a temporary file");
    let mut config = Config::default();
    config.order = kind.order;
    config.held_out = HeldOut::NONE;
    config.skip = kind.others;
    let texts = [path];
    train(Sources::new(&texts, &[]), &config, &Resources::default(), &Silent)
        .expect("the text can be trained on")
}

/// A net that has learned nothing, as small as nets can be.
fn net(words: usize) -> NetData {
    let size = impute::net::product::BLOCK;
    let shape = Shape {
        words,
        buckets: 8,
        width: size,
        towers: vec![1, 2],
        dilations: vec![1],
        hidden: size,
    };
    let trainer = Trainer::new(&shape, &vec![1; shape.outputs()], 1);
    trainer.store(NetHeader { shape, sentences: 1, seed: 1 })
}

/// The file of a model.
pub fn model(kind: Kind) -> Vec<u8> {
    let trained = trained(kind);
    let net = kind.net.then(|| net(trained.words.len() - 3));
    let mut extras = Extras::default();
    extras.net = net.as_ref();
    let mut header = trained.header;
    header.calibration = Calibration::start(kind.net);
    if kind.others {
        header.calibration.skip = [0.1; 8];
        header.calibration.quotes = [0.1; 4];
        header.calibration.repeats = [0.1; 2];
    }
    let lists = match kind.lists {
        true => Lists::With { memory: 1 << 20 },
        false => Lists::Without,
    };
    let out = Cursor::new(Vec::new());
    build::write(&trained.words, &trained.core, extras, header, lists, out, &Silent)
        .expect("memory takes all")
        .into_inner()
}

/// The same n-grams with figures of their own, as imported from ARPA text.
pub fn imported(of: &[u8]) -> Vec<u8> {
    let model = Model::from_bytes(of.to_vec()).expect("a model");
    let mut text = Vec::new();
    arpa::write(model.view(), "model", &mut text).expect("a model can be exported");
    let input = decompress(Box::new(Cursor::new(text)), "text".into(), None).expect("memory");
    import(&arpa::read(input, &Silent).expect("what was exported can be imported"))
}

/// The model of ARPA text, with posting lists.
pub fn import(arpa: &arpa::Arpa) -> Vec<u8> {
    let header = Header { order: arpa.order(), ngrams: arpa.counts(), ..Header::default() };
    let (core, lists) = (arpa.core(), Lists::With { memory: 1 << 20 });
    let out = Cursor::new(Vec::new());
    build::write(&arpa.words, &core, Extras::default(), header, lists, out, &Silent)
        .expect("memory takes all")
        .into_inner()
}

/// A model file in parts: the JSON of its header, then its sections.
pub struct Parts {
    names: Vec<String>,
    /// The contents.
    pub contents: Vec<Vec<u8>>,
}

impl Parts {
    /// Takes a model apart.
    pub fn of(model: &Model) -> Self {
        let directory = model.directory();
        let header = serde_json::to_vec(&directory.header).expect("a header is JSON");
        let bytes = |s: &impute::model::format::Section| {
            model.bytes()[s.offset as usize..(s.offset + s.length) as usize].to_vec()
        };
        let names = directory.sections.iter().map(|section| section.name.clone()).collect();
        let contents = std::iter::once(header).chain(directory.sections.iter().map(bytes));
        Parts { names, contents: contents.collect() }
    }

    /// A file of these parts whose checksums are right; `None` if the header is not one.
    pub fn file(&self) -> Option<Vec<u8>> {
        let (header, sections) = self.contents.split_first()?;
        let header: Header = serde_json::from_slice(header).ok()?;
        let mut file = Writer::new(Cursor::new(Vec::new())).ok()?;
        for (name, content) in self.names.iter().zip(sections) {
            file.section(name.as_str(), content).ok()?;
        }
        Some(file.finish(header).ok()?.into_inner())
    }
}
