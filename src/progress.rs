//! How long-running work reports its progress, without printing: the caller decides what to show, and whether to go
//! on.

use crate::error::{Error, Result};

/// What a stage counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unit {
    /// Bytes of the input on disk.
    Bytes,
    /// Sentences.
    Sentences,
    /// Tokens of text.
    Tokens,
    /// Pieces of work of about the same size.
    Pieces,
}

/// Is told how far a long piece of work has come.
///
/// All methods may be called from several threads and do nothing by default.
pub trait Progress: Sync {
    /// A new stage begins. `total` is `None` where it is not known.
    fn stage(&self, _name: &str, _unit: Unit, _total: Option<u64>) {}
    /// `n` more units of the current stage are done.
    fn advance(&self, _n: u64) {}
    /// `n` more tokens have been read; for stages that count something else.
    fn tokens(&self, _n: u64) {}
    /// One line that the user should read.
    fn note(&self, _line: &str) {}
    /// Whether the work is to stop before its end. It is asked several times a second from all threads, and what it
    /// has answered with true once it goes on answering so.
    fn stop(&self) -> bool {
        false
    }
    /// Goes on, unless the work is to [stop](Self::stop).
    ///
    /// # Errors
    /// [`ErrorKind::Stopped`](crate::ErrorKind::Stopped). Nothing is written then: outputs stay as they were.
    fn go_on(&self) -> Result<()> {
        if self.stop() { Err(Error::stopped()) } else { Ok(()) }
    }
    /// Something optional is left out, and why.
    fn left_out(&self, what: &str, why: &Error) {
        self.note(&format!("{what}: {why}"));
    }
}

/// Says nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct Silent;

impl Progress for Silent {}

/// Says nothing, but stops when another does.
#[derive(Clone, Copy)]
pub struct Quiet<'p>(pub &'p dyn Progress);

impl Progress for Quiet<'_> {
    fn stop(&self) -> bool {
        self.0.stop()
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::error::ErrorKind;

    /// Wants everything to stop.
    pub(crate) struct Stopped;

    impl Progress for Stopped {
        fn stop(&self) -> bool {
            true
        }
    }

    #[test]
    fn work_goes_on_until_it_is_to_stop() {
        assert!(Silent.go_on().is_ok() && Quiet(&Silent).go_on().is_ok());
        for error in [Stopped.go_on(), Quiet(&Stopped).go_on()].map(Result::unwrap_err) {
            assert_eq!(error.kind(), ErrorKind::Stopped);
            // Nor does it become another error on its way through a writer.
            let back = Error::io("file", "write", std::io::Error::from(error));
            assert_eq!((back.kind(), back.path()), (ErrorKind::Stopped, None));
        }
    }
}
