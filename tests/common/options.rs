//! Options as they are written in their own crate.

/// `Config { order: 2, ..Config::default() }` of a type that only its own crate may write so.
macro_rules! options {
    ($type:ident { $($field:ident $(: $value:expr)?,)+ ..$base:expr }) => {{
        let mut options: $type = $base;
        $(options.$field = options!(@ $field $($value)?);)+
        options
    }};
    (@ $field:ident) => { $field };
    (@ $field:ident $value:expr) => { $value };
}
pub(crate) use options;
