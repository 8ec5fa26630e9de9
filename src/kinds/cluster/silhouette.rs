//! How many clusters? The simplified silhouette.
//!
//! With the distance a of an item to its own centre and b to the nearest other one, (b - a) / max(a, b), between 0 and
//! 1: the mean over the items is high where clusters are tight and far from each other (Hruschka, Campello & de
//! Castro, *Evolving clusters in gene-expression data*, 2006). Distances are 1 - cos.

use rayon::prelude::*;

use super::centres::Centres;
use super::items::{Items, Scratch};

/// Items that are looked at together; sums are taken in their order.
const PIECE: usize = 256;

/// The mean over the items, and the mean cosine of an item and its centre; zeros if there is no item.
pub fn silhouette(items: &impl Items, centres: &Centres) -> [f64; 2] {
    let piece = |start: usize| {
        let (mut scratch, mut scores, mut sums) = (Scratch::default(), Vec::new(), [0.0; 3]);
        for item in start..items.len().min(start + PIECE) {
            items.vector(item, &mut scratch);
            if scratch.features.is_empty() {
                continue;
            }
            let nearest = centres.nearest(&scratch.features, &mut scores);
            let [a, b] = [nearest.similarity, nearest.second].map(|cos| 1.0 - f64::from(cos));
            let width =
                if b > 0.0 && centres.k() > 1 { ((b - a) / b).clamp(0.0, 1.0) } else { 0.0 };
            sums = add(sums, [width, 1.0 - a, 1.0]);
        }
        sums
    };
    let pieces: Vec<[f64; 3]> =
        (0..items.len().div_ceil(PIECE)).into_par_iter().map(|i| piece(i * PIECE)).collect();
    let [width, cohesion, count] = pieces.into_iter().fold([0.0; 3], add);
    [width, cohesion].map(|sum| sum / f64::max(count, 1.0))
}

fn add(a: [f64; 3], b: [f64; 3]) -> [f64; 3] {
    [a[0] + b[0], a[1] + b[1], a[2] + b[2]]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Item i has row i, and a little of row 3.
    struct Three;

    impl Items for Three {
        fn len(&self) -> usize {
            3
        }

        fn rows(&self) -> usize {
            4
        }

        fn vector(&self, item: usize, scratch: &mut Scratch) {
            scratch.begin(4);
            scratch.features.extend([(item as u32, 0.8), (3, 0.6)]);
        }
    }

    #[test]
    fn it_compares_the_own_centre_with_the_next() {
        let mut centres = Centres::new(4, 3);
        (0..3).for_each(|i| centres.add(i as usize, &[(i, 1.0)]));
        centres.settle();
        // 0.2 from the own centre, 1 from the others.
        let [silhouette, cohesion] = silhouette(&Three, &centres);
        assert!((silhouette - 0.8).abs() < 1e-6 && (cohesion - 0.8).abs() < 1e-6);
    }
}
