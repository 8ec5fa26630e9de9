//! From what was given to settings that fit each other. Everything is checked here, in the first second, so
//! that no setting fails hours later.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::thread;
use std::time::Duration;

use super::checked::{Servers, Settings};
use super::duration::{self, LONGEST};
use super::given::{Given, Origin, Value};
use super::key::Key;
use super::server::Server;
use super::tokens::Tokens;
use super::values;
use super::wrong::{Cause, Wrong};

/// How many texts one synchronous call may hold. A burst is never smaller: a call of so many must come through.
pub const TEXTS_OF_A_CALL: u32 = 16;

/// How many requests a second one client may send where clients have tokens.
const RATE_WITH_TOKENS: u32 = 50;

/// Reads and checks every setting.
///
/// # Errors
///
/// If a value cannot be used, or does not fit the others.
pub fn settings(given: &Given) -> Result<Settings, Wrong> {
    let (tokens, tokens_file) = tokens(given)?;
    let rate = if tokens.is_empty() { 0 } else { RATE_WITH_TOKENS };
    let seconds = Duration::from_secs;
    let settings = Settings {
        listen: required(given, Key::Listen, values::address)?,
        data: required(given, Key::Data, values::path)?,
        servers: servers(given)?,
        bundle: required(given, Key::Bundle, |text| values::number(text, 1..=64))?,
        prefetch: required(given, Key::Prefetch, |text| values::number(text, 1..=1024))?,
        cache: optional(given, Key::Cache, values::path)?,
        models: models(given)?,
        classifier: optional(given, Key::Classifier, values::path)?,
        threads: optional(given, Key::Threads, |text| values::number(text, 1..=1024))?
            .unwrap_or_else(cores),
        max_backlog: required(given, Key::MaxBacklog, |text| values::number(text, 1..=1 << 40))?,
        max_rows: required(given, Key::MaxRows, |text| values::number(text, 1..=1 << 40))?,
        max_text: required(given, Key::MaxText, |text| values::number(text, 1..=1 << 30))?,
        max_upload: required(given, Key::MaxUpload, |text| values::number(text, 1..=1 << 40))?,
        ttl: span(given, Key::Ttl, seconds(1), LONGEST)?,
        retention: span(given, Key::Retention, seconds(60), LONGEST)?,
        keep_feedback: span(given, Key::KeepFeedback, seconds(60), LONGEST)?,
        rate: optional(given, Key::Rate, |text| values::number(text, 0..=1_000_000))?
            .unwrap_or(rate),
        burst: required(given, Key::Burst, burst)?,
        tokens,
        tokens_file,
        reference: optional(given, Key::Reference, values::path)?,
        reference_every: required(given, Key::ReferenceEvery, |text| {
            values::number(text, 0..=1 << 40)
        })?,
        log: required(given, Key::Log, values::log_form)?,
        log_level: required(given, Key::LogLevel, values::level)?,
        timeout: span(given, Key::Timeout, seconds(1), seconds(3600))?,
        drain: span(given, Key::Drain, seconds(0), seconds(3600))?,
    };
    fit(&settings, given)?;
    Ok(settings)
}

/// What no single value shows.
fn fit(settings: &Settings, given: &Given) -> Result<(), Wrong> {
    let Settings { listen, tokens, max_text, max_upload, ttl, retention, .. } = settings;
    if !listen.ip().to_canonical().is_loopback() && tokens.is_empty() {
        let what = format!("other machines reach {listen}, and no tokens are configured");
        let remedy = "name a file of lines `name token` with --tokens, set IMPUTE_SERVE_TOKENS to \
             name:token, or listen on 127.0.0.1";
        return Err(Cause::new(what, remedy).at(given.place(Key::Listen)));
    }
    for (key, given_there) in [
        (Key::Models, !settings.models.is_empty()),
        (Key::Classifier, settings.classifier.is_some()),
    ] {
        if settings.servers.is_some() && given_there {
            let what = "where many machines work together, all have the models that are published";
            let remedy =
                "leave it out, and run `impute-serve publish FILE --name NAME --change LINE`";
            return Err(Cause::new(what, remedy).at(given.place(key)));
        }
    }
    if *max_text as u64 > *max_upload {
        let what = format!(
            "a text of {max_text} bytes does not fit a file of {max_upload}, as max-upload says"
        );
        let remedy = format!("write {max_upload} or less, or raise max-upload");
        return Err(Cause::new(what, remedy).at(given.place(Key::MaxText)));
    }
    if settings.reference_every > 0 && settings.reference.is_none() {
        let remedy = "name a file of such text with --reference, or write 0";
        let cause = Cause::new("there is no text to compare with", remedy);
        return Err(cause.at(given.place(Key::ReferenceEvery)));
    }
    if retention < ttl {
        let (kept, waits) = (duration::print(*retention), duration::print(*ttl));
        let what =
            format!("{kept} would remove jobs that may still wait, {waits} long, as ttl says");
        let remedy = format!("write {waits} or more, or lower ttl");
        return Err(Cause::new(what, remedy).at(given.place(Key::Retention)));
    }
    Ok(())
}

