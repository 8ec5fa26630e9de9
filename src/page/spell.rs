//! How numbers and foreign text are spelled on the page.
//!
//! Text comes from anyone's files. The templates escape markup; here control characters, which HTML does
//! not allow, become visible, and what is too long is cut.

use crate::interval::bootstrap::Interval;

/// The longest word that is shown, in characters.
const LONGEST: usize = 60;

/// A share as a percentage with one decimal.
pub fn percent(share: f64) -> String {
    format!("{:.1}\u{a0}%", 100.0 * share)
}

/// The same without its unit.
pub fn points(share: f64) -> String {
    fixed(100.0 * share, 1)
}

/// Characters and other means.
pub fn fixed(number: f64, decimals: usize) -> String {
    // Neither -0.00 nor a hyphen for a minus.
    let text = format!("{number:.decimals$}");
    match text.strip_prefix('-') {
        Some(digits) if digits.bytes().all(|b| b == b'0' || b == b'.') => digits.to_owned(),
        Some(digits) => format!("−{digits}"),
        None => text,
    }
}

pub fn signed(number: f64, decimals: usize) -> String {
    let text = fixed(number, decimals);
    let zero = text.bytes().all(|b| b == b'0' || b == b'.');
    if zero || text.starts_with('−') { text } else { format!("+{text}") }
}

/// The ends of an interval.
pub fn range([low, high]: [f64; 2], decimals: usize) -> String {
    format!("{} to {}", fixed(low, decimals), fixed(high, decimals))
}

/// The ends of the interval of a share, in percent.
pub fn percent_range(ends: [f64; 2]) -> String {
    range(ends.map(|end| 100.0 * end), 0)
}

pub fn ends(interval: &Interval) -> [f64; 2] {
    [interval.low, interval.high]
}

/// A number of things, its digits in threes.
pub fn count(n: usize) -> String {
    let digits = n.to_string();
    let mut out = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// Text with its control characters and its invisible marks of direction made visible.
pub fn visible(text: &str) -> String {
    let one = |c: char| match c {
        '\0'..='\x1f' => char::from_u32(0x2400 + c as u32).unwrap_or('\u{fffd}'),
        '\x7f' => '\u{2421}',
        '\u{80}'..='\u{9f}' | '\u{fdd0}'..='\u{fdef}' => '\u{fffd}',
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => '\u{fffd}',
        _ if c as u32 & 0xfffe == 0xfffe => '\u{fffd}',
        _ => c,
    };
    text.chars().map(one).collect()
}

/// A word, made visible and cut where it is very long.
pub fn word(text: &str) -> String {
    let mut out: String = text.chars().take(LONGEST).collect();
    if out.len() < text.len() {
        out.push('…');
    }
    visible(&out)
}

/// Whether a text runs from right to left, judged by its first letter.
pub fn from_right(words: &[String]) -> bool {
    let right = |c: char| {
        matches!(c, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{feff}'
            | '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}')
    };
    let mut letters = words.iter().flat_map(|word| word.chars()).filter(|c| c.is_alphabetic());
    letters.next().is_some_and(right)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_signs_and_no_negative_zero() {
        assert_eq!(fixed(-0.001, 2), "0.00");
        assert_eq!(fixed(-1.5, 1), "−1.5");
        assert_eq!((signed(0.25, 2), signed(-0.25, 2)), ("+0.25".into(), "−0.25".into()));
        assert_eq!(signed(0.001, 2), "0.00");
        assert_eq!(percent(0.1234), "12.3\u{a0}%");
        assert_eq!(["0", "999", "1,000", "12,211,000"], [0, 999, 1000, 12_211_000].map(count));
    }

    #[test]
    fn what_html_does_not_allow_is_made_visible() {
        assert_eq!(visible("a\tb\u{1}\u{7f}\u{85}"), "a␉b␁␡\u{fffd}");
        assert_eq!(
            visible("x\u{202e}y\u{2066}\u{fffe}\u{1ffff}"),
            "x\u{fffd}y\u{fffd}\u{fffd}\u{fffd}"
        );
        assert_eq!(visible("naïve 東京 <b>"), "naïve 東京 <b>");
    }

    #[test]
    fn long_words_are_cut_at_a_character() {
        assert_eq!(word(&"é".repeat(60)), "é".repeat(60));
        assert_eq!(word(&"é".repeat(61)), "é".repeat(60) + "…");
    }

    #[test]
    fn the_first_letter_tells_the_direction() {
        let words = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
        assert!(from_right(&words("12 , שלום world")));
        assert!(!from_right(&words("world שלום")) && !from_right(&words("1 2")));
    }
}
