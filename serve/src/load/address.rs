//! Where the service is.
//!
//! In: a URL as typed. Out: socket addresses, looked up once, and what every request needs to name: the host and the
//! path before `/v1`.

use std::net::SocketAddr;

use anyhow::{Context, Result, bail};
use hyper::Uri;
use hyper::header::HeaderValue;

/// A service that can be connected to.
#[derive(Debug, Clone)]
pub struct Address {
    /// As typed, for messages.
    pub url: String,
    /// The value of `Host`.
    pub host: HeaderValue,
    /// What stands before `/v1` in every path: empty, or `/…` without a slash at its end.
    pub base: String,
    /// At least one.
    pub sockets: Vec<SocketAddr>,
}

impl Address {
    /// Reads a URL and looks its host up.
    ///
    /// # Errors
    /// It is none, or asks for what is not done here, or the host is not known.
    pub async fn new(url: &str) -> Result<Self> {
        let parts = Parts::of(url)?;
        let sockets: Vec<_> = tokio::net::lookup_host((&parts.host[..], parts.port))
            .await
            .with_context(|| {
                format!("{url}: the host {} is not known: check its name", parts.host)
            })?
            .collect();
        if sockets.is_empty() {
            bail!("{url}: the host {} has no address: check its name", parts.host);
        }
        let host = HeaderValue::try_from(parts.authority)
            .with_context(|| format!("{url}: no such host can be asked for"))?;
        Ok(Address { url: url.to_owned(), host, base: parts.base, sockets })
    }
}

/// What a URL says.
#[derive(Debug, PartialEq, Eq)]
struct Parts {
    host: String,
    port: u16,
    authority: String,
    base: String,
}

impl Parts {
    fn of(url: &str) -> Result<Self> {
        let example = "write it as http://127.0.0.1:8642";
        let uri: Uri = url.parse().with_context(|| format!("{url}: not a URL: {example}"))?;
        match uri.scheme_str() {
            Some("http") => {}
            Some("https") => bail!(
                "{url}: only http:// is spoken, no TLS: measure the service itself, behind what speaks TLS for it"
            ),
            _ => bail!("{url}: not a URL that begins with http://: {example}"),
        }
        let Some(authority) = uri.authority() else {
            bail!("{url}: names no host: {example}");
        };
        if authority.as_str().contains('@') {
            bail!(
                "a name or password in the URL is not sent: leave it out, and give --token TOKEN"
            );
        }
        if uri.query().is_some() {
            bail!("{url}: what follows the question mark is not used: leave it out");
        }
        let host = authority.host().trim_start_matches('[').trim_end_matches(']').to_owned();
        if host.is_empty() {
            bail!("{url}: names no host: {example}");
        }
        Ok(Parts {
            host,
            port: authority.port_u16().unwrap_or(80),
            authority: authority.as_str().to_owned(),
            base: uri.path().trim_end_matches('/').to_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_host_port_and_path() {
        let parts = Parts::of("http://[::1]:8642/words/").unwrap();
        assert_eq!((&parts.host[..], parts.port, &parts.base[..]), ("::1", 8642, "/words"));
        assert_eq!(parts.authority, "[::1]:8642");
        let parts = Parts::of("http://localhost").unwrap();
        assert_eq!((&parts.host[..], parts.port, &parts.base[..]), ("localhost", 80, ""));
    }

    #[test]
    fn refuses_with_a_remedy() {
        for (url, what) in [
            ("https://127.0.0.1:8642", "no TLS"),
            ("127.0.0.1:8642", "write it as http://"),
            ("/v1", "http://"),
            ("http://a b", "not a URL"),
            ("http://me:secret@127.0.0.1/", "--token"),
            ("http://127.0.0.1/?a=b", "question mark"),
        ] {
            let error = format!("{:#}", Parts::of(url).unwrap_err());
            assert!(error.contains(what), "{url}: {error}");
            assert!(!error.contains("secret"), "{error}");
        }
    }
}