/// Database and broker belong together.
fn servers(given: &Given) -> Result<Option<Servers>, Wrong> {
    let queue = |text: &str| {
        Server::read(
            text,
            &["amqp://"],
            "amqp://USER:PASSWORD@HOST/VHOST; it has no TLS of its own: use a tunnel",
        )
    };
    let alone = |key: Key, other: Key| {
        let what = format!("nothing is given for {}", other.name());
        let remedy = format!("give {} too: one keeps jobs, the other hands them out", other.flag());
        Err(Cause::new(what, remedy).at(given.place(key)))
    };
    match (database(given)?, optional(given, Key::Queue, queue)?) {
        (Some(database), Some(queue)) => Ok(Some(Servers { database, queue })),
        (Some(_), None) => alone(Key::Database, Key::Queue),
        (None, Some(_)) => alone(Key::Queue, Key::Database),
        (None, None) => Ok(None),
    }
}

/// The database on a server.
///
/// # Errors
///
/// If it is none, or the program was built without its client.
pub fn database(given: &Given) -> Result<Option<Server>, Wrong> {
    let read = |text: &str| {
        let schemes = ["postgres://", "postgresql://"];
        Server::read(text, &schemes, "postgres://USER@HOST/DATABASE")
    };
    let found = optional(given, Key::Database, read)?;
    if found.is_some() && cfg!(not(feature = "scale-out")) {
        let what = "this program was built without the clients of database and broker";
        let remedy = "build it with `cargo build --release -p impute-serve --features scale-out`, or leave it out";
        return Err(Cause::new(what, remedy).at(given.place(Key::Database)));
    }
    Ok(found)
}

fn optional<T>(
    given: &Given,
    key: Key,
    parse: impl Fn(&str) -> Result<T, Cause>,
) -> Result<Option<T>, Wrong> {
    match given.get(key) {
        Some(Value::Text(text)) => match parse(text) {
            Ok(value) => Ok(Some(value)),
            Err(cause) => Err(cause.at(given.place(key))),
        },
        Some(Value::Table(_)) => {
            Err(Cause::new("is a table", "write one value").at(given.place(key)))
        }
        None => Ok(None),
    }
}

fn required<T>(
    given: &Given,
    key: Key,
    parse: impl Fn(&str) -> Result<T, Cause>,
) -> Result<T, Wrong> {
    let missing = || Cause::new("is not given", "write a value").at(key.flag());
    optional(given, key, parse)?.ok_or_else(missing)
}

fn span(given: &Given, key: Key, least: Duration, most: Duration) -> Result<Duration, Wrong> {
    required(given, key, |text| {
        let span = duration::parse(text)?;
        if (least..=most).contains(&span) {
            return Ok(span);
        }
        let (least, most) = (duration::print(least), duration::print(most));
        Err(Cause::new(format!("{text} is out of range"), format!("write {least} to {most}")))
    })
}

fn burst(text: &str) -> Result<u32, Cause> {
    values::number(text, TEXTS_OF_A_CALL..=1_000_000).map_err(|cause| {
        let remedy = format!("{} (one call holds up to {TEXTS_OF_A_CALL} texts)", cause.remedy);
        Cause { remedy, ..cause }
    })
}

fn models(given: &Given) -> Result<BTreeMap<String, PathBuf>, Wrong> {
    let Some(Value::Table(table)) = given.get(Key::Models) else { return Ok(Default::default()) };
    let model = |(name, file): (&String, &String)| {
        values::model_name(name)?;
        let path = values::path(file)
            .map_err(|cause| Cause::new(format!("model {name}: {}", cause.what), cause.remedy))?;
        Ok((name.clone(), path))
    };
    let models: Result<_, Cause> = table.iter().map(model).collect();
    models.map_err(|cause| cause.at(given.place(Key::Models)))
}

/// A variable holds the tokens themselves; a flag and a key of the file name a file of them.
fn tokens(given: &Given) -> Result<(Tokens, Option<PathBuf>), Wrong> {
    let place = given.place(Key::Tokens);
    let Some(Value::Text(text)) = given.get(Key::Tokens) else { return Ok(Default::default()) };
    if *given.origin(Key::Tokens) == Origin::Environment {
        let tokens = Tokens::of_list(text).map_err(|cause| cause.at(place))?;
        return Ok((tokens, None));
    }
    let path = values::path(text).map_err(|cause| cause.at(&place))?;
    let place = format!("{place} {}", text.escape_debug());
    let lines = fs::read_to_string(&path).map_err(|error| {
        let what = format!("reading failed: {error}");
        Cause::new(what, "name a file of lines `name token`").at(&place)
    })?;
    let tokens = Tokens::of_lines(&lines).map_err(|cause| cause.at(&place))?;
    Ok((tokens, Some(path)))
}

