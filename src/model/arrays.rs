//! Typed arrays in the bytes of a model file.

use bytemuck::Pod;

use super::format::{self, Directory, damaged};
use crate::error::{Error, ErrorKind, Result};

/// A file whose arrays are being looked up.
pub(super) struct Arrays<'a, 'd> {
    pub bytes: &'a [u8],
    pub directory: &'d Directory,
    pub name: &'d str,
}

impl<'a> Arrays<'a, '_> {
    /// An array by its section's name, of `length` items where that is known.
    pub fn array<T: Pod>(&self, section: &str, length: Option<usize>) -> Result<&'a [T]> {
        let bytes = format::section(self.bytes, self.directory, section)
            .ok_or_else(|| self.damaged(section))?;
        let items: &[T] = bytemuck::try_cast_slice(bytes).map_err(|error| match error {
            bytemuck::PodCastError::TargetAlignmentGreaterAndInputNotAligned => Error::file(
                self.name,
                "the model's bytes do not begin at a multiple of 8",
                "put them into aligned memory",
            )
            .of(ErrorKind::Value),
            _ => self.damaged(section),
        })?;
        if length.is_some_and(|length| length != items.len()) {
            return Err(self.damaged(section));
        }
        Ok(items)
    }

    /// An array with a structure of its own.
    pub fn parse<T>(&self, section: &str, parse: impl FnOnce(&'a [u64]) -> Option<T>) -> Result<T> {
        parse(self.array(section, None)?).ok_or_else(|| self.damaged(section))
    }

    /// Whether there is such a section.
    pub fn has(&self, section: &str) -> bool {
        format::section(self.bytes, self.directory, section).is_some()
    }

    /// The error for a damaged section.
    pub fn damaged(&self, section: &str) -> Error {
        damaged(self.name, section)
    }
}
