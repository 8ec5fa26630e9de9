//! Who asks: the name under which a client's requests are counted, limited and listed.
//!
//! With tokens it is the token's name. Without, it is the address: all of it for IPv4, the network of 64 bits for
//! IPv6, of which one customer has a whole one and could use a new address for every request.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use axum::extract::{ConnectInfo, Request};

/// A client, as an extension of every request that reaches a handler.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Client {
    /// The token's name, or the address.
    pub name: String,
    /// Whether the client may publish models.
    pub admin: bool,
}

impl Client {
    /// The client at the other end of the connection, known by its address alone.
    pub fn by_address(request: &Request, admin: bool) -> Self {
        let address = request.extensions().get::<ConnectInfo<SocketAddr>>();
        // The server puts the address into every request; calls of the router itself have none.
        let name = address.map_or_else(|| "unknown".to_owned(), |address| name_of(address.0.ip()));
        Client { name, admin }
    }
}

fn name_of(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) if address.is_loopback() => address.to_string(),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{}/64", Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> String {
        name_of(text.parse().unwrap())
    }

    #[test]
    fn an_address_is_one_client_and_a_network_of_64_bits_too() {
        assert_eq!(name("127.0.0.1"), "127.0.0.1");
        assert_eq!(name("::ffff:10.0.0.7"), "10.0.0.7");
        assert_eq!(name("::1"), "::1");
        assert_eq!(name("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::/64");
        assert_eq!(name("2001:db8:1:2:ffff::1"), name("2001:db8:1:2::9"));
        assert_ne!(name("2001:db8:1:3::1"), name("2001:db8:1:2::1"));
    }

    #[test]
    fn the_address_of_the_connection_counts_without_its_port() {
        let mut request = Request::new(axum::body::Body::empty());
        assert_eq!(Client::by_address(&request, false).name, "unknown");
        let address: SocketAddr = "192.0.2.1:4711".parse().unwrap();
        request.extensions_mut().insert(ConnectInfo(address));
        let client = Client { name: "192.0.2.1".to_owned(), admin: true };
        assert_eq!(Client::by_address(&request, true), client);
    }
}
