//! Sorted, complete lists of n-grams → the arrays of [`ArpaLevel`].

use super::ArpaLevel;
use super::flat::Flat;
use crate::model::ngrams::suffix_links;

/// All levels, given that of the single words and the lists of the orders from 2. `None` if the
/// lists are not complete.
pub(super) fn levels(single: ArpaLevel, mut flats: Vec<Flat>) -> Option<Vec<ArpaLevel>> {
    let mut levels = vec![single];
    for i in 0..flats.len() {
        let (below, above) = flats.split_at_mut(i);
        let highest = above.len() == 1;
        levels.push(level(&mut above[0], &levels[i], below.last(), highest)?);
    }
    Some(levels)
}

/// The level of an order, given the list of its n-grams, whose numbers it takes, the level below,
/// and the list that the level below was made from (`None` for single words).
///
/// An n-gram that the file left out gets the probability bow(context) p(suffix), at most 1.
fn level(
    flat: &mut Flat,
    below: &ArpaLevel,
    flat_below: Option<&Flat>,
    highest: bool,
) -> Option<ArpaLevel> {
    let n = flat.order();
    let contexts = below.log10_p.len();
    let mut offsets = Vec::with_capacity(contexts + 1);
    offsets.push(0);
    let mut at = 0;
    for context in 0..contexts {
        let single = [context as u32];
        let context = flat_below.map_or(&single[..], |flat| flat.get(context));
        while at < flat.len() && flat.get(at)[..n - 1] == *context {
            at += 1;
        }
        offsets.push(at as u32);
    }
    if at < flat.len() {
        return None;
    }
    let words: Vec<u32> = (0..flat.len()).map(|i| flat.get(i)[n - 1]).collect();
    let suffix = suffix_links(&below.offsets, &below.words, &below.suffix, &offsets, &words)?;
    let mut log10_p = std::mem::take(&mut flat.log10_p);
    for (context, range) in offsets.windows(2).enumerate() {
        for i in range[0] as usize..range[1] as usize {
            if log10_p[i].is_nan() {
                let backed_off = below.log10_backoff[context] + below.log10_p[suffix[i] as usize];
                log10_p[i] = backed_off.min(0.0);
            }
        }
    }
    let log10_backoff = if highest { Vec::new() } else { std::mem::take(&mut flat.log10_backoff) };
    Some(ArpaLevel { offsets, words, log10_p, log10_backoff, suffix })
}
