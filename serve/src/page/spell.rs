//! How numbers, times and foreign text are spelled on the pages.
//!
//! Texts come from anyone. The templates escape markup; here what HTML does not allow, or what would change the
//! order of letters around it, becomes visible.

/// A share as a percentage with one decimal.
pub fn percent(share: f64) -> String {
    format!("{:.1}\u{a0}%", 100.0 * share)
}

/// A share in percent, for a column of them; what is there but small does not become nothing.
pub fn points(share: f64) -> String {
    match 100.0 * share {
        small if small > 0.0 && small < 0.05 => "<\u{a0}0.1".to_owned(),
        points => fixed(points, 1),
    }
}

/// A number of characters. Neither -0.00 nor a hyphen for a minus.
pub fn fixed(number: f64, decimals: usize) -> String {
    let text = format!("{number:.decimals$}");
    match text.strip_prefix('-') {
        Some(digits) if digits.bytes().all(|byte| byte == b'0' || byte == b'.') => {
            digits.to_owned()
        }
        Some(digits) => format!("−{digits}"),
        None => text,
    }
}

/// A number of things, its digits in threes.
pub fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A number of things with their name: `1 row`, `2 rows`.
pub fn counted(number: u64, thing: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{} {thing}{plural}", count(number))
}

/// A duration in milliseconds, as people say it.
pub fn duration(milliseconds: f64) -> String {
    let seconds = milliseconds / 1000.0;
    match seconds {
        _ if milliseconds < 9.95 => format!("{milliseconds:.1}\u{a0}ms"),
        _ if milliseconds < 999.5 => format!("{milliseconds:.0}\u{a0}ms"),
        _ if seconds < 59.95 => format!("{seconds:.1}\u{a0}s"),
        _ if seconds < 3600.0 => format!("{:.0}\u{a0}min", (seconds / 60.0).floor()),
        _ if seconds < 2.0 * 86400.0 => format!("{:.0}\u{a0}h", (seconds / 3600.0).floor()),
        _ => format!("{:.0}\u{a0}days", (seconds / 86400.0).floor()),
    }
}

/// A moment: as machines read it, and as people do.
pub fn moment(milliseconds: u64) -> (String, String) {
    let (days, second) = (milliseconds / 86_400_000, milliseconds / 1000 % 86_400);
    let (year, month, day) = date(days);
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    let (date, time) =
        (format!("{year:04}-{month:02}-{day:02}"), format!("{hour:02}:{minute:02}:{second:02}"));
    (format!("{date}T{time}Z"), format!("{date} {time} UTC"))
}

/// The date so many days after the first of January 1970: years are counted from March, so that a leap day is the
/// last of its year.
fn date(days: u64) -> (u64, u64, u64) {
    const ERA: u64 = 146_097; // days of 400 years
    let days = days + 719_468; // since the first of March of the year 0
    let (era, of_era) = (days / ERA, days % ERA);
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let (month, next) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
    (400 * era + year + next, month, day)
}

/// One line of foreign text, with its control characters and its invisible marks of direction made visible.
pub fn visible(text: &str) -> String {
    text.chars().map(seen).collect()
}

/// The same of a text of several lines, which stay lines.
pub fn visible_lines(text: &str) -> String {
    let text = text.replace("\r\n", "\n");
    text.chars().map(|c| if c == '\n' { c } else { seen(c) }).collect()
}

fn seen(c: char) -> char {
    match c {
        '\0'..='\x1f' => char::from_u32(0x2400 + c as u32).unwrap_or('\u{fffd}'),
        '\x7f' => '\u{2421}',
        '\u{80}'..='\u{9f}' | '\u{fdd0}'..='\u{fdef}' => '\u{fffd}',
        '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => '\u{fffd}',
        _ if c as u32 & 0xfffe == 0xfffe => '\u{fffd}',
        _ => c,
    }
}

/// The beginning of a text that has at most this many characters, with `…` for the rest.
pub fn clip(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => visible(&text[..end]) + "…",
        None => visible(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_as_people_write_them() {
        assert_eq!([fixed(-0.001, 2), fixed(-1.5, 1)], ["0.00", "−1.5"]);
        assert_eq!(["0", "999", "1,000", "12,211,000"], [0, 999, 1000, 12_211_000].map(count));
        assert_eq!([counted(1, "row"), counted(2000, "row")], ["1 row", "2,000 rows"]);
        assert_eq!(
            [0.0, 0.0004, 0.0006, 0.5, 1.0].map(points),
            ["0.0", "<\u{a0}0.1", "0.1", "50.0", "100.0"]
        );
        assert_eq!(
            [2.34, 999.0, 61_000.0, 7_200_000.0, 864_000_000.0].map(duration),
            ["2.3\u{a0}ms", "999\u{a0}ms", "1\u{a0}min", "2\u{a0}h", "10\u{a0}days"]
        );
    }

    #[test]
    fn moments_are_dates_of_the_calendar() {
        let at = |seconds: u64| moment(seconds * 1000).0;
        assert_eq!(at(0), "1970-01-01T00:00:00Z");
        assert_eq!(at(951_782_400), "2000-02-29T00:00:00Z");
        assert_eq!(at(951_868_799), "2000-02-29T23:59:59Z");
        assert_eq!(at(951_868_800), "2000-03-01T00:00:00Z");
        assert_eq!(at(1_767_225_599), "2025-12-31T23:59:59Z");
        assert_eq!(moment(1_767_225_600_999).1, "2026-01-01 00:00:00 UTC");
    }

    #[test]
    fn what_cannot_be_seen_becomes_visible_and_lines_stay_lines() {
        assert_eq!(visible("a\tb\u{1}\u{7f}\u{85}\n"), "a␉b␁␡\u{fffd}␊");
        assert_eq!(visible("x\u{202e}y\u{fffe}"), "x\u{fffd}y\u{fffd}");
        assert_eq!(visible_lines("a\r\nb\nc\rd"), "a\nb\nc␍d");
        assert_eq!(visible("naïve 東京 <b>"), "naïve 東京 <b>");
        assert_eq!([clip("ééé", 3), clip("ééé", 2)], ["ééé", "éé…"]);
    }
}
