//! What is asked of a text: the task, and how much is wanted to be known.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The most pairs of a gap and a word, or labels, that an answer lists.
pub const MOST_WORDS: usize = 16;
/// How many it lists if nobody says.
const WORDS: usize = 5;

/// What is to be done with a text.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Task {
    /// Find the one missing word of a tokenised sentence, as in the competition.
    Impute,
    /// Put missing words into text as people write it.
    Repair,
    /// Tell the language.
    Language,
}

impl Task {
    /// All of them.
    pub const ALL: [Task; 3] = [Task::Impute, Task::Repair, Task::Language];

    /// Its name in the API.
    pub fn name(self) -> &'static str {
        match self {
            Task::Impute => "impute",
            Task::Repair => "repair",
            Task::Language => "language",
        }
    }

    /// The task of this name.
    pub fn named(name: &str) -> Option<Self> {
        Task::ALL.into_iter().find(|task| task.name() == name)
    }
}

/// What may go into a gap.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Inserting {
    /// Words of the model.
    #[default]
    Words,
    /// Whatever has the least expected distance: a word, a space, a part of a word.
    Any,
}

/// What is asked of a text besides the task.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Asked {
    /// How many of the likeliest pairs of a gap and a word, or labels, are listed; 16 at most.
    #[schema(minimum = 0, maximum = 16)]
    pub top: usize,
    /// Whether the answer is explained: every gap, the best words of the likely ones. For `impute`.
    pub explain: bool,
    /// Whether the language of the text is told too.
    pub language: bool,
    /// What may go in. For `impute`.
    pub insert: Inserting,
}

impl Default for Asked {
    fn default() -> Self {
        Asked { top: WORDS, explain: false, language: false, insert: Inserting::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_said_has_its_default_and_what_is_not_known_is_refused() {
        let asked: Asked = serde_json::from_str(r#"{"insert":"any"}"#).unwrap();
        assert_eq!(asked, Asked { insert: Inserting::Any, ..Asked::default() });
        assert!(serde_json::from_str::<Asked>(r#"{"tops":3}"#).is_err());
        for task in Task::ALL {
            assert_eq!(Task::named(task.name()), Some(task));
            assert_eq!(serde_json::to_value(task).unwrap(), task.name());
        }
    }
}
