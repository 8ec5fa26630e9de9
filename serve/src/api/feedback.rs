//! `/v1/jobs/{id}/feedback`: whether an answer was right, and what was meant.
//!
//! What is said is checked against text and answer before it is kept, so that everything kept can be used: to
//! measure on, to tune to, to count.

use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::body::{Id, Json, unknown};
use super::refusals::{Everywhere, OfIds, OfWork};
use crate::clock;
use crate::feedback::{LONGEST_WORD, Meant, Said, meant};
use crate::guard::Client;
use crate::refusal::{Code, Refusal};
use crate::service::Service;
use crate::store::{Job, NewFeedback, State as Stands};
use crate::task::{Answer, Outcome, Source, Verdict};

/// What is said about an answer.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FeedbackRequest {
    /// Whether it is what was meant.
    pub verdict: Verdict,
    /// The word that was meant; for `language`, the label.
    #[schema(example = "was", nullable = false)]
    pub word: Option<String>,
    /// How many tokens of the text come before it [the gap in which the service has inserted something].
    #[schema(nullable = false)]
    pub gap: Option<usize>,
    /// The whole sentence that was meant; for `impute`, the text with exactly one word more.
    #[schema(nullable = false)]
    pub sentence: Option<String>,
    /// `sample` if the answer was drawn at random to be looked at: only these tell how many are right. For clients
    /// that may publish.
    #[serde(default)]
    pub source: Source,
}

/// Keeps what a client says about the answer of a job, in place of what it has said before.
///
/// # Errors
/// There is no such job, it has no answer, or what is said cannot be.
pub async fn report(
    service: &Service,
    client: &Client,
    id: Uuid,
    request: FeedbackRequest,
) -> Result<(), Refusal> {
    service.accepts()?;
    let FeedbackRequest { verdict, word, gap, sentence, source } = request;
    if source == Source::Sample && !client.admin {
        let message = "source: only a client with a token that is marked `admin` may label a sample; leave it out.";
        return Err(Refusal::new(Code::Forbidden, message));
    }
    let most = service.settings.max_text.saturating_add(LONGEST_WORD + 1);
    if sentence.as_ref().is_some_and(|sentence| sentence.len() > most) {
        return Err(Refusal::new(
            Code::TooLarge,
            "sentence: it is longer than a text and a word may be.",
        ));
    }
    let job = service.store.job(id).await?.ok_or_else(unknown)?;
    let (text, outcome) = answered(job)?;
    let said = Said { verdict, word, gap, sentence };
    let unusable = |message| Refusal::new(Code::Unprocessable, message);
    let Meant { word, gap, sentence } = meant(&text, &outcome.answer, &said).map_err(unusable)?;
    let new = NewFeedback {
        job: id,
        client: client.name.clone(),
        source,
        created: clock::now(),
        verdict,
        answer: match outcome.answer {
            Answer::Impute(imputed) => imputed.text,
            Answer::Repair(repaired) => repaired.text,
            Answer::Language(language) => language.label,
        },
        word,
        gap,
        sentence,
    };
    if service.store.put_feedback(new).await? { Ok(()) } else { Err(no_answer(Stands::Deleted)) }
}

/// The text and the answer of a job.
fn answered(job: Job) -> Result<(String, Outcome), Refusal> {
    match (job.state, job.text, job.result) {
        (Stands::Done, Some(text), Some(result)) => {
            let outcome = serde_json::from_str(&result).map_err(|error| {
                tracing::error!(%error, "a result in the database cannot be read");
                Refusal::internal()
            })?;
            Ok((text, outcome))
        }
        (state, ..) => Err(no_answer(state)),
    }
}

fn no_answer(state: Stands) -> Refusal {
    let message = match state.is_final() {
        true => {
            format!("The job is {} and has no answer that could be right or wrong.", state.name())
        }
        false => format!("The job is {}; report when it is done.", state.name()),
    };
    Refusal::new(Code::Conflict, message)
}

/// Says whether the answer of a job was right, and what was meant. A second report of a client replaces its first.
#[utoipa::path(
    post, path = "/v1/jobs/{id}/feedback", tag = "jobs", request_body = FeedbackRequest,
    params(("id" = Uuid, Path, description = "Its tracking id")),
    responses(
        (status = 204, description = "It is kept, with a copy of text and answer, until the job is deleted"),
        (status = 409, description = "There is no answer yet, or none any more", body = Refusal),
        Everywhere,
        OfIds,
        OfWork,
    )
)]
pub async fn create(
    State(service): State<Arc<Service>>,
    Extension(client): Extension<Client>,
    Id(id): Id,
    Json(request, _): Json<FeedbackRequest>,
) -> Result<StatusCode, Refusal> {
    report(&service, &client, id, request).await?;
    Ok(StatusCode::NO_CONTENT)
}
