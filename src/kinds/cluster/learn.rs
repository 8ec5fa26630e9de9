//! Learns centres in mini-batches.
//!
//! ```text
//! centres begin at items that k-means++ chooses among a few thousand
//! for each batch: put its items to the nearest centres, then add them to these, in their order
//! ```
//!
//! Adding is a step at the rate 1 / count ([`super::centres`]), so that a centre is the mean of all that was ever put to
//! it. The first batches are put to poor centres; hence, at fixed times, the sums are taken anew: the batch is added to
//! nothing instead of to what was. A centre that has got hardly anything by then begins again at an item that is
//! far from its own centre.

use rayon::prelude::*;

use super::centres::Centres;
use super::items::{Items, Scratch};
use super::settings::Settings;
use super::start::{Rows, start};
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
pub fn learn(items: &impl Items, settings: &Settings, progress: &dyn Progress) -> Centres {
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
    }
    centres.finish();
    centres
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
