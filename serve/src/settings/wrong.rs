//! The error of settings: where the setting stands, what is wrong with it, and what to write instead.
//!
//! What is quoted from outside is escaped by whoever quotes it, so that no file can drive a terminal. A token is
//! never quoted.

/// A setting that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {what}; {remedy}")]
pub struct Wrong {
    /// The flag, the variable or the file and its key.
    pub place: String,
    /// What is wrong there.
    pub what: String,
    /// What to do about it.
    pub remedy: String,
}

/// What is wrong with a value, and the remedy, before it is known where the value stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cause {
    /// What is wrong.
    pub what: String,
    /// What to do about it.
    pub remedy: String,
}

impl Cause {
    /// A cause of two half sentences.
    pub fn new(what: impl Into<String>, remedy: impl Into<String>) -> Self {
        Cause { what: what.into(), remedy: remedy.into() }
    }

    /// The error, at its place.
    pub fn at(self, place: impl Into<String>) -> Wrong {
        Wrong { place: place.into(), what: self.what, remedy: self.remedy }
    }
}
