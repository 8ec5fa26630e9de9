//! How long does it take to learn clusters and to put lines to them? Every benchmark checks its answer before it is
//! timed.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use impute::kinds::cluster::{
    Form, Items, Sample, Sampled, Scratch, Settings, Vectors, assign_items, learn,
};
use impute::progress::Silent;
use impute::random::Random;

/// Lines of each of so many kinds, which share no word.
const LINES: usize = 4000;
const KINDS: usize = 20;

/// Lines of twelve words, each of the fifty of its line's kind.
fn sample(settings: &Settings, rows: usize) -> Sample {
    let mut random = Random::new(1);
    let mut letters = |n: usize| -> String {
        (0..n).map(|_| char::from(b'a' + random.below(26) as u8)).collect()
    };
    let words: Vec<Vec<String>> =
        (0..KINDS).map(|_| (0..50).map(|i| letters(3 + i % 7)).collect()).collect();
    let (mut random, mut sample) = (Random::new(2), Sample::new(settings, rows));
    for i in 0..LINES {
        let kind = &words[i % KINDS];
        let line: Vec<&str> = (0..12).map(|_| &kind[random.below(50)][..]).collect();
        sample.see(line.join(" ").as_bytes()).expect("there is memory for a few lines");
    }
    sample
}

fn cluster(c: &mut Criterion) {
    let mut settings = Settings::default();
    (settings.k, settings.batches) = (KINDS, 20);
    let sample = sample(&settings, impute::kinds::cluster::form::ROWS);
    let form = Form::of(&sample);
    let items = Sampled { sample: &sample, vectors: &form };
    let centres = learn(&items, &settings, &Silent).unwrap();
    let found = assign_items(&items, &centres);
    let cluster = |i: usize| found[i].expect("every line has words").cluster;
    let same = (0..LINES).filter(|&i| cluster(i) == cluster(i % KINDS)).count();
    assert!(same * 10 >= LINES * 9, "{same} of {LINES} lines are where the first of their kind is");

    let mut group = c.benchmark_group("cluster");
    group.sample_size(10).throughput(Throughput::Elements(LINES as u64));
    group.bench_function("vectors", |b| {
        let mut scratch = Scratch::default();
        b.iter(|| {
            for line in sample.lines() {
                form.vector(line, &mut scratch);
                black_box(&scratch.features);
            }
        });
    });
    group.bench_function("assign", |b| b.iter(|| assign_items(&items, &centres)));
    group.bench_function("learn", |b| b.iter(|| learn(&items, &settings, &Silent).unwrap()));
    group.finish();
    assert_eq!(items.len(), LINES);
}

criterion_group!(benches, cluster);
criterion_main!(benches);
