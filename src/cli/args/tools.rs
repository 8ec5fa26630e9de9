//! Completions and man pages, made from the declarations themselves.

use std::path::PathBuf;

use clap::Args;
use clap_complete::Shell;

#[derive(Debug, Args)]
#[command(before_help = "\
Examples:
  impute completions bash > ~/.local/share/bash-completion/completions/impute
  impute completions zsh > ~/.zfunc/_impute
  impute completions fish > ~/.config/fish/completions/impute.fish")]
pub struct Completions {
    /// The shell to complete commands in
    #[arg(value_name = "SHELL", value_enum)]
    pub shell: Shell,
}

#[derive(Debug, Args)]
#[command(before_help = "\
Examples:
  impute man | man -l -
  impute man train | man -l -
  impute man --dir ~/.local/share/man/man1")]
pub struct Man {
    /// The command that the page is about [default: the program]
    #[arg(value_name = "COMMAND", conflicts_with = "dir")]
    pub command: Option<String>,
    /// Write the pages of the program and of all its commands into this folder, which is created if missing
    #[arg(long, value_name = "FOLDER")]
    pub dir: Option<PathBuf>,
}
