//! One HTTP/1.1 connection that is kept alive and opened again when it is needed.
//!
//! In: a request. Out: status, `Retry-After` and the body, which stays in one buffer until the next request. A
//! request that was never handed to the network is sent again on a new connection; of any other, only the caller
//! knows whether it may be.

use std::fmt;
use std::io;
use std::rc::Rc;
use std::time::Duration;

use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http1::{self, SendRequest};
use hyper::header::RETRY_AFTER;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use super::address::Address;

/// How much of an answer is kept, in bytes; the rest is read and dropped.
const KEPT: usize = 1 << 24;

/// The longest time before the next attempt that is taken at its word, in seconds.
const LONGEST: u64 = 3600;

/// A connection, or the lack of one.
pub struct Connection {
    address: Rc<Address>,
    sender: Option<SendRequest<Full<Bytes>>>,
    body: Vec<u8>,
}

/// What came back, without its body.
#[derive(Debug, Clone, Copy)]
pub struct Reply {
    pub status: StatusCode,
    /// How long to wait before the next attempt, if it was said in seconds.
    pub retry_after: Option<Duration>,
}

/// Why nothing came back.
#[derive(Debug)]
pub enum Broken {
    /// No connection.
    Away(io::Error),
    /// The connection ended before the answer did.
    Cut(hyper::Error),
    /// No answer within this time.
    Silent(Duration),
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Broken::Away(error) if error.kind() == io::ErrorKind::ConnectionRefused => {
                write!(f, "nothing listens there; start it with `impute-serve`")
            }
            Broken::Away(error) => write!(
                f,
                "cannot be connected to ({error}); start it with `impute-serve`, or check the URL and the network"
            ),
            Broken::Cut(error) => write!(
                f,
                "the connection ended before the answer ({error}); look at the service's log, or ride over it with \
                 --keep-going"
            ),
            Broken::Silent(limit) => write!(
                f,
                "no answer within {} s; look at the service's log, or wait longer with --patience",
                limit.as_secs_f64()
            ),
        }
    }
}

impl Connection {
    /// A connection to be opened.
    pub fn new(address: &Rc<Address>) -> Self {
        Connection { address: address.clone(), sender: None, body: Vec::new() }
    }

    /// The body of the last answer.
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// Opens the connection, unless it is open.
    ///
    /// # Errors
    /// [`Broken`].
    pub async fn open(&mut self, limit: Duration) -> Result<(), Broken> {
        if self.sender.as_ref().is_none_or(SendRequest::is_closed) {
            let opened = tokio::time::timeout(limit, connect(&self.address)).await;
            self.sender = Some(opened.map_err(|_| Broken::Silent(limit))??);
        }
        Ok(())
    }

    /// Sends a request and reads the whole answer, within `limit`.
    ///
    /// # Errors
    /// [`Broken`]; the next request begins on a new connection.
    pub async fn exchange(
        &mut self,
        request: Request<Full<Bytes>>,
        limit: Duration,
    ) -> Result<Reply, Broken> {
        // Until the answer is whole the sender is away, so that whatever ends this early ends the connection too.
        let mut sender = self.sender.take();
        let answered = exchange(&self.address, &mut sender, &mut self.body, request);
        let reply =
            tokio::time::timeout(limit, answered).await.map_err(|_| Broken::Silent(limit))??;
        self.sender = sender;
        Ok(reply)
    }
}

async fn connect(address: &Address) -> Result<SendRequest<Full<Bytes>>, Broken> {
    let stream = TcpStream::connect(&address.sockets[..]).await.map_err(Broken::Away)?;
    stream.set_nodelay(true).map_err(Broken::Away)?;
    let (sender, connection) = http1::handshake(TokioIo::new(stream)).await.map_err(Broken::Cut)?;
    // It ends when the sender is dropped; how, the sender's request is told.
    tokio::task::spawn_local(async move { drop(connection.await) });
    Ok(sender)
}

async fn exchange(
    address: &Address,
    sender: &mut Option<SendRequest<Full<Bytes>>>,
    body: &mut Vec<u8>,
    request: Request<Full<Bytes>>,
) -> Result<Reply, Broken> {
    let mut request = request;
    if let Some(open) = sender {
        match send(open, request).await {
            Ok(response) => return read(response, body).await,
            Err((error, None)) => return Err(Broken::Cut(error)),
            // The connection was closed while it was idle.
            Err((_, Some(unsent))) => request = *unsent,
        }
    }
    let open = sender.insert(connect(address).await?);
    let response = send(open, request).await.map_err(|(error, _)| Broken::Cut(error))?;
    read(response, body).await
}

/// Sends a request, and gives it back if it was never sent.
async fn send(
    sender: &mut SendRequest<Full<Bytes>>,
    request: Request<Full<Bytes>>,
) -> Result<Response<Incoming>, (hyper::Error, Option<Box<Request<Full<Bytes>>>>)> {
    if let Err(error) = sender.ready().await {
        return Err((error, Some(Box::new(request))));
    }
    sender.try_send_request(request).await.map_err(|mut error| {
        let unsent = error.take_message().map(Box::new);
        (error.into_error(), unsent)
    })
}

async fn read(response: Response<Incoming>, body: &mut Vec<u8>) -> Result<Reply, Broken> {
    let seconds = response
        .headers()
        .get(RETRY_AFTER)
        .and_then(|value| value.to_str().ok()?.trim().parse().ok());
    let seconds = seconds.map(|seconds: u64| seconds.min(LONGEST));
    let reply = Reply { status: response.status(), retry_after: seconds.map(Duration::from_secs) };
    body.clear();
    let mut incoming = response.into_body();
    while let Some(frame) = incoming.frame().await {
        let frame = frame.map_err(Broken::Cut)?;
        if let Some(data) = frame.data_ref() {
            let room = KEPT.saturating_sub(body.len());
            body.extend_from_slice(&data[..data.len().min(room)]);
        }
    }
    Ok(reply)
}
