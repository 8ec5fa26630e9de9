//! Where the broker is, and how a message names it: without the password.

use std::fmt;

use lapin::uri::AMQPUri;

use super::broken::Broken;

/// Seconds between two signs of life of a connection.
const HEARTBEAT: u16 = 10;
/// Bytes of a frame. Messages are small, and a connection keeps 64 frames of room.
const FRAME: u32 = 16 * 1024;

/// Where the broker is.
#[derive(Clone)]
pub struct Address {
    uri: AMQPUri,
}

impl Address {
    /// Reads `amqp://user:password@host:port/vhost`.
    ///
    /// # Errors
    /// It is none. The message does not repeat it: it may contain a password.
    pub fn read(url: &str) -> Result<Self, Broken> {
        let mut uri: AMQPUri = url.parse().map_err(|_| Broken::Address)?;
        // The parser knows no address in brackets, and would take this machine instead.
        if url.contains('[') {
            return Err(Broken::Address);
        }
        if uri.vhost.is_empty() {
            "/".clone_into(&mut uri.vhost); // amqp://host/ names none
        }
        uri.query.heartbeat.get_or_insert(HEARTBEAT);
        uri.query.frame_max.get_or_insert(FRAME);
        Ok(Address { uri })
    }

    /// As the client wants it, password included.
    pub fn uri(&self) -> AMQPUri {
        self.uri.clone()
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let AMQPUri { scheme, authority, vhost, .. } = &self.uri;
        let user = &authority.userinfo.username;
        write!(f, "{scheme}://{user}@{}:{} (virtual host {vhost})", authority.host, authority.port)
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_password_is_never_shown() {
        let address = Address::read("amqp://me:secret@broker.example:5673/texts").unwrap();
        let shown = "amqp://me@broker.example:5673 (virtual host texts)";
        assert_eq!(address.to_string(), shown);
        assert_eq!(format!("{address:?}"), shown);
        let wrong = Address::read("amqp://me:secret@broker:port").unwrap_err();
        assert!(!format!("{wrong} {wrong:?}").contains("secret"));
    }

    #[test]
    fn what_is_left_out_has_a_default() {
        for url in ["amqp://127.0.0.1", "amqp://127.0.0.1/", "amqp://127.0.0.1/%2f"] {
            let uri = Address::read(url).unwrap().uri();
            assert_eq!((uri.vhost.as_str(), uri.query.heartbeat), ("/", Some(10)), "{url}");
        }
        let own = Address::read("amqp://127.0.0.1/?heartbeat=3").unwrap().uri();
        assert_eq!(own.query.heartbeat, Some(3));
        for wrong in ["http://127.0.0.1", "amqp://[::1]:5672", "no address"] {
            assert!(Address::read(wrong).is_err(), "{wrong}");
        }
    }
}
