//! `impute-serve feedback import`: labels of a sample, sent to the running service.
//!
//! They go the way of all reports, so that they are checked as those are and the database has one writer.

use std::process::ExitCode;
use std::rc::Rc;
use std::time::Duration;

use anyhow::{Context, bail};
use http_body_util::Full;
use hyper::body::Bytes;
use hyper::header::{AUTHORIZATION, CONTENT_TYPE, HOST, HeaderValue};
use hyper::{Method, Request, StatusCode, Uri};
use impute::text::counted;
use impute::text::input;
use serde::Deserialize;
use uuid::Uuid;

use super::args::Import;
use super::label::Labelled;
use crate::load::{Address, Connection, TOKEN, block_on};

/// How long one answer may take.
const PATIENCE: Duration = Duration::from_secs(60);
/// The wait after a refusal that does not say for how long, and how often one label is sent.
const UNSAID: Duration = Duration::from_secs(1);
const TIMES: u32 = 30;
/// At most so many refusals are told one by one.
const TOLD: usize = 20;

/// A label with the number of its line.
struct Waiting {
    line: usize,
    id: Uuid,
    body: Bytes,
}

/// Reads all labels, then sends them; 1 if one was refused.
///
/// # Errors
/// A line cannot be read, or the service is not there or lets nobody in.
pub fn run(wanted: &Import) -> anyhow::Result<ExitCode> {
    let (labels, unlabelled) = read(wanted)?;
    let from_environment = std::env::var(TOKEN).ok().filter(|token| !token.is_empty());
    let token = wanted.token.clone().or(from_environment);
    let refused = block_on(send(&wanted.url, token.as_deref(), &labels))??;
    let kept = (labels.len() - refused) as u64;
    eprintln!(
        "impute-serve: {} kept, {refused} refused, {} without a verdict",
        counted(kept, "label"),
        counted(unlabelled as u64, "line")
    );
    Ok(if refused == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The labels of a file, and how many lines have none.
fn read(wanted: &Import) -> anyhow::Result<(Vec<Waiting>, usize)> {
    let mut input = input::open(&wanted.file)?;
    let (mut labels, mut unlabelled, mut text) = (Vec::new(), 0, String::new());
    for line in 1.. {
        text.clear();
        let place = || format!("{}: line {line}", input.name);
        let read = std::io::BufRead::read_line(&mut input.reader, &mut text);
        if read.with_context(place)? == 0 {
            break;
        }
        if text.trim().is_empty() {
            continue;
        }
        let labelled: Labelled = serde_json::from_str(&text).with_context(|| {
            format!("{}: not a line of `impute-serve feedback sample` with a verdict right, wrong or null", place())
        })?;
        match labelled.label() {
            Some(label) => {
                let body = serde_json::to_vec(&label)?.into();
                labels.push(Waiting { line, id: labelled.tracking_id, body });
            }
            None => unlabelled += 1,
        }
    }
    Ok((labels, unlabelled))
}

/// Sends labels one after the other; gives how many were refused.
async fn send(url: &str, token: Option<&str>, labels: &[Waiting]) -> anyhow::Result<usize> {
    let address = Rc::new(Address::new(url).await?);
    let mut connection = Connection::new(&address);
    let token = token.map(|token| {
        let mut value = HeaderValue::try_from(format!("Bearer {token}"))
            .context("the token holds characters that no header can: check it for line breaks")?;
        value.set_sensitive(true);
        anyhow::Ok(value)
    });
    let token = token.transpose()?;
    let mut refused = 0;
    for label in labels {
        if let Some(why) = one(url, &address, &mut connection, token.as_ref(), label).await? {
            refused += 1;
            if refused <= TOLD {
                eprintln!("impute-serve: line {}: {why}", label.line);
            }
        }
    }
    Ok(refused)
}

/// Sends a label; why it was refused, if it was.
async fn one(
    url: &str,
    address: &Address,
    connection: &mut Connection,
    token: Option<&HeaderValue>,
    label: &Waiting,
) -> anyhow::Result<Option<String>> {
    for _ in 0..TIMES {
        let request = request(address, token, label)?;
        let reply = connection.exchange(request, PATIENCE).await;
        let reply = reply.map_err(|broken| anyhow::anyhow!("{url}: {broken}"))?;
        match reply.status {
            StatusCode::NO_CONTENT => return Ok(None),
            StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => {
                tokio::time::sleep(reply.retry_after.unwrap_or(UNSAID).min(PATIENCE)).await;
            }
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => bail!(
                "{url}: answered {}: give a token that is marked `admin` with --token, or in {TOKEN}",
                reply.status
            ),
            status => return Ok(Some(why(status, connection.body()))),
        }
    }
    bail!("{url}: the service has too much to do; send the file again later")
}

fn request(
    address: &Address,
    token: Option<&HeaderValue>,
    label: &Waiting,
) -> anyhow::Result<Request<Full<Bytes>>> {
    let uri = Uri::try_from(format!("{}/v1/jobs/{}/feedback", address.base, label.id))
        .context("the URL cannot be extended by the path of the API")?;
    let mut request = Request::new(Full::new(label.body.clone()));
    *request.method_mut() = Method::POST;
    *request.uri_mut() = uri;
    let headers = request.headers_mut();
    headers.insert(HOST, address.host.clone());
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    if let Some(token) = token {
        headers.insert(AUTHORIZATION, token.clone());
    }
    Ok(request)
}

/// The sentence of a refusal.
fn why(status: StatusCode, body: &[u8]) -> String {
    #[derive(Deserialize)]
    struct Refused {
        message: String,
    }
    match serde_json::from_slice(body) {
        Ok(Refused { message }) => message,
        Err(_) => format!("answered {status}: is this the address of impute-serve?"),
    }
}
