//! Everything that can be asked of a model, damaged or not.

use std::sync::Arc;

use impute::generate::{Generator, Settings};
use impute::model::words::{BOS, UNK};
use impute::model::{Model, arpa};
use impute::query::Scorer;
use impute::solve::{Effort, Method, Solver};
use impute::text::tokens;

/// A sentence with known words, an unknown one, quotes, and a word twice.
pub const SENTENCE: &[u8] = b"\" Two banks closed the , \" Mr. Nobody said the court again .";

/// Answers of a model that has posting lists, to be compared.
pub fn answers(model: &Arc<Model>) -> Vec<Vec<u8>> {
    let Ok(solver) = Solver::new(model.clone()) else { return Vec::new() };
    let mut answers = Vec::new();
    for effort in [Effort::Fast, Effort::Exact] {
        let solver = solver.clone().with_effort(effort);
        let mut worker = solver.worker();
        for method in [Method::Posterior, Method::MinLikelihood] {
            answers.push(worker.answer(SENTENCE, method).sentence);
        }
    }
    answers
}

/// Asks the solver, the scorer, the generator and the exporter; what they say does not
/// matter, only that they come to an end. Returns the [`answers`].
pub fn everything(model: &Arc<Model>) -> Vec<Vec<u8>> {
    let answers = answers(model);
    if let Ok(solver) = Solver::new(model.clone()) {
        holes(&solver);
    }
    let scored = Scorer::new(model).score(SENTENCE).log10_total();
    std::hint::black_box(scored);
    generated(model);
    let _ = arpa::write(model.view(), "model", &mut std::io::sink());
    answers
}

fn holes(solver: &Solver) {
    let (mut worker, mut best) = (solver.worker(), Vec::new());
    let words: Vec<&[u8]> = tokens::split(SENTENCE).collect();
    std::hint::black_box(worker.fill(&words[..4], &words[4..], 8));
    let ids = solver.ids(SENTENCE);
    worker.next_words(&[BOS, ids[1]], 5, &mut best);
    worker.words_before(&[ids[4], UNK], 5, &mut best);
    best.iter().for_each(|candidate| assert!(solver.word(candidate.word).len() < 1 << 20));
}

fn generated(model: &Model) {
    let mut plain = Settings::default();
    (plain.max_words, plain.prompt) = (20, "the".into());
    let mut weighted = plain.clone();
    (weighted.temperature, weighted.top_k) = (0.7, Some(5));
    for settings in [plain, weighted] {
        if let Ok(generator) = Generator::new(model, settings) {
            let mut worker = generator.worker();
            (0..3).for_each(|index| assert!(worker.sentence(index).len() < 1 << 20));
        }
    }
}
