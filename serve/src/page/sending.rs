//! What the plain forms send, handed to the same functions as the calls of programs.

use serde::Deserialize;
use uuid::Uuid;

use super::gather;
use crate::api::body::unknown;
use crate::api::jobs::{JobRequest, accept};
use crate::api::refusal::{Code, Refusal};
use crate::api::repeat::Key;
use crate::clock;
use crate::guard::Client;
use crate::service::Service;
use crate::store::Strength;
use crate::store::feedback::{self, Said};
use crate::task::{Answer, Inserting, Task};

/// The longest word that can be meant, in bytes.
const LONGEST_WORD: usize = 200;

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
    accept(service, client, request, Key::default(), &[]).await
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
    let request = gather::request(service, id)?.ok_or_else(unknown)?;
    let (Some(given), Some(outcome)) = (&request.text, &request.outcome) else {
        return Err(unanswered());
    };
    let said = said(reported, given, service.settings.max_text)?;
    let answer = match &outcome.answer {
        Answer::Impute(imputed) => imputed.text.clone(),
        Answer::Repair(repaired) => repaired.text.clone(),
        Answer::Language(language) => language.label.clone(),
    };
    let (client, now) = (client.name.clone(), clock::now());
    let say = move |connection: &rusqlite::Connection| {
        feedback::say(connection, id, &client, &answer, &said, now)
    };
    match service.store.writer.write(Strength::Disk, say, |_| ()).await? {
        true => Ok(()),
        false => Err(unanswered()),
    }
}

fn unanswered() -> Refusal {
    Refusal::new(Code::Conflict, "There is no answer that something could be said of.")
}

/// What a form says, if it can be meant.
fn said(reported: &Reported, given: &str, longest: usize) -> Result<Said, Refusal> {
    let refused = |why: &'static str| Err(Refusal::new(Code::Unprocessable, why));
    let right = match reported.verdict.as_str() {
        "right" => true,
        "wrong" => false,
        _ => return refused("Say whether the answer is right or wrong."),
    };
    let words = given.split_ascii_whitespace().count() as u64;
    let gap = match reported.gap.trim() {
        "" => None,
        gap => match gap.parse().ok().filter(|gap| (1..words).contains(gap)) {
            Some(gap) => Some(gap),
            None => return refused("Choose a gap between two words of the sentence."),
        },
    };
    let (word, sentence) = (reported.word.trim(), text(&reported.sentence));
    if word.len() > LONGEST_WORD {
        return refused(
            "The word that was meant is too long for a word; at most 200 bytes are kept.",
        );
    }
    if sentence.len() > longest {
        return refused("The text that was meant is longer than texts may be.");
    }
    let word = (!word.is_empty()).then(|| word.to_owned());
    let sentence = (!sentence.trim().is_empty() && sentence != given).then_some(sentence);
    Ok(Said { right, word, gap, sentence })
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
        let open = said(&form("right", " ", "", "a b\r\n"), "a b", 100).unwrap();
        assert_eq!(open, Said { right: true, word: None, gap: None, sentence: None });
        let all = said(&form("wrong", " x ", "1", "a x\r\nb"), "a\nb", 100).unwrap();
        let meant = Said {
            right: false,
            word: Some("x".into()),
            gap: Some(1),
            sentence: Some("a x\nb".into()),
        };
        assert_eq!(all, meant);
    }

    #[test]
    fn what_cannot_be_meant_is_refused() {
        let long = "x".repeat(201);
        for form in [
            form("", "", "", ""),
            form("wrong", "", "0", ""),
            form("wrong", "", "2", ""),
            form("wrong", "", "x", ""),
            form("wrong", &long, "", ""),
            form("wrong", "", "", &long),
        ] {
            assert_eq!(said(&form, "a b", 100).unwrap_err().code, Code::Unprocessable, "{form:?}");
        }
    }
}
