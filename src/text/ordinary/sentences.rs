//! Where sentences begin and end in ordinary text.
//!
//! A blank line ends a sentence. So does a line break if the first word of the next line would have fitted on
//! the line, given the longest line of the paragraph: wrapped text would have put it there. So do the marks of
//! headings and lists. Within lines, a sentence ends after `.`, `?`, `!` or `…`, and any quotes and brackets
//! after it, if the next word does not begin in lower case and the full stop is not that of an abbreviation.

use std::ops::Range;

use super::abbreviations::{Stop, starts_sentences, stop};
use super::characters::{Character, characters, closes, is_space, opens};
use super::sentence::{Sentence, Token};
use super::units::{LastStop, cut};

/// The longest sentence, in tokens; a longer one is cut, so that work and memory are bounded.
pub const LONGEST: usize = 250;
/// A word must fit into the line before it with this many characters to spare: lines of wrapped text are not
/// all filled to the last column.
const SLACK: usize = 8;

/// A run of characters without white space.
struct Unit<'t> {
    characters: &'t [Character],
    /// The line it is in.
    line: usize,
    /// Whether it is the first on that line.
    begins_line: bool,
}

/// A line with anything in it.
struct Line {
    /// How many characters it has, without trailing spaces.
    length: usize,
    /// The paragraph it belongs to.
    paragraph: usize,
}

/// The sentences of a text, in order.
///
/// ```
/// let text = "Mr. Smith didn't\ncome. \"Why not?\" she asked.";
/// let lines = impute::text::ordinary::sentences(text.as_bytes());
/// let lines: Vec<_> = lines.iter().map(|s| String::from_utf8(s.line()).unwrap()).collect();
/// assert_eq!(lines, ["Mr. Smith didn 't come .", "\" Why not ? \" she asked ."]);
/// ```
///
/// # Complexity
/// Linear in the length of the text; about 20 bytes of memory for every byte.
pub fn sentences(text: &[u8]) -> Vec<Sentence> {
    let characters = characters(text);
    let (units, lines) = units(&characters);
    let paragraphs = lines.last().map_or(0, |line| line.paragraph + 1);
    let mut widths = vec![0; paragraphs];
    for line in &lines {
        widths[line.paragraph] = line.length.max(widths[line.paragraph]);
    }
    let curly = text.windows(3).any(|bytes| {
        matches!(bytes, [0xe2, 0x80, 0x98 | 0x99 | 0x9c | 0x9d]) // ‘ ’ “ ”
    });
    let (mut all, mut from, mut quotes) = (Vec::new(), 0, 0);
    for at in 0..units.len() {
        quotes += units[at].characters.iter().filter(|c| c.plain == '"').count();
        let ends = match units.get(at + 1) {
            None => true,
            Some(next) if next.begins_line && breaks(&units, at + 1, &lines, &widths) => true,
            Some(_) => ends_sentence(&units, at, from, quotes % 2 == 1),
        };
        if ends {
            add(&units[from..=at], units.get(at + 1), curly, &mut all);
            (from, quotes) = (at + 1, 0);
        }
    }
    all
}

/// The units of a text, and its lines.
fn units(characters: &[Character]) -> (Vec<Unit<'_>>, Vec<Line>) {
    let (mut units, mut lines) = (Vec::new(), Vec::<Line>::new());
    let (mut breaks, mut line_from, mut at) = (2, 0, 0);
    while at < characters.len() {
        let c = characters[at].plain;
        if is_space(c) {
            at += 1;
            if c == '\n' {
                (breaks, line_from) = (breaks + 1, at);
            }
            continue;
        }
        let length = characters[at..].iter().take_while(|c| !is_space(c.plain)).count();
        if breaks > 0 {
            let before = lines.last().map(|line| line.paragraph);
            let paragraph = before.map_or(0, |before| before + usize::from(breaks > 1));
            lines.push(Line { length: 0, paragraph });
        }
        if let Some(line) = lines.last_mut() {
            line.length = at + length - line_from;
        }
        let begins_line = breaks > 0;
        let line = lines.len() - 1;
        units.push(Unit { characters: &characters[at..at + length], line, begins_line });
        (at, breaks) = (at + length, 0);
    }
    (units, lines)
}

