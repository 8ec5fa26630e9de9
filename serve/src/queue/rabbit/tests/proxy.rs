//! Stands between a client and the broker: cuts connections, stands still, swallows what the broker says.

use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// What happens to bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// They pass.
    Open,
    /// Those of the client pass, those of the broker are dropped.
    Mute,
    /// None passes.
    Frozen,
    /// Connections end, and no others are made.
    Cut,
}

/// A proxy on a port of its own.
#[derive(Debug)]
pub struct Proxy {
    /// Where it listens.
    pub port: u16,
    mode: watch::Sender<Mode>,
}

impl Proxy {
    /// Begins to listen.
    pub async fn before(broker: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (mode, modes) = watch::channel(Mode::Open);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                if *modes.borrow() == Mode::Cut {
                    continue;
                }
                let Ok(broker) = TcpStream::connect(broker).await else { continue };
                client.set_nodelay(true).unwrap();
                broker.set_nodelay(true).unwrap();
                let (from_client, to_client) = client.into_split();
                let (from_broker, to_broker) = broker.into_split();
                let up = pass(from_client, to_broker, modes.clone(), Mode::Open);
                let down = pass(from_broker, to_client, modes.clone(), Mode::Mute);
                tokio::spawn(async move {
                    tokio::select! {
                        () = up => {}
                        () = down => {}
                    }
                });
            }
        });
        Proxy { port, mode }
    }

    /// From now on.
    pub fn set(&self, mode: Mode) {
        self.mode.send_replace(mode);
    }
}

async fn pass(
    mut from: tokio::net::tcp::OwnedReadHalf,
    mut to: tokio::net::tcp::OwnedWriteHalf,
    mut modes: watch::Receiver<Mode>,
    dropped: Mode,
) {
    let mut bytes = vec![0; 64 * 1024];
    loop {
        let mode = *modes.borrow_and_update();
        tokio::select! {
            read = from.read(&mut bytes), if mode != Mode::Frozen => {
                let Ok(read @ 1..) = read else { return };
                let mode = *modes.borrow();
                let drop = mode == Mode::Mute && dropped == Mode::Mute;
                if !drop && to.write_all(&bytes[..read]).await.is_err() {
                    return;
                }
            }
            changed = modes.changed() => if changed.is_err() { return },
        }
        if *modes.borrow() == Mode::Cut {
            return;
        }
    }
}
