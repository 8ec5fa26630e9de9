//! The requests, as the API wants them.
//!
//! In: the texts. Out: requests whose bodies were written once, before the clock runs, and are only shared
//! afterwards. With keys, request `n` has the same `Idempotency-Key` however often it is sent, and no other run has
//! it.

use anyhow::{Context, Result};
use http_body_util::Full;
use hyper::body::Bytes;
use hyper::header::{AUTHORIZATION, CONTENT_TYPE, HOST, HeaderName, HeaderValue};
use hyper::{Method, Request, Uri};
use serde::Serialize;
use uuid::Uuid;

use super::address::Address;
use super::args::{Task, Way};
use super::plan::Plan;

const KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// Everything that can be asked.
pub struct Calls {
    host: HeaderValue,
    token: Option<HeaderValue>,
    base: String,
    post: Uri,
    content_type: HeaderValue,
    bodies: Vec<Bytes>,
    /// Begins every key.
    run: Option<Uuid>,
}

/// What becomes of an accepted request: a job or a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Job,
    Batch,
}

impl Kind {
    /// Its name in the log.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Job => "job",
            Kind::Batch => "batch",
        }
    }

    fn path(self) -> &'static str {
        match self {
            Kind::Job => "jobs",
            Kind::Batch => "batches",
        }
    }
}

#[derive(Serialize)]
struct Job<'a> {
    task: Task,
    text: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    model: Option<&'a str>,
}

#[derive(Serialize)]
struct Now<'a> {
    texts: Vec<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    model: Option<&'a str>,
}

/// The bodies of one text, or as many as a call holds, each; the last is filled up from the first.
///
/// # Errors
/// A text cannot be written as JSON, which no text is known to do.
pub fn bodies(texts: &[String], plan: &Plan, model: Option<&str>) -> Result<Vec<Bytes>> {
    let many = plan.texts_a_call;
    let body = |first: usize| {
        let body = if plan.way == Way::Now {
            let texts = texts.iter().cycle().skip(first).take(many).map(|text| &text[..]).collect();
            serde_json::to_vec(&Now { texts, model })
        } else {
            serde_json::to_vec(&Job { task: plan.task, text: &texts[first], model })
        };
        Ok(Bytes::from(body.context("a text cannot be written as JSON")?))
    };
    (0..texts.len()).step_by(many.max(1)).map(body).collect()
}

impl Calls {
    /// Requests with these bodies, of which there is at least one unless nothing is posted.
    ///
    /// # Errors
    /// The token or the model's name cannot be sent.
    pub fn new(
        address: &Address,
        plan: &Plan,
        bodies: Vec<Bytes>,
        token: Option<&str>,
        model: Option<&str>,
    ) -> Result<Self> {
        let token = token.map(|token| {
            let mut value = HeaderValue::try_from(format!("Bearer {token}")).context(
                "the token holds characters that no header can: check it for line breaks",
            )?;
            value.set_sensitive(true);
            anyhow::Ok(value)
        });
        let path = match plan.way {
            Way::Jobs => "jobs".to_owned(),
            Way::Now => plan.task.name().to_owned(),
            Way::Batch => model
                .map_or("batches".to_owned(), |model| format!("batches?model={}", escaped(model))),
        };
        let post = format!("{}/v1/{path}", address.base);
        let content_type = match plan.way {
            Way::Batch => "application/octet-stream",
            _ => "application/json",
        };
        Ok(Calls {
            host: address.host.clone(),
            token: token.transpose()?,
            base: address.base.clone(),
            post: Uri::try_from(post)
                .context("the URL cannot be extended by the path of the API")?,
            content_type: HeaderValue::from_static(content_type),
            bodies,
            run: plan.keep_going.then(Uuid::new_v4),
        })
    }

    /// Whether every request that is posted has a key.
    pub fn have_keys(&self) -> bool {
        self.run.is_some()
    }

    /// The number of the text that request `number` sends.
    pub fn text(&self, number: u64) -> u64 {
        number % (self.bodies.len().max(1) as u64)
    }

    /// The path that is posted to, for messages.
    pub fn path(&self) -> &str {
        self.post.path()
    }

    /// Request `number`.
    pub fn post(&self, number: u64) -> Request<Full<Bytes>> {
        let body = self.bodies.get(self.text(number) as usize).cloned().unwrap_or_default();
        let mut request = self.request(Method::POST, self.post.clone(), body);
        let headers = request.headers_mut();
        headers.insert(CONTENT_TYPE, self.content_type.clone());
        if let Some(run) = self.run {
            // A UUID and a number are visible ASCII: there is always a value.
            if let Ok(key) = HeaderValue::try_from(format!("{run}-{number}")) {
                headers.insert(KEY, key);
            }
        }
        request
    }

    /// Asks for the state of what was accepted, and to be answered when it is finished or so many seconds have
    /// passed.
    pub fn state(&self, kind: Kind, id: Uuid, wait: u64) -> Request<Full<Bytes>> {
        self.get(format!("{}/v1/{}/{id}?wait={wait}", self.base, kind.path()))
    }

    /// Asks for the submission of a batch.
    pub fn submission(&self, id: Uuid) -> Request<Full<Bytes>> {
        self.get(format!("{}/v1/batches/{id}/submission.csv", self.base))
    }

    fn get(&self, path: String) -> Request<Full<Bytes>> {
        // The base was part of a URI, and the rest is ASCII without blanks.
        let uri = Uri::try_from(path).unwrap_or_default();
        self.request(Method::GET, uri, Bytes::new())
    }

    fn request(&self, method: Method, uri: Uri, body: Bytes) -> Request<Full<Bytes>> {
        let mut request = Request::new(Full::new(body));
        *request.method_mut() = method;
        *request.uri_mut() = uri;
        request.headers_mut().insert(HOST, self.host.clone());
        if let Some(token) = &self.token {
            request.headers_mut().insert(AUTHORIZATION, token.clone());
        }
        request
    }
}

/// A value as a query can hold it.
fn escaped(value: &str) -> String {
    let byte = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => (byte as char).to_string(),
        _ => format!("%{byte:02X}"),
    };
    value.bytes().map(byte).collect()
}
