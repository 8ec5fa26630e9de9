//! Foreign text in messages: nothing moves the cursor, changes colours or reading order, or is invisible.

/// Stands for what is left out.
const CUT: char = '…';

/// The text with control characters (even tabs and line ends), direction marks and zero-width ones escaped.
///
/// ```
/// use impute::text::printable::printable;
/// assert_eq!(printable("1\u{1b}[31m\u{202e}é 你"), "1\\u{1b}[31m\\u{202e}é 你");
/// ```
pub fn printable(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    text.chars().for_each(|c| push(c, &mut out));
    out
}

/// The same between quotes; quotes in it get a backslash.
pub fn quoted(text: &str) -> String {
    let mut out = String::from('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            _ => push(c, &mut out),
        }
    }
    out + "\""
}

fn push(c: char, out: &mut String) {
    let unseen = matches!(
        c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}'
    );
    match c.is_control() || unseen {
        true => out.extend(c.escape_default()),
        false => out.push(c),
    }
}

/// The text, or, if it is longer than `most` characters (1 or more), its beginning and end around `…`.
pub fn shortened(text: &[char], most: usize) -> Vec<char> {
    if text.len() <= most {
        return text.to_vec();
    }
    let (left, right) = (most.saturating_sub(1) / 2, most / 2);
    [&text[..left], &[CUT], &text[text.len() - right..]].concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn no_text_moves_what_is_around_it(text: String) {
            for shown in [printable(&text), quoted(&text)] {
                prop_assert!(!shown.chars().any(char::is_control), "{shown:?}");
            }
        }

        #[test]
        fn no_text_is_longer_than_asked_for(text in "[a-zé]{0,30}", most in 1usize..40) {
            let text: Vec<char> = text.chars().collect();
            let shown = shortened(&text, most);
            prop_assert_eq!(shown.len(), text.len().min(most));
            prop_assert_eq!(shown.contains(&CUT), text.len() > most);
        }
    }

    #[test]
    fn what_does_not_show_is_escaped() {
        assert_eq!(printable("a\tb\u{1b}[1m\u{202e}é你"), "a\\tb\\u{1b}[1m\\u{202e}é你");
        for c in "\u{7f}\u{85}\u{200f}\u{2028}\u{202a}\u{2066}\u{2069}\u{feff}\u{e0041}".chars() {
            assert_eq!(printable(&c.to_string()), c.escape_default().to_string());
        }
        assert_eq!(printable("naïve שלום \"\\ <b>"), "naïve שלום \"\\ <b>");
    }

    #[test]
    fn a_quoted_text_ends_where_its_quote_does() {
        assert_eq!(quoted("no \"way\"\n"), r#""no \"way\"\n""#);
        assert_eq!(quoted("\\"), r#""\\""#);
    }
}
