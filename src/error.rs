//! The one error type of the library.
//!
//! Every message begins with the cause, names the file, the line or the value, and ends with
//! what to do next. The command line prints it as it is.

use std::io;
use std::path::Path;

/// What can go wrong, with the place and the remedy in the message.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A file could not be opened, read or written.
    #[error("{path}: {verb} failed: {cause}; {}", remedy(verb, .cause))]
    Io {
        /// The file, or `standard input` / `standard output`.
        path: String,
        /// What was being done: `open`, `read`, `write`.
        verb: &'static str,
        /// What the operating system said.
        cause: io::Error,
    },
    /// A line of an input file cannot be used.
    #[error("{path}: line {line}: {what}; {remedy}")]
    Line {
        /// The file, or `standard input`.
        path: String,
        /// The line, counted from 1.
        line: u64,
        /// What is wrong with it.
        what: String,
        /// What to do about it.
        remedy: &'static str,
    },
    /// A file as a whole cannot be used.
    #[error("{path}: {what}; {remedy}")]
    File {
        /// The file, or `standard input`.
        path: String,
        /// What is wrong with it.
        what: String,
        /// What to do about it.
        remedy: &'static str,
    },
    /// A value that was asked for is impossible.
    #[error("{what}; {remedy}")]
    Value {
        /// What is wrong.
        what: String,
        /// What to do about it.
        remedy: &'static str,
    },
}

/// The library's result.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// An operating-system error about `path`.
    pub fn io(path: impl Into<String>, verb: &'static str, cause: io::Error) -> Self {
        Error::Io { path: path.into(), verb, cause }
    }

    /// An error about one line of a file.
    pub fn line(path: &str, line: u64, what: impl Into<String>, remedy: &'static str) -> Self {
        Error::Line { path: path.to_owned(), line, what: what.into(), remedy }
    }

    /// An error about a whole file.
    pub fn file(path: &str, what: impl Into<String>, remedy: &'static str) -> Self {
        Error::File { path: path.to_owned(), what: what.into(), remedy }
    }

    /// An error about a value.
    pub fn value(what: impl Into<String>, remedy: &'static str) -> Self {
        Error::Value { what: what.into(), remedy }
    }

    /// Whether the reader of our output went away, which is not a failure.
    pub fn is_broken_pipe(&self) -> bool {
        matches!(self, Error::Io { cause, .. } if cause.kind() == io::ErrorKind::BrokenPipe)
    }
}

/// How a path is spelled in messages.
pub(crate) fn display(path: &Path) -> String {
    path.display().to_string()
}

/// The next thing to do about what the operating system or a decompressor said.
fn remedy(verb: &str, cause: &io::Error) -> &'static str {
    use io::ErrorKind::*;
    match cause.kind() {
        NotFound | NotADirectory => "check the spelling and the folder",
        PermissionDenied | ReadOnlyFilesystem => "check who may read or write it",
        IsADirectory => "name a file, not a folder",
        StorageFull | QuotaExceeded | FileTooLarge => "free some space, or write elsewhere",
        UnexpectedEof => "the file seems cut short, fetch it again",
        InvalidData | InvalidInput | Other if verb != "write" => {
            "the file seems damaged, fetch it again"
        }
        OutOfMemory => "free some memory, or use a smaller model",
        _ => "check the device, and try again",
    }
}
