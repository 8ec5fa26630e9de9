//! How long does the net take, forward and in training? Every benchmark checks its answer before it is
//! timed.
//!
//! The net is one of the size that training makes, with random weights: its speed does not depend on what
//! it has learned.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use impute::net::product::{Left, Right, bf16, multiply, portable};
use impute::net::scorer::Scorer;
use impute::progress::Silent;
use impute::random::Random;
use impute::train::net::examples::Order;
use impute::train::net::sentences::Sentences;
use impute::train::net::{BATCH, Pace, Schedule, Size, Trainer};

/// Tokens of a sentence.
const TOKENS: usize = 25;

fn sentences(words: usize) -> Sentences {
    let (mut random, mut all) = (Random::new(1), Sentences::default());
    for _ in 0..4 * BATCH {
        all.push((0..TOKENS).map(|_| random.below(words) as u32).collect::<Vec<_>>());
    }
    all
}

/// The products of a net: their sizes, by the fastest means of this machine, and in plain code. An element is a
/// multiplication or an addition.
fn product(c: &mut Criterion) {
    let shapes = [
        ("medium net, layer of a tower", 544, 192, 2, 384),
        ("medium net, layer that sees both sides", 544, 192, 3, 384),
        ("small net, layer of a tower", 544, 128, 2, 256),
        ("words in one gap", 1, 192, 1, 40_096),
        ("words in four gaps", 4, 192, 1, 40_096),
        ("words of a sample, training", 128, 192, 1, 2048),
    ];
    for (name, rows, inputs, taps, outputs) in shapes {
        shape(c, name, rows, inputs, taps, outputs);
    }
}

/// (rows, taps × inputs, outputs)
fn shape(c: &mut Criterion, name: &str, rows: usize, inputs: usize, taps: usize, outputs: usize) {
    let mut random = Random::new(2);
    let mut number = || bf16::round(random.below(2001) as f32 / 1000.0 - 1.0);
    let values: Vec<u16> = (0..(rows + taps) * inputs).map(|_| number()).collect();
    let weights: Vec<u16> = (0..taps * inputs * outputs).map(|_| number()).collect();
    let mut right = Right::default();
    right.fill_from(taps * inputs, outputs, &weights);
    let starts: Vec<usize> = (0..taps).map(|tap| tap * inputs).collect();
    let left = Left { values: &values, stride: inputs, starts: &starts, depth: inputs, rows };
    let (mut out, mut plain) = (vec![0.0; rows * outputs], vec![0.0; rows * outputs]);
    multiply(&left, &right, &mut out, false);
    portable::multiply(&left, &right, &mut plain, false);
    assert_eq!(out, plain);
    let mut group = c.benchmark_group(format!("product, {name}"));
    group
        .sample_size(20)
        .throughput(Throughput::Elements(2 * (rows * taps * inputs * outputs) as u64));
    group.bench_function("fastest", |b| b.iter(|| multiply(&left, &right, &mut out, false)));
    group.bench_function("portable", |b| {
        b.iter(|| portable::multiply(&left, &right, &mut plain, false));
    });
    group.finish();
}

fn net(c: &mut Criterion) {
    let mut group = c.benchmark_group("net");
    group.sample_size(10);
    for (name, size) in [("small", Size::Small), ("medium", Size::Medium)] {
        let shape = size.shape(usize::MAX);
        let sentences = sentences(shape.words);
        let mut trainer = Trainer::new(&shape, &sentences.counts(shape.outputs()), 1);
        let tokens: Vec<Vec<u32>> =
            (0..64).map(|i| sentences.get(i).iter().map(|&token| token.into()).collect()).collect();
        {
            let (net, mut scorer) = (trainer.net(), Scorer::default());
            let together = scorer.said(&net, tokens.clone());
            assert_eq!(together[7], scorer.said(&net, tokens[7..8].to_vec())[0]);
            group.throughput(Throughput::Elements(tokens.len() as u64));
            group.bench_function(format!("gaps of sentences, {name}, one thread"), |b| {
                b.iter(|| drop(black_box(scorer.said(&net, tokens.clone()))));
            });
        }
        let mut order = Order::new(&sentences, 1);
        let nats = trainer.step(&order.take(BATCH), Pace::STILL, &Silent).gaps / BATCH as f64;
        assert!((nats - (TOKENS as f64 - 2.0).ln()).abs() < 0.5, "{nats}");
        group.throughput(Throughput::Elements(BATCH as u64));
        group.bench_function(format!("training, {name}, all threads"), |b| {
            b.iter(|| trainer.step(&order.take(BATCH), Schedule::new(1 << 20).at(9), &Silent));
        });
    }
    group.finish();
}

criterion_group!(benches, product, net);
criterion_main!(benches);
