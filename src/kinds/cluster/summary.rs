//! What is in the clusters: how many lines, how close together, and which lines are in the middle.

use serde::Serialize;

use super::assign::Assigned;

/// How many central sentences are kept.
const CENTRAL: usize = 3;

/// One cluster.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Cluster {
    /// Its number.
    pub cluster: usize,
    /// How many lines are in it.
    pub size: u64,
    /// The mean cosine of its lines and its centre, 0 to 1.
    pub cohesion: f64,
    /// The words that tell most: [`super::words`].
    pub words: Vec<String>,
    /// The different lines that are nearest to the centre.
    pub central: Vec<Central>,
}

/// A line near a centre.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Central {
    /// The line's number, counted from 1.
    pub line: u64,
    /// 1 - cosine of line and centre.
    pub distance: f32,
    /// The line.
    pub text: String,
}

/// All clusters.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Summary {
    /// Lines, of which some may be in no cluster.
    pub lines: u64,
    /// Lines in which nothing is known, such as empty ones.
    pub without: u64,
    /// The mean cosine of a line and its centre.
    pub cohesion: f64,
    /// The clusters.
    pub clusters: Vec<Cluster>,
}

impl Summary {
    /// Of so many clusters, nothing in them yet.
    pub fn new(k: usize) -> Self {
        let cluster = |cluster| Cluster { cluster, ..Cluster::default() };
        Summary { clusters: (0..k).map(cluster).collect(), ..Summary::default() }
    }

    /// Adds the next line.
    pub fn see(&mut self, line: &[u8], found: Option<Assigned>) {
        self.lines += 1;
        let cluster = found.and_then(|found| self.clusters.get_mut(found.cluster as usize));
        let (Some(found), Some(cluster)) = (found, cluster) else {
            self.without += 1;
            return;
        };
        cluster.size += 1;
        cluster.cohesion += 1.0 - f64::from(found.distance);
        let central = &mut cluster.central;
        let nearer = central.partition_point(|other| other.distance <= found.distance);
        if nearer < CENTRAL {
            let text = String::from_utf8_lossy(line);
            if central.iter().all(|other| other.text != text) {
                let own = Central { line: self.lines, distance: found.distance, text: text.into() };
                central.insert(nearer, own);
                central.truncate(CENTRAL);
            }
        }
    }

    /// Makes means of the sums, once all lines were added.
    pub fn finish(&mut self) {
        let sum: f64 = self.clusters.iter().map(|cluster| cluster.cohesion).sum();
        self.cohesion = sum / (self.lines - self.without).max(1) as f64;
        for cluster in &mut self.clusters {
            cluster.cohesion /= cluster.size.max(1) as f64;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_means_and_central_lines() {
        let mut summary = Summary::new(2);
        let at = |distance| Some(Assigned { cluster: 1, distance });
        let lines = [("a", at(0.5)), ("b", at(0.25)), ("", None), ("b", at(0.25)), ("c", at(0.5))];
        lines.iter().for_each(|(line, found)| summary.see(line.as_bytes(), *found));
        summary.see(b"d", at(0.125));
        summary.finish();
        let cluster = &summary.clusters[1];
        assert_eq!((summary.lines, summary.without, cluster.size), (6, 1, 5));
        assert!((cluster.cohesion - (1.0 - 1.625 / 5.0)).abs() < 1e-12);
        let central: Vec<_> = cluster.central.iter().map(|c| (c.line, &c.text[..])).collect();
        assert_eq!(central, [(6, "d"), (2, "b"), (1, "a")]);
        assert_eq!(summary.clusters[0].cohesion, 0.0);
    }
}
