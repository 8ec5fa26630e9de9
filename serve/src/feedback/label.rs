//! A line of a sample: written to be labelled, and read back.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::store::Done;
use crate::task::{Answer, Outcome, Verdict};

/// An answer that is to be labelled. The last four are for the one who labels it.
#[derive(Debug, Serialize)]
pub struct Drawn {
    tracking_id: Uuid,
    task: &'static str,
    text: String,
    answer: String,
    /// What went in and how many tokens come before it, for the task `impute`.
    #[serde(skip_serializing_if = "Option::is_none")]
    inserted: Option<Inserted>,
    model: String,
    version: u64,
    created: i64,
    verdict: Option<Verdict>,
    word: Option<String>,
    gap: Option<usize>,
    sentence: Option<String>,
}

#[derive(Debug, Serialize)]
struct Inserted {
    word: String,
    gap: usize,
}

impl Drawn {
    /// A finished job as a line.
    ///
    /// # Errors
    /// Its result cannot be read.
    pub fn new(done: Done) -> serde_json::Result<Self> {
        let Outcome { model, version, answer } = serde_json::from_str(&done.result)?;
        let (task, answer, inserted) = match answer {
            Answer::Impute(imputed) => ("impute", imputed.text, imputed.inserted),
            Answer::Repair(repaired) => ("repair", repaired.text, None),
            Answer::Language(language) => ("language", language.label, None),
        };
        let inserted =
            inserted.map(|inserted| Inserted { word: inserted.text, gap: inserted.place.gap });
        let (tracking_id, text, created) = (done.id, done.text, done.created);
        Ok(Drawn {
            tracking_id,
            task,
            text,
            answer,
            inserted,
            model,
            version,
            created,
            verdict: None,
            word: None,
            gap: None,
            sentence: None,
        })
    }
}

/// What is read of a labelled line.
#[derive(Debug, Deserialize)]
pub struct Labelled {
    /// The job.
    pub tracking_id: Uuid,
    /// The verdict, if there is one.
    pub verdict: Option<Verdict>,
    /// The word that was meant.
    pub word: Option<String>,
    /// How many tokens come before it.
    pub gap: Option<usize>,
    /// The whole sentence that was meant.
    pub sentence: Option<String>,
}

/// What is sent of it.
#[derive(Debug, Serialize)]
pub struct Label<'a> {
    verdict: Verdict,
    #[serde(skip_serializing_if = "Option::is_none")]
    word: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    gap: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sentence: Option<&'a str>,
    source: &'static str,
}

impl Labelled {
    /// What is sent, if there is a verdict. What was left empty is not said.
    pub fn label(&self) -> Option<Label<'_>> {
        let said =
            |text: &'_ Option<String>| text.as_ref().filter(|text| !text.is_empty()).is_some();
        Some(Label {
            verdict: self.verdict?,
            word: self.word.as_deref().filter(|_| said(&self.word)),
            gap: self.gap,
            sentence: self.sentence.as_deref().filter(|_| said(&self.sentence)),
            source: crate::task::Source::Sample.name(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RESULT: &str = r#"{"model":"english","version":2,"task":"impute","text":"a b c","inserted":
        {"text":"b","gap":1,"byte":1,"is_word":true,"gap_probability":null,"word_probability":null},
        "expected":null,"unchanged":null,"gain":null,"top":[]}"#;

    #[test]
    fn a_line_comes_back_with_what_was_filled_in() {
        let done =
            Done { id: Uuid::from_u128(7), created: 5, text: "a c".into(), result: RESULT.into() };
        let mut line = serde_json::to_value(Drawn::new(done).unwrap()).unwrap();
        assert_eq!(line["inserted"], serde_json::json!({"word": "b", "gap": 1}));
        assert_eq!((&line["answer"], &line["version"]), (&"a b c".into(), &2.into()));
        let read =
            |line: &serde_json::Value| serde_json::from_value::<Labelled>(line.clone()).unwrap();
        assert!(read(&line).label().is_none());
        line["verdict"] = "wrong".into();
        line["word"] = "d".into();
        line["sentence"] = "".into();
        let labelled = read(&line);
        assert_eq!(labelled.tracking_id, Uuid::from_u128(7));
        let sent = serde_json::to_value(labelled.label().unwrap()).unwrap();
        let expected = serde_json::json!({"verdict": "wrong", "word": "d", "source": "sample"});
        assert_eq!(sent, expected);
        line["verdict"] = "maybe".into();
        assert!(serde_json::from_value::<Labelled>(line).is_err());
    }
}
