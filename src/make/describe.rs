//! What a model says about its making. Nothing here depends on folders, files or threads: the same lines,
//! however they are split into files, give the same model.

use crate::kinds::language::Filter;
use crate::train::net::Size;
use crate::train::{Config, Summary, Vocabulary};

/// Name and version of the program.
pub(super) const PROGRAM: &str = concat!("impute ", env!("CARGO_PKG_VERSION"));

/// The settings that affect the result, as they could be typed.
pub(super) fn training(config: &Config) -> String {
    let mut command = format!("impute train --order {}", config.order);
    if !config.prune.is_empty() {
        let thresholds: Vec<String> = config.prune.iter().map(u32::to_string).collect();
        command += &format!(" --prune {}", thresholds.join(" "));
    }
    command += &match &config.vocabulary {
        Vocabulary::Limit(most) => format!(" --vocab-limit {most}"),
        Vocabulary::Listed(words) => {
            format!(" --vocabulary of {} words, hash {:016x}", words.len(), words.hash())
        }
        Vocabulary::MinCount(least) => format!(" --min-count {least}"),
    };
    if config.skip {
        command += " --skip";
    }
    command += &format!(" --held-out {}", config.held_out.lines);
    command + &language(config.language.as_ref())
}

/// The same for the language of the lines that are not passed over.
pub(super) fn language(filter: Option<&Filter>) -> String {
    filter.map_or(String::new(), |filter| format!(" --language {}", filter.label()))
}

/// The same for a text that was learned from beside counts of another.
pub(super) fn learned(text: &Summary) -> String {
    format!(" --net-on text {:016x}, {} sentences", text.hash, text.lines)
}

/// The same for a net that has seen this many sentences.
pub(super) fn net(size: Size, sentences: u64, seed: u64) -> String {
    let size = match size {
        Size::Small => "small",
        Size::Medium => "medium",
    };
    format!(" --net {sentences} --net-size {size} --seed {seed}")
}
