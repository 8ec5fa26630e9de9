//! Whether there are colours.

use std::ffi::OsString;

use clap::ValueEnum;

/// When to use colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ColorArg {
    /// On a terminal
    Auto,
    /// In files and pipes too
    Always,
    /// Not at all
    Never,
}

impl From<ColorArg> for clap::ColorChoice {
    fn from(arg: ColorArg) -> Self {
        match arg {
            ColorArg::Auto => clap::ColorChoice::Auto,
            ColorArg::Always => clap::ColorChoice::Always,
            ColorArg::Never => clap::ColorChoice::Never,
        }
    }
}

impl From<ColorArg> for anstream::ColorChoice {
    fn from(arg: ColorArg) -> Self {
        match arg {
            ColorArg::Auto => anstream::ColorChoice::Auto,
            ColorArg::Always => anstream::ColorChoice::Always,
            ColorArg::Never => anstream::ColorChoice::Never,
        }
    }
}

/// The value of `--color`, which is needed before the rest is read: errors have colours too.
pub fn color_of(arguments: impl Iterator<Item = OsString>) -> ColorArg {
    let mut color = ColorArg::Auto;
    let arguments: Vec<OsString> = arguments.take_while(|argument| argument != "--").collect();
    for (i, argument) in arguments.iter().enumerate() {
        let Some(argument) = argument.to_str() else { continue };
        let value = match argument == "--color" {
            true => arguments.get(i + 1).and_then(|value| value.to_str()),
            false => argument.strip_prefix("--color="),
        };
        // clap reports a wrong value.
        if let Some(Ok(value)) = value.map(|value| ColorArg::from_str(value, false)) {
            color = value;
        }
    }
    color
}
