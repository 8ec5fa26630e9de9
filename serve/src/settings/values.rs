//! How the text of one value is read, whatever the place it comes from.
//!
//! In: text. Out: the value, or what is wrong with it and what to write instead. Spans of time and tokens have
//! files of their own.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::net::SocketAddr;
use std::ops::RangeInclusive;
use std::path::PathBuf;

use tracing::level_filters::LevelFilter;

use super::key::Key;
use super::log_form::LogForm;
use super::wrong::Cause;

/// The longest name of a model or a client.
pub const LONGEST_NAME: usize = 64;

/// A whole number within a range.
///
/// # Errors
///
/// If it is none, or outside.
pub fn number<T>(text: &str, range: RangeInclusive<T>) -> Result<T, Cause>
where
    T: TryFrom<u64> + PartialOrd + Display,
{
    let remedy = || format!("write a whole number from {} to {}", range.start(), range.end());
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits {
        return Err(Cause::new(format!("{text:?} is not a whole number"), remedy()));
    }
    let number = text.parse::<u64>().ok().and_then(|number| T::try_from(number).ok());
    match number.filter(|number| range.contains(number)) {
        Some(number) => Ok(number),
        None => Err(Cause::new(format!("{text} is out of range"), remedy())),
    }
}

/// An address with a port.
///
/// # Errors
///
/// If it is none; names are not looked up.
pub fn address(text: &str) -> Result<SocketAddr, Cause> {
    let remedy = "write an address and a port, like 127.0.0.1:8642 or [::1]:8642";
    text.parse().map_err(|_| Cause::new(format!("{text:?} is not an address"), remedy))
}

/// The name of a file.
///
/// # Errors
///
/// If it is empty, or no system would open it.
pub fn path(text: &str) -> Result<PathBuf, Cause> {
    if text.is_empty() || text.contains('\0') {
        let what = format!("{text:?} is not the name of a file");
        return Err(Cause::new(what, "name a file"));
    }
    Ok(PathBuf::from(text))
}

/// The form of the log.
///
/// # Errors
///
/// If there is no such form.
pub fn log_form(text: &str) -> Result<LogForm, Cause> {
    match text {
        "text" => Ok(LogForm::Text),
        "json" => Ok(LogForm::Json),
        _ => Err(Cause::new(format!("there is no log in the form {text:?}"), "write text or json")),
    }
}

/// How much is logged.
///
/// # Errors
///
/// If there is no such level.
pub fn level(text: &str) -> Result<LevelFilter, Cause> {
    let remedy = "write off, error, warn, info, debug or trace";
    match text {
        "off" => Ok(LevelFilter::OFF),
        "error" => Ok(LevelFilter::ERROR),
        "warn" => Ok(LevelFilter::WARN),
        "info" => Ok(LevelFilter::INFO),
        "debug" => Ok(LevelFilter::DEBUG),
        "trace" => Ok(LevelFilter::TRACE),
        _ => Err(Cause::new(format!("there is no level {text:?}"), remedy)),
    }
}

/// The level as it is written.
pub fn level_name(level: LevelFilter) -> &'static str {
    match level {
        LevelFilter::OFF => "off",
        LevelFilter::ERROR => "error",
        LevelFilter::WARN => "warn",
        LevelFilter::INFO => "info",
        LevelFilter::DEBUG => "debug",
        _ => "trace",
    }
}

/// Whether `name` can name a model or a client.
pub fn is_name(name: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    (1..=LONGEST_NAME).contains(&name.len()) && name.bytes().all(allowed)
}

/// The name of a model.
///
/// # Errors
///
/// If it has other signs than names have, or is the name of a setting: in TOML, all that follows the head of a table
/// belongs to it, so that a setting below `[models]` looks like a model.
pub fn model_name(name: &str) -> Result<(), Cause> {
    if Key::ALL.into_iter().any(|key| key.name() == name) {
        let what = format!("a model cannot be named {name:?}, like a setting");
        let remedy = "give the model another name, or move the setting above [models] if it is one";
        return Err(Cause::new(what, remedy));
    }
    if is_name(name) {
        return Ok(());
    }
    let remedy = "write at most 64 letters of English, digits, '-', '_' and '.'";
    Err(Cause::new(format!("{name:?} cannot name a model"), remedy))
}

/// Several `NAME=FILE`.
///
/// # Errors
///
/// If one is not of that form, or a name is there twice.
pub fn models<'a>(items: impl Iterator<Item = &'a str>) -> Result<BTreeMap<String, String>, Cause> {
    let mut models = BTreeMap::new();
    for item in items {
        let Some((name, file)) = item.split_once('=') else {
            let what = format!("{item:?} names no model");
            return Err(Cause::new(what, "write NAME=FILE, like english=english.imp"));
        };
        if models.insert(name.to_owned(), file.to_owned()).is_some() {
            let what = format!("the model {name:?} is named twice");
            return Err(Cause::new(what, "give each its own name"));
        }
    }
    Ok(models)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_digits_within_the_range() {
        assert_eq!(number("16", 16..=20u32), Ok(16));
        assert_eq!(number("20", 16..=20u32), Ok(20));
        for text in ["15", "21", "", "-1", "+16", "1e1", "16 ", "99999999999999999999"] {
            assert!(number(text, 16..=20u32).is_err(), "{text:?}");
        }
        let cause = number("15", 16..=20u32).unwrap_err();
        assert_eq!(cause.remedy, "write a whole number from 16 to 20");
    }

    #[test]
    fn a_level_reads_back_as_it_is_written() {
        for text in ["off", "error", "warn", "info", "debug", "trace"] {
            assert_eq!(level_name(level(text).unwrap()), text);
        }
        assert!(level("INFO").is_err() && level("3").is_err());
    }

    #[test]
    fn a_model_is_a_name_and_a_file() {
        let models = models(["a=x=y.imp", "b=z"].into_iter()).unwrap();
        assert_eq!(models["a"], "x=y.imp");
        assert!(super::models(["a"].into_iter()).is_err());
        assert!(super::models(["a=x", "a=y"].into_iter()).unwrap_err().what.contains("twice"));
        assert!(model_name("news-2.1").is_ok());
        assert!(model_name("listen").unwrap_err().remedy.contains("above [models]"));
        assert!(model_name("").is_err() && model_name("a b").is_err() && model_name("é").is_err());
    }

    #[test]
    fn a_path_is_not_empty() {
        assert!(path("a.imp").is_ok());
        assert!(path("").is_err() && path("a\0b").is_err());
    }
}
