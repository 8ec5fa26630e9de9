//! `impute-serve`: a page, an API and a durable queue around `impute`.

use std::process::ExitCode;

fn main() -> ExitCode {
    impute_serve::program::run()
}
