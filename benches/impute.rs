//! How long do the main steps take? Every benchmark checks its answer before it is timed.
//!
//! With `IMPUTE_MODEL` set, the solver is measured on that model instead of the shipped one.

use std::hint::black_box;
use std::path::{Path, PathBuf};

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use impute::generate::{Generator, Settings};
use impute::model::Model;
use impute::progress::Silent;
use impute::solve::{Gap, Method, Solver};
use impute::train::{Config, HeldOut, Resources, Sources, train};

const SENTENCE: &[u8] = b"The president said on Tuesday that he not going to the meeting .";

fn model() -> Model {
    let model = match std::env::var_os("IMPUTE_MODEL") {
        Some(path) => Model::open(Path::new(&path)),
        None => Model::shipped(),
    };
    model.expect("the model to measure")
}

/// ln of the sum over all words of exp S, by plain look-ups.
fn slow_ln_sum(model: &Model, gap: Gap) -> f64 {
    let view = model.view();
    let ([a1, a0], [b0, b1]) = (gap.left, gap.right);
    let score = |x: u32| {
        view.ln_probability(&[a1, a0], x)
            + view.ln_probability(&[a0, x], b0)
            + view.ln_probability(&[x, b0], b1)
    };
    let words = (0..view.vocabulary.len() as u32).filter(|id| !(1..=2).contains(id));
    words.map(|x| score(x).exp()).sum::<f64>().ln()
}

fn gaps(c: &mut Criterion) {
    let model = model();
    let (view, solver) = (model.view(), Solver::new(&model).unwrap());
    let (mut worker, mut best) = (solver.worker(), Vec::new());
    let ids = solver.ids(SENTENCE);
    let all: Vec<Gap> = (0..ids.len() - 1).filter_map(|at| Gap::of(&ids, at)).collect();
    for &gap in &all {
        let score = worker.score(gap, 64, &mut best);
        let joined = view.ln_probability(&gap.left, gap.right[0])
            + view.ln_probability(&[gap.left[1], gap.right[0]], gap.right[1]);
        let slow = slow_ln_sum(&model, gap) - joined;
        assert!((score.ln_evidence - slow).abs() < 1e-4, "{} {slow}", score.ln_evidence);
    }
    let mut group = c.benchmark_group("solve");
    group.throughput(Throughput::Elements(all.len() as u64));
    group.bench_function("best 64 words and evidence of a gap", |b| {
        b.iter(|| {
            for &gap in &all {
                black_box(worker.score(gap, 64, &mut best));
            }
        });
    });
    let answer = worker.answer(SENTENCE, Method::Posterior);
    assert_eq!(answer.insert.as_ref().map(|insert| insert.0), Some(6), "{answer:?}");
    group.throughput(Throughput::Elements(1));
    group.bench_function("answer a sentence", |b| {
        b.iter(|| worker.answer(black_box(SENTENCE), Method::Posterior));
    });
    group.finish();
}

fn training(c: &mut Criterion) {
    let toy = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden/toy.txt");
    let config = Config { held_out: HeldOut::NONE, ..Config::default() };
    let texts = [toy];
    let sources = Sources { texts: &texts, counts: &[] };
    let resources = Resources::default();
    let run = || train(sources, &config, &resources, &Silent).expect("the toy text");
    let trained = run();
    assert_eq!(trained.header.ngrams, [327, 3614, 14026]);
    let mut group = c.benchmark_group("train");
    group.throughput(Throughput::Elements(trained.header.provenance.tokens));
    group.bench_function("count to estimate, tokens of the toy text", |b| {
        b.iter_batched(|| (), |()| run(), BatchSize::PerIteration);
    });
    group.finish();
}

fn opening(c: &mut Criterion) {
    assert!(Model::shipped().expect("the shipped model").verify().is_ok());
    let mut group = c.benchmark_group("open");
    group.sample_size(10);
    group.bench_function("unpack the shipped model", |b| b.iter(Model::shipped));
    group.finish();
}

fn generating(c: &mut Criterion) {
    const SENTENCES: u64 = 1000;
    let model = model();
    let mut group = c.benchmark_group("generate");
    for (name, temperature, top_k) in
        [("plain", 1.0, None), ("temperature 0.8", 0.8, None), ("top 40", 1.0, Some(40))]
    {
        let settings = Settings { temperature, top_k, ..Settings::default() };
        let generator = Generator::new(&model, settings).expect("possible settings");
        let mut worker = generator.worker();
        let first: Vec<Vec<u8>> = (0..SENTENCES).map(|i| worker.sentence(i).to_vec()).collect();
        let mut words = 0;
        for (i, sentence) in (0..).zip(&first) {
            assert_eq!(worker.sentence(i), sentence, "{name}: not reproducible");
            assert!(!sentence.is_empty() && !sentence.starts_with(b" "), "{name}");
            words += worker.words() as u64;
        }
        group.throughput(Throughput::Elements(words));
        group.bench_function(format!("{name}, words of 1000 sentences"), |b| {
            b.iter(|| (0..SENTENCES).map(|i| worker.sentence(i).len()).sum::<usize>());
        });
    }
    group.finish();
}

criterion_group!(benches, gaps, generating, training, opening);
criterion_main!(benches);
