//! `/v1/impute`, `/v1/repair`, `/v1/language`: a few texts, answered at once and not kept.

use std::sync::Arc;

use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::body::Json;
use super::jobs::{asked, check_text};
use super::refusals::{Everywhere, OfWork};
use crate::predict::Text;
use crate::refusal::{Code, Refusal};
use crate::service::{Service, ending};
use crate::task::{Inserting, Outcome, Task};

/// The most texts of one call.
const MOST: usize = 16;

/// A few texts.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NowRequest {
    /// The texts: for `impute` tokenised sentences, as in the competition. Together they have no more bytes than one
    /// text may have.
    #[schema(min_items = 1, max_items = 16)]
    pub texts: Vec<String>,
    /// The name of a model.
    #[schema(nullable = false)]
    pub model: Option<String>,
    /// How many of the likeliest pairs of a gap and a word, or labels, are listed; 5 if nothing is said.
    #[schema(minimum = 0, maximum = 16, nullable = false)]
    pub top: Option<usize>,
    /// Whether the answers are explained.
    #[serde(default)]
    pub explain: bool,
    /// Whether the languages are told too.
    #[serde(default)]
    pub language: bool,
    /// What may go in.
    #[serde(default)]
    pub insert: Inserting,
}

/// The answers.
#[derive(Debug, Serialize, ToSchema)]
pub struct NowResponse {
    /// One for each text, in order.
    pub results: Vec<Outcome>,
}

async fn answer(
    service: Arc<Service>,
    task: Task,
    request: NowRequest,
) -> Result<axum::Json<NowResponse>, Refusal> {
    service.accepts()?;
    if request.texts.is_empty() || request.texts.len() > MOST {
        let message = "texts: give 1 to 16; more at once are a batch.";
        return Err(Refusal::new(Code::Unprocessable, message));
    }
    let asked = asked(request.top, request.explain, request.language, request.insert)?;
    for (at, text) in request.texts.iter().enumerate() {
        check_text(&service, task, text).map_err(|refusal| {
            let message = refusal.message.replacen("text:", &format!("texts[{at}]:"), 1);
            Refusal { message: message.into(), ..refusal }
        })?;
    }
    let most = service.settings.max_text;
    if request.texts.iter().map(String::len).sum::<usize>() > most {
        let message =
            format!("The texts of a call have at most {most} bytes together; send fewer.");
        return Err(Refusal::new(Code::TooLarge, message));
    }
    let model = service.model_for(task, request.model.as_deref())?;
    let languages = asked.language.then(|| service.models.languages()).flatten();
    let texts = request.texts.into_iter();
    let texts: Vec<Text> = texts.map(|text| Text { task, asked: asked.clone(), text }).collect();
    let Some(answers) = service.pool.now(model, languages, texts).await else {
        service.accepts().map_err(|_| ending())?;
        let message = "All threads are busy and enough calls wait; ask again later, or send a job.";
        return Err(Refusal::new(Code::BacklogFull, message).retry_after(1));
    };
    let results: Result<Vec<Outcome>, String> = answers.into_iter().collect();
    match results {
        Ok(results) => Ok(axum::Json(NowResponse { results })),
        Err(_) => Err(Refusal::internal()),
    }
}

/// Restores the missing word of a few sentences.
#[utoipa::path(
    post, path = "/v1/impute", tag = "at once", request_body = NowRequest,
    responses(
        (status = 200, description = "The answers", body = NowResponse),
        Everywhere,
        OfWork,
    )
)]
pub async fn impute(
    State(service): State<Arc<Service>>,
    Json(request, _): Json<NowRequest>,
) -> Result<axum::Json<NowResponse>, Refusal> {
    answer(service, Task::Impute, request).await
}

/// Puts missing words into a few texts as people write them.
#[utoipa::path(
    post, path = "/v1/repair", tag = "at once", request_body = NowRequest,
    responses(
        (status = 200, description = "The answers", body = NowResponse),
        Everywhere,
        OfWork,
    )
)]
pub async fn repair(
    State(service): State<Arc<Service>>,
    Json(request, _): Json<NowRequest>,
) -> Result<axum::Json<NowResponse>, Refusal> {
    answer(service, Task::Repair, request).await
}

/// Tells the language of a few texts.
#[utoipa::path(
    post, path = "/v1/language", tag = "at once", request_body = NowRequest,
    responses(
        (status = 200, description = "The answers", body = NowResponse),
        Everywhere,
        OfWork,
    )
)]
pub async fn language(
    State(service): State<Arc<Service>>,
    Json(request, _): Json<NowRequest>,
) -> Result<axum::Json<NowResponse>, Refusal> {
    answer(service, Task::Language, request).await
}
