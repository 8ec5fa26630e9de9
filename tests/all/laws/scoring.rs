//! Laws of the model: probabilities add up, and the fast scorer equals a slow one.
//!
//! The slow reference scores every word of the vocabulary by plain n-gram look-ups.

use std::sync::Arc;

use crate::common::{model_of, options, solver_of, toy_text, train_text};
use impute::model::words::{BOS, EOS, UNK};
use impute::model::{Model, build, pack};
use impute::progress::Silent;
use impute::solve::{Candidate, Effort, Gap, Solver};
use impute::train::{Config, HeldOut, Vocabulary};
use proptest::prelude::*;

/// A model of random text: up to `words` different words in up to 60 sentences.
fn random_model(
    words: usize,
    orders: std::ops::RangeInclusive<usize>,
) -> impl Strategy<Value = Arc<Model>> {
    // Squaring makes some words much more frequent than others.
    let word =
        (0..words * words).prop_map(move |i| format!("w{}", i / words * i / (words * words)));
    let sentence = proptest::collection::vec(word, 1..9).prop_map(|words| words.join(" "));
    let text = proptest::collection::vec(sentence, 4..60);
    let prune = prop_oneof![Just(vec![]), Just(vec![0, 0, 1]), Just(vec![0, 1, 1])];
    let vocabulary = prop_oneof![
        (1u64..3).prop_map(Vocabulary::MinCount),
        (2u64..words as u64 + 2).prop_map(Vocabulary::Limit),
    ];
    (text, orders, prune, vocabulary).prop_map(|(text, order, mut prune, vocabulary)| {
        prune.truncate(order);
        train_on(
            &text.join("\n"),
            options!(Config { order, prune, vocabulary, ..Config::default() }),
        )
    })
}

fn train_on(text: &str, config: Config) -> Arc<Model> {
    let config = options!(Config { held_out: HeldOut::NONE, ..config });
    model_of(&train_text(text, &config))
}

