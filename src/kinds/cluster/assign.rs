//! Puts every line of a text to its nearest centre.
//!
//! Lines are read in batches; while one is put to its centres by all threads, the next one is read. What is told,
//! and in which order, does not depend on the batches.

use rayon::prelude::*;

use super::centres::Centres;
use super::items::{Items, Scratch, Vectors};
use super::text::Reopened;
use crate::error::Result;
use crate::progress::{Progress, Unit};

/// A batch is full at this many lines or bytes.
const LINES: usize = 4096;
const BYTES: usize = 4 << 20;
/// Into how many pieces a batch is cut, each with its own memory.
const PIECES: usize = 32;

/// Where a line belongs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Assigned {
    /// The cluster.
    pub cluster: u32,
    /// 1 - cosine of line and centre: 0 at the centre, 1 where they share nothing.
    pub distance: f32,
}

/// Lines end to end.
#[derive(Default)]
struct Batch {
    bytes: Vec<u8>,
    ends: Vec<usize>,
    /// (lines) `None` for a line without a vector.
    found: Vec<Option<Assigned>>,
    /// Bytes of the file read for it.
    advanced: u64,
}

#[derive(Default)]
struct Worker {
    scratch: Scratch,
    scores: Vec<f32>,
}

/// Tells `see` every line with its cluster, in the order of the text; `None` for a line in which nothing is known.
///
/// # Errors
/// What reading and `see` report.
pub fn assign(
    mut text: Reopened,
    vectors: &impl Vectors,
    centres: &Centres,
    progress: &dyn Progress,
    mut see: impl FnMut(&[u8], Option<Assigned>) -> Result<()>,
) -> Result<()> {
    progress.stage("assign", Unit::Bytes, text.size());
    let mut workers: Vec<Worker> = (0..PIECES).map(|_| Worker::default()).collect();
    let (mut now, mut next, mut line) = (Batch::default(), Batch::default(), Vec::new());
    now.fill(&mut text, &mut line)?;
    while !now.ends.is_empty() {
        let read = || next.fill(&mut text, &mut line);
        let (read, ()) = rayon::join(read, || now.find(vectors, centres, &mut workers));
        for (i, &found) in now.found.iter().enumerate() {
            see(now.line(i), found)?;
        }
        progress.advance(now.advanced);
        progress.go_on()?;
        read?;
        std::mem::swap(&mut now, &mut next);
    }
    Ok(())
}

/// (items) where each belongs; `None` without a vector.
pub fn assign_items(items: &impl Items, centres: &Centres) -> Vec<Option<Assigned>> {
    let one = |worker: &mut Worker, item: usize| {
        items.vector(item, &mut worker.scratch);
        worker.nearest(centres)
    };
    (0..items.len()).into_par_iter().with_min_len(64).map_init(Worker::default, one).collect()
}

impl Batch {
    fn fill(&mut self, text: &mut Reopened, line: &mut Vec<u8>) -> Result<()> {
        self.bytes.clear();
        self.ends.clear();
        while self.ends.len() < LINES && self.bytes.len() < BYTES && text.next_into(line)? {
            self.bytes.extend_from_slice(line);
            self.ends.push(self.bytes.len());
        }
        self.advanced = text.advanced();
        Ok(())
    }

    fn line(&self, i: usize) -> &[u8] {
        let start = if i == 0 { 0 } else { self.ends[i - 1] };
        &self.bytes[start..self.ends[i]]
    }

    fn find(&mut self, vectors: &impl Vectors, centres: &Centres, workers: &mut [Worker]) {
        let mut found = std::mem::take(&mut self.found);
        found.clear();
        found.resize(self.ends.len(), None);
        let size = found.len().div_ceil(PIECES).max(1);
        found.par_chunks_mut(size).zip(workers).enumerate().for_each(|(piece, (found, worker))| {
            for (i, found) in found.iter_mut().enumerate() {
                vectors.vector(self.line(piece * size + i), &mut worker.scratch);
                *found = worker.nearest(centres);
            }
        });
        self.found = found;
    }
}

impl Worker {
    fn nearest(&mut self, centres: &Centres) -> Option<Assigned> {
        if self.scratch.features.is_empty() {
            return None;
        }
        let nearest = centres.nearest(&self.scratch.features, &mut self.scores);
        let distance = (1.0 - nearest.similarity).max(0.0);
        Some(Assigned { cluster: nearest.cluster, distance })
    }
}
