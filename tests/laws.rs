//! Laws of the model: probabilities add up, and the fast scorer equals a slow one.
//!
//! The slow reference scores every word of the vocabulary by plain n-gram look-ups.

use std::f64::consts::LN_10;
use std::io::{Cursor, Write};

use impute::model::words::{BOS, EOS, UNK};
use impute::model::{Model, build};
use impute::progress::Silent;
use impute::solve::{Candidate, Gap, Solver};
use impute::train::{Config, HeldOut, Trained, train};
use proptest::prelude::*;

/// A model of random text: up to `words` different words in up to 60 sentences.
fn random_model(words: usize) -> impl Strategy<Value = Model<Vec<u8>>> {
    // Squaring makes some words much more frequent than others.
    let word =
        (0..words * words).prop_map(move |i| format!("w{}", i / words * i / (words * words)));
    let sentence = proptest::collection::vec(word, 1..9).prop_map(|words| words.join(" "));
    let text = proptest::collection::vec(sentence, 4..60);
    let prune = prop_oneof![Just(vec![]), Just(vec![0, 0, 1]), Just(vec![0, 1, 1])];
    (text, 2usize..=3, prune, 1u64..3).prop_map(|(text, order, mut prune, min_count)| {
        prune.truncate(order);
        train_on(&text.join("\n"), Config { order, prune, min_count, ..Config::default() })
    })
}

fn train_on(text: &str, config: Config) -> Model<Vec<u8>> {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(text.as_bytes()).unwrap();
    let config = Config { held_out: HeldOut::NONE, ..config };
    let trained = train(&[file.path().to_owned()], &config, &Silent).unwrap();
    let Trained { words, ngrams, header, .. } = trained;
    let bytes = build::write(&words, &ngrams, header, Cursor::new(Vec::new())).unwrap();
    Model::from_bytes(bytes.into_inner()).unwrap()
}

/// ln of the sum of exp S over all words, and every word with its S, best first.
fn slow_scores<D: AsRef<[u8]>>(model: &Model<D>, gap: Gap) -> (f64, Vec<(u32, f64)>) {
    let view = model.view();
    let ([a1, a0], [b0, b1]) = (gap.left, gap.right);
    let mut scores: Vec<(u32, f64)> = (0..view.vocabulary.len() as u32)
        .filter(|&word| word != BOS && word != EOS)
        .map(|x| {
            let mut ln = view.ln_probability(&[a1, a0], x) + view.ln_probability(&[a0, x], b0);
            if view.order > 2 {
                ln += view.ln_probability(&[x, b0], b1);
            }
            (x, ln)
        })
        .collect();
    let ln_sum = scores.iter().map(|(_, ln)| ln.exp()).sum::<f64>().ln();
    scores.retain(|&(word, _)| word != UNK);
    scores.sort_by(|a, b| b.1.total_cmp(&a.1));
    (ln_sum, scores)
}

