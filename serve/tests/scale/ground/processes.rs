//! Front ends and workers.

use super::place::Place;
use crate::support::{Client, Running, Setup};

/// A front end that is not started yet.
pub fn front_end(place: &Place, flags: &[&str]) -> Setup {
    setup(&[], place, flags)
}

/// A worker that is not started yet; it listens, so that it can be asked how it is.
pub fn worker(place: &Place, flags: &[&str]) -> Setup {
    setup(&["work"], place, flags)
}

fn setup(command: &[&str], place: &Place, flags: &[&str]) -> Setup {
    let servers = ["--database", &place.database, "--queue", &place.queue];
    let servers = command.iter().chain(&servers).map(|&word| word.to_owned()).collect();
    Setup { servers, ..Setup::flags(flags) }
}

/// A figure of `/metrics`, summed over what is named like that: `impute_outbox_rows`, or with its labels.
pub fn figure(running: &Running, name: &str) -> f64 {
    let text = Client::new(running.address).get("/metrics").expect(200).text();
    let line = |line: &str| {
        let rest = line.strip_prefix(name)?;
        let rest =
            if rest.starts_with('{') { rest.split_once("} ")?.1 } else { rest.strip_prefix(' ')? };
        rest.split(' ').next()?.parse::<f64>().ok()
    };
    text.lines().filter_map(line).sum()
}
