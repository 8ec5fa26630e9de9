//! Text of a known width: columns as a terminal counts them, wide characters as two.

use unicode_width::UnicodeWidthStr;

/// How wide a line may be.
pub const WIDTH: usize = 80;

/// A piece of a line: as it is written, with its styles, and how wide it is.
pub struct Piece {
    pub text: String,
    pub width: usize,
}

impl Piece {
    /// A piece without styles.
    pub fn plain(text: impl Into<String>) -> Self {
        let text = text.into();
        Piece { width: width(&text), text }
    }
}

pub fn width(text: &str) -> usize {
    text.width()
}

/// The beginning of a text that fits, with `…` for the rest.
pub fn clip(text: &str, most: usize) -> String {
    if width(text) <= most {
        return text.to_owned();
    }
    let mut out = head(text, most.saturating_sub(1)).to_owned();
    if most > 0 {
        out.push('…');
    }
    out
}

/// As much of a text as fits.
fn head(text: &str, most: usize) -> &str {
    let mut end = 0;
    for (at, c) in text.char_indices() {
        let next = at + c.len_utf8();
        if width(&text[..next]) > most {
            break;
        }
        end = next;
    }
    &text[..end]
}

/// The text and spaces after it.
pub fn left(text: &str, columns: usize) -> String {
    let text = clip(text, columns);
    let spaces = columns - width(&text).min(columns);
    text + &" ".repeat(spaces)
}

/// The text and spaces before it.
pub fn right(text: &str, columns: usize) -> String {
    let text = clip(text, columns);
    " ".repeat(columns - width(&text).min(columns)) + &text
}

/// `a MIDDLE b`, in which the longer side gives way.
pub fn around(a: &str, middle: &str, b: &str, most: usize) -> String {
    let room = most.saturating_sub(width(middle) + 2);
    let (wa, wb) = (width(a), width(b));
    let a_room = room.saturating_sub(wb).max(room / 2).min(wa);
    let a = clip(a, a_room);
    let b = clip(b, room - width(&a).min(room));
    format!("{a} {middle} {b}")
}

/// Pieces with spaces between them, in lines that are not too wide. A piece that is wider than a line is
/// broken, and loses its styles.
pub fn wrap(pieces: impl IntoIterator<Item = Piece>) -> String {
    let (mut out, mut column) = (String::new(), None);
    for piece in pieces {
        match column {
            Some(at) if at + 1 + piece.width <= WIDTH => {
                out.push(' ');
                column = Some(at + 1 + piece.width);
            }
            None if piece.width <= WIDTH => column = Some(piece.width),
            _ => {
                if column.is_some() {
                    out.truncate(out.trim_end_matches(' ').len());
                    out.push('\n');
                }
                column = Some(piece.width);
            }
        }
        if piece.width <= WIDTH {
            out += &piece.text;
            continue;
        }
        let plain = anstream::adapter::strip_str(&piece.text).to_string();
        let mut rest = &plain[..];
        while width(rest) > WIDTH {
            // A line holds at least one character, or this would not end.
            let first = rest.chars().next().map_or(0, char::len_utf8);
            let line = head(rest, WIDTH).len().max(first);
            out += &rest[..line];
            out.push('\n');
            rest = &rest[line..];
        }
        out += rest;
        column = Some(width(rest));
    }
    out.push('\n');
    out
}

pub fn paragraph(text: &str) -> String {
    wrap(text.split(' ').map(Piece::plain))
}

/// The bar of a share: from an eighth of a column to a whole one.
pub fn bar(share: f64) -> char {
    const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    BARS[((share * 8.0).ceil() as usize).clamp(1, 8) - 1]
}

/// A share, as people read it.
pub fn percent(p: f64) -> String {
    format!("{:.1} %", 100.0 * p)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn nothing_is_wider_than_it_may_be(a in "[ab\u{4f60}\u{301}é]{0,60}", b in "[ab你]{0,60}", most in 5usize..60) {
            prop_assert!(width(&clip(&a, most)) <= most);
            prop_assert_eq!(width(&left(&a, most)), most);
            prop_assert_eq!(width(&right(&a, most)), most);
            prop_assert!(width(&around(&a, "_", &b, most)) <= most);
        }

        #[test]
        fn wrapping_loses_nothing(words in proptest::collection::vec("[ab你]{0,30}|[a你]{70,200}", 0..20)) {
            let text = wrap(words.iter().map(|word| Piece::plain(word.as_str())));
            prop_assert!(text.lines().all(|line| width(line) <= WIDTH), "{text}");
            let plain = |text: &str| text.replace([' ', '\n'], "");
            prop_assert_eq!(plain(&text), words.concat());
        }
    }

    #[test]
    fn room_goes_to_the_side_that_needs_it() {
        assert_eq!(around("a", "_", "mistakes", 10), "a _ mista…");
        assert_eq!(around("mistakes", "_", "a", 10), "mista… _ a");
        assert_eq!(around("mistakes", "_", "mistakes", 11), "mis… _ mis…");
    }

    #[test]
    fn bars_grow_with_their_share() {
        let bars: String = [0.0, 0.1, 0.13, 0.5, 0.88, 1.0, f64::NAN].map(bar).iter().collect();
        assert_eq!(bars, "▁▁▂▄██▁");
    }
}
