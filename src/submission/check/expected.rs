//! The rows of the test, asked for by id.
//!
//! Both files are read side by side: a row that is asked for in its turn costs no memory. Rows that were
//! passed over wait until they are asked for, so that a submission in another order, or with an id that the
//! test lacks, costs at most the memory of the test.

use hashbrown::HashMap;

use crate::error::Result;
use crate::text::kaggle::unquoted;
use crate::text::rows::{Row, RowReader};

pub struct Expected {
    rows: RowReader,
    /// By id without quotes, those that were passed over.
    waiting: HashMap<Vec<u8>, Wanted>,
    read: u64,
}

/// A row of the test and its place among the rows.
pub struct Wanted {
    /// Counted from 0.
    pub index: u64,
    pub row: Row,
}

impl Expected {
    pub fn new(rows: RowReader) -> Self {
        Expected { rows, waiting: HashMap::new(), read: 0 }
    }

    /// The row with this id, unless the test lacks it or it was taken before.
    ///
    /// # Errors
    /// The test cannot be read, or holds a line that is not a row.
    pub fn take(&mut self, id: &[u8]) -> Result<Option<Wanted>> {
        if let Some(wanted) = self.waiting.remove(id) {
            return Ok(Some(wanted));
        }
        while let Some(wanted) = self.next()? {
            if unquoted(&wanted.row.id) == id {
                return Ok(Some(wanted));
            }
            self.waiting.insert(unquoted(&wanted.row.id).to_vec(), wanted);
        }
        Ok(None)
    }

    /// Calls `missing` with every row that was not taken, in their order.
    ///
    /// # Errors
    /// As [`Expected::take`], and what `missing` returns.
    pub fn rest(&mut self, mut missing: impl FnMut(&Row) -> Result<()>) -> Result<()> {
        let mut waiting: Vec<Wanted> = self.waiting.drain().map(|(_, wanted)| wanted).collect();
        waiting.sort_by_key(|wanted| wanted.index);
        waiting.iter().try_for_each(|wanted| missing(&wanted.row))?;
        while let Some(wanted) = self.next()? {
            missing(&wanted.row)?;
        }
        Ok(())
    }

    fn next(&mut self) -> Result<Option<Wanted>> {
        let row = self.rows.next_row()?;
        Ok(row.map(|row| {
            self.read += 1;
            Wanted { index: self.read - 1, row }
        }))
    }

    pub fn read(&self) -> u64 {
        self.read
    }

    /// The test's name, for messages.
    pub fn name(&self) -> &str {
        self.rows.name()
    }
}
