//! What to type: the library names settings, and each has its option here.

use impute::text::printable::printable;
use impute::{Error, Remedy, Setting};

/// The option of a setting, with its value where only one helps, and with its command where another one was
/// typed.
fn option(setting: Setting) -> &'static str {
    match setting {
        Setting::Memory => "--memory",
        Setting::TemporaryFolder => "--temp-dir",
        Setting::Order => "--order",
        Setting::MinCount => "--min-count",
        Setting::HeldOut => "--held-out",
        Setting::Lossy => "--lossy",
        Setting::Counts => "--counts",
        Setting::Learned => "--net-on",
        Setting::Arpa => "impute train --arpa",
        Setting::Net => "--net none",
        Setting::NetLength => "--net 30m",
        Setting::NetSize => "--net-size small",
        Setting::Skip => "--skip",
        Setting::Lists => "--no-lists",
        Setting::Tables => "--fast",
        Setting::Lines => "impute tune --lines",
        Setting::Format => "impute predict --format text",
        Setting::Prior => "--prior",
        Setting::FalseAlarms => "--false-alarms",
        Setting::Language => "--language",
        Setting::Temperature => "--temperature",
        Setting::Novel => "--novel",
        Setting::Clusters => "--clusters",
        Setting::Sample => "--sample",
    }
}

/// The options that a remedy takes, to be written after it; nothing where it takes none.
pub fn of(remedy: Remedy) -> String {
    match remedy.settings() {
        [] => String::new(),
        settings => {
            let options: Vec<&str> = settings.iter().map(|&setting| option(setting)).collect();
            format!(" ({})", options.join(", "))
        }
    }
}

/// An error with the options of its remedy, in one line that moves no cursor, whatever was typed or read.
pub fn told(error: &anyhow::Error) -> String {
    let remedy = error.downcast_ref().map(Error::remedy);
    printable(&format!("{error:#}{}", remedy.map_or(String::new(), of)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether the program or one of its commands, the named one if any, takes such an option.
    fn can_be_typed(option: &str) -> bool {
        let program = crate::cli::args::definitions();
        let (command, option) = match option.strip_prefix("impute ").and_then(|o| o.split_once(' '))
        {
            Some((command, option)) => (Some(command), option),
            None => (None, option),
        };
        let (name, value) = option.split_once(' ').map_or((option, None), |(n, v)| (n, Some(v)));
        let takes = |command: &clap::Command| {
            let has =
                |arg: &&clap::Arg| arg.get_long().is_some_and(|long| name == format!("--{long}"));
            command.get_arguments().find(has).is_some_and(|arg| {
                let values = arg.get_possible_values();
                value.is_none_or(|value| {
                    values.is_empty() || values.iter().any(|known| known.matches(value, false))
                })
            })
        };
        program
            .get_subcommands()
            .any(|c| command.is_none_or(|name| c.get_name() == name) && takes(c))
    }

    #[test]
    fn every_setting_has_an_option_that_can_be_typed() {
        for &setting in Setting::ALL {
            assert!(can_be_typed(option(setting)), "{setting:?}: {}", option(setting));
        }
        for wrong in
            ["--none", "order", "--net-size huge", "impute train --lines", "impute tun --lines"]
        {
            assert!(!can_be_typed(wrong), "{wrong}");
        }
    }

    #[test]
    fn options_stand_after_the_remedy() {
        let remedy = Remedy::by("do without", &[Setting::Memory, Setting::Net]);
        let error = anyhow::Error::from(Error::value("too large", remedy)).context("m");
        assert_eq!(told(&error), "m: too large; do without (--memory, --net none)");
        let plain = anyhow::Error::from(Error::value("wrong", "leave it"));
        assert_eq!(told(&plain), "wrong; leave it");
    }
}
