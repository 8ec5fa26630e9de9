//! Usage errors: under the usage line of the command that was typed, and with nothing in them that drives a
//! terminal.

use std::ffi::OsString;

use clap::error::ErrorKind;
use clap::{ArgMatches, Command, Error};
use impute::text::printable::printable;

/// What was typed; the process ends here for help, the version, and usage errors.
pub fn matches(program: &Command, typed: &[OsString]) -> ArgMatches {
    let parsed = program.clone().try_get_matches_from(typed);
    parsed.unwrap_or_else(|error| escaped(program, typed, error).exit())
}

/// Ends the program with a usage error of one of its commands, or of the program itself.
pub fn refuse(mut program: Command, command: Option<&str>, kind: ErrorKind, what: &str) -> ! {
    let what = printable(what);
    match command.and_then(|name| program.find_subcommand_mut(name)) {
        Some(command) => command.error(kind, what).exit(),
        None => program.error(kind, what).exit(),
    }
}

/// The error as the escaped words would have caused it.
fn escaped(program: &Command, typed: &[OsString], error: Error) -> Error {
    let safe: Vec<OsString> =
        typed.iter().map(|word| printable(&word.to_string_lossy()).into()).collect();
    if safe == typed {
        return error;
    }
    match program.clone().try_get_matches_from(&safe) {
        Err(same) if same.kind() == error.kind() => same,
        _ => {
            let text = error.render().to_string();
            let lines: Vec<String> = text.lines().map(printable).collect();
            let text = lines.join("\n") + "\n";
            Error::raw(error.kind(), text.trim_start_matches("error: "))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_usage_error_moves_the_cursor() {
        let program = crate::cli::args::definitions();
        for words in [
            &["train", "a", "-o", "m", "--wrong\u{1b}[31m"][..],
            &["train", "a", "-o", "m", "--memory", "\u{1b}[31m\n\u{202e}"],
            &["train", "a", "-o", "m", "--net", "\u{7}2"],
            &["x", "--method", "\r"],
            &["repair", "x", "--prior", "\u{1b}"],
            &["\u{1b}", "--threads", "\u{7}"],
            &["man", "\u{1b}", "\u{7}"],
        ] {
            let typed: Vec<OsString> =
                ["impute"].iter().chain(words).map(|word| OsString::from(*word)).collect();
            let error = program.clone().try_get_matches_from(&typed).unwrap_err();
            let shown = escaped(&program, &typed, error).render().to_string();
            let moves = |c: char| c.is_control() && c != '\n' || c == '\u{202e}';
            assert!(!shown.contains(moves), "{shown:?}");
            assert!(shown.contains("\\u{") || shown.contains("\\r"), "{shown}");
        }
    }
}
