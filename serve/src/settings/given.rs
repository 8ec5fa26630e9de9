//! What was given, before it is read: the text of every setting, and where it stands.
//!
//! Sources are laid over each other as a whole, setting by setting: models named by a flag replace those of the
//! file, they do not join them.

use std::collections::BTreeMap;
use std::fmt;

use super::key::Key;

/// Where a value stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Nobody gave it.
    Default,
    /// In the file of this name.
    File(String),
    /// In a variable of the environment.
    Environment,
    /// Behind a flag.
    Flag,
}

impl Origin {
    /// The place of the value of `key`, as an error names it.
    pub fn place(&self, key: Key) -> String {
        match self {
            Origin::Default => format!("the default of {}", key.name()),
            Origin::File(path) => format!("{} in {}", key.name(), path.escape_debug()),
            Origin::Environment => key.variable(),
            Origin::Flag => key.flag(),
        }
    }
}

/// A value as it was given.
#[derive(Clone, PartialEq, Eq)]
pub enum Value {
    /// The text of one value.
    Text(String),
    /// Names and files.
    Table(BTreeMap<String, String>),
}

/// Every setting that was given, with its place.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Given(BTreeMap<Key, (Value, Origin)>);

impl Given {
    /// What holds if nobody says otherwise.
    pub fn defaults() -> Self {
        let mut given = Given::default();
        for key in Key::ALL {
            if let Some(text) = key.default() {
                given.text(key, text, Origin::Default);
            }
        }
        given
    }

    /// Adds one value.
    pub fn insert(&mut self, key: Key, value: Value, origin: Origin) {
        self.0.insert(key, (value, origin));
    }

    /// Adds the text of one value.
    pub fn text(&mut self, key: Key, text: impl Into<String>, origin: Origin) {
        self.insert(key, Value::Text(text.into()), origin);
    }

    /// The same, with all that `above` gives put over it.
    pub fn under(mut self, above: Given) -> Self {
        self.0.extend(above.0);
        self
    }

    /// The value of `key`, if one was given.
    pub fn get(&self, key: Key) -> Option<&Value> {
        self.0.get(&key).map(|(value, _)| value)
    }

    /// Where the value of `key` stands.
    pub fn origin(&self, key: Key) -> &Origin {
        self.0.get(&key).map_or(&Origin::Default, |(_, origin)| origin)
    }

    /// The place of `key`, as an error names it.
    pub fn place(&self, key: Key) -> String {
        self.origin(key).place(key)
    }
}

/// What may hold secrets.
const SECRET: [Key; 3] = [Key::Tokens, Key::Database, Key::Queue];

/// Shows all but those.
impl fmt::Debug for Given {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut map = formatter.debug_map();
        for (key, (value, origin)) in &self.0 {
            match value {
                _ if SECRET.contains(key) => map.entry(key, origin),
                Value::Text(text) => map.entry(key, &(text, origin)),
                Value::Table(table) => map.entry(key, &(table, origin)),
            };
        }
        map.finish()
    }
}
