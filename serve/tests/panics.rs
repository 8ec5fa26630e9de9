//! What the log says of a panic. A process of its own: what is done on a panic is set for all of it.

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::routing::get;
use impute_serve::guard::panics;
use impute_serve::settings::{Flags, InForce, logging};
use tower::ServiceExt;

#[derive(Clone, Default)]
struct Page(Arc<Mutex<Vec<u8>>>);

impl Write for Page {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

async fn cuts_a_text() -> String {
    let text = String::from("secret é");
    // Within the last letter: the message of this panic quotes the text.
    let end = text.len() - 1;
    text[..end].to_owned()
}

#[tokio::test]
async fn the_log_has_the_place_of_a_panic_and_not_the_text() {
    let settings = InForce::find_with(&Flags::default(), |_| None).unwrap().settings;
    let page = Page::default();
    let writer = page.clone();
    let log = tracing::subscriber::set_default(logging::log(&settings, move || writer.clone()));
    panics::log_places();
    let router = Router::new().route("/", get(cuts_a_text)).layer(panics::layer());
    let request = Request::get("/").body(Body::empty()).unwrap();
    let status = router.oneshot(request).await.unwrap().status();
    // From here on, a failing assertion is told in full.
    drop(std::panic::take_hook());
    drop(log);

    assert_eq!(status, 500);
    let text = String::from_utf8(page.0.lock().unwrap().clone()).unwrap();
    assert_eq!(text.lines().count(), 1, "{text}");
    assert!(text.contains("ERROR") && text.contains("panics.rs:"), "{text}");
    assert!(!text.contains("secret"), "{text}");
}
