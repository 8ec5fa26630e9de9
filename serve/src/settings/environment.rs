//! Settings from the environment: `IMPUTE_SERVE_MAX_TEXT=65536`.
//!
//! In: a way to look up a variable, which is the process's environment outside of tests. Out: what was given.
//! Two variables hold lists with commas between: `IMPUTE_SERVE_MODEL=english=a.imp,news=b.imp`, and
//! `IMPUTE_SERVE_TOKENS=name:token,name:token:admin`, which holds the tokens themselves.
//!
//! Variables of other names are no errors even if they begin with `IMPUTE_SERVE_`: Kubernetes sets such for a
//! service that is called like this one.

use std::ffi::OsString;

use super::given::{Given, Origin, Value};
use super::key::Key;
use super::values;
use super::wrong::{Cause, Wrong};

/// The variable that names the file of settings.
pub const CONFIG: &str = "IMPUTE_SERVE_CONFIG";

/// Looks up every setting.
///
/// # Errors
///
/// If a variable is not UTF-8, or the list of models is not one.
pub fn read(lookup: &impl Fn(&str) -> Option<OsString>) -> Result<Given, Wrong> {
    let mut given = Given::default();
    for key in Key::ALL {
        let Some(text) = variable(&key.variable(), lookup)? else { continue };
        let value = match key {
            Key::Models => {
                let models = values::models(text.split(','));
                Value::Table(models.map_err(|cause| cause.at(key.variable()))?)
            }
            _ => Value::Text(text),
        };
        given.insert(key, value, Origin::Environment);
    }
    Ok(given)
}

/// One variable, if it is set.
///
/// # Errors
///
/// If its value is not UTF-8.
pub fn variable(
    name: &str,
    lookup: &impl Fn(&str) -> Option<OsString>,
) -> Result<Option<String>, Wrong> {
    let Some(value) = lookup(name) else { return Ok(None) };
    match value.into_string() {
        Ok(text) => Ok(Some(text)),
        Err(_) => Err(Cause::new("is not UTF-8", "write it in UTF-8, or unset it").at(name)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_is_set_and_nothing_else() {
        let lookup = |name: &str| match name {
            "IMPUTE_SERVE_BURST" => Some("20".into()),
            "IMPUTE_SERVE_MODEL" => Some("a=x.imp,b=y.imp".into()),
            _ => None,
        };
        let given = read(&lookup).unwrap();
        assert!(given.get(Key::Burst) == Some(&Value::Text("20".into())));
        assert!(given.get(Key::Rate).is_none());
        let Some(Value::Table(models)) = given.get(Key::Models) else { panic!("no models") };
        assert_eq!(models["b"], "y.imp");
    }

    #[test]
    fn an_error_names_the_variable() {
        let lookup = |name: &str| (name == "IMPUTE_SERVE_MODEL").then(|| "english".into());
        let message = read(&lookup).err().unwrap().to_string();
        assert!(message.starts_with("IMPUTE_SERVE_MODEL: "), "{message}");
    }

    #[cfg(unix)]
    #[test]
    fn refuses_what_is_not_utf8() {
        use std::os::unix::ffi::OsStringExt;
        let lookup = |name: &str| {
            (name == "IMPUTE_SERVE_DATA").then(|| OsString::from_vec(vec![b'a', 0xff]))
        };
        let message = read(&lookup).err().unwrap().to_string();
        assert!(message.starts_with("IMPUTE_SERVE_DATA: is not UTF-8"), "{message}");
    }
}
