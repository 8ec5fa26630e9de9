//! Learns centres in mini-batches.
//!
//! ```text
//! centres begin at items that k-means++ chooses among a few thousand
//! for each batch: put its items to the nearest centres, then add them to these, in their order
//! ```
//!
//! Adding is a step at the rate 1 / count ([`super::centres`]), so that a centre is the mean of all that was ever put to
//! it, up to its length. Items come in an order that is drawn anew whenever all have had their turn.

use rayon::prelude::*;

use super::centres::Centres;
use super::items::{Items, Scratch};
use super::settings::Settings;
use super::start::{Rows, start};
use crate::error::Result;
use crate::progress::{Progress, Unit};
use crate::random::Random;

/// k-means++ looks at so many items a centre, and at least at so many.
const START: [usize; 2] = [3, 4096];
/// Into how many pieces a batch is cut, each with its own memory.
const PIECES: usize = 16;

/// A piece of a batch: the vectors of its items one after the other, and their nearest centres.
#[derive(Default)]
struct Piece {
    scratch: Scratch,
    scores: Vec<f32>,
    features: Vec<(u32, f32)>,
    /// The end of each vector and its centre.
    found: Vec<(usize, u32)>,
}

/// The centres of these items, the most frequent first: `settings.k`, or fewer if there are fewer different vectors.
/// Settings were checked.
///
/// # Errors
/// `progress` says to stop.
pub fn learn(items: &impl Items, settings: &Settings, progress: &dyn Progress) -> Result<Centres> {
    let mut random = Random::new(settings.seed);
    let n = items.len();
    let mut order: Vec<usize> = (0..n).collect();
    shuffle(&mut order, &mut random);
    let first = n.min((START[0] * settings.k).max(START[1]));
    progress.stage("learn", Unit::Pieces, Some(settings.batches as u64));
    let vectors = Rows::of(items, &order[..first]);
    let chosen = start(&vectors, items.rows(), settings.k, &mut random);
    let mut centres = Centres::new(items.rows(), chosen.len().max(1));
    for (cluster, &i) in chosen.iter().enumerate() {
        centres.add(cluster, vectors.get(i));
    }
    drop(vectors);
    centres.settle();
    let mut pieces: Vec<Piece> = (0..PIECES).map(|_| Piece::default()).collect();
    let mut at = 0;
    for _ in 0..settings.batches {
        if at >= n {
            shuffle(&mut order, &mut random);
            at = 0;
        }
        let batch = &order[at..n.min(at + settings.batch)];
        at += batch.len();
        step(items, batch, &mut centres, &mut pieces);
        progress.advance(1);
        progress.go_on()?;
    }
    centres.finish();
    Ok(centres)
}

/// One mini-batch.
fn step(items: &impl Items, batch: &[usize], centres: &mut Centres, pieces: &mut [Piece]) {
    let size = batch.len().div_ceil(PIECES).max(1);
    let now = &*centres;
    pieces.par_iter_mut().enumerate().for_each(|(i, piece)| {
        piece.features.clear();
        piece.found.clear();
        for &item in batch.iter().skip(i * size).take(size) {
            items.vector(item, &mut piece.scratch);
            let features = &piece.scratch.features;
            if !features.is_empty() {
                piece.features.extend_from_slice(features);
                let nearest = now.nearest(features, &mut piece.scores);
                piece.found.push((piece.features.len(), nearest.cluster));
            }
        }
    });
    for piece in pieces {
        let mut start = 0;
        for &(end, cluster) in &piece.found {
            centres.add(cluster as usize, &piece.features[start..end]);
            start = end;
        }
    }
    centres.settle();
}

fn shuffle(order: &mut [usize], random: &mut Random) {
    for i in (1..order.len()).rev() {
        order.swap(i, random.below(i + 1));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::progress::Silent;

    /// Items of four groups that share a row each, and one without a vector.
    struct Groups;

    impl Items for Groups {
        fn len(&self) -> usize {
            401
        }

        fn rows(&self) -> usize {
            50
        }

        fn vector(&self, item: usize, scratch: &mut Scratch) {
            scratch.begin(self.rows());
            if item < 400 {
                (0..3).for_each(|_| scratch.count(item % 4));
                scratch.count(4 + item * 7 % 46);
            }
            scratch.finish();
        }
    }

    fn settings(k: usize, seed: u64) -> Settings {
        Settings { k, seed, batch: 50, batches: 20, ..Settings::default() }
    }

    #[test]
    fn groups_that_are_there_are_found() {
        for seed in 1..5 {
            let centres = learn(&Groups, &settings(4, seed), &Silent).unwrap();
            let found = crate::kinds::cluster::assign_items(&Groups, &centres);
            assert_eq!(found[400], None);
            let clusters: Vec<u32> =
                found[..400].iter().map(|found| found.unwrap().cluster).collect();
            let mut kinds = clusters[..4].to_vec();
            assert!((0..400).all(|item| clusters[item] == clusters[item % 4]), "seed {seed}");
            kinds.sort_unstable();
            assert_eq!(kinds, [0, 1, 2, 3]);
        }
    }

    #[test]
    fn threads_change_nothing_and_there_are_no_more_centres_than_vectors() {
        let by = |threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| learn(&Groups, &settings(9, 3), &Silent).unwrap())
        };
        let one = by(1);
        assert!(by(2) == one && by(7) == one);
        let different = 4 * 46 / 2; // what 7 i mod 46 and i mod 4 allow
        assert_eq!(learn(&Groups, &settings(1000, 1), &Silent).unwrap().k(), different);
    }
}
