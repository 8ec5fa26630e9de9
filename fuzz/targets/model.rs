//! A model file of any bytes: it is refused, or everything can be asked of it.
//!
//! The first byte chooses what is changed: a file as it is given, or one of four small models, with or
//! without its checksums put right again, plain or compact. With wrong checksums, either
//! [`Model::verify`] notices, or the answers are those of the whole model.

#![no_main]

use std::io::Write;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use impute::model::{Model, pack};
use impute_fuzz::asked;
use impute_fuzz::edits::{self, Bytes};
use impute_fuzz::models::{self, Kind, Parts};
use libfuzzer_sys::fuzz_target;

/// A small model, and what it answers.
struct Base {
    file: Vec<u8>,
    answers: Vec<Vec<u8>>,
    /// The same where it has no posting lists and they are made.
    listed: Vec<Vec<u8>>,
}

fn bases() -> &'static [Base; 4] {
    static BASES: OnceLock<[Base; 4]> = OnceLock::new();
    BASES.get_or_init(|| {
        let base = |file: Vec<u8>| {
            let model = Arc::new(Model::from_bytes(file.clone()).expect("a whole model"));
            let answers = asked::answers(&model);
            let listed = open(&file).map(|model| asked::answers(&model)).unwrap_or_default();
            Base { answers, listed, file }
        };
        let order = |order| Kind { order, ..Kind::default() };
        let plain = models::model(Kind { lists: true, ..order(3) });
        let all = Kind { lists: true, net: true, others: true, order: 3 };
        [
            base(models::imported(&plain)),
            base(plain),
            base(models::model(all)),
            base(models::model(Kind { others: true, ..order(5) })),
        ]
    })
}

/// A file to open by its path.
fn on_disk() -> &'static Path {
    static FILE: OnceLock<tempfile::NamedTempFile> = OnceLock::new();
    FILE.get_or_init(|| tempfile::NamedTempFile::new().expect("a temporary file")).path()
}

fn open(bytes: &[u8]) -> Option<Arc<Model>> {
    let mut file = std::fs::File::create(on_disk()).expect("a temporary file");
    file.write_all(bytes).expect("a temporary file");
    let opened = Model::open(on_disk());
    if let Err(error) = &opened {
        assert!(error.to_string().contains("; "), "no remedy: {error}");
    }
    opened.ok().map(Arc::new)
}

fuzz_target!(|data: &[u8]| {
    let mut bytes = Bytes(data);
    let Some(mode) = bytes.byte() else { return };
    if mode & 0x80 != 0 {
        let _ = open(bytes.0).map(|model| asked::everything(&model));
        return;
    }
    let base = &bases()[usize::from(mode & 3)];
    let (repaired, compact) = (mode & 4 != 0, mode & 8 != 0);
    let file = if repaired {
        let whole = Model::from_bytes(base.file.clone()).expect("a whole model");
        let mut parts = Parts::of(&whole);
        edits::apply(&mut parts.contents, &mut bytes);
        let Some(file) = parts.file() else { return };
        file
    } else {
        let mut parts = [base.file.clone()];
        edits::apply(&mut parts, &mut bytes);
        std::mem::take(&mut parts[0])
    };
    if compact {
        let mut packed = Vec::new();
        pack::pack(&file, &mut packed).expect("memory takes all");
        let opened = open(&packed);
        // What is wrong is noticed when it is opened.
        if let Some(model) = &opened {
            let answers = asked::everything(model);
            assert!(repaired || answers == base.listed, "a wrong answer");
        }
        return;
    }
    let Ok(model) = Model::from_bytes(file).map(Arc::new) else { return };
    let answers = asked::everything(&model);
    if model.verify().is_ok() && !repaired {
        assert!(answers == base.answers, "a wrong answer");
    }
});