/// ln of the sum of exp S over all words, and every word with its S, best first.
fn slow_scores(model: &Arc<Model>, gap: Gap) -> (f64, Vec<(u32, f64)>) {
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

/// The evidence from the lists alone, and the words with their own scores, against exact ones.
fn assert_fast_is_near(exact: &Solver, gaps: &[Gap], k: usize) {
    let fast = exact.clone().with_effort(Effort::Fast);
    let (mut exact_worker, mut fast_worker) = (exact.worker(), fast.worker());
    let (mut exact_best, mut best, mut none) = (Vec::new(), Vec::new(), Vec::new());
    let tolerance = exact.tolerance() + 1e-4;
    for &gap in gaps {
        let score = exact_worker.score(gap, k, &mut exact_best);
        for (k, best) in [(0, &mut none), (k, &mut best)] {
            let near = fast_worker.score(gap, k, best);
            // Each sum is within the tolerance of the truth.
            assert!((near.ln_sum - score.ln_sum).abs() < 2.0 * tolerance, "{gap:?}");
            assert_eq!(near.ln_next, score.ln_next);
        }
        assert_eq!(best.len(), exact_best.len());
        // Place by place, no word is worth much less than the true one.
        for (near, true_one) in best.iter().zip(&exact_best) {
            let less = (true_one.probability / near.probability).ln();
            assert!(less < 4.0 * tolerance, "{gap:?}: {near:?} for {true_one:?}");
        }
    }
}

fn assert_equals_slow(model: &Arc<Model>, gaps: &[Gap], k: usize) {
    let view = model.view();
    let solver = solver_of(model).with_effort(Effort::Exact);
    let mut worker = solver.worker();
    let mut best: Vec<Candidate> = Vec::new();
    assert_fast_is_near(&solver, gaps, k);
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
        // Only what is not among the best is known to no more than eight bits.
        let rest = 1.0 - best.iter().map(|candidate| candidate.probability).sum::<f64>();
        let bound = 1e-4 + (1.0 + rest * solver.tolerance().exp_m1()).ln();
        assert!(
            (score.ln_evidence - evidence).abs() < bound,
            "{gap:?}: {} {evidence} {bound}",
            score.ln_evidence
        );
        assert_eq!(best.len(), k.min(slow.len()), "{gap:?}");
        let distinct: std::collections::HashSet<u32> = best.iter().map(|c| c.word).collect();
        assert_eq!(distinct.len(), best.len(), "{gap:?}: a word twice");
        for (i, candidate) in best.iter().enumerate() {
            let ln = slow.iter().find(|(word, _)| *word == candidate.word).unwrap().1;
            assert!((candidate.probability.ln() - (ln - ln_sum)).abs() < bound, "{gap:?} {i}");
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
        let near = 1e-2 + 20.0 * (bound - 1e-4);
        assert!((score.mean_chars - mean_chars).abs() < near, "{} {mean_chars}", score.mean_chars);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn the_probabilities_of_every_context_sum_to_one(model in random_model(12, 2..=5)) {
        let view = model.view();
        let words = view.vocabulary.len() as u32;
        let mut contexts: Vec<Vec<u32>> = vec![vec![]];
        contexts.extend((0..words).filter(|&w| w != EOS).map(|w| vec![w]));
        for first in (0..words).filter(|&w| w != EOS) {
            contexts.extend((0..words).filter(|&w| w != BOS && w != EOS).map(|w| vec![first, w]));
        }
        let longer: Vec<Vec<u32>> = contexts.iter().step_by(5).enumerate().map(|(i, context)| {
            let before = (i as u32 * 7) % words;
            let before = if before == EOS { BOS } else { before };
            [&[BOS, before][..], context].concat()
        }).collect();
        contexts.extend(longer);
        for context in contexts {
            let all = (0..words).filter(|&word| word != BOS);
            let sum: f64 = all.map(|word| view.ln_probability(&context, word).exp()).sum();
            prop_assert!((sum - 1.0).abs() < 1e-5, "{context:?}: {sum}");
        }
    }

    #[test]
    fn the_fast_scorer_equals_the_slow_one(
        model in random_model(25, 2..=3),
        picks in proptest::collection::vec(any::<[u32; 4]>(), 1..20),
        k in prop_oneof![Just(0usize), 1usize..40],
    ) {
        let words = model.view().vocabulary.len() as u32;
        let gaps: Vec<Gap> = picks
            .iter()
            .map(|pick| {
                let [a1, a0, b0, b1] = pick.map(|id| id % words);
                // <s> is only at the beginning, </s> only at the end.
                let inner = |id: u32| if id == BOS || id == EOS { UNK } else { id };
                let first = if a1 == EOS { BOS } else { a1 };
                let last = if b1 == BOS { EOS } else { b1 };
                Gap { left: [first, inner(a0)], right: [inner(b0), last] }
            })
            .collect();
        assert_equals_slow(&model, &gaps, k);
    }

    #[test]
    fn higher_orders_score_candidates_by_all_that_the_model_knows(
        model in random_model(12, 4..=5),
        picks in proptest::collection::vec(any::<u32>(), 2..12),
    ) {
        let view = model.view();
        let solver = solver_of(&model).with_effort(Effort::Exact);
        let (words, last) = (view.vocabulary.len() as u32, view.order - 1);
        prop_assume!(words > 3);
        let sentence: Vec<u32> = picks.iter().map(|pick| 3 + pick % (words - 3)).collect();
        let mut worker = solver.worker();
        let mut best = Vec::new();
        for left in 0..sentence.len() - 1 {
            let (before, after) = sentence.split_at(left + 1);
            let before = [&[BOS], before].concat();
            let after: Vec<u32> = after.iter().chain([&EOS]).copied().take(last).collect();
            // With `middle` between them: ln P of it and of what follows, as far as it reaches.
            let slow = |middle: &[u32]| {
                let all = [&before, middle, &after].concat();
                let at = before.len()..all.len();
                at.map(|at| view.ln_probability(&all[..at], all[at])).sum::<f64>()
            };
            let all = (0..words).filter(|&x| x != BOS && x != EOS);
            let sum: f64 = all.map(|x| slow(&[x]).exp()).sum();
            // All words are candidates, so that only <unk> is assumed.
            let score = worker.score_in(&sentence, left, words as usize, &mut best).unwrap();
            prop_assert_eq!(best.len(), words as usize - 3);
            for candidate in &best {
                let ln = slow(&[candidate.word]) - sum.ln();
                prop_assert!((candidate.probability.ln() - ln).abs() < 1e-3, "{candidate:?} {ln}");
            }
            prop_assert!(best.windows(2).all(|w| w[0].probability >= w[1].probability));
            prop_assert!((score.ln_evidence - (sum.ln() - slow(&[]))).abs() < 1e-3);
        }
    }

    #[test]
    fn no_byte_of_a_damaged_model_makes_the_solver_panic(
        model in random_model(12, 2..=5),
        damage in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
    ) {
        // Damage inside the sections is not seen on opening; only `verify` sees it.
        let mut bytes = model.bytes().to_vec();
        let sections: Vec<usize> = model
            .directory()
            .sections
            .iter()
            .flat_map(|section| section.offset as usize..(section.offset + section.length) as usize)
            .collect();
        for (at, byte) in damage {
            bytes[sections[at.index(sections.len())]] = byte;
        }
        // The lengths within a section are checked on opening.
        if let Ok(damaged) = Model::from_bytes(bytes.clone()) {
            let damaged = Arc::new(damaged);
            let solver = solver_of(&damaged);
            for method in [impute::solve::Method::Posterior, impute::solve::Method::MinLikelihood] {
                let _ = solver.answer(b"w1 w2 w0 w3 w1 w4", method);
            }
            let same = bytes == model.bytes();
            prop_assert_eq!(damaged.verify().is_ok(), same);
        }
    }
}

#[test]
fn the_fast_scorer_equals_the_slow_one_on_the_shipped_model() {
    let model = Arc::new(Model::shipped().unwrap());
    let solver = solver_of(&model);
    let text = include_str!("../../../data/sample.txt");
    let sentences: Vec<Vec<u32>> =
        text.lines().step_by(29).map(|line| solver.ids(line.as_bytes())).collect();
    // The last gap is before a full stop and the end, a pair with lists made one.
    let gaps: Vec<Gap> = sentences
        .iter()
        .flat_map(|ids| {
            let some = (0..ids.len()).step_by(7).chain([ids.len() - 2]);
            some.filter_map(|at| Gap::of(ids, at))
        })
        .collect();
    assert!(gaps.len() > 20 && gaps.iter().filter(|gap| gap.right[1] == EOS).count() > 5);
    assert_equals_slow(&model, &gaps, 64);
    // More words than the head of a list holds, without a word after it that would favour others.
    let id = |word: &str| model.view().vocabulary.id(word.as_bytes());
    let long = [["one", "of"], ["of", "the"], ["is", "a"], ["in", "the"]];
    let long = long.map(|[a, b]| Gap { left: [id(a), id(b)], right: [UNK, id("of")] });
    for k in [128, 3 * 128] {
        assert_equals_slow(&model, &gaps[..4], k);
        assert_equals_slow(&model, &long, k);
    }
}

#[test]
fn a_packed_model_is_the_model() {
    let trained = train_text(std::str::from_utf8(&toy_text()).unwrap(), &Config::default());
    let whole = model_of(&trained);
    let without = build::write(
        &trained.words,
        &trained.core,
        build::Extras::default(),
        trained.header.clone(),
        build::Lists::Without,
        std::io::Cursor::new(Vec::new()),
        &Silent,
    );
    let mut packed = tempfile::NamedTempFile::new().unwrap();
    pack::pack(without.unwrap().get_ref(), packed.as_file_mut()).unwrap();
    let lists = |name: &str| !name.starts_with("vocabulary") && !name.starts_with("ngrams");
    let small = Model::open_without_lists(packed.path()).unwrap();
    assert!(small.directory().sections.iter().all(|section| !lists(&section.name)));
    let error = Solver::new(small).unwrap_err().to_string();
    assert!(error.contains("without posting lists"), "{error}");
    let opened = Model::open(packed.path()).unwrap();
    opened.verify().unwrap();
    assert_eq!(opened.header(), whole.header());
    let sums = |model: &[impute::model::format::Section]| -> Vec<(String, String)> {
        model.iter().map(|s| (s.name.clone(), s.checksum.clone())).collect()
    };
    assert_eq!(sums(&opened.directory().sections), sums(&whole.directory().sections));
}

#[test]
fn words_rarer_than_any_factor_are_scored_exactly() {
    // "rare" has one left neighbour in a text of many words, and one word always follows it.
    let mut text = String::new();
    for i in 0..40_000 {
        text += &format!("a{} b{} c{}\n", i, i % 7, i % 9_000);
    }
    text += &"x rare follower y\n".repeat(4000);
    let model = train_on(&text, options!(Config { order: 2, ..Config::default() }));
    let view = model.view();
    let id = |word: &str| view.vocabulary.id(word.as_bytes());
    let least = view.lists.weights.iter().copied().filter(|&w| w > 0.0).fold(1.0, f32::min);
    assert!(least.ln() < -18.0, "{}", least.ln());
    let gaps = [["x", "follower"], ["x", "y"], ["b1", "follower"], ["rare", "y"]];
    let gaps = gaps.map(|[a, b]| Gap { left: [BOS, id(a)], right: [id(b), EOS] });
    assert_equals_slow(&model, &gaps, 20);
}

#[test]
fn the_calibration_is_fitted_the_same_on_any_number_of_threads() {
    let held_out = HeldOut::new(0.2, 500, 200);
    let config = options!(Config { held_out, ..Config::default() });
    let trained = train_text(std::str::from_utf8(&toy_text()).unwrap(), &config);
    let (held_out, model) = (&trained.held_out, model_of(&trained));
    assert_eq!(held_out.len(), 500);
    let solver = solver_of(&model);
    let fit = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| impute::fit::fit(&solver, held_out, &|| {}, &Silent)).unwrap().1.unwrap()
    };
    let fitted = fit(1);
    assert_eq!(fitted, fit(3));
    let calibration = fitted.calibration;
    assert!(calibration.sentences > 400);
    // A real fit: the toy's gaps and words are sure, but not certain.
    assert!((0.3..1.5).contains(&calibration.gap_temperature), "{calibration:?}");
    assert!((0.3..1.5).contains(&calibration.word_temperature), "{calibration:?}");
    assert_ne!(
        calibration.gap_temperature,
        impute::model::header::Calibration::default().gap_temperature
    );
    assert!(impute::fit::fit(&solver, &held_out[..100], &|| {}, &Silent).unwrap().1.is_none());
}
