//! The language that was asked for, and what tells others.

use impute::kinds::language::Filter;

use super::classifier::open;
use crate::cli::args::LanguageArg;
use crate::cli::counted;

/// The filter of `--language` and `--classifier`, if the first was given.
pub fn filter(args: &LanguageArg) -> anyhow::Result<Option<Filter>> {
    let Some(label) = &args.language else {
        return Ok(None);
    };
    Ok(Some(Filter::new(open(args.classifier.as_deref())?, label)?))
}

/// `3 lines in other languages than en left out`
pub fn told(foreign: u64, noun: &str, label: &str, what: &str) -> String {
    format!("{} in other languages than {label} {what}", counted(foreign, noun))
}
