//! `Idempotency-Key`: a request that is sent twice, because its answer was lost, is done once.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;

use crate::guard::Client;
use crate::refusal::{Code, Refusal};
use crate::store::Repeat;

/// The name of the header.
pub const HEADER: &str = "idempotency-key";
/// The longest key, in bytes.
const LONGEST: usize = 255;

/// The key of a request, if it has one.
#[derive(Debug, Clone, Default)]
pub struct Key(Option<Vec<u8>>);

impl<S: Send + Sync> FromRequestParts<S> for Key {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Refusal> {
        let Some(key) = parts.headers.get(HEADER) else { return Ok(Key(None)) };
        if key.is_empty() || key.len() > LONGEST {
            return Err(Refusal::new(
                Code::BadRequest,
                "An Idempotency-Key has 1 to 255 bytes; a random one for each new request is best.",
            ));
        }
        Ok(Key(Some(key.as_bytes().to_vec())))
    }
}

impl Key {
    /// Whether the request has one.
    pub fn is_some(&self) -> bool {
        self.0.is_some()
    }

    /// What the store compares: keys are the client's own, and stand for one request.
    pub fn of(self, client: &Client, request: &[u8]) -> Option<Repeat> {
        let key = self.0?;
        let key = [client.name.as_bytes(), b"\0", &key].concat();
        let request = twox_hash::XxHash3_64::oneshot(request).to_le_bytes().to_vec();
        Some(Repeat { key, request })
    }
}
