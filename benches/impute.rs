//! How long do the main steps take? Every benchmark checks its answer before it is timed.
//!
//! With `IMPUTE_MODEL` set, the solver is measured on that model instead of the shipped one, and with
//! `IMPUTE_CORPUS` set, on the first sentences of the benchmark instead of the sample.

use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use impute::generate::{Generator, Settings};
use impute::model::Model;
use impute::model::core::Core;
use impute::model::words::{BOS, EOS};
use impute::progress::Silent;
use impute::query::{Scorer, Totals, WordScore};
use impute::solve::{Effort, Gap, Method, Solver};
use impute::text::rows::RowReader;
use impute::text::tokens;
use impute::train::{Config, HeldOut, Resources, Sources, train};

const SENTENCE: &[u8] = b"The president said on Tuesday that he not going to the meeting .";
/// Sentences of the text to measure on.
const SENTENCES: usize = 200;

fn model() -> Arc<Model> {
    let model = match std::env::var_os("IMPUTE_MODEL") {
        Some(path) => Model::open(Path::new(&path)),
        None => Model::shipped(),
    };
    Arc::new(model.expect("the model to measure"))
}

/// Sentences with a missing word: the sample, or those of the benchmark.
fn sentences() -> Vec<Vec<u8>> {
    let path = match std::env::var_os("IMPUTE_CORPUS") {
        Some(folder) => Path::new(&folder).join("lm1b-dev.test.csv"),
        None => Path::new(env!("CARGO_MANIFEST_DIR")).join("data/sample-test.csv"),
    };
    let input = impute::text::input::open(&path).expect("the sentences to measure on");
    let rows = RowReader::new(input, None, false).and_then(|mut rows| rows.read_all());
    let rows = rows.expect("the sentences to measure on");
    rows.into_iter().take(SENTENCES).map(|row| row.sentence).collect()
}

/// ln of the sum over all words of exp S, and the highest S, by plain look-ups.
fn slow(model: &Model, gap: Gap) -> (f64, f64) {
    let view = model.view();
    let ([a1, a0], [b0, b1]) = (gap.left, gap.right);
    let score = |x: u32| {
        view.ln_probability(&[a1, a0], x)
            + view.ln_probability(&[a0, x], b0)
            + view.ln_probability(&[x, b0], b1)
    };
    let words = (0..view.vocabulary.len() as u32).filter(|id| !(1..=2).contains(id));
    let scores: Vec<f64> = words.map(score).collect();
    let sum: f64 = scores.iter().map(|ln| ln.exp()).sum();
    (sum.ln(), scores[1..].iter().copied().fold(f64::MIN, f64::max))
}

fn gaps(c: &mut Criterion) {
    let model = model();
    let fast = Solver::new(model.clone()).unwrap();
    let exact = fast.clone().with_effort(Effort::Exact);
    let texts = sentences();
    let sentences: Vec<Vec<u32>> = texts.iter().map(|text| fast.ids(text)).collect();
    let all: Vec<Gap> = sentences
        .iter()
        .flat_map(|ids| (0..ids.len().saturating_sub(1)).filter_map(|at| Gap::of(ids, at)))
        .collect();
    let mut best = Vec::new();
    for &gap in all.iter().step_by(all.len() / 8) {
        let (ln_sum, most) = slow(&model, gap);
        for solver in [&fast, &exact] {
            let score = solver.worker().score(gap, 1, &mut best);
            let tolerance = solver.tolerance() + 1e-4;
            assert!((score.ln_sum - ln_sum).abs() < tolerance, "{gap:?}: {score:?} {ln_sum}");
            let least = most - if solver.tolerance() > 0.0 { 2.0 * tolerance } else { 0.0 };
            assert!(best[0].probability.ln() + score.ln_sum > least, "{gap:?}: {best:?}");
        }
    }
    let mut group = c.benchmark_group("gap");
    group.sample_size(10).throughput(Throughput::Elements(all.len() as u64));
    for (name, solver, k) in [
        ("evidence", &fast, 0),
        ("best word and evidence", &fast, 1),
        ("best word and evidence, exact", &exact, 1),
        ("best 64 words and evidence", &fast, 64),
        ("best 64 words and evidence, exact", &exact, 64),
    ] {
        let mut worker = solver.worker();
        group.bench_function(name, |b| {
            b.iter(|| {
                for &gap in &all {
                    black_box(worker.score(gap, k, &mut best));
                }
            });
        });
    }
    group.throughput(Throughput::Elements(sentences.len() as u64));
    let mut worker = fast.worker();
    group.bench_function("all gaps of a sentence", |b| {
        b.iter(|| drop(black_box(worker.analyse_all(&texts))));
    });
    let answer = worker.answer(SENTENCE, Method::Posterior);
    assert_eq!(answer.insert.as_ref().map(|insert| insert.gap), Some(6), "{answer:?}");
    group.throughput(Throughput::Elements(1));
    group.bench_function("answer a sentence with a sure gap", |b| {
        b.iter(|| worker.answer(black_box(SENTENCE), Method::Posterior));
    });
    group.finish();
}

