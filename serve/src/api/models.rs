//! `/v1/models`: which there are, where they come from, and publishing a newer version of one.

use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use super::body::Json;
use super::refusals::{Everywhere, OfWork};
use crate::guard::Client;
use crate::models::{PublishError, Release, publish};
use crate::refusal::{Code, Refusal};
use crate::service::Service;
use crate::store::Version;

/// The models in use.
#[derive(Debug, Serialize, ToSchema)]
pub struct ModelsView {
    /// By name.
    pub models: Vec<ModelView>,
}

/// A model in use.
#[derive(Debug, Serialize, ToSchema)]
pub struct ModelView {
    /// Its name.
    pub name: String,
    /// `ngrams`, or `classifier`.
    pub kind: &'static str,
    /// Its version.
    pub version: u64,
    /// When that was opened, in milliseconds since 1970.
    pub opened: i64,
    /// Where it comes from, as its file says.
    #[schema(value_type = Object)]
    pub provenance: serde_json::Value,
    /// All versions, the newest first.
    pub history: Vec<Version>,
}

/// What was published.
#[derive(Debug, Serialize, ToSchema)]
pub struct Published {
    /// The model's name.
    pub name: String,
    /// The version that is in use now.
    pub version: u64,
}

/// All models in use, with their histories.
///
/// # Errors
/// The store cannot be read.
pub async fn view(service: &Service) -> Result<ModelsView, Refusal> {
    let mut models = Vec::new();
    for (name, named) in service.models.all() {
        let model = named.current.load_full();
        let history = service.store.versions(name.to_owned()).await?;
        models.push(ModelView {
            name: name.to_owned(),
            kind: model.kind_name(),
            version: model.version,
            opened: model.opened,
            provenance: model.provenance(),
            history,
        });
    }
    Ok(ModelsView { models })
}

/// The models in use, and their histories.
#[utoipa::path(
    get, path = "/v1/models", operation_id = "models", tag = "models",
    responses((status = 200, description = "By name", body = ModelsView), Everywhere)
)]
pub async fn list(State(service): State<Arc<Service>>) -> Result<axum::Json<ModelsView>, Refusal> {
    Ok(axum::Json(view(&service).await?))
}

/// Opens the file of a model again, checks and warms it, and puts it in the place of the version in use.
#[utoipa::path(
    post, path = "/v1/models", operation_id = "publish_model", tag = "models", request_body = Release,
    responses(
        (status = 200, description = "It is in use", body = Published),
        (status = 409, description = "The file cannot be used, or is the version in use", body = Refusal),
        Everywhere,
        OfWork,
    )
)]
pub async fn create(
    State(service): State<Arc<Service>>,
    Extension(client): Extension<Client>,
    Json(release, _): Json<Release>,
) -> Result<axum::Json<Published>, Refusal> {
    if !client.admin {
        let message = "Only a client with a token that is marked `admin` may publish.";
        return Err(Refusal::new(Code::Forbidden, message));
    }
    service.accepts()?;
    if service.settings.servers.is_some() {
        let message = "Models are published in the database here: `impute-serve publish FILE --name NAME --change LINE`.";
        return Err(Refusal::new(Code::Conflict, message));
    }
    let _one = service.publishing.lock().await;
    let name = release.name.clone();
    let by = Arc::clone(&service);
    // Goes on if the client does not wait.
    let publishing = async move { publish(&by.models, &*by.store, &release).await };
    let version = tokio::spawn(publishing).await.map_err(|_| Refusal::internal())?;
    let version = version.map_err(refused)?;
    Ok(axum::Json(Published { name, version }))
}

fn refused(error: PublishError) -> Refusal {
    match error {
        PublishError::Store(error) => error.into(),
        PublishError::Same(_) => Refusal::new(Code::Conflict, format!("Not published: {error}.")),
        PublishError::Unusable { ref name, ref source } => {
            tracing::error!(model = name, error = %source, "a new version cannot be used");
            let message = format!("Not published: {error}; the log of the service says why.");
            Refusal::new(Code::Conflict, message)
        }
        PublishError::Unknown(..) | PublishError::Incomplete(_) => {
            Refusal::new(Code::Unprocessable, format!("Not published: {error}."))
        }
    }
}