fn cores() -> usize {
    thread::available_parallelism().map_or(1, usize::from).min(1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKEN: &str = "0123456789abcdef";

    fn with(values: &[(Key, &str)]) -> Result<Settings, Wrong> {
        let mut given = Given::defaults();
        for (key, text) in values {
            given.text(*key, *text, Origin::Flag);
        }
        settings(&given)
    }

    fn refused(values: &[(Key, &str)]) -> String {
        with(values).expect_err("settings that do not fit").to_string()
    }

    #[test]
    fn other_machines_are_served_only_with_tokens() {
        for listen in ["0.0.0.0:8642", "[::]:8642", "192.168.1.5:80", "[::ffff:10.0.0.1]:80"] {
            let message = refused(&[(Key::Listen, listen)]);
            assert!(message.starts_with("--listen: other machines reach"), "{message}");
            assert!(message.contains("--tokens") && message.contains("IMPUTE_SERVE_TOKENS"));
        }
        for listen in ["127.0.0.1:0", "127.5.0.1:80", "[::1]:80", "[::ffff:127.0.0.1]:80"] {
            assert!(with(&[(Key::Listen, listen)]).is_ok(), "{listen}");
        }
        let mut given = Given::defaults();
        given.text(Key::Listen, "0.0.0.0:8642", Origin::Flag);
        given.text(Key::Tokens, format!("me:{TOKEN}"), Origin::Environment);
        let settings = settings(&given).unwrap();
        assert_eq!((settings.tokens.len(), settings.rate), (1, 50));
    }

    #[test]
    fn tokens_come_from_a_file_and_their_errors_name_it() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let path = file.path().to_str().unwrap();
        let message = refused(&[(Key::Tokens, path)]);
        assert!(message.starts_with(&format!("--tokens {path}: holds no token")), "{message}");
        fs::write(path, format!("me {TOKEN}\n")).unwrap();
        let settings = with(&[(Key::Tokens, path), (Key::Rate, "0")]).unwrap();
        assert_eq!((settings.tokens.len(), settings.rate), (1, 0));
        let message = refused(&[(Key::Tokens, "no/such.file")]);
        assert!(message.starts_with("--tokens no/such.file: reading failed"), "{message}");
    }

    #[test]
    fn a_burst_admits_one_call() {
        assert_eq!(with(&[(Key::Burst, "16")]).unwrap().burst, 16);
        let message = refused(&[(Key::Burst, "15")]);
        assert!(message.starts_with("--burst: 15 is out of range; write a whole number from 16"));
    }

    #[test]
    fn refuses_nonsense_and_names_the_place() {
        for (key, text) in [
            (Key::Threads, "0"),
            (Key::Threads, "many"),
            (Key::MaxBacklog, "0"),
            (Key::MaxRows, "-1"),
            (Key::MaxText, "0"),
            (Key::MaxUpload, "100"),
            (Key::Ttl, "0s"),
            (Key::Ttl, "30"),
            (Key::Retention, "1s"),
            (Key::Timeout, "2h"),
            (Key::Drain, "-1s"),
            (Key::Rate, "1e9"),
            (Key::Listen, "localhost:80"),
            (Key::Log, "xml"),
            (Key::LogLevel, "loud"),
            (Key::Data, ""),
            (Key::Reference, ""),
            (Key::ReferenceEvery, "often"),
        ] {
            let message = refused(&[(key, text)]);
            let place = if key == Key::MaxUpload { "max-upload" } else { &key.flag() };
            assert!(message.contains(place) && message.contains("; "), "{message}");
        }
    }

    #[test]
    fn how_often_is_compared_takes_a_text_to_compare_with() {
        let message = refused(&[(Key::ReferenceEvery, "5000")]);
        assert!(message.starts_with("--reference-every: there is no text"), "{message}");
        let settings = with(&[(Key::ReferenceEvery, "5000"), (Key::Reference, "a.txt")]).unwrap();
        assert_eq!(settings.reference_every, 5000);
        assert_eq!(with(&[(Key::Reference, "a.txt")]).unwrap().reference_every, 0);
    }

    #[test]
    fn texts_are_kept_while_they_wait() {
        let message = refused(&[(Key::Retention, "30m")]);
        assert!(message.starts_with("--retention: 30m would remove"), "{message}");
        assert!(message.ends_with("write 1h or more, or lower ttl"), "{message}");
        assert!(with(&[(Key::Retention, "1h")]).is_ok());
    }
}
