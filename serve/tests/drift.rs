//! Drift, from the texts in the store to what the API tells; and a reference that cannot be used.

use std::process::Command;
use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::http::Request;
use impute_serve::api;
use impute_serve::metrics::{Metrics, Open};
use impute_serve::models::Registry;
use impute_serve::predict::Pool;
use impute_serve::service::Service;
use impute_serve::serving::drift::{Watch, look};
use impute_serve::settings::{Flags, InForce};
use impute_serve::store::sqlite::{Sqlite, Strength, jobs};
use impute_serve::store::{Finished, Limits, NewJob};
use impute_serve::task::Task;
use tower::ServiceExt;
use uuid::Uuid;

fn text(n: u64, mark: &str) -> String {
    let word = |at: u64| twox_hash::XxHash3_64::oneshot_with_seed(at, &n.to_le_bytes()) % 40;
    (0..9).map(|at| format!("word{} ", word(at).min(word(at + 9)))).collect::<String>() + mark
}

/// Puts finished jobs in, as a desk would.
fn finish(store: &Sqlite, texts: Vec<String>) {
    let write = move |connection: &rusqlite::Connection| {
        for text in texts {
            let id = Uuid::new_v4();
            let (model, asked) = ("english".to_owned(), "{}".to_owned());
            let (task, created, expires) = (Task::Impute, 0, i64::MAX);
            let job = NewJob { id, task, model, asked, text, created, expires, repeat: None };
            jobs::accept(connection, &job)?;
        }
        let claimed = jobs::claim(connection, "english", usize::MAX, 1, false)?;
        let done = claimed.jobs.iter().map(|job| Finished {
            id: job.id,
            seq: job.seq,
            task: job.task,
            model: "english".to_owned(),
            version: 1,
            result: Ok("{}".to_owned()),
        });
        jobs::finish(connection, &done.collect::<Vec<_>>(), 2)
    };
    store.writer.write_blocking(Strength::Process, write).unwrap();
}

#[test]
fn the_last_comparison_is_told_and_measured() {
    let folder = tempfile::tempdir().unwrap();
    let reference = folder.path().join("reference.txt");
    std::fs::write(&reference, (0..700).map(|n| text(n, ".\n")).collect::<String>()).unwrap();
    let flags = Flags {
        data: Some(folder.path().join("jobs.sqlite").to_str().unwrap().to_owned()),
        reference: Some(reference.to_str().unwrap().to_owned()),
        ..Flags::default()
    };
    let settings = InForce::find_with(&flags, |_| None).unwrap().settings;
    let limits = Limits { jobs: 100, rows: 100 };
    let opened = Sqlite::open(&settings.data, &[], limits).unwrap();
    let store = opened.store.clone();
    let pool = Arc::new(Pool::start(1).unwrap());
    let watch = Arc::new(Watch::open(&reference).unwrap());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let models = Arc::new(runtime.block_on(Registry::new(Vec::new(), &store)).unwrap());
    let (kept, metrics) = (Arc::new(store.clone()), Arc::new(Metrics::new()));
    let service = Arc::new(Service::new(settings, kept, models, pool, metrics));
    let looked = || runtime.block_on(look(&service, &watch)).unwrap();
    let told = || {
        let router = api::router().with_state(Arc::clone(&service));
        runtime.block_on(async {
            let answer =
                router.oneshot(Request::get("/v1/drift").body(Body::empty()).unwrap()).await;
            let bytes = to_bytes(answer.unwrap().into_body(), 1 << 20).await.unwrap();
            serde_json::from_slice::<serde_json::Value>(&bytes).unwrap()
        })
    };

    finish(&store, (1000..1150).map(|n| text(n, ".")).collect());
    assert!(!looked());
    let few = serde_json::json!({"reference": true, "texts": 150, "needed": 200, "last": null});
    assert_eq!(told(), few);

    finish(&store, (1150..1500).map(|n| text(n, ".")).collect());
    assert!(looked());
    let same = told();
    assert_eq!((&same["texts"], &same["last"]["lines"]), (&500.into(), &500.into()));
    assert!(
        same["last"]["drift"] == false && same["last"]["low"].as_f64().unwrap() < 0.55,
        "{same}"
    );

    // The newest count, and of them as many as there may be.
    finish(&store, (5000..7000).map(|n| text(n, "!")).collect());
    assert!(looked());
    let other = told();
    assert_eq!((&other["texts"], &other["last"]["verdict"]), (&2000.into(), &"strong".into()));
    assert_eq!(other["last"]["lines"], 700);
    let accuracy = other["last"]["accuracy"].as_f64().unwrap();
    assert!(accuracy > 0.9, "{other}");
    let measured = format!("impute_drift_accuracy {accuracy}");
    let low = format!("impute_drift_accuracy_low {}", other["last"]["low"].as_f64().unwrap());
    let text = service.metrics.text(&Open::default());
    assert!(text.contains(&measured) && text.contains(&low), "{text}");
    // There is no model to ask.
    assert_eq!(other["last"]["known"], serde_json::Value::Null);
}

#[test]
fn a_reference_that_cannot_be_read_is_told_before_anything_is_opened() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("short.txt"), "one line\n").unwrap();
    for (reference, what) in
        [("missing.txt", "missing.txt"), ("short.txt", "1 line, fewer than 200"), (".", "file")]
    {
        let output = Command::new(env!("CARGO_BIN_EXE_impute-serve"))
            .current_dir(folder.path())
            .args(["--listen", "127.0.0.1:0", "--data", "jobs.sqlite", "--reference", reference])
            .output()
            .unwrap();
        let told = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{told}");
        assert!(told.contains("--reference") && told.contains(what), "{told}");
        assert!(!folder.path().join("jobs.sqlite").exists());
    }
}
