//! Spans of time as a person writes them: `30s`, `15m`, `12h`, `7d`.
//!
//! In: a whole number and a unit. Out: a duration of whole seconds. A number without a unit is refused: seven
//! what? The other way, the largest unit in which the span is a whole number is written; reading that gives the
//! span again.

use std::time::Duration;

use super::wrong::Cause;

/// The longest span that is taken: a hundred years. Milliseconds of it, and its sum with a date, fit 64 bits.
pub const LONGEST: Duration = Duration::from_secs(36_500 * 86_400);

const UNITS: [(char, u64); 4] = [('d', 86_400), ('h', 3_600), ('m', 60), ('s', 1)];

/// Reads a span of time.
///
/// # Errors
///
/// If `text` is not a whole number with one of the four units, or longer than [`LONGEST`].
pub fn parse(text: &str) -> Result<Duration, Cause> {
    let remedy = "write a whole number and a unit, like 30s, 15m, 12h or 7d";
    let refused = || Cause::new(format!("{text:?} is not a span of time"), remedy);
    let unit = UNITS.iter().find(|(letter, _)| text.ends_with(*letter));
    let (_, seconds) = unit.ok_or_else(refused)?;
    let digits = &text[..text.len() - 1];
    // Rust's own reading of numbers takes a plus sign.
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(refused());
    }
    let number: u64 = digits.parse().map_err(|_| refused())?;
    let duration = number.checked_mul(*seconds).map(Duration::from_secs);
    match duration.filter(|duration| *duration <= LONGEST) {
        Some(duration) => Ok(duration),
        None => Err(Cause::new(format!("{text:?} is too long"), "write 36500d or less")),
    }
}

/// Writes a span of time; parts of a second are left out.
pub fn print(duration: Duration) -> String {
    let seconds = duration.as_secs();
    let unit = UNITS.iter().find(|(_, unit)| seconds > 0 && seconds.is_multiple_of(*unit));
    match unit {
        Some((letter, unit)) => format!("{}{letter}", seconds / unit),
        None => "0s".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn reads_the_four_units() {
        assert_eq!(parse("30s").unwrap().as_secs(), 30);
        assert_eq!(parse("15m").unwrap().as_secs(), 900);
        assert_eq!(parse("12h").unwrap().as_secs(), 43_200);
        assert_eq!(parse("7d").unwrap().as_secs(), 604_800);
        assert_eq!(parse("36500d").unwrap(), LONGEST);
    }

    #[test]
    fn refuses_what_is_not_a_span() {
        for text in ["", "7", "s", "-1s", "+1s", "1.5h", "1 s", "7D", "1w", "36501d", "5µ", "é"] {
            assert!(parse(text).is_err(), "{text:?}");
        }
        assert!(parse("99999999999999999999d").is_err());
        assert!(parse("18446744073709551615d").is_err());
    }

    #[test]
    fn writes_the_largest_unit_that_divides() {
        assert_eq!(print(Duration::from_secs(0)), "0s");
        assert_eq!(print(Duration::from_secs(90)), "90s");
        assert_eq!(print(Duration::from_secs(86_400)), "1d");
        assert_eq!(print(Duration::from_secs(90_000)), "25h");
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back(seconds in 0..=LONGEST.as_secs()) {
            let duration = Duration::from_secs(seconds);
            prop_assert_eq!(parse(&print(duration)), Ok(duration));
        }

        #[test]
        fn no_text_breaks_it(text in "\\PC*") {
            let _ = parse(&text);
        }
    }
}
