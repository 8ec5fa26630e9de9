//! What is printed, and the exit code.

use std::io::{self, Write};
use std::process::ExitCode;

use serde::Serialize;

use super::args::Args;
use super::hint::{Hint, hint};
use super::load::Load;

/// More workers are needed.
const MORE: u8 = 3;
/// Fewer would do.
const FEWER: u8 = 4;

/// A hint, and all that it rests on.
#[derive(Serialize)]
struct Told<'a> {
    wanted: u64,
    #[serde(flatten)]
    load: &'a Load,
    within: u64,
    most: u64,
}

/// Writes how many workers a load asks for, and returns the exit code.
///
/// # Errors
/// It cannot be written.
pub fn tell(load: &Load, args: &Args, out: &mut impl Write) -> io::Result<ExitCode> {
    let aim = args.aim();
    let hint = hint(load, &aim);
    if args.json {
        let (wanted, within) = (hint.workers(), aim.within.as_secs());
        serde_json::to_writer(&mut *out, &Told { wanted, load, within, most: aim.most })?;
        writeln!(out)?;
    } else {
        writeln!(out, "{}", hint.workers())?;
    }
    Ok(ExitCode::from(code(hint)))
}

fn code(hint: Hint) -> u8 {
    match hint {
        Hint::Same(_) => 0,
        Hint::More(_) => MORE,
        Hint::Fewer(_) => FEWER,
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn told(json: bool) -> String {
        let load = Load { open: 6000, arrivals: 100.0, workers: 2, each: Some(50.0) };
        let args = Args { within: Duration::from_secs(60), most: 10, json };
        let mut out = Vec::new();
        tell(&load, &args, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_number_is_told_and_in_json_what_it_rests_on() {
        assert_eq!(told(false), "4\n");
        let json: serde_json::Value = serde_json::from_str(&told(true)).unwrap();
        let expected = serde_json::json!({
            "wanted": 4, "open": 6000, "arrivals": 100.0, "workers": 2, "each": 50.0, "within": 60, "most": 10
        });
        assert_eq!(json, expected);
    }

    #[test]
    fn the_exit_code_tells_same_more_and_fewer_apart_from_errors() {
        assert_eq!([Hint::Same(2), Hint::More(2), Hint::Fewer(2)].map(code), [0, 3, 4]);
    }
}
