//! What is grouped: things that have vectors.

/// Memory of one thread, kept from vector to vector.
#[derive(Debug, Clone, Default)]
pub struct Scratch {
    /// The vector: rows and values, each row once; of length one, or empty.
    pub features: Vec<(u32, f32)>,
    /// One more than where a row stands among the features; 0 if it does not.
    places: Vec<u32>,
    /// The characters of a word between its edges.
    pub(super) padded: Vec<char>,
    /// A word in lower case.
    pub(super) lower: Vec<u8>,
    /// Numbers of the length of a vector.
    pub(super) dense: Vec<f32>,
}

/// How a line of text becomes a vector.
pub trait Vectors: Sync {
    /// How many rows there are: the dimension.
    fn rows(&self) -> usize;
    /// Puts the vector of a line into [`Scratch::features`]; empty if nothing in the line is known.
    fn vector(&self, line: &[u8], scratch: &mut Scratch);
}

/// Things with numbers from 0 that have vectors.
pub trait Items: Sync {
    /// How many there are.
    fn len(&self) -> usize;
    /// Whether there are none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// The dimension.
    fn rows(&self) -> usize;
    /// Puts the vector of an item into [`Scratch::features`]; empty if it has none.
    fn vector(&self, item: usize, scratch: &mut Scratch);
}

impl Scratch {
    /// Begins a vector of so many rows.
    pub fn begin(&mut self, rows: usize) {
        for &(row, _) in &self.features {
            if let Some(place) = self.places.get_mut(row as usize) {
                *place = 0;
            }
        }
        self.features.clear();
        self.places.resize(rows, 0);
    }

    /// Counts a row once more.
    #[inline]
    pub fn count(&mut self, row: usize) {
        let place = &mut self.places[row];
        match *place {
            0 => {
                self.features.push((row as u32, 1.0));
                *place = self.features.len() as u32;
            }
            place => self.features[place as usize - 1].1 += 1.0,
        }
    }

    /// Makes the vector one of length one; it becomes empty if it is zero.
    pub fn finish(&mut self) {
        let square: f32 = self.features.iter().map(|&(_, value)| value * value).sum();
        if square > 0.0 && square.is_finite() {
            let scale = 1.0 / square.sqrt();
            self.features.iter_mut().for_each(|(_, value)| *value *= scale);
        } else {
            self.begin(self.places.len());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_vector_has_every_row_once_and_length_one() {
        let mut scratch = Scratch::default();
        for _ in 0..2 {
            scratch.begin(9);
            [3, 8, 3, 3, 0, 8].iter().for_each(|&row| scratch.count(row));
            assert_eq!(scratch.features, [(3, 3.0), (8, 2.0), (0, 1.0)]);
            scratch.finish();
            let square: f32 = scratch.features.iter().map(|(_, value)| value * value).sum();
            assert!((square - 1.0).abs() < 1e-6);
        }
        scratch.begin(9);
        scratch.finish();
        assert!(scratch.features.is_empty());
    }
}
