//! Takes connections and lets HTTP/1.1 speak on them, with limits on time, size and number.
//!
//! A head that does not come, or a connection on which nothing is asked, is closed; one client (an address) has so many
//! connections and no more, but for those from this machine, which are one address for many clients.

use std::collections::HashMap;
use std::convert::Infallible;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::extract::ConnectInfo;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;
use tower_service::Service as _;

use super::lingering::Lent;

/// How long the head of a request may take, and a connection be idle before it.
const HEAD: Duration = Duration::from_secs(20);
/// The largest head, in bytes.
const LARGEST_HEAD: usize = 1 << 16;
/// Connections of one client that is not on this machine.
const OF_ONE: usize = 512;
/// File descriptors that are not for connections.
const OTHERS: usize = 128;
/// How long taking connections pauses after the system has refused one.
const PAUSE: Duration = Duration::from_millis(50);

/// Takes connections until `closing` is true, then waits until those that are open have answered what they were asked.
pub async fn serve(listener: TcpListener, router: Router, mut closing: watch::Receiver<bool>) {
    let room = Arc::new(Semaphore::new(descriptors().saturating_sub(OTHERS).max(16)));
    let clients = Arc::new(Clients::default());
    let mut open = JoinSet::new();
    loop {
        let permit = Arc::clone(&room).acquire_owned();
        let taken = tokio::select! {
            permit = permit => match permit {
                Ok(permit) => tokio::select! {
                    taken = listener.accept() => taken.map(|taken| (taken, permit)),
                    () = async { drop(closing.wait_for(|closing| *closing).await) } => break,
                },
                Err(_) => break,
            },
            () = async { drop(closing.wait_for(|closing| *closing).await) } => break,
        };
        while open.try_join_next().is_some() {} // what has ended
        match taken {
            Ok(((stream, address), permit)) => {
                let Some(counted) = clients.take(address.ip()) else { continue };
                let (router, closing) = (router.clone(), closing.clone());
                open.spawn(async move {
                    speak(stream, address, router, closing).await;
                    drop((permit, counted));
                });
            }
            Err(error) => {
                tracing::warn!(%error, "a connection could not be taken");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
    drop(listener);
    while open.join_next().await.is_some() {}
}

async fn speak(
    stream: TcpStream,
    address: SocketAddr,
    router: Router,
    mut closing: watch::Receiver<bool>,
) {
    let _ = stream.set_nodelay(true); // slower without it, not wrong
    let asked = Arc::new(AtomicBool::new(false));
    let (asks, until) = (Arc::clone(&asked), closing.clone());
    let answer = service_fn(move |request: hyper::Request<Incoming>| {
        asks.store(true, Ordering::Relaxed);
        let (head, body) = request.into_parts();
        let body = Lent::new(body);
        let mut request = hyper::Request::from_parts(head, axum::body::Body::new(body.clone()));
        request.extensions_mut().insert(ConnectInfo(address));
        let (mut router, closing) = (router.clone(), until.clone());
        async move {
            let answer = router.call(request).await.unwrap_or_else(|never| match never {});
            body.read_away(closing);
            Ok::<_, Infallible>(answer)
        }
    });
    let mut protocol = http1::Builder::new();
    protocol.timer(TokioTimer::new()).header_read_timeout(HEAD).max_buf_size(LARGEST_HEAD);
    let mut connection = pin!(protocol.serve_connection(TokioIo::new(stream), answer));
    let closed = async move { drop(closing.wait_for(|closing| *closing).await) };
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = closed => {
            // The protocol itself would wait for the first head to come.
            if !asked.load(Ordering::Relaxed) {
                return;
            }
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection ended early");
    }
}

/// The address, or for IPv6 the network of 64 bits, of which one client has a whole one.
fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V6(address) if !address.is_loopback() => {
            let [a, b, c, d, ..] = address.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
        address => address,
    }
}

/// How many connections each client has.
#[derive(Debug, Default)]
struct Clients {
    connections: Mutex<HashMap<IpAddr, usize>>,
}

/// A connection that is counted, until it is dropped.
struct Counted {
    clients: Arc<Clients>,
    address: Option<IpAddr>,
}

impl Clients {
    fn take(self: &Arc<Self>, address: IpAddr) -> Option<Counted> {
        let address = network(address.to_canonical());
        if address.is_loopback() {
            return Some(Counted { clients: Arc::clone(self), address: None });
        }
        let mut connections = self.connections.lock().unwrap_or_else(PoisonError::into_inner);
        let count = connections.entry(address).or_default();
        if *count >= OF_ONE {
            return None;
        }
        *count += 1;
        Some(Counted { clients: Arc::clone(self), address: Some(address) })
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        let Some(address) = self.address else { return };
        let mut connections =
            self.clients.connections.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = connections.get_mut(&address) {
            *count -= 1;
            if *count == 0 {
                connections.remove(&address);
            }
        }
    }
}

/// How many file descriptors the process may have: as many as it may ask for.
#[cfg(unix)]
fn descriptors() -> usize {
    const MOST: u64 = 1 << 16;
    let mut limit = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    // SAFETY: both calls read or write one struct of this thread, and nothing else.
    unsafe {
        if libc::getrlimit(libc::RLIMIT_NOFILE, &mut limit) != 0 {
            return 1024;
        }
        let wanted = libc::rlimit { rlim_cur: limit.rlim_max.min(MOST), ..limit };
        if wanted.rlim_cur > limit.rlim_cur && libc::setrlimit(libc::RLIMIT_NOFILE, &wanted) == 0 {
            limit = wanted;
        }
    }
    usize::try_from(limit.rlim_cur.min(MOST)).unwrap_or(1024)
}

#[cfg(not(unix))]
fn descriptors() -> usize {
    1024
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_client_has_so_many_connections_and_no_more() {
        let clients = Arc::new(Clients::default());
        let there: IpAddr = "10.0.0.1".parse().unwrap();
        let taken: Vec<_> = (0..OF_ONE).map(|_| clients.take(there).unwrap()).collect();
        assert!(clients.take(there).is_none());
        assert!(clients.take("10.0.0.2".parse().unwrap()).is_some());
        assert!((0..2 * OF_ONE).all(|_| clients.take("127.0.0.1".parse().unwrap()).is_some()));
        drop(taken);
        assert!(clients.connections.lock().unwrap().is_empty());
    }
}
