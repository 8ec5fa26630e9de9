//! The summary as text.

use std::fmt::Write;

use impute::kinds::cluster::Summary;
use impute::kinds::cluster::summary::Cluster;
use impute::text::printable::{printable, shortened};

/// How wide a sentence may be.
const WIDTH: usize = 76;

/// A block for every cluster.
pub fn text(summary: &Summary) -> String {
    summary.clusters.iter().map(block).collect::<Vec<_>>().join("\n")
}

fn block(cluster: &Cluster) -> String {
    let Cluster { cluster, size, cohesion, words, central } = cluster;
    let mut text = String::new();
    // Writing to a string cannot fail.
    let _ = writeln!(text, "{cluster}\t{size}\t{cohesion:.3}\t{}", printable(&words.join(" ")));
    for sentence in central {
        let shown: String =
            shortened(&printable(&sentence.text).chars().collect::<Vec<_>>(), WIDTH)
                .into_iter()
                .collect();
        let _ = writeln!(text, "  {shown}");
    }
    text
}

/// Numbers of clusters, with silhouette and cohesion.
pub fn silhouettes(all: &[(usize, [f64; 2])]) -> String {
    let line = |(k, [silhouette, cohesion]): &(usize, [f64; 2])| {
        format!("{k}\t{silhouette:.4}\t{cohesion:.4}\n")
    };
    all.iter().map(line).collect()
}
