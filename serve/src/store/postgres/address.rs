//! Where the database is, and how a connection to it behaves.

use std::time::Duration;

use tokio_postgres::Config;
use tokio_postgres::config::{Host, SslMode};

use crate::store::{Result, StoreError};

/// How long the network has for a connection.
const CONNECT: Duration = Duration::from_secs(3);
/// A peer that is silent for so long is asked whether it is there.
const SILENT: Duration = Duration::from_secs(10);
/// What is sent and not acknowledged for so long ends the connection.
const UNHEARD: Duration = Duration::from_secs(15);

/// What every session of the server is told at its begin.
///
/// Plans are made once for a connection, and do not depend on how large a table was at that moment: large tables are
/// only reached by an index. A peer that vanished, or sleeps within a transaction, gives up its locks.
const SESSION: &str = "-c search_path=impute_serve -c statement_timeout=9000 \
    -c idle_in_transaction_session_timeout=60000 -c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 \
    -c tcp_keepalives_count=3 -c tcp_user_timeout=20000 -c plan_cache_mode=force_generic_plan \
    -c enable_seqscan=off -c enable_bitmapscan=off -c enable_mergejoin=off -c jit=off \
    -c client_min_messages=warning";

/// Where the database is.
#[derive(Clone)]
pub struct Address {
    config: Config,
    name: String,
}

impl std::fmt::Debug for Address {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.name) // never the password
    }
}

impl Address {
    /// Reads `postgres://USER:PASSWORD@HOST:PORT/NAME`.
    ///
    /// # Errors
    /// It is none, or asks for what there is not: encryption.
    pub fn read(url: &str) -> Result<Self> {
        let parsed: std::result::Result<Config, _> = url.parse();
        // What cannot be read is not repeated: it may hold a password.
        let mut config = match parsed {
            Ok(config) if config.get_ssl_mode() != SslMode::Require && !is_torn(&config) => config,
            Ok(config) if config.get_ssl_mode() != SslMode::Require => {
                let what = "its host has an @, which is rather a part of a password; write it as %40 there";
                return Err(StoreError::Database(what.to_owned()));
            }
            Err(_) if !url.contains("sslmode=") => {
                let what = "it cannot be read as postgres://USER:PASSWORD@HOST:PORT/NAME; \
                    in a password, write / ? # @ % as %2F %3F %23 %40 %25";
                return Err(StoreError::Database(what.to_owned()));
            }
            _ => {
                let what = "connections are not encrypted here, so that sslmode can only be disable or \
                    prefer; put an encrypted tunnel between the machines and name its near end";
                return Err(StoreError::Database(what.to_owned()));
            }
        };
        let name = name(&config);
        let options = config.get_options().map(|given| format!("{SESSION} {given}"));
        config.options(options.unwrap_or_else(|| SESSION.to_owned()));
        if config.get_application_name().is_none() {
            config.application_name("impute-serve");
        }
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(CONNECT);
        }
        config.keepalives_idle(SILENT).keepalives_interval(SILENT / 2).keepalives_retries(3);
        config.tcp_user_timeout(UNHEARD).ssl_mode(SslMode::Disable);
        Ok(Address { config, name })
    }

    /// How connections are made.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// What messages call it: the address without a password.
    pub fn name(&self) -> &str {
        &self.name
    }
}

/// Whether the host begins with what is left of a password with an `@`.
fn is_torn(config: &Config) -> bool {
    config.get_hosts().iter().any(|host| matches!(host, Host::Tcp(name) if name.contains('@')))
}

fn name(config: &Config) -> String {
    let hosts = config.get_hosts().iter().enumerate().map(|(at, host)| {
        let ports = config.get_ports();
        let port = ports.get(at).or(ports.first()).copied().unwrap_or(5432);
        match host {
            Host::Tcp(name) => format!("{name}:{port}"),
            #[cfg(unix)]
            Host::Unix(path) => format!("{}:{port}", path.display()),
        }
    });
    let hosts = hosts.collect::<Vec<_>>().join(",");
    let user = config.get_user().map(|user| format!("{user}@")).unwrap_or_default();
    format!("postgres://{user}{hosts}/{}", config.get_dbname().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_name_the_place_and_never_the_password() {
        let address = Address::read("postgres://me:se%40cret@db.example:6543/texts").unwrap();
        assert_eq!(address.name(), "postgres://me@db.example:6543/texts");
        assert_eq!(address.config().get_password(), Some(&b"se@cret"[..]));
        assert!(!format!("{address:?}").contains("cret"));
        for wrong in ["postgres://me@host/x?cret=1", "postgres://me:secret@host:port/x", "secret"] {
            let message = Address::read(wrong).unwrap_err().to_string();
            assert!(message.contains("postgres://") && !message.contains("cret"), "{message}");
        }
    }

    #[test]
    fn encryption_that_there_is_not_is_refused_and_not_left_out() {
        for mode in ["require", "verify-full"] {
            let url = format!("postgres://me:secret@host/x?sslmode={mode}");
            let message = Address::read(&url).unwrap_err().to_string();
            assert!(message.contains("tunnel") && !message.contains("secret"), "{message}");
        }
        assert!(Address::read("postgres://me@host/x?sslmode=disable").is_ok());
    }
}
