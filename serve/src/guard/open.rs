//! What is open to everybody: whether the service lives and is ready, and the files that make up the page.
//!
//! These need no token and count against no rate, so that whoever watches the service is never turned away.

/// Whether `path` needs no token.
pub fn is_open(path: &str) -> bool {
    path == "/healthz" || path == "/readyz" || is_static(path)
}

/// Whether `path` is a file of the page, the same for everybody.
pub fn is_static(path: &str) -> bool {
    path.starts_with("/static/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_else_is_open() {
        for path in ["/healthz", "/readyz", "/static/page.css"] {
            assert!(is_open(path), "{path}");
        }
        for path in
            ["/", "/healthz/", "/healthz2", "/static", "//static/", "/v1/static/", "/metrics"]
        {
            assert!(!is_open(path), "{path}");
        }
    }
}
