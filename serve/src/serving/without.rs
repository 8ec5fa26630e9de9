//! A program that was built without the clients of database and broker.

use anyhow::bail;

use crate::settings::Settings;

/// There is nothing to take work from.
///
/// # Errors
/// Always.
pub fn work(_: Settings, _: bool) -> anyhow::Result<()> {
    bail!(
        "a worker needs --database and --queue, and a program with their clients; build it with \
         `cargo build --release -p impute-serve --features scale-out`"
    )
}
