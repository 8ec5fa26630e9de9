//! The words of several models under ids of their own: the special words, then by falling probability in the mixture,
//! equal ones by their bytes.

use crate::model::core::ngrams::{LOG10_ZERO, log10};
use crate::model::view::View;
use crate::model::words::{BOS, SPECIAL, UNK, WordList};

/// The id of a word that a model lacks.
const NONE: u32 = u32::MAX;

/// The words of several models.
#[derive(Debug, Clone)]
pub struct Joint {
    /// The words by their joint ids.
    pub words: WordList,
    /// (words) log10 of the mixture's probability of each without a history; that of `<s>` is -99.
    pub log10_p: Vec<f32>,
    models: usize,
    /// (words × models) the id that each model has for each word.
    ids: Vec<u32>,
    /// (models) (words of the model) the joint id of each.
    joint: Vec<Vec<u32>>,
}

impl Joint {
    /// The words of these models, which count by these weights.
    pub fn new(models: &[&View<'_>], weights: &[f64]) -> Self {
        let mut entries: Vec<(f32, &[u8])> = Vec::new();
        for (i, model) in models.iter().enumerate() {
            for id in SPECIAL as u32..model.vocabulary.len() as u32 {
                let word = model.vocabulary.word(id);
                if models[..i].iter().all(|earlier| id_in(earlier, word) == NONE) {
                    entries.push((probability(models, weights, word), word));
                }
            }
        }
        entries.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(b.1)));
        let mut words = WordList::new();
        let mut log10_p: Vec<f32> =
            words.iter().map(|word| probability(models, weights, word)).collect();
        log10_p[BOS as usize] = LOG10_ZERO;
        for (log10_p_of_word, word) in entries {
            words.push(word);
            log10_p.push(log10_p_of_word);
        }
        let mut joint: Vec<Vec<u32>> =
            models.iter().map(|model| vec![UNK; model.vocabulary.len()]).collect();
        let mut ids = Vec::with_capacity(words.len() * models.len());
        for (id, word) in (0..).zip(words.iter()) {
            for (model, joint) in models.iter().zip(&mut joint) {
                let own = id_in(model, word);
                if let Some(joint) = joint.get_mut(own as usize) {
                    *joint = id;
                }
                ids.push(own);
            }
        }
        Joint { words, log10_p, models: models.len(), ids, joint }
    }

    /// The id that a model has for a word; `None` if it lacks the word.
    pub fn id_in(&self, model: usize, word: u32) -> Option<u32> {
        let id = self.ids.get(word as usize * self.models + model).copied();
        id.filter(|&id| id != NONE)
    }

    /// The joint id of a word of a model.
    pub fn id_of(&self, model: usize, word: u32) -> u32 {
        self.joint[model].get(word as usize).copied().unwrap_or(UNK)
    }
}

/// The id of a word in a model, special ones included.
fn id_in(model: &View<'_>, word: &[u8]) -> u32 {
    match model.vocabulary.id(word) {
        UNK if model.vocabulary.word(UNK) != word => NONE,
        id => id,
    }
}

/// log10 of the mixture's probability of a word.
fn probability(models: &[&View<'_>], weights: &[f64], word: &[u8]) -> f32 {
    let known =
        models.iter().zip(weights).map(|(model, weight)| (model, weight, id_in(model, word)));
    let known = known.filter(|(.., id)| *id != NONE);
    log10(known.map(|(model, weight, id)| weight * model.core.unigram(id)).sum())
}
