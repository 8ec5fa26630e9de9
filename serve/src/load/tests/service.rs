//! A small service with faults to order: as much of the API as the load generator knows.
//!
//! It runs on a thread of its own, so that it can stand still, die, and come back on the same port with what it
//! remembers.

use std::collections::{HashMap, HashSet};
use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread::JoinHandle;
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use clap::Parser;
use serde_json::{Value, json};
use tokio::sync::oneshot;
use uuid::Uuid;

use crate::load::args::Args;
use crate::load::plan::Plan;
use crate::load::report::{Collected, Report};
use crate::load::run::{Told, block_on, told};

/// What goes wrong: every so many jobs, or never for 0.
#[derive(Clone, Copy, Default)]
pub struct Faults {
    pub forgotten: u64,
    pub failed: u64,
    pub expired: u64,
    pub hanging: u64,
    /// Gets the id of the job before.
    pub doubled: u64,
    /// Every so many requests are refused with 429.
    pub busy: u64,
    /// All requests are refused with this status and code.
    pub refusal: Option<(u16, &'static str)>,
    /// The whole service stands still for so long at this request.
    pub stall: Option<(u64, Duration)>,
    /// Every so many requests, the connection ends without an answer, after the work was done.
    pub silent: u64,
    /// The token without which nobody is let in.
    pub token: Option<&'static str>,
}

/// What the service remembers.
#[derive(Default)]
pub struct Memory {
    pub faults: Faults,
    /// Requests that wanted a job, a batch or an answer.
    pub requests: u64,
    /// Accepted jobs.
    pub accepted: u64,
    pub jobs: HashMap<Uuid, Value>,
    pub keys: HashMap<String, Uuid>,
    pub order: Vec<Uuid>,
    pub texts: HashSet<String>,
    pub bodies: Vec<Vec<u8>>,
}

type Shared = Arc<Mutex<Memory>>;

/// The service, which ends with it.
pub struct Service {
    pub memory: Shared,
    address: SocketAddr,
    running: Option<(oneshot::Sender<()>, JoinHandle<()>)>,
}

impl Service {
    pub fn start(faults: Faults) -> Self {
        let memory = Shared::default();
        memory.lock().unwrap().faults = faults;
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let running = Some(serve(listener, memory.clone()));
        Service { memory, address, running }
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap()
    }

    /// Ends all connections at once.
    pub fn kill(&mut self) {
        let (stop, thread) = self.running.take().unwrap();
        stop.send(()).unwrap();
        thread.join().unwrap();
    }

    /// Begins again where it listened before.
    pub fn revive(&mut self) {
        // The standard library sets SO_REUSEADDR.
        let listener = TcpListener::bind(self.address).unwrap();
        self.running = Some(serve(listener, self.memory.clone()));
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        if self.running.is_some() {
            self.kill();
        }
    }
}

fn serve(listener: TcpListener, memory: Shared) -> (oneshot::Sender<()>, JoinHandle<()>) {
    let (stop, stopped) = oneshot::channel::<()>();
    let thread = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            listener.set_nonblocking(true).unwrap();
            let listener = tokio::net::TcpListener::from_std(listener).unwrap();
            let router = Router::new()
                .route("/v1/jobs", post(job))
                .route("/v1/jobs/{id}", get(state))
                .route("/v1/batches", post(batch))
                .route("/v1/batches/{id}", get(state))
                .route("/v1/batches/{id}/submission.csv", get(async || "\"id\",\"sentence\"\n"))
                .route("/v1/language", post(now))
                .with_state(memory);
            tokio::select! {
                served = axum::serve(listener, router) => served.unwrap(),
                _ = stopped => {}
            }
        });
    });
    (stop, thread)
}

fn refusal(status: u16, code: &str) -> Response {
    let status = StatusCode::from_u16(status).unwrap();
    let body = json!({"code": code, "message": "not now", "more": "/help"}).to_string();
    (status, [("retry-after", "0")], body).into_response()
}

/// Whether this is one of every so many.
fn is(every: u64, number: u64) -> bool {
    every > 0 && number.is_multiple_of(every)
}

