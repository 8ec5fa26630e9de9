//! Laws of the declarations: they say what a new command or option lacks.

use std::ffi::OsString;

use super::color::{ColorArg, color_of};
use super::definitions;

/// The program and all its commands, without clap's own `help`.
fn commands() -> Vec<clap::Command> {
    let mut program = definitions();
    program.build();
    let own = program.get_subcommands().filter(|command| command.get_name() != "help").cloned();
    let all: Vec<clap::Command> = own.chain([program.clone()]).collect();
    assert!(all.len() > 15, "{}", all.len());
    all
}

#[test]
fn the_declarations_are_consistent() {
    definitions().debug_assert();
}

#[test]
fn every_command_and_option_says_what_it_does() {
    for command in commands() {
        let name = command.get_name();
        assert!(command.get_about().is_some(), "{name}");
        for argument in command.get_arguments() {
            let help = argument.get_help().map(ToString::to_string).unwrap_or_default();
            assert!(help.len() > 5, "{name}: {} has no help", argument.get_id());
        }
    }
}

#[test]
fn every_command_begins_its_help_with_an_example_of_its_own() {
    for command in commands() {
        let name = command.get_name();
        let examples = command.get_before_help().map(ToString::to_string).unwrap_or_default();
        assert!(examples.starts_with("Example"), "{name}: {examples}");
        let own = if name == "impute" { "impute ".to_owned() } else { format!("impute {name}") };
        for line in examples.lines().skip(1) {
            assert!(line.contains(&own) || name == "impute" || name == "count", "{name}: {line}");
            assert!(line.chars().count() <= 80, "{name}: {line}");
        }
    }
}

#[test]
fn the_examples_can_be_typed() {
    for command in commands() {
        let examples = command.get_before_help().map(ToString::to_string).unwrap_or_default();
        for line in examples.lines().skip(1) {
            // After the pipe, before the redirection and the explanation.
            let typed = line.rsplit("| ").find(|part| part.trim_start().starts_with("impute"));
            let typed = typed.unwrap_or_default();
            let typed = typed.split(['>', '<']).next().unwrap_or_default().trim();
            let typed = typed.split("   ").next().unwrap_or_default();
            let typed = typed.split("  ").next().unwrap_or_default();
            let mut words: Vec<String> = Vec::new();
            for (i, part) in typed.split('\'').enumerate() {
                match i % 2 {
                    0 => words.extend(part.split_whitespace().map(str::to_owned)),
                    _ => words.push(part.to_owned()),
                }
            }
            assert!(!words.is_empty(), "{line}");
            let parsed = definitions().try_get_matches_from(&words);
            assert!(parsed.is_ok(), "{line}: {}", parsed.unwrap_err());
        }
    }
}

#[test]
fn the_color_is_known_before_the_rest_is_read() {
    let of = |line: &str| color_of(line.split(' ').map(OsString::from));
    assert_eq!(of("impute train x"), ColorArg::Auto);
    assert_eq!(of("impute --color never x"), ColorArg::Never);
    assert_eq!(of("impute train --color=always --wrong"), ColorArg::Always);
    assert_eq!(of("impute --color=pink"), ColorArg::Auto);
    assert_eq!(of("impute -- --color=never"), ColorArg::Auto);
}
