//! Reads what is left of a request's body after the answer to it.
//!
//! A client that is refused early may still be sending. Closing the connection then takes the answer away from it: what
//! arrives at a closed end resets the connection, and an answer that was not read yet is lost with it. So the rest is
//! read and thrown away, for a while.

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use hyper::body::{Body, Bytes, Frame, Incoming, SizeHint};
use tokio::sync::watch;

/// The most that is thrown away, in bytes and in time.
const BYTES: u64 = 64 << 20;
const TIME: Duration = Duration::from_secs(5);

/// A body that is lent to the handler of its request; clones are of the same one.
#[derive(Debug, Clone)]
pub struct Lent {
    body: Arc<Mutex<Incoming>>,
}

impl Lent {
    /// Lends a body.
    pub fn new(body: Incoming) -> Self {
        Lent { body: Arc::new(Mutex::new(body)) }
    }

    /// Reads what is left, if anything is, beside the answer.
    pub fn read_away(mut self, mut closing: watch::Receiver<bool>) {
        if self.is_end_stream() {
            return;
        }
        let rest = async move {
            let mut left = BYTES;
            while let Some(Ok(frame)) =
                std::future::poll_fn(|context| Pin::new(&mut self).poll_frame(context)).await
            {
                let length = frame.data_ref().map_or(0, |bytes| bytes.len() as u64);
                left = left.saturating_sub(length);
                if left == 0 {
                    break;
                }
            }
        };
        tokio::spawn(async move {
            tokio::select! {
                _ = tokio::time::timeout(TIME, rest) => {}
                _ = closing.wait_for(|closing| *closing) => {}
            }
        });
    }
}

impl Body for Lent {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let mut body = self.body.lock().unwrap_or_else(PoisonError::into_inner);
        Pin::new(&mut *body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.lock().unwrap_or_else(PoisonError::into_inner).is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.lock().unwrap_or_else(PoisonError::into_inner).size_hint()
    }
}
