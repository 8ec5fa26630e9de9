//! What is wanted.

use crate::error::{Error, ErrorKind, Remedy, Result, Setting};

/// The most clusters.
pub const MOST: usize = 1 << 14;

/// How to group.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Settings {
    /// How many clusters are wanted.
    pub k: usize,
    /// From how many items at most the centres are learned.
    pub sample: usize,
    /// How many items a mini-batch has.
    pub batch: usize,
    /// How many mini-batches are learned from.
    pub batches: usize,
    /// A different seed gives different clusters.
    pub seed: u64,
    /// The most memory that tables and sample may take, in bytes.
    pub memory: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Settings { k: 50, sample: 50_000, batch: 1024, batches: 100, seed: 1, memory: 1 << 30 }
    }
}

impl Settings {
    /// Checks that this can be done with vectors of so many rows.
    ///
    /// # Errors
    /// No cluster or too many, nothing to learn from, or tables that do not fit into the memory.
    pub fn check(&self, rows: usize) -> Result<()> {
        let refuse = |what: String, remedy: &'static str, setting: &'static [Setting]| {
            Err(Error::value(what, Remedy::by(remedy, setting)))
        };
        if !(1..=MOST).contains(&self.k) {
            let remedy = "ask for 1 to 16384";
            return refuse(format!("{} clusters", self.k), remedy, &[Setting::Clusters]);
        }
        if self.sample < self.k {
            let what = format!("{} clusters from a sample of {} lines", self.k, self.sample);
            return refuse(what, "take a larger sample", &[Setting::Sample]);
        }
        let (needed, k) = (self.tables(rows), self.k);
        if needed > self.memory {
            let what = format!(
                "{} of memory is too little: the tables of {k} clusters take {}",
                megabytes(self.memory),
                megabytes(needed)
            );
            let remedy = "give it more memory, or ask for fewer clusters";
            let remedy = Remedy::by(remedy, &[Setting::Memory, Setting::Clusters]);
            return Err(Error::value(what, remedy).of(ErrorKind::Memory));
        }
        Ok(())
    }

    /// How many bytes the tables take, and the buffers of all threads.
    pub fn tables(&self, rows: usize) -> u64 {
        let stride = self.k.next_multiple_of(super::centres::LANES) as u64;
        let rows = rows as u64;
        4 * rows * stride + 8 * rows * (rayon::current_num_threads() as u64 + 1) + PROGRAM
    }

    /// How many bytes are left for the text of the sample.
    pub fn rest(&self, rows: usize) -> u64 {
        self.memory.saturating_sub(self.tables(rows))
    }
}

/// What the program and its buffers take.
const PROGRAM: u64 = 24 << 20;

/// A number of bytes as people write it.
pub(super) fn megabytes(bytes: u64) -> String {
    format!("{:.0} MB", bytes as f64 / 1e6)
}
