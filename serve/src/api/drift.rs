//! `/v1/drift`: whether recent texts are still of the kind of the reference.

use std::sync::{Arc, PoisonError};

use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use super::refusals::Everywhere;
use crate::drift::{DriftView, FEWEST, MOST};
use crate::refusal::Refusal;
use crate::service::Service;

/// What is known of drift.
#[derive(Debug, Serialize, ToSchema)]
pub struct DriftStatus {
    /// Whether there is a reference to compare with: `--reference FILE`.
    pub reference: bool,
    /// How many recent texts of finished jobs there are to compare, 2,000 at most; texts in batches do not count.
    pub texts: u64,
    /// How many it takes.
    pub needed: usize,
    /// What the last comparison found; `null` before the first.
    pub last: Option<DriftView>,
}

/// What is known of drift, for a page too.
///
/// # Errors
/// The store cannot be read.
pub async fn view(service: &Service) -> Result<DriftStatus, Refusal> {
    let texts = service.store.count_recent(MOST).await?;
    let last = service.drift.lock().unwrap_or_else(PoisonError::into_inner).clone();
    Ok(DriftStatus { reference: service.settings.reference.is_some(), texts, needed: FEWEST, last })
}

/// Whether recent texts can be told from the reference, by the last comparison; there is one every ten minutes, and more
/// often with `--reference-every`.
#[utoipa::path(
    get, path = "/v1/drift", operation_id = "drift", tag = "running it",
    responses(
        (status = 200, description = "What is known", body = DriftStatus),
        Everywhere,
    )
)]
pub async fn show(State(service): State<Arc<Service>>) -> Result<axum::Json<DriftStatus>, Refusal> {
    Ok(axum::Json(view(&service).await?))
}
