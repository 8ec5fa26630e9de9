//! The way from the command line to the parts of the service.

use std::process::ExitCode;

/// Runs the program and returns its exit code.
pub fn run() -> ExitCode {
    ExitCode::SUCCESS
}