fn word_by_word(core: &Core<'_>, ids: &[u32]) -> f64 {
    let (mut history, mut ln) = (core.state(&[BOS]), 0.0);
    for &word in ids.iter().chain([&EOS]) {
        let step = core.step(&history, word);
        ln += step.ln_p;
        history = step.state;
    }
    ln
}

fn queries(c: &mut Criterion) {
    let model = model();
    let (view, solver) = (model.view(), Solver::new(model.clone()).unwrap());
    let sentences: Vec<Vec<u32>> = sentences().iter().map(|text| solver.ids(text)).collect();
    let words: usize = sentences.iter().map(|ids| ids.len() + 1).sum();
    let ids = &sentences[0];
    assert!((view.ln_sentence(ids).0 - word_by_word(&view.core, ids)).abs() < 1e-9);
    let mut group = c.benchmark_group("query");
    group.throughput(Throughput::Elements(words as u64));
    group.bench_function("log-probabilities word by word", |b| {
        b.iter(|| sentences.iter().map(|ids| word_by_word(&view.core, ids)).sum::<f64>());
    });
    group.bench_function("log-probabilities sentence by sentence", |b| {
        b.iter(|| sentences.iter().map(|ids| view.ln_sentence(ids).0).sum::<f64>());
    });
    let text: Vec<u32> =
        sentences.iter().flat_map(|ids| [&[BOS], &ids[..], &[EOS]].concat()).collect();
    let mut scores = Vec::new();
    view.core.score(&text, &mut scores);
    let sum: f64 = scores.iter().map(|score| score.ln_p).sum();
    let by_sentence: f64 = sentences.iter().map(|ids| view.ln_sentence(ids).0).sum();
    assert!((sum - by_sentence).abs() < 1e-6);
    group.bench_function("log-probabilities of a text at once", |b| {
        b.iter(|| view.core.score(black_box(&text), &mut scores));
    });
    let (texts, scorer) = (self::sentences(), Scorer::new(&model));
    let lines: Vec<&[u8]> = texts.iter().map(|text| &text[..]).collect();
    let split: Vec<Vec<&[u8]>> = lines.iter().map(|line| tokens::words(line).collect()).collect();
    let after = || {
        let mut total = 0.0;
        for words in &split {
            let mut state = scorer.begin();
            for word in words.iter().copied().chain([&b"</s>"[..]]) {
                let (score, next) = scorer.after(&state, word);
                total += score.log10_p;
                state = next;
            }
        }
        total
    };
    let add = |total: f64, score: &WordScore<'_>| total + score.log10_p;
    let score =
        || lines.iter().fold(0.0, |total, line| scorer.score(line).words.iter().fold(total, add));
    let mut batch = scorer.batch();
    let mut all = || {
        let mut totals = Totals::default();
        batch.add(black_box(&lines), &mut totals);
        totals.log10
    };
    assert_eq!([after(), score()].map(f64::to_bits), [all().to_bits(); 2]);
    group.bench_function("`Scorer::after`", |b| b.iter(after));
    group.bench_function("`Scorer::score`", |b| b.iter(score));
    group.bench_function("`Batch::add`", |b| b.iter(&mut all));
    group.finish();
}

fn training(c: &mut Criterion) {
    let toy = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden/toy.txt");
    let mut config = Config::default();
    config.held_out = HeldOut::NONE;
    let texts = [toy];
    let sources = Sources::new(&texts, &[]);
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
        let mut settings = Settings::default();
        (settings.temperature, settings.top_k) = (temperature, top_k);
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

criterion_group!(benches, gaps, queries, generating, training, opening);
criterion_main!(benches);