fn assert_equals_slow<D: AsRef<[u8]>>(model: &Model<D>, gaps: &[Gap], k: usize) {
    let (view, solver) = (model.view(), Solver::new(model));
    let mut worker = solver.worker();
    let mut best: Vec<Candidate> = Vec::new();
    for &gap in gaps {
        let score = worker.score(gap, k, &mut best);
        let (ln_sum, slow) = slow_scores(model, gap);
        let ([a1, a0], [b0, b1]) = (gap.left, gap.right);
        let mut joined = view.ln_probability(&[a1, a0], b0);
        assert!((score.ln_next - joined).abs() < 1e-6);
        if view.order > 2 {
            joined += view.ln_probability(&[a0, b0], b1);
        }
        let evidence = ln_sum - joined;
        assert!(
            (score.ln_evidence - evidence).abs() < 1e-4,
            "{gap:?}: {} {evidence}",
            score.ln_evidence
        );
        assert_eq!(best.len(), k.min(slow.len()), "{gap:?}");
        for (i, candidate) in best.iter().enumerate() {
            let ln = slow.iter().find(|(word, _)| *word == candidate.word).unwrap().1;
            assert!((candidate.probability.ln() - (ln - ln_sum)).abs() < 1e-4, "{gap:?} {i}");
            // The same place in the ranking, up to words of the same score.
            assert!((ln - slow[i].1).abs() < 1e-4, "{gap:?}: place {i}");
        }
        let chars = |word: u32| match word {
            UNK => 8.0,
            _ => impute::text::tokens::chars(view.vocabulary.word(word)) as f64,
        };
        let mean_chars: f64 =
            slow.iter().map(|&(word, ln)| (ln - ln_sum).exp() * chars(word)).sum();
        let known: f64 = slow.iter().map(|(_, ln)| (ln - ln_sum).exp()).sum();
        let mean_chars = mean_chars + (1.0 - known) * chars(UNK);
        assert!((score.mean_chars - mean_chars).abs() < 1e-2, "{} {mean_chars}", score.mean_chars);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn the_probabilities_of_every_context_sum_to_one(model in random_model(12)) {
        let view = model.view();
        let words = view.vocabulary.len() as u32;
        let mut contexts: Vec<Vec<u32>> = vec![vec![]];
        contexts.extend((0..words).filter(|&w| w != EOS).map(|w| vec![w]));
        for first in (0..words).filter(|&w| w != EOS) {
            contexts.extend((0..words).filter(|&w| w != BOS && w != EOS).map(|w| vec![first, w]));
        }
        for context in contexts {
            let all = (0..words).filter(|&word| word != BOS);
            let sum: f64 = all.map(|word| view.ln_probability(&context, word).exp()).sum();
            prop_assert!((sum - 1.0).abs() < 1e-5, "{context:?}: {sum}");
        }
    }

    #[test]
    fn the_fast_scorer_equals_the_slow_one(
        model in random_model(25),
        picks in proptest::collection::vec(any::<[u32; 4]>(), 1..20),
        k in prop_oneof![Just(0usize), 1usize..40],
    ) {
        let words = model.view().vocabulary.len() as u32;
        let gaps: Vec<Gap> = picks
            .iter()
            .map(|pick| {
                let [a1, a0, b0, b1] = pick.map(|id| id % words);
                // <s> stands only in front, </s> only at the end.
                let inner = |id: u32| if id == BOS || id == EOS { UNK } else { id };
                let first = if a1 == EOS { BOS } else { a1 };
                let last = if b1 == BOS { EOS } else { b1 };
                Gap { left: [first, inner(a0)], right: [inner(b0), last] }
            })
            .collect();
        assert_equals_slow(&model, &gaps, k);
    }

    #[test]
    fn no_byte_of_a_damaged_model_makes_the_solver_panic(
        model in random_model(12),
        damage in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
    ) {
        // Damage inside the sections is not seen on opening; only `verify` sees it.
        let mut bytes = model.bytes().to_vec();
        let end = bytes.len() - 2000.min(bytes.len() - 64);
        for (at, byte) in damage {
            let at = 64 + at.index(end.max(65) - 64);
            bytes[at] = byte;
        }
        if let Ok(damaged) = Model::from_bytes(bytes.clone()) {
            let solver = Solver::new(&damaged);
            for method in [impute::solve::Method::Posterior, impute::solve::Method::MinLikelihood] {
                let _ = solver.answer(b"w1 w2 w0 w3 w1 w4", method);
            }
            let same = bytes == model.bytes();
            prop_assert_eq!(damaged.verify().is_ok(), same || padding_only(&model, &bytes));
        }
    }
}

/// Whether two files differ at most in the zeros between sections.
fn padding_only(model: &Model<Vec<u8>>, bytes: &[u8]) -> bool {
    model.directory().sections.iter().all(|section| {
        let range = section.offset as usize..(section.offset + section.length) as usize;
        model.bytes()[range.clone()] == bytes[range]
    })
}

#[test]
fn the_fast_scorer_equals_the_slow_one_on_the_shipped_model() {
    let model = Model::shipped().unwrap();
    let solver = Solver::new(&model);
    let csv = include_str!("../data/sample-test.csv");
    let sentences: Vec<Vec<u32>> =
        csv.lines().skip(1).step_by(29).map(|line| solver.ids(line.as_bytes())).collect();
    let gaps: Vec<Gap> = sentences
        .iter()
        .flat_map(|ids| (0..ids.len()).step_by(7).filter_map(|at| Gap::of(ids, at)))
        .collect();
    assert!(gaps.len() > 15);
    assert_equals_slow(&model, &gaps, 64);
    // More words than the head of a list holds.
    assert_equals_slow(&model, &gaps[..4], 3 * build::HEAD);
}

#[test]
fn a_compact_model_keeps_probabilities_to_a_hundredth_of_a_nat() {
    let text = std::fs::read_to_string(
        std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/toy.txt"),
    )
    .unwrap();
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(text.as_bytes()).unwrap();
    let trained = train(&[file.path().to_owned()], &Config::default(), &Silent).unwrap();
    let mut packed = tempfile::NamedTempFile::new().unwrap();
    impute::model::compact::pack(
        &trained.words,
        &trained.ngrams,
        trained.header.clone(),
        packed.as_file_mut(),
    )
    .unwrap();
    let compact = Model::open(packed.path()).unwrap();
    compact.verify().unwrap();
    let whole =
        build::write(&trained.words, &trained.ngrams, trained.header, Cursor::new(Vec::new()));
    let whole = Model::from_bytes(whole.unwrap().into_inner()).unwrap();
    assert_eq!(compact.header(), whole.header());
    let (a, b) = (compact.view(), whole.view());
    for line in text.lines().take(200) {
        let ids: Vec<u32> = line.split(' ').map(|w| a.vocabulary.id(w.as_bytes())).collect();
        let ((one, _), (two, _)) = (a.ln_sentence(&ids), b.ln_sentence(&ids));
        assert!((one - two).abs() < 0.01 * (ids.len() + 1) as f64, "{line}: {one} {two}");
        assert!(two / LN_10 < 0.0);
    }
}
