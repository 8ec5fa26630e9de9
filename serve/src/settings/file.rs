//! Settings from a TOML file: `max-text = 65536`, `ttl = "1h"`, and a table `[models]` of names and files.
//!
//! In: the text of the file and its name. Out: what was given. A key that is no setting is refused: it is
//! mostly a misspelt one, and would be in force nowhere without anybody noticing.

use std::collections::BTreeMap;
use std::fs;

use serde_json::{Map, Value as Raw};

use super::given::{Given, Origin, Value};
use super::key::{Key, Kind};
use super::values;
use super::wrong::{Cause, Wrong};

/// Opens and reads the file at `path`.
///
/// # Errors
///
/// If it cannot be opened, or [`read`] refuses it.
pub fn open(path: &str) -> Result<Given, Wrong> {
    let text = fs::read_to_string(path).map_err(|error| {
        let remedy = "name a file of settings; `impute-serve config` prints one";
        Cause::new(format!("reading failed: {error}"), remedy).at(path.escape_debug().to_string())
    })?;
    read(&text, path)
}

/// Reads settings from `text`, the content of the file `path`.
///
/// # Errors
///
/// If it is not TOML, has a key that is no setting, or a value of another kind than the setting's.
pub fn read(text: &str, path: &str) -> Result<Given, Wrong> {
    let place = |name: &str| format!("{} in {}", name.escape_debug(), path.escape_debug());
    let table: Map<String, Raw> = basic_toml::from_str(text).map_err(|error| {
        let remedy = "write TOML: lines `name = value`, text in quotes";
        let what = format!("is not TOML: {}", error.to_string().escape_debug());
        Cause::new(what, remedy).at(path.escape_debug().to_string())
    })?;
    let mut given = Given::default();
    for (name, raw) in table {
        let Some(key) = Key::ALL.into_iter().find(|key| key.name() == name) else {
            return Err(no_setting(&name).at(place(&name)));
        };
        let value = value(key, raw).map_err(|cause| cause.at(place(&name)))?;
        given.insert(key, value, Origin::File(path.to_owned()));
    }
    Ok(given)
}

fn no_setting(name: &str) -> Cause {
    let remedy = match name {
        "model" => "write a table [models] with lines `name = \"FILE\"`".to_owned(),
        "config" => "a file cannot name another; write the settings here".to_owned(),
        _ => format!("the settings are {}", Key::ALL.map(Key::name).join(", ")),
    };
    Cause::new("there is no such setting", remedy)
}

fn value(key: Key, raw: Raw) -> Result<Value, Cause> {
    match (key.kind(), raw) {
        (Kind::Number, Raw::Number(number)) if number.is_i64() || number.is_u64() => {
            Ok(Value::Text(number.to_string()))
        }
        (Kind::Number, _) => {
            Err(Cause::new("is not a whole number", "write it in digits, without quotes"))
        }
        (Kind::Words, Raw::String(text)) => Ok(Value::Text(text)),
        (Kind::Words, _) => Err(Cause::new("is not text", "write it in quotes")),
        (Kind::Table, Raw::Object(table)) => models(table),
        (Kind::Table, _) => {
            Err(Cause::new("is not a table", "write [models] and below it lines `name = \"FILE\"`"))
        }
    }
}

fn models(table: Map<String, Raw>) -> Result<Value, Cause> {
    let mut models = BTreeMap::new();
    for (name, raw) in table {
        values::model_name(&name)?;
        let Raw::String(file) = raw else {
            return Err(Cause::new(
                format!("the file of {name:?} is not text"),
                "write it in quotes",
            ));
        };
        models.insert(name, file);
    }
    Ok(Value::Table(models))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> String {
        read(text, "serve.toml").expect_err(text).to_string()
    }

    #[test]
    fn reads_numbers_words_and_models() {
        let text = "max-text = 1_000\nttl = \"2h\" # two\n[models]\nnews = 'n.imp'\n";
        let given = read(text, "serve.toml").unwrap();
        assert!(given.get(Key::MaxText) == Some(&Value::Text("1000".into())));
        assert!(given.get(Key::Ttl) == Some(&Value::Text("2h".into())));
        assert_eq!(given.place(Key::Ttl), "ttl in serve.toml");
        let Some(Value::Table(models)) = given.get(Key::Models) else { panic!("no models") };
        assert_eq!(models["news"], "n.imp");
    }

    #[test]
    fn refuses_a_key_that_is_no_setting() {
        let message = refused("brust = 20");
        assert!(message.starts_with("brust in serve.toml: there is no such setting"), "{message}");
        assert!(message.contains("burst"), "{message}");
        assert!(refused("model = \"a=b\"").contains("[models]"));
        assert!(refused("config = \"b.toml\"").contains("another"));
    }

    #[test]
    fn refuses_values_of_another_kind_and_says_the_remedy() {
        assert!(refused("burst = \"20\"").contains("without quotes"));
        assert!(refused("burst = 2.5").contains("whole number"));
        assert!(refused("ttl = 30").contains("in quotes"));
        assert!(refused("models = 3").contains("[models]"));
        assert!(refused("[models]\nnews = 3").contains("news"));
        assert!(
            refused("[models]\nnews = 'n.imp'\nlisten = '127.0.0.1:1'").contains("above [models]")
        );
    }

    #[test]
    fn a_number_below_the_models_is_told_to_move() {
        let message = refused("[models]\nnews = 'n.imp'\nburst = 20\n");
        assert!(message.contains("burst") && message.contains("above [models]"), "{message}");
    }

    #[test]
    fn says_where_a_file_is_not_toml() {
        let message = refused("burst = 20\nttl = 3h\n");
        assert!(
            message.starts_with("serve.toml: is not TOML") && message.contains("line 2"),
            "{message}"
        );
        assert!(refused("burst = 20\nburst = 30\n").contains("duplicate"));
    }

    #[test]
    fn a_missing_file_is_named() {
        let message = open("no/such.toml").err().unwrap().to_string();
        assert!(message.starts_with("no/such.toml: reading failed"), "{message}");
    }
}
