//! `impute 'the dog the cat .'`: a sentence where a file is expected.

use std::io::ErrorKind::{InvalidFilename, NotADirectory, NotFound};
use std::path::PathBuf;

use impute::text::tokens;

use super::args::{Cli, Command};
use super::query;
use super::shell::quoted;

/// What to type, if the error is about a file that does not exist and whose name reads like a sentence.
pub fn instead(cli: &Cli, error: &anyhow::Error) -> Option<String> {
    let error = error.downcast_ref::<impute::Error>()?;
    let impute::ErrorKind::Io(NotFound | NotADirectory | InvalidFilename) = error.kind() else {
        return None;
    };
    let (command, named): (&str, Vec<&PathBuf>) = match &cli.command {
        None => ("impute", cli.predict.input.iter().collect()),
        Some(Command::Predict(args)) => ("impute predict", args.input.iter().collect()),
        Some(Command::Repair(args)) => ("impute repair", vec![&args.input]),
        Some(Command::Query(args)) => ("impute query", query::named(args).1.into_iter().collect()),
        Some(Command::Language(args)) => ("impute language -", args.identify.text.iter().collect()),
        Some(_) => return None,
    };
    let words: Vec<String> = named.iter().map(|path| path.display().to_string()).collect();
    let sentence = words.join(" ");
    let about_it = error.path() == words.first().map(String::as_str);
    let is_sentence = tokens::split(sentence.as_bytes()).count() > 2;
    if !about_it || !is_sentence || named.iter().any(|path| path.is_file()) {
        return None;
    }
    let hole = tokens::split(sentence.as_bytes()).any(|word| word == b"_");
    let sentence = quoted(&sentence);
    let typed = match hole {
        true => format!("impute fill {sentence}"),
        false => format!("echo {sentence} | {command}"),
    };
    Some(format!("{}: no such file; for a sentence, type: {typed}", words[0]))
}
