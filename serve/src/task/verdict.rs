//! What people say about an answer, and how they came to say it.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Whether an answer was what was meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// It was.
    Right,
    /// It was not.
    Wrong,
}

/// Why somebody looked at an answer. Reports are about what annoyed somebody; only a sample tells how many answers
/// are right.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Source {
    /// Of their own accord.
    #[default]
    Report,
    /// It was drawn at random, to be labelled.
    Sample,
}

impl Verdict {
    /// Its name in the API and in the store.
    pub fn name(self) -> &'static str {
        match self {
            Verdict::Right => "right",
            Verdict::Wrong => "wrong",
        }
    }

    /// The verdict of this name.
    pub fn named(name: &str) -> Option<Self> {
        [Verdict::Right, Verdict::Wrong].into_iter().find(|verdict| verdict.name() == name)
    }
}

impl Source {
    /// Its name in the API and in the store.
    pub fn name(self) -> &'static str {
        match self {
            Source::Report => "report",
            Source::Sample => "sample",
        }
    }

    /// The source of this name.
    pub fn named(name: &str) -> Option<Self> {
        [Source::Report, Source::Sample].into_iter().find(|source| source.name() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_the_api() {
        for verdict in [Verdict::Right, Verdict::Wrong] {
            assert_eq!(serde_json::to_value(verdict).unwrap(), verdict.name());
            assert_eq!(Verdict::named(verdict.name()), Some(verdict));
        }
        for source in [Source::Report, Source::Sample] {
            assert_eq!(serde_json::to_value(source).unwrap(), source.name());
            assert_eq!(Source::named(source.name()), Some(source));
        }
        assert_eq!((Verdict::named("Right"), Source::named("")), (None, None));
    }
}