/// Counts a request, and refuses it or stands still if that is its fate.
fn enter(memory: &mut Memory, headers: &HeaderMap) -> Result<(), Box<Response>> {
    memory.requests += 1;
    let (faults, number) = (memory.faults, memory.requests);
    if let Some((at, length)) = faults.stall
        && at == number
    {
        std::thread::sleep(length); // the only thread: nobody is served meanwhile
    }
    let given = headers.get("authorization").and_then(|value| value.to_str().ok());
    if faults.token.is_some_and(|token| given != Some(&format!("Bearer {token}"))) {
        return Err(Box::new(refusal(401, "unauthorized")));
    }
    if let Some((status, code)) = faults.refusal {
        return Err(Box::new(refusal(status, code)));
    }
    if is(faults.busy, number) {
        return Err(Box::new(refusal(429, "too_many_requests")));
    }
    Ok(())
}

/// The job of this request, which may have been accepted before.
fn accept(memory: &mut Memory, headers: &HeaderMap, rows: Value) -> Uuid {
    let key = headers.get("idempotency-key").map(|key| key.to_str().unwrap().to_owned());
    if let Some(id) = key.as_ref().and_then(|key| memory.keys.get(key)) {
        return *id;
    }
    memory.accepted += 1;
    let (faults, number) = (memory.faults, memory.accepted);
    if is(faults.doubled, number) {
        return *memory.order.last().unwrap();
    }
    let id = Uuid::new_v4();
    memory.order.push(id);
    if let Some(key) = key {
        memory.keys.insert(key, id);
    }
    let state = if is(faults.failed, number) {
        json!({"state": "failed", "reason": "the worker died three times"})
    } else if is(faults.expired, number) {
        json!({"state": "expired"})
    } else if is(faults.hanging, number) {
        json!({"state": "waiting"})
    } else {
        json!({"state": "done", "rows": rows, "result": {"task": "impute", "text": "a b"}})
    };
    if !is(faults.forgotten, number) {
        memory.jobs.insert(id, state);
    }
    id
}

async fn job(State(memory): State<Shared>, headers: HeaderMap, body: Bytes) -> Response {
    let (id, silent) = {
        let mut memory = memory.lock().unwrap();
        if let Err(refusal) = enter(&mut memory, &headers) {
            return *refusal;
        }
        let body: Value = serde_json::from_slice(&body).unwrap();
        memory.texts.insert(body["text"].as_str().unwrap().to_owned());
        let number = memory.requests;
        (accept(&mut memory, &headers, Value::Null), is(memory.faults.silent, number))
    };
    if silent {
        panic!("the connection ends here");
    }
    accepted(id)
}

async fn batch(State(memory): State<Shared>, headers: HeaderMap, body: Bytes) -> Response {
    let mut memory = memory.lock().unwrap();
    if let Err(refusal) = enter(&mut memory, &headers) {
        return *refusal;
    }
    let rows = body.iter().filter(|byte| **byte == b'\n').count();
    memory.bodies.push(body.to_vec());
    accepted(accept(&mut memory, &headers, rows.into()))
}

fn accepted(id: Uuid) -> Response {
    let body = json!({"tracking_id": id.to_string(), "state": "waiting"}).to_string();
    (StatusCode::ACCEPTED, body).into_response()
}

async fn state(State(memory): State<Shared>, Path(id): Path<String>) -> Response {
    match memory.lock().unwrap().jobs.get(&Uuid::try_parse(&id).unwrap()) {
        Some(state) => state.to_string().into_response(),
        None => refusal(404, "not_found"),
    }
}

async fn now(State(memory): State<Shared>, headers: HeaderMap, body: Bytes) -> Response {
    let mut memory = memory.lock().unwrap();
    if let Err(refusal) = enter(&mut memory, &headers) {
        return *refusal;
    }
    let body: Value = serde_json::from_slice(&body).unwrap();
    json!({"results": body["texts"]}).to_string().into_response()
}

#[derive(Parser)]
struct Program {
    #[command(flatten)]
    args: Args,
}

/// What the program understands of a command line after `load`.
pub fn args(line: &str) -> Result<Args, clap::Error> {
    Program::try_parse_from(format!("load {line} --quiet").split_whitespace())
        .map(|program| program.args)
}

/// Does what the command line says.
pub fn does(line: &str) -> anyhow::Result<Told> {
    let args = args(line)?;
    block_on(told(&args, Plan::new(&args)?))?
}

pub fn runs(line: &str) -> Report {
    match does(line).unwrap() {
        Told::Run(report) => report,
        Told::Log(_) => panic!("{line}: collected"),
    }
}

pub fn collects(line: &str) -> Collected {
    match does(line).unwrap() {
        Told::Log(collected) => collected,
        Told::Run(_) => panic!("{line}: ran"),
    }
}
