//! A run of characters without white space, cut into tokens.
//!
//! Letters, digits, single hyphens and full stops stay together, and so does a comma between digits. An
//! apostrophe begins a token between a letter or digit and a letter (`don 't`, `Smith 's`, `O 'Brien`);
//! otherwise it is a token. Everything else is a token by itself; runs of full stops or hyphens are one. A
//! long or doubled dash is `--`, an ellipsis `...`.

use super::characters::{Character, in_word};
use super::sentence::Token;

/// What may follow the apostrophe of a shortened word; a lone one stays whole, as in training text.
const SHORT: &[&str] =
    &["s", "t", "re", "ve", "m", "ll", "d", "S", "T", "RE", "VE", "M", "LL", "D"];

/// What becomes of the full stop at the end of a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LastStop {
    /// Part of the word.
    Kept,
    /// A token.
    Cut,
}

/// Cuts a unit and adds its tokens. `last_stop` decides about the full stop after a word, given the word
/// without it and whether it is the last word of the unit.
pub fn cut(
    unit: &[Character],
    last_stop: impl Fn(&str, bool) -> LastStop,
    tokens: &mut Vec<Token>,
) {
    let mut spaced = true;
    let mut push = |piece: &[Character], text: String| {
        if let (Some(first), Some(last)) = (piece.first(), piece.last()) {
            let span = first.at..last.at + last.bytes;
            tokens.push(Token { span, text: text.into_bytes(), spaced });
            spaced = false;
        }
    };
    let rest: String = unit.iter().skip(1).map(|c| c.plain).collect();
    if unit.first().is_some_and(|c| c.plain == '\'') && SHORT.contains(&&rest[..]) {
        return push(unit, format!("'{rest}"));
    }
    let mut from = 0;
    while from < unit.len() {
        let to = from + length(unit, from);
        let piece = &unit[from..to];
        let mut text: String = piece.iter().map(|c| c.plain).collect();
        match &text[..] {
            "—" => text = "--".to_owned(),
            "…" => text = "...".to_owned(),
            "''" => text = "\"".to_owned(),
            _ => {}
        }
        let ends_with_stop =
            piece.len() > 1 && text.ends_with('.') && piece.iter().any(|c| in_word(c.plain));
        let stem = text.trim_end_matches('.');
        let is_last = || unit[to..].iter().all(|c| !in_word(c.plain));
        if ends_with_stop && last_stop(stem, is_last()) == LastStop::Cut {
            let (word, stop) = piece.split_at(piece.len() - 1);
            push(word, stem.to_owned());
            push(stop, ".".to_owned());
        } else {
            push(piece, text);
        }
        from = to;
    }
}

/// How many characters the token that begins at `from` has.
fn length(unit: &[Character], from: usize) -> usize {
    let at = |i: usize| unit.get(i).map(|c| c.plain);
    let run = |c: char| unit[from..].iter().take_while(|other| other.plain == c).count();
    let first = unit[from].plain;
    match first {
        '.' | '-' if run(first) > 1 => return run(first),
        '\'' if at(from + 1) == Some(first) && at(from + 2) != Some(first) => return 2,
        '\'' => {
            let before = from.checked_sub(1).and_then(at);
            let joined =
                before.is_some_and(in_word) && at(from + 1).is_some_and(char::is_alphabetic);
            return if joined { 1 + word(unit, from + 1) } else { 1 };
        }
        _ => {}
    }
    word(unit, from).max(1)
}

/// How many characters from here belong to one word.
fn word(unit: &[Character], from: usize) -> usize {
    let at = |i: usize| unit.get(i).map(|c| c.plain);
    let mut to = from;
    while let Some(c) = at(to) {
        let before = to.checked_sub(1).filter(|&i| i >= from).and_then(at);
        let belongs = match c {
            // A second one makes a run, which is a token.
            '.' | '-' => at(to + 1) != Some(c) && before != Some(c),
            ',' => {
                let digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
                digit(before) && digit(at(to + 1))
            }
            c => in_word(c),
        };
        if !belongs {
            break;
        }
        to += 1;
    }
    to - from
}

#[cfg(test)]
mod tests {
    use super::super::characters::characters;
    use super::*;

    fn cut_all(unit: &str, stop: LastStop) -> String {
        let mut tokens = Vec::new();
        cut(&characters(unit.as_bytes()), |_, _| stop, &mut tokens);
        let texts: Vec<String> =
            tokens.into_iter().map(|t| String::from_utf8(t.text).unwrap()).collect();
        texts.join(" ")
    }

    #[test]
    fn units_are_cut_as_the_training_text_is() {
        for (unit, expected) in [
            ("don't", "don 't"),
            ("don’t", "don 't"),
            ("Smith's,", "Smith 's ,"),
            ("cities'", "cities '"),
            ("'tis", "' tis"),
            ("'t", "'t"),
            ("O'Brien", "O 'Brien"),
            ("“Well,”", "\" Well , \""),
            ("$2,900", "$ 2,900"),
            ("10%.", "10 % ."),
            ("(e.g.,", "( e.g. ,"),
            ("3:30", "3 : 30"),
            ("and/or", "and / or"),
            ("10–12", "10-12"),
            ("well-known", "well-known"),
            ("war—the", "war -- the"),
            ("war--the", "war -- the"),
            ("-10", "-10"),
            (".05", ".05"),
            ("wait...", "wait ..."),
            ("wait…", "wait ..."),
            ("AT&T", "AT & T"),
            ("a,b", "a , b"),
            ("''so", "\" so"),
            ("2009's", "2009 's"),
            ("cannot", "cannot"),
            ("naïve", "naïve"),
        ] {
            assert_eq!(cut_all(unit, LastStop::Kept), expected, "{unit}");
        }
        assert_eq!(cut_all("end.\")", LastStop::Cut), "end . \" )");
        assert_eq!(cut_all("U.S.", LastStop::Kept), "U.S.");
        assert_eq!(cut_all(".", LastStop::Cut), ".");
    }
}
