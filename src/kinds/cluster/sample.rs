//! A uniform sample of lines, drawn in one pass (algorithm R: Vitter, *Random Sampling with a Reservoir*, 1985).

use super::items::{Items, Scratch, Vectors};
use super::settings::{Settings, megabytes};
use crate::error::{Error, ErrorKind, Remedy, Result, Setting};
use crate::random::Random;

/// Lines of a text, each as likely to be here as the next.
#[derive(Debug)]
pub struct Sample {
    lines: Vec<Box<[u8]>>,
    most: usize,
    seen: usize,
    bytes: u64,
    most_bytes: u64,
    random: Random,
}

/// Lines of a sample as vectors.
pub struct Sampled<'a, V> {
    /// The lines.
    pub sample: &'a Sample,
    /// What makes vectors of them.
    pub vectors: &'a V,
}

impl Sample {
    /// An empty sample of at most `settings.sample` lines, for vectors of so many rows.
    pub fn new(settings: &Settings, rows: usize) -> Self {
        // Another stream than what learns.
        let random = Random::stream(settings.seed, 1);
        let (most, most_bytes) = (settings.sample, settings.rest(rows));
        Sample { lines: Vec::new(), most, seen: 0, bytes: 0, most_bytes, random }
    }

    /// Looks at the next line of the text.
    ///
    /// # Errors
    /// The sample takes more memory than there is.
    pub fn see(&mut self, line: &[u8]) -> Result<()> {
        self.seen += 1;
        let place = match self.lines.len() < self.most {
            true => self.lines.len(),
            false => self.random.below(self.seen),
        };
        if place >= self.most {
            return Ok(());
        }
        self.bytes += size(line);
        match self.lines.get_mut(place) {
            Some(old) => {
                self.bytes -= size(old);
                *old = line.into();
            }
            None => self.lines.push(line.into()),
        }
        if self.bytes <= self.most_bytes {
            return Ok(());
        }
        let what = format!(
            "too little memory: {} lines of the sample take {}, and {} is left for it",
            self.lines.len(),
            megabytes(self.bytes),
            megabytes(self.most_bytes)
        );
        let remedy = Remedy::by(
            "give it more memory, or take a smaller sample",
            &[Setting::Memory, Setting::Sample],
        );
        Err(Error::value(what, remedy).of(ErrorKind::Memory))
    }

    /// The lines, in no order that means anything.
    pub fn lines(&self) -> impl Iterator<Item = &[u8]> {
        self.lines.iter().map(|line| &**line)
    }

    /// How many lines there are.
    pub fn len(&self) -> usize {
        self.lines.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }
}

/// Bytes of a line in memory, with what keeps it.
fn size(line: &[u8]) -> u64 {
    line.len() as u64 + 32
}

impl<V: Vectors> Items for Sampled<'_, V> {
    fn len(&self) -> usize {
        self.sample.len()
    }

    fn rows(&self) -> usize {
        self.vectors.rows()
    }

    fn vector(&self, item: usize, scratch: &mut Scratch) {
        self.vectors.vector(&self.sample.lines[item], scratch);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_as_likely_to_stay_as_the_next() {
        let mut counts = [0; 20];
        for seed in 0..2000 {
            let settings = Settings { sample: 5, seed, ..Settings::default() };
            let mut sample = Sample::new(&settings, 1);
            (0..20u8).for_each(|i| sample.see(&[i]).unwrap());
            assert_eq!(sample.len(), 5);
            sample.lines().for_each(|line| counts[line[0] as usize] += 1);
        }
        assert!(counts.iter().all(|&count| (410..590).contains(&count)), "{counts:?}");
    }

    #[test]
    fn a_sample_too_large_for_the_memory_is_refused() {
        let memory = Settings::default().tables(1) + 10_000;
        let mut sample = Sample::new(&Settings { memory, ..Settings::default() }, 1);
        let refused = (0..100).find_map(|_| sample.see(&[b'x'; 968]).err()).unwrap();
        assert!(refused.to_string().contains("11 lines of the sample take"), "{refused}");
        assert_eq!(refused.remedy().settings(), [Setting::Memory, Setting::Sample]);
    }
}
