//! The page of `impute cluster`: a map of the clusters, their sizes and words, and their central sentences.

use maud::{Markup, html};

use super::chart::{Plot, Scale};
use super::document::{Section, document};
use super::spell::{self, count, fixed};
use super::table::{figure, table};
use crate::kinds::cluster::Summary;
use crate::kinds::cluster::summary::Cluster;

/// The radius of the largest circle, in the units of the picture.
const RADIUS: f64 = 22.0;
/// So many clusters have their number in the map.
const NAMED: usize = 12;

/// What is on the page.
#[derive(Debug, Clone, Copy)]
pub struct ClustersPage<'r> {
    /// What the text is called.
    pub text: &'r str,
    /// What it was grouped by: form or meaning.
    pub by: &'r str,
    /// The command that groups the same, without paths.
    pub command: &'r str,
    /// What is in the clusters.
    pub summary: &'r Summary,
    /// (clusters) where each is on the map; those at the end may be missing.
    pub places: &'r [[f64; 2]],
}

/// The page.
pub fn clusters_page(page: &ClustersPage<'_>) -> String {
    let clusters = &page.summary.clusters;
    let title = format!("{} clusters of {}", clusters.len(), spell::word(page.text));
    let head = html! {
        p { (count(page.summary.lines as usize)) " sentences by " (page.by) ", cohesion "
            (fixed(page.summary.cohesion, 3)) ": the mean cosine of a sentence and the centre of its cluster." }
    };
    let sections = [
        Section { id: "map", title: "Map", content: map(page) },
        Section {
            id: "sentences",
            title: "The most central sentences",
            content: sentences(clusters),
        },
        Section {
            id: "again",
            title: "The same again",
            content: html! { pre.wrap { code { (spell::visible(page.command)) } } },
        },
    ];
    document("impute cluster", &title, head, &sections)
}

fn map(page: &ClustersPage<'_>) -> Markup {
    let clusters = &page.summary.clusters;
    let axis = |i: usize| page.places.iter().map(|place| place[i]).collect::<Vec<f64>>();
    let plot = Plot::new(
        Scale::around("first axis", &axis(0), true),
        Scale::around("second axis", &axis(1), true),
    );
    let most = clusters.iter().map(|cluster| cluster.size).max().unwrap_or(1).max(1) as f64;
    let marks = html! {
        @for (cluster, place) in clusters.iter().zip(page.places) {
            @let radius = RADIUS * (cluster.size as f64 / most).sqrt();
            (plot.circle(cluster.cluster, *place, radius, &says(cluster)))
        }
        @for (cluster, place) in clusters.iter().zip(page.places).take(NAMED) {
            (plot.label(*place, &cluster.cluster.to_string()))
        }
    };
    let shown = clusters.iter().take(NAMED).map(says).collect::<Vec<_>>().join("; ");
    let cells = |cluster: &Cluster| {
        vec![
            cluster.cluster.to_string(),
            count(cluster.size as usize),
            fixed(cluster.cohesion, 3),
            words(cluster),
        ]
    };
    figure(
        "The centres, as near to each other as a plane allows; areas are sizes",
        html! {},
        plot.draw(&format!("A map of the clusters. {shown}"), marks),
        table(
            "Clusters",
            &["cluster", "size", "cohesion", "words that tell most"],
            &clusters.iter().map(cells).collect::<Vec<_>>(),
        ),
    )
}

fn words(cluster: &Cluster) -> String {
    cluster.words.iter().map(|word| spell::word(word)).collect::<Vec<_>>().join(" ")
}

fn says(cluster: &Cluster) -> String {
    format!("{}: {} sentences, {}", cluster.cluster, count(cluster.size as usize), words(cluster))
}

fn sentences(clusters: &[Cluster]) -> Markup {
    html! {
        @for cluster in clusters {
            h3 { (cluster.cluster) ": " (words(cluster)) }
            ul {
                @for central in &cluster.central {
                    li {
                        @let words: Vec<String> = central.text.split(' ').map(spell::word).collect();
                        @let direction = if spell::from_right(&words) { "rtl" } else { "ltr" };
                        bdi dir=(direction) { (words.join(" ").chars().take(400).collect::<String>()) }
                        " (line " (central.line) ", distance " (fixed(f64::from(central.distance), 3)) ")"
                    }
                }
            }
        }
    }
}
