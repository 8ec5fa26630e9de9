//! Which address leads where, and the description of all of them.

use std::sync::Arc;

use axum::body::Bytes;
use axum::http::header;
use axum::{Router, routing};
use utoipa::OpenApi as _;
use utoipa::openapi::OpenApi;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{batches, drift, events, feedback, health, jobs, models, now};
use crate::refusal::{Code, Refusal};
use crate::service::Service;

#[derive(utoipa::OpenApi)]
#[openapi(
    info(
        title = "impute-serve",
        description = "Restores missing words. A refusal is a 4xx or 5xx status with a code and a sentence that says what \
                   to do; times are milliseconds since 1970; ids are random and all that is needed to see what they \
                   name."
    ),
    components(schemas(Refusal))
)]
struct Description;

fn described() -> (Router<Arc<Service>>, OpenApi) {
    let mut begun = Description::openapi();
    let tokens = "One of the tokens that whoever runs the service has set; none is needed where there are none.";
    let bearer =
        HttpBuilder::new().scheme(HttpAuthScheme::Bearer).description(Some(tokens)).build();
    let components = begun.components.get_or_insert_default();
    components.add_security_scheme("token", SecurityScheme::Http(bearer));
    begun.security = Some(vec![
        SecurityRequirement::default(),
        SecurityRequirement::new::<_, [&str; 0], &str>("token", []),
    ]);
    let router = OpenApiRouter::with_openapi(begun)
        .routes(routes!(now::impute))
        .routes(routes!(now::repair))
        .routes(routes!(now::language))
        .routes(routes!(jobs::create))
        .routes(routes!(jobs::show, jobs::remove))
        .routes(routes!(events::of_job))
        .routes(routes!(feedback::create))
        .routes(routes!(batches::create))
        .routes(routes!(batches::show, batches::remove))
        .routes(routes!(events::of_batch))
        .routes(routes!(batches::submission))
        .routes(routes!(models::list, models::create))
        .routes(routes!(drift::show))
        .routes(routes!(health::healthz))
        .routes(routes!(health::readyz))
        .routes(routes!(health::metrics));
    router.split_for_parts()
}

/// The description of the API.
pub fn openapi() -> OpenApi {
    described().1
}

/// All addresses of the API; what is none is left to who puts them beside others.
pub fn router() -> Router<Arc<Service>> {
    let (router, description) = described();
    // Written once, so that repeated requests stay cheap: it is large.
    let text = Bytes::from(description.to_json().unwrap_or_default());
    let kind = [(header::CONTENT_TYPE, "application/json")];
    router
        .route("/openapi.json", routing::get(move || async move { (kind, text) }))
        .method_not_allowed_fallback(wrong_method)
}

async fn wrong_method() -> Refusal {
    Refusal::new(
        Code::MethodNotAllowed,
        "There is something here, but not for this method; see the Allow header.",
    )
}
