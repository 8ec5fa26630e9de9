//! A pruned model that goes on following from counts, in fewer bytes than logs take.
//!
//! What an n-gram was counted goes to its context, as in `impute train --prune`: with the sum of the adjusted counts
//! that a context has lost, l(h), and the total as it was,
//!
//! ```text
//! P(w|h) = (a(hw) - D(a(hw))) / total(h) + gamma(h) P(w|h'),   gamma(h) = (sum of D + l(h)) / total(h)
//! ```
//!
//! so that every context still sums to 1. What stays is what [`super::prune()`] says.

use super::prune::Pruned;
use crate::model::arpa::ArpaLevel;
use crate::model::core::build::LevelBuilder;
use crate::model::core::{Core, CoreData};

/// The n-grams of a pruned model, in counts; `whole` is the model as it was, `discounts` those of every order. `None`
/// if it has no counts.
pub fn counts(
    core: &Core<'_>,
    whole: &[ArpaLevel],
    pruned: &Pruned,
    discounts: &[[f64; 3]],
) -> Option<CoreData> {
    let Pruned { levels: new, kept, .. } = pruned;
    let words = core.words;
    let mut levels = Vec::new();
    for n in 2..=whole.len() {
        let (own, below, level) = (&core.levels[n - 2], &new[n - 2], &new[n - 1]);
        let mut adjusted = own.adjusted()?;
        let contexts = below.log10_p.len() as u64;
        let mut builder = LevelBuilder::counts(n, words, contexts, level.words.len() as u64);
        let (mut counts, mut context) = (Vec::new(), 0);
        for (i, &stays) in kept[n - 2].iter().enumerate() {
            counts.clear();
            let mut lost = own.lost(i);
            for (&stays, count) in kept[n - 1][whole[n - 1].children(i)].iter().zip(&mut adjusted) {
                if stays { counts.push(count) } else { lost = lost.saturating_add(count) }
            }
            if stays {
                let (universe, positions) = level.positions(below, context);
                builder.context(universe, &positions, &counts, lost);
                context += 1;
            }
        }
        levels.push(builder.finish(*discounts.get(n - 1)?));
    }
    let discounts = *discounts.first()?;
    Some(CoreData { unigrams: core.unigrams.to_vec(), logs: false, discounts, levels, skip: None })
}
