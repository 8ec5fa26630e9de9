//! What an error means to a program.

use std::io;

/// The kind of error, for programs to act on: which exception to raise, which status to return.
///
/// ```
/// use impute::ErrorKind;
/// use impute::model::Model;
///
/// let error = Model::open("no/such/file".as_ref()).unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::Io(std::io::ErrorKind::NotFound));
/// assert_eq!(error.path(), Some("no/such/file"));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The operating system could not open, read or write a file (it is missing, not readable, the disk is
    /// full), or a decompressor could not read a damaged one.
    Io(io::ErrorKind),
    /// A text, a table or an ARPA file is not in a readable form; if a line is at fault, it is
    /// [`Error::line`](crate::Error::line).
    Input,
    /// A file that this library did not write: neither a model nor counts.
    Foreign,
    /// A model or counts of a version that this library does not read.
    Version,
    /// A model or counts are truncated, or not what was written.
    Damaged,
    /// A model or counts are intact, but lack what is needed.
    Lacking,
    /// The memory allowed is not enough.
    Memory,
    /// A setting or an argument makes no sense.
    Value,
    /// The work was [stopped](crate::progress::Progress::stop) by who had asked for it.
    Stopped,
}
