//! The address of a server, with a password in it as may be: it is never shown.

use std::fmt;

use super::wrong::Cause;

/// The address of a database or of a broker.
#[derive(Clone, PartialEq, Eq)]
pub struct Server {
    url: String,
}

impl Server {
    /// Reads an address that begins with one of these schemes.
    ///
    /// # Errors
    /// It does not.
    pub fn read(text: &str, schemes: &[&str], like: &str) -> Result<Self, Cause> {
        let fits = |scheme: &&str| text.strip_prefix(*scheme).is_some_and(|rest| !rest.is_empty());
        if !schemes.iter().any(fits) || text.contains(char::is_whitespace) {
            // Not shown: it may hold a password.
            let what = format!("it does not begin with {}", schemes.join(" or "));
            return Err(Cause::new(what, format!("write {like}")));
        }
        Ok(Server { url: text.to_owned() })
    }

    /// The whole of it, for whoever connects.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Whether nothing of it has to be kept to oneself.
    pub fn is_open(&self) -> bool {
        self.shown() == self.url
    }

    /// The address without its password: all that stands between the user and the last `@` may be one.
    pub fn shown(&self) -> String {
        let Some((scheme, rest)) = self.url.split_once("://") else { return String::new() };
        let (who, place) = match rest.rsplit_once('@') {
            Some((who, place)) => (who, place),
            None => ("", rest),
        };
        let user = match who.split_once(':') {
            Some((user, _)) => format!("{user}:…@"),
            None if who.is_empty() => String::new(),
            None => format!("{who}@"),
        };
        // A password may stand among the parameters, too.
        let place = match place.split_once('?') {
            Some((path, parameters)) if parameters.contains("password") => format!("{path}?…"),
            _ => place.to_owned(),
        };
        format!("{scheme}://{user}{place}")
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_never_shown() {
        for (url, shown) in [
            ("postgres://me:se@cret@db/x?a=b", "postgres://me:…@db/x?a=b"),
            ("postgres://me:se/cr?et@db/x", "postgres://me:…@db/x"),
            ("postgres://me:a@b:c@db/x", "postgres://me:…@db/x"),
            ("postgres://me@db:5433/x", "postgres://me@db:5433/x"),
            ("postgres:///x?host=/run&password=secret", "postgres:///x?…"),
            ("amqp://guest:guest@127.0.0.1", "amqp://guest:…@127.0.0.1"),
            ("amqp://127.0.0.1/%2f", "amqp://127.0.0.1/%2f"),
        ] {
            let server = Server::read(url, &["postgres://", "amqp://"], "…").unwrap();
            assert_eq!(format!("{server:?}"), shown);
            assert_eq!((server.url(), server.is_open()), (url, url == shown));
        }
        for url in ["", "postgres://", "mysql://secret@db/x", "postgres://a b"] {
            let cause = Server::read(url, &["postgres://"], "postgres://HOST/NAME").unwrap_err();
            assert!(!format!("{cause:?}").contains("secret"), "{cause:?}");
        }
    }
}
