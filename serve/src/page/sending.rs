//! What the plain forms send, handed to the same functions as the calls of programs.

use serde::Deserialize;
use uuid::Uuid;

use crate::api::body::unknown;
use crate::api::feedback::{self, FeedbackRequest};
use crate::api::jobs::{JobRequest, accept};
use crate::api::repeat::Key;
use crate::guard::Client;
use crate::refusal::{Code, Refusal};
use crate::service::Service;
use crate::task::{Inserting, Source, Task, Verdict};

/// The form of the first page.
#[derive(Debug, Deserialize)]
pub struct Asked {
    /// The text.
    pub text: String,
    /// The name of a task.
    pub task: String,
}

/// The forms below an answer; what is left open is empty.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Reported {
    verdict: String,
    word: String,
    gap: String,
    sentence: String,
}

/// A text of a form: browsers end lines as mail does, and people end texts with empty ones.
pub fn text(sent: &str) -> String {
    sent.replace("\r\n", "\n").trim_end_matches('\n').to_owned()
}

/// Accepts a text, to be explained as far as its task can be.
///
/// # Errors
/// It cannot be done, or too much waits.
pub async fn send(
    service: &Service,
    client: &Client,
    task: Task,
    text: String,
) -> Result<Uuid, Refusal> {
    let request = JobRequest {
        task,
        text,
        model: None,
        top: None,
        explain: task == Task::Impute,
        language: task != Task::Language,
        insert: Inserting::default(),
        ttl: None,
    };
    accept(service, client, request, Key::default(), &[]).await.map(|(id, _)| id)
}

/// Keeps what somebody says of an answer.
///
/// # Errors
/// There is no such answer, or it cannot have been meant.
pub async fn report(
    service: &Service,
    client: &Client,
    id: Uuid,
    reported: &Reported,
) -> Result<(), Refusal> {
    let given = service.store.job(id).await?.ok_or_else(unknown)?.text.unwrap_or_default();
    feedback::report(service, client, id, said(reported, &given)?).await
}

/// What a form says: what was left open or as it was is not said.
fn said(reported: &Reported, given: &str) -> Result<FeedbackRequest, Refusal> {
    let refused = |why| Refusal::new(Code::Unprocessable, why);
    let verdict = Verdict::named(&reported.verdict);
    let verdict = verdict.ok_or_else(|| refused("Say whether the answer is right or wrong."))?;
    let gap = match reported.gap.trim() {
        "" => None,
        gap => Some(gap.parse().map_err(|_| refused("Choose a gap between two words."))?),
    };
    let (word, sentence) = (reported.word.trim(), text(&reported.sentence));
    Ok(FeedbackRequest {
        verdict,
        word: (!word.is_empty()).then(|| word.to_owned()),
        gap,
        sentence: (!sentence.trim().is_empty() && sentence != given).then_some(sentence),
        source: Source::Report,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(verdict: &str, word: &str, gap: &str, sentence: &str) -> Reported {
        let [verdict, word, gap, sentence] = [verdict, word, gap, sentence].map(str::to_owned);
        Reported { verdict, word, gap, sentence }
    }

    #[test]
    fn what_is_left_open_is_not_said() {
        let open = said(&form("right", " ", "", "a b\r\n"), "a b").unwrap();
        assert_eq!(open.verdict, Verdict::Right);
        assert!(open.word.is_none() && open.gap.is_none() && open.sentence.is_none());
        let all = said(&form("wrong", " x ", "1", "a x\r\nb"), "a\nb").unwrap();
        assert_eq!(all.verdict, Verdict::Wrong);
        assert_eq!((all.word.as_deref(), all.gap), (Some("x"), Some(1)));
        assert_eq!(all.sentence.as_deref(), Some("a x\nb"));
    }

    #[test]
    fn what_cannot_be_read_is_refused() {
        for form in [form("", "", "", ""), form("wrong", "", "x", ""), form("wrong", "", "-1", "")]
        {
            assert_eq!(said(&form, "a b").unwrap_err().code, Code::Unprocessable, "{form:?}");
        }
    }
}
