//! The one error type of the library.
//!
//! A program asks for the [`kind`](Error::kind), the file and the line. A person reads the message: it begins
//! with the place and the cause, and ends with what to do next. It names things, never the option or keyword
//! that stands for them: [`Remedy::settings`] lists those to name beside it. What it quotes from files, names
//! of files included, is escaped, so that no file can drive a terminal.

pub(crate) mod counted;
mod kind;
pub mod printable;
mod remedy;

use std::io;
use std::path::Path;

pub use kind::ErrorKind;
use printable::printable;
pub use remedy::{Remedy, Setting};

/// What went wrong, where, and what to do about it.
#[derive(Debug, thiserror::Error)]
#[error("{}; {remedy}", printable(&format!("{}{}", self.place(), self.what)))]
pub struct Error {
    kind: ErrorKind,
    path: Option<String>,
    line: Option<u64>,
    what: String,
    remedy: Remedy,
    /// Already part of `what`, so it is not a source.
    cause: Option<io::Error>,
}

/// The library's result.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// An operating-system error about `path`, from `verb`: open, read or write.
    pub fn io(path: impl Into<String>, verb: &'static str, cause: io::Error) -> Self {
        let own = cause.get_ref().and_then(|inner| inner.downcast_ref::<Error>());
        if own.is_some_and(|error| error.kind == ErrorKind::Stopped) {
            return Error::stopped(); // it is not about the file
        }
        let kind = ErrorKind::Io(cause.kind());
        let what = format!("{verb} failed: {cause}");
        let remedy = remedy::of_io(verb, cause.kind()).into();
        Error { kind, path: Some(path.into()), line: None, what, remedy, cause: Some(cause) }
    }

    /// An error about one line of a file.
    pub fn at_line(
        path: &str,
        line: u64,
        what: impl Into<String>,
        remedy: impl Into<Remedy>,
    ) -> Self {
        Error { line: Some(line), ..Error::file(path, what, remedy) }
    }

    /// An error about a whole file.
    pub fn file(path: &str, what: impl Into<String>, remedy: impl Into<Remedy>) -> Self {
        let error = Error::value(what, remedy);
        Error { kind: ErrorKind::Input, path: Some(path.to_owned()), ..error }
    }

    /// An error about a value.
    pub fn value(what: impl Into<String>, remedy: impl Into<Remedy>) -> Self {
        let (what, remedy) = (what.into(), remedy.into());
        Error { kind: ErrorKind::Value, path: None, line: None, what, remedy, cause: None }
    }

    /// Work that was stopped before its end.
    pub fn stopped() -> Self {
        Error::value("stopped before the end", "start it again when it is wanted")
            .of(ErrorKind::Stopped)
    }

    /// The same as an error of another kind.
    pub(crate) fn of(self, kind: ErrorKind) -> Self {
        Error { kind, ..self }
    }

    /// The same with something to know beside it.
    pub(crate) fn noting(self, note: &str) -> Self {
        Error { what: format!("{} ({note})", self.what), ..self }
    }

    /// The kind of error, for programs to act on.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// What the system said, if it was the system.
    #[cfg(feature = "train")]
    pub(crate) fn cause(&self) -> Option<&io::Error> {
        self.cause.as_ref()
    }

    /// The file it is about, as it was named, or `standard input` or `standard output`.
    pub fn path(&self) -> Option<&str> {
        self.path.as_deref()
    }

    /// The line of that file, counted from 1.
    pub fn line(&self) -> Option<u64> {
        self.line
    }

    /// What is wrong, without the place, and with what it quotes as it stands in the file.
    pub fn what(&self) -> &str {
        &self.what
    }

    /// What to do about it.
    pub fn remedy(&self) -> Remedy {
        self.remedy
    }

    /// Whether the reader of our output went away, which is not a failure.
    pub fn is_broken_pipe(&self) -> bool {
        self.kind == ErrorKind::Io(io::ErrorKind::BrokenPipe)
    }

    fn place(&self) -> String {
        let path = self.path.iter().map(|path| format!("{path}: "));
        path.chain(self.line.map(|line| format!("line {line}: "))).collect()
    }
}

/// The operating system's error, if there was one.
impl From<Error> for io::Error {
    fn from(mut error: Error) -> Self {
        error.cause.take().unwrap_or_else(|| io::Error::other(error))
    }
}

/// How a path is spelled in messages.
pub(crate) fn display(path: &Path) -> String {
    path.display().to_string()
}
