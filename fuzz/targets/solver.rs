//! Any sentences to a small model with everything: the answers are what they are said to be.
//!
//! The first byte chooses the model and the spelling: bytes as they are, or a word of the vocabulary for
//! each byte.

#![no_main]

use std::sync::{Arc, OnceLock};

use impute::model::Model;
use impute::query::Scorer;
use impute::solve::word::posterior::Posterior;
use impute::solve::{Answer, Candidate, Effort, Insert, Method, Solver, Worker};
use impute::text::tokens;
use impute_fuzz::models::{self, Kind};
use libfuzzer_sys::fuzz_target;

/// What sums of rounded numbers may be off by.
const EPSILON: f64 = 1e-5;

fn all() -> &'static [Arc<Model>; 3] {
    static MODELS: OnceLock<[Arc<Model>; 3]> = OnceLock::new();
    MODELS.get_or_init(|| {
        let open = |file: Vec<u8>| Arc::new(Model::from_bytes(file).expect("a whole model"));
        let kind = Kind { order: 5, lists: true, ..Kind::default() };
        [
            open(models::model(Kind { net: true, others: true, order: 3, ..kind })),
            open(models::model(kind)),
            open(models::imported(&models::model(Kind { order: 3, ..kind }))),
        ]
    })
}

/// Fast and exact, for each model.
fn solvers() -> &'static [[Solver; 2]; 3] {
    static SOLVERS: OnceLock<[[Solver; 2]; 3]> = OnceLock::new();
    SOLVERS.get_or_init(|| {
        all().each_ref().map(|model| {
            let solver = Solver::new(model.clone()).expect("a model with lists");
            [Effort::Fast, Effort::Exact].map(|effort| solver.clone().with_effort(effort))
        })
    })
}

fn sentences(data: &[u8], spelled: bool, model: &Model) -> Vec<Vec<u8>> {
    let words = &model.view().vocabulary;
    let line = |line: &[u8]| match spelled {
        true => line.to_vec(),
        false => {
            let words: Vec<&[u8]> =
                line.iter().map(|&b| words.word(u32::from(b) % words.len() as u32)).collect();
            words.join(&b' ')
        }
    };
    data.split(|&b| b == b'\n').take(4).map(line).collect()
}

/// Whether `after` is `before` with one piece put into it.
fn is_insertion(before: &[u8], after: &[u8]) -> bool {
    let same = before.iter().zip(after).take_while(|(a, b)| a == b).count();
    (0..=same).any(|at| after.len() >= before.len() && after.ends_with(&before[at..]))
}

fn check_answer(sentence: &[u8], answer: &Answer, method: Method) {
    assert!(is_insertion(sentence, &answer.sentence), "more than an insertion");
    match &answer.insert {
        Some(Insert { gap, text }) => {
            assert!(*gap + 1 < tokens::split(sentence).count(), "beyond the last gap");
            assert_eq!(answer.sentence, tokens::insert(sentence, *gap, text.as_bytes()));
        }
        None => assert_eq!(answer.sentence, sentence),
    }
    if let (Method::Posterior, Some(expected), Some(gain)) = (method, answer.expected, answer.gain)
    {
        assert!(expected.is_finite() && gain >= 0.0, "expected {expected}, gain {gain}");
        assert!(expected >= -EPSILON, "a distance of {expected}");
    }
}

fn check_shares(what: &str, shares: impl Iterator<Item = f64>) {
    let mut sum = 0.0;
    for share in shares {
        assert!((0.0..=1.0 + EPSILON).contains(&share), "{what}: {share}");
        sum += share;
    }
    assert!(sum <= 1.0 + EPSILON, "{what}: {sum} in all");
}

fn check_best(what: &str, best: &[Candidate]) {
    check_shares(what, best.iter().map(|candidate| candidate.probability));
    let falling = |pair: &[Candidate]| pair[0].probability >= pair[1].probability;
    assert!(best.windows(2).all(falling), "{what}: not the best first");
}

fn ask(worker: &mut Worker<'_>, sentence: &[u8]) {
    let solver = worker.solver();
    let analysis = worker.analyse(sentence);
    let posterior = Posterior::new(&analysis, solver.calibration(), solver.view());
    check_shares("gaps", posterior.gaps.iter().copied());
    for gap in &posterior.best {
        let words = gap.words.iter().map(|word| word.probability);
        check_shares("words", words.chain([gap.rest]));
    }
    let ids = &analysis.ids;
    let (at, mut best) = (ids.len() / 2, Vec::new());
    worker.next_words(&ids[..at], 7, &mut best);
    check_best("next", &best);
    worker.words_before(&ids[at..], 7, &mut best);
    check_best("before", &best);
    let words: Vec<&[u8]> = tokens::split(sentence).collect();
    let found = worker.fill(&words[..at], &words[at..], 7);
    check_shares("fill", found.words.iter().map(|word| word.probability));
}

fuzz_target!(|data: &[u8]| {
    let Some((&mode, data)) = data.split_first() else { return };
    let model = &all()[usize::from(mode) % 3];
    let sentences = sentences(data, mode & 0x80 != 0, model);
    let exact = mode & 0x40 != 0;
    let solver = &solvers()[usize::from(mode) % 3][usize::from(exact)];
    let (mut worker, mut another) = (solver.worker(), solver.worker());
    for method in [Method::Posterior, Method::MinLikelihood] {
        let answers = worker.answer_all(&sentences, method);
        for (sentence, answer) in sentences.iter().zip(&answers) {
            check_answer(sentence, answer, method);
            let alone = another.answer(sentence, method);
            assert!(alone.sentence == answer.sentence, "another answer among others");
        }
    }
    let scorer = Scorer::new(model);
    for sentence in &sentences {
        ask(&mut worker, sentence);
        for word in scorer.score(sentence).words {
            assert!(word.log10_p <= EPSILON && !word.log10_p.is_nan(), "{}", word.log10_p);
        }
    }
});
