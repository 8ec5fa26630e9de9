//! What an address may refuse, for the description of the API: lists that handlers name beside their answers.

use std::collections::BTreeMap;

use utoipa::IntoResponses;
use utoipa::openapi::header::HeaderBuilder;
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{ContentBuilder, Ref, RefOr, Response, ResponseBuilder};

use crate::refusal::Code;

/// What every address may say, because it stands before all of them.
#[derive(Debug)]
pub struct Everywhere;

/// What an address with an id in it says too.
#[derive(Debug)]
pub struct OfIds;

/// What an address that takes work says too.
#[derive(Debug)]
pub struct OfWork;

type Responses = BTreeMap<String, RefOr<Response>>;

impl IntoResponses for Everywhere {
    fn responses() -> Responses {
        use Code::{BadRequest, Forbidden, Internal, TimedOut, TooManyRequests, Unauthorized};
        of(&[BadRequest, Unauthorized, Forbidden, TimedOut, TooManyRequests, Internal])
    }
}

impl IntoResponses for OfIds {
    fn responses() -> Responses {
        of(&[Code::NotFound])
    }
}

impl IntoResponses for OfWork {
    fn responses() -> Responses {
        use Code::{BacklogFull, ShuttingDown, TooLarge, Unprocessable, UnsupportedMediaType};
        of(&[TooLarge, UnsupportedMediaType, Unprocessable, BacklogFull, ShuttingDown])
    }
}

/// The responses with these codes, by their status.
fn of(codes: &[Code]) -> Responses {
    let mut names: BTreeMap<u16, Vec<String>> = BTreeMap::new();
    for code in codes {
        let name = format!("`{}`", code.name());
        names.entry(code.status().as_u16()).or_default().push(name);
    }
    let responses = names.into_iter().map(|(status, names)| {
        let schema = Ref::from_schema_name("Refusal");
        let content = ContentBuilder::new().schema(Some(schema)).build();
        let refusal = ResponseBuilder::new()
            .description(format!("Refused: {}", names.join(" or ")))
            .content("application/json", content);
        let refusal = match status {
            429 | 503 => refusal.header(
                "Retry-After",
                HeaderBuilder::new()
                    .schema(ObjectBuilder::new().schema_type(Type::Integer))
                    .description(Some("After how many seconds it is worth to ask again"))
                    .build(),
            ),
            _ => refusal,
        };
        (status.to_string(), RefOr::T(refusal.build()))
    });
    responses.collect()
}