/// Whether the line break before a unit ends a sentence.
fn breaks(units: &[Unit<'_>], at: usize, lines: &[Line], widths: &[usize]) -> bool {
    let unit = &units[at];
    let (line, before) = (&lines[unit.line], &lines[unit.line - 1]);
    if line.paragraph != before.paragraph {
        return true;
    }
    let small = unit.first_letter().is_some_and(char::is_lowercase);
    let needed = before.length + 1 + unit.characters.len();
    let fits = needed + SLACK <= widths[line.paragraph] && !small;
    let on_line = units.get(at + 1).filter(|next| !next.begins_line);
    let next_is_small =
        on_line.is_none_or(|next| next.first_letter().is_none_or(char::is_lowercase));
    let text: String = unit.characters.iter().map(|c| c.plain).collect();
    let digits = text.trim_end_matches(['.', ')']);
    let numbered = digits.len() < text.len() && digits.len() <= 2 && digits.parse::<u8>().is_ok();
    let ended = units[at - 1].core().last().is_some_and(|c| ".?!…:;".contains(c.plain));
    match &text[..] {
        _ if fits => true,
        "*" | "•" | "·" | "‣" => on_line.is_some(),
        "-" | "+" | "—" => !next_is_small,
        _ if text.bytes().all(|b| b == b'#') => on_line.is_some(),
        _ => numbered && on_line.is_some() && ended,
    }
}

/// Whether a sentence that began at unit `from` ends after unit `at`, which is not the last one.
fn ends_sentence(units: &[Unit<'_>], at: usize, from: usize, in_quotes: bool) -> bool {
    let next = &units[at + 1];
    let only_closes = |unit: &Unit<'_>| unit.characters.iter().all(|c| closes(c.plain));
    if only_closes(next) && in_quotes {
        return false; // a lone closing quote belongs to the sentence
    }
    let ending = if only_closes(&units[at]) && at > from { &units[at - 1] } else { &units[at] };
    let core = ending.core();
    let last = core.last().map(|c| c.plain);
    if !matches!(last, Some('.' | '?' | '!' | '…')) {
        return false;
    }
    let first = next.first_letter().or_else(|| units.get(at + 2)?.first_letter());
    if first.is_some_and(char::is_lowercase) {
        return false;
    }
    if last != Some('.') {
        return true;
    }
    let word: String = core.iter().map(|c| c.plain).skip_while(|&c| opens(c)).collect();
    let stem = word.trim_end_matches('.');
    let number = first.is_some_and(char::is_numeric);
    match stop(stem) {
        // The number of a list item.
        _ if at == from && stem.len() <= 2 && stem.bytes().all(|b| b.is_ascii_digit()) => false,
        Stop::Inner => false,
        Stop::BeforeNumber => !number,
        Stop::Either | Stop::Acronym => starts_sentences(&next.word()),
        Stop::Small | Stop::End => true,
    }
}

/// Cuts the units of a sentence into tokens.
fn add(units: &[Unit<'_>], next: Option<&Unit<'_>>, curly: bool, all: &mut Vec<Sentence>) {
    let mut tokens: Vec<Token> = Vec::new();
    for (i, unit) in units.iter().enumerate() {
        let following = units.get(i + 1);
        let only_closes = |units: &[Unit<'_>]| {
            units.iter().all(|unit| unit.characters.iter().all(|c| closes(c.plain)))
        };
        let is_last = only_closes(&units[i + 1..]);
        let first = following.or(next).and_then(Unit::first_letter);
        let last_stop = |stem: &str, last: bool| {
            let keep = match stop(stem) {
                Stop::Acronym => true,
                Stop::Inner | Stop::Either => !(is_last && last),
                Stop::BeforeNumber => last && first.is_some_and(char::is_numeric),
                Stop::Small => !is_last && first.is_some_and(char::is_lowercase),
                Stop::End => false,
            };
            if keep { LastStop::Kept } else { LastStop::Cut }
        };
        cut(unit.characters, last_stop, &mut tokens);
    }
    while !tokens.is_empty() {
        let rest = tokens.split_off(tokens.len().min(LONGEST));
        all.push(Sentence { tokens, curly });
        tokens = rest;
    }
}

impl Unit<'_> {
    /// The characters without the quotes and brackets after them.
    fn core(&self) -> &[Character] {
        let closing = self.characters.iter().rev().take_while(|c| closes(c.plain)).count();
        &self.characters[..self.characters.len() - closing]
    }

    /// The first letter or digit, if only opening marks come before it.
    fn first_letter(&self) -> Option<char> {
        let first = self.characters.iter().map(|c| c.plain).find(|&c| !opens(c))?;
        first.is_alphanumeric().then_some(first)
    }

    /// The letters at its beginning.
    fn word(&self) -> String {
        let letters = self.characters.iter().map(|c| c.plain).skip_while(|&c| opens(c));
        letters.take_while(|c| c.is_alphabetic()).collect()
    }
}

impl Sentence {
    /// The bytes of the text from its first token to its last.
    pub fn span(&self) -> Range<usize> {
        let from = self.tokens.first().map_or(0, |token| token.span.start);
        from..self.tokens.last().map_or(from, |token| token.span.end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<String> {
        let all = sentences(text.as_bytes());
        all.iter().map(|s| String::from_utf8(s.line()).unwrap()).collect()
    }

    #[test]
    fn sentences_end_where_a_reader_would_end_them() {
        for (text, expected) in [
            ("He came. She left.", vec!["He came .", "She left ."]),
            ("Was it Dr. Jones? Yes!", vec!["Was it Dr. Jones ?", "Yes !"]),
            ("In the U.S. Senate it failed.", vec!["In the U.S. Senate it failed ."]),
            ("He left the U.S. The rest stayed.", vec!["He left the U.S.", "The rest stayed ."]),
            ("It rose on Sept. 5 at 7 p.m. in all.", vec!["It rose on Sept. 5 at 7 p.m. in all ."]),
            (
                "“Why?” she asked. “So.” He went.",
                vec!["\" Why ? \" she asked .", "\" So . \"", "He went ."],
            ),
            ("J. K. Smith wrote it.", vec!["J. K. Smith wrote it ."]),
            ("Apples, pears, etc. are sold.", vec!["Apples , pears , etc. are sold ."]),
            ("So did I. He too.", vec!["So did I .", "He too ."]),
            ("wait... and see", vec!["wait ... and see"]),
            ("said . \" Next one .", vec!["said .", "\" Next one ."]),
            ("\" Yes . \" No .", vec!["\" Yes . \"", "No ."]),
            ("", vec![]),
            (" \n\t ", vec![]),
        ] {
            assert_eq!(lines(text), expected, "{text}");
        }
    }

    #[test]
    fn wrapped_lines_are_joined_and_headings_are_not() {
        let text = "A heading\n\nThis paragraph was wrapped by\nsomebody at a width of thirty,\nMr. Brown \
                    perhaps. It ends.\nShort line\nAnother line that is much longer";
        let expected = [
            "A heading",
            "This paragraph was wrapped by somebody at a width of thirty , Mr. Brown perhaps .",
            "It ends .",
            "Short line",
            "Another line that is much longer",
        ];
        assert_eq!(lines(text), expected);
    }

    #[test]
    fn items_of_lists_are_sentences_of_their_own() {
        let text = "We need:\n* bread from the shop\n* milk\n1. First we eat.\n2. Then we sleep.";
        let expected = [
            "We need :",
            "* bread from the shop",
            "* milk",
            "1 . First we eat .",
            "2 . Then we sleep .",
        ];
        assert_eq!(lines(text), expected);
    }

    #[test]
    fn a_sentence_has_a_bound() {
        let long = "word ".repeat(2 * LONGEST + 7);
        let lengths: Vec<usize> =
            sentences(long.as_bytes()).iter().map(|sentence| sentence.tokens.len()).collect();
        assert_eq!(lengths, [LONGEST, LONGEST, 7]);
    }
}
