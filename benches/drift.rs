//! How long does it take to tell new text from old? The answer is checked before it is timed.

use std::fmt::Write;
use std::hint::black_box;
use std::path::Path;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use impute::kinds::drift::{Report, Settings, Verdict, drift};
use impute::progress::Silent;
use impute::random::Random;
use impute::text::{input, rows::RowReader};

/// Lines of each text, and words of a line.
const LINES: usize = 10_000;
const WORDS: usize = 25;

/// Lines of words of which low numbers are more frequent.
fn text(seed: u64) -> String {
    let mut random = Random::new(seed);
    let mut text = String::new();
    for _ in 0..LINES {
        for at in 0..WORDS {
            let word = (0..4).map(|_| random.below(40_000)).min().unwrap_or(0);
            let space = if at == 0 { "" } else { " " };
            write!(text, "{space}Word{word}").expect("memory");
        }
        text.push('\n');
    }
    text
}

fn compare(old: &Path, new: &Path) -> Report {
    let read = |path| RowReader::new(input::open(path).unwrap(), None, false).unwrap();
    drift(read(old), read(new), Settings::default(), None, &Silent).unwrap()
}

fn texts(c: &mut Criterion) {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    std::fs::write(path("old"), text(1)).unwrap();
    std::fs::write(path("same"), text(2)).unwrap();
    std::fs::write(path("lower"), text(2).to_lowercase()).unwrap();
    let report = compare(&path("old"), &path("same"));
    assert_eq!((report.verdict, report.lines), (Verdict::None, LINES));
    let report = compare(&path("old"), &path("lower"));
    let verdicts: Vec<Verdict> = report.measures.iter().map(|m| m.verdict).collect();
    use Verdict::{None, Strong};
    assert_eq!(verdicts, [Strong, None, Strong, Strong, None]);
    let mut group = c.benchmark_group("drift");
    group.sample_size(10).throughput(Throughput::Elements(2 * LINES as u64));
    group.bench_function("10,000 lines a side, in all five ways", |b| {
        b.iter(|| compare(black_box(&path("old")), black_box(&path("same"))));
    });
    group.finish();
}

criterion_group!(benches, texts);
criterion_main!(benches);
