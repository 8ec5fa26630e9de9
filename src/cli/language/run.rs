//! Which of the commands of `impute language` was typed.

use crate::cli::args::{Language, LanguageCommand};
use crate::cli::progress::Ui;

use super::{evaluate, identify, train};

pub fn run(args: &Language, ui: &Ui) -> anyhow::Result<()> {
    match &args.command {
        None => identify::run(&args.identify, ui),
        Some(LanguageCommand::Train(args)) => train::run(args, ui),
        Some(LanguageCommand::Evaluate(args)) => evaluate::run(args, ui),
    }
}
