//! The settings that are in force, and how they come about.

use std::env;
use std::ffi::OsString;

use super::checked::Settings;
use super::given::Given;
use super::server::Server;
use super::wrong::Wrong;
use super::{Flags, environment, file, read};

/// Settings, and where each of them comes from.
#[derive(Clone, Debug)]
pub struct InForce {
    /// The settings.
    pub settings: Settings,
    /// Every value as it was given, with its place.
    pub given: Given,
}

impl InForce {
    /// Puts flags over the process's environment, that over the file if one is named, and that over the defaults.
    ///
    /// # Errors
    ///
    /// If a value cannot be used, or does not fit the others.
    pub fn find(flags: &Flags) -> Result<Self, Wrong> {
        InForce::find_with(flags, |name| env::var_os(name))
    }

    /// The same with another environment.
    ///
    /// # Errors
    ///
    /// If a value cannot be used, or does not fit the others.
    pub fn find_with(
        flags: &Flags,
        lookup: impl Fn(&str) -> Option<OsString>,
    ) -> Result<Self, Wrong> {
        let given = given(flags, lookup)?;
        let settings = read::settings(&given)?;
        Ok(InForce { settings, given })
    }
}

/// The database on a server, if one is given; the other settings need not fit.
///
/// # Errors
///
/// If it is none, or the program was built without its client.
pub fn database(flags: &Flags) -> Result<Option<Server>, Wrong> {
    read::database(&given(flags, |name| env::var_os(name))?)
}

fn given(flags: &Flags, lookup: impl Fn(&str) -> Option<OsString>) -> Result<Given, Wrong> {
    let path = match &flags.config {
        Some(path) => Some(path.clone()),
        None => environment::variable(environment::CONFIG, &lookup)?,
    };
    let mut given = Given::defaults();
    if let Some(path) = path {
        given = given.under(file::open(&path)?);
    }
    Ok(given.under(environment::read(&lookup)?).under(flags.given()?))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::super::given::Origin;
    use super::super::key::Key;
    use super::*;

    fn nothing(_: &str) -> Option<OsString> {
        None
    }

    #[test]
    fn holds_by_itself() {
        let settings = InForce::find_with(&Flags::default(), nothing).unwrap().settings;
        assert_eq!(settings.listen.to_string(), "127.0.0.1:8642");
        assert!(settings.models.is_empty() && settings.tokens.is_empty());
        assert!(settings.threads >= 1);
        assert_eq!((settings.rate, settings.burst), (0, 200));
        assert_eq!(settings.retention.as_secs(), 7 * 86_400);
        assert_eq!((settings.max_text, settings.max_upload), (1 << 16, 1 << 28));
    }

    #[test]
    fn a_flag_goes_before_the_environment_and_that_before_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("serve.toml").to_str().unwrap().to_owned();
        fs::write(&path, "burst = 20\nrate = 21\nmax-text = 22\nmax-rows = 23\n").unwrap();
        let flags =
            Flags { config: Some(path.clone()), burst: Some("40".into()), ..Flags::default() };
        let lookup = |name: &str| match name {
            "IMPUTE_SERVE_BURST" => Some("30".into()),
            "IMPUTE_SERVE_RATE" => Some("31".into()),
            _ => None,
        };
        let InForce { settings, given } = InForce::find_with(&flags, lookup).unwrap();
        assert_eq!((settings.burst, settings.rate, settings.max_text), (40, 31, 22));
        assert_eq!(*given.origin(Key::Burst), Origin::Flag);
        assert_eq!(*given.origin(Key::Rate), Origin::Environment);
        assert_eq!(*given.origin(Key::MaxText), Origin::File(path.clone()));
        assert_eq!(*given.origin(Key::Ttl), Origin::Default);

        let lookup = |name: &str| (name == "IMPUTE_SERVE_CONFIG").then(|| path.clone().into());
        let settings = InForce::find_with(&Flags::default(), lookup).unwrap().settings;
        assert_eq!((settings.burst, settings.max_rows), (20, 23));
    }
}
