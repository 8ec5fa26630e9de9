//! What an error means to a program.

use std::io;

/// What a program may want to decide by: which exception to raise, which status to answer with.
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
    /// The operating system refused to open, read or write a file: it is not there, nobody may read it,
    /// the disk is full; or a decompressor did, of a file that is damaged.
    Io(io::ErrorKind),
    /// A text, a table or an ARPA file is not what can be read; where a line is at fault,
    /// [`Error::line`](crate::Error::line) tells which.
    Input,
    /// A file is none that this library writes: neither a model nor counts.
    Foreign,
    /// A model or counts of a version that this library does not read.
    Version,
    /// A model or counts are cut short, or not what was written.
    Damaged,
    /// A model or counts are sound, but lack what is asked of them.
    Lacking,
    /// The memory that was allowed does not suffice.
    Memory,
    /// A setting or an argument makes no sense.
    Value,
}
