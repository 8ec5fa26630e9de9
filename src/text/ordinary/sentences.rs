//! Where sentences begin and end in ordinary text.
//!
//! A blank line ends a sentence. So does a line break if the first word of the next line would have fitted on
//! the line, given the longest line of the paragraph: wrapped text would have put it there. So do the marks of
//! headings and lists. Within lines, a sentence ends after `.`, `?`, `!` or `…`, and any quotes and brackets
//! after it, if the next word does not begin in lower case and the full stop is not that of an abbreviation.
//!
//! A line that is no prose ([`super::layout`]) is a sentence of one token, into which nothing goes.

use std::borrow::Cow;
use std::ops::Range;

use super::abbreviations::{Stop, starts_sentences, stop};
use super::blocks::Block;
use super::characters::{Character, characters, closes, is_space, opens};
use super::layout::{Line, lines};
use super::sentence::{Sentence, Token};
use super::units::{LastStop, cut};

/// The longest sentence, in tokens; a longer one is cut, so that work and memory are bounded.
pub const LONGEST: usize = 250;
/// A line that is no prose, as a token: no word of any model.
const CODE: &str = "\u{fffd}";
/// A word must fit into the line before it with this many characters to spare: lines of wrapped text are not
/// all filled to the last column.
const SLACK: usize = 8;

/// A run of characters without white space.
struct Unit<'t> {
    characters: Cow<'t, [Character]>,
    /// The line it begins in.
    line: usize,
    /// Whether it is the first on that line.
    begins_line: bool,
    /// Whether it is a whole line that is no prose.
    verbatim: bool,
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
    sentences_in(text, 0)
}

impl Block {
    /// Its [sentences](sentences()). Lines of a fence that was opened before are no prose.
    pub fn sentences(&self) -> Vec<Sentence> {
        sentences_in(&self.bytes, self.fence)
    }
}

/// The sentences of a text that begins in a fence of so many backticks; 0 for none.
fn sentences_in(text: &[u8], fence: usize) -> Vec<Sentence> {
    let mut characters = characters(text);
    let lines = lines(text, &mut characters, fence);
    let units = units(&characters, &lines);
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

/// The units of a text; a word that was divided at the end of a line is one.
fn units<'t>(characters: &'t [Character], lines: &[Line]) -> Vec<Unit<'t>> {
    let (mut units, mut at) = (Vec::new(), 0);
    for (number, line) in lines.iter().enumerate() {
        let (verbatim, mut begins_line) = (line.verbatim, at <= line.range.start);
        at = at.max(line.range.start);
        while at < line.range.end {
            if is_space(characters[at].plain) {
                at += 1;
                continue;
            }
            let length = match verbatim {
                true => line.range.end - at,
                false => word(&characters[at..]),
            };
            let own = &characters[at..at + length];
            at += length;
            let mut unit =
                Unit { characters: Cow::Borrowed(own), line: number, begins_line, verbatim };
            let next = lines.get(number + 1).filter(|_| at == line.range.end);
            if let Some(next) = next.filter(|next| next.paragraph == line.paragraph) {
                let rest = &characters[next.range.start..];
                let rest = &rest[..word(rest)];
                if let Some(whole) = joined(own, rest) {
                    unit.characters = Cow::Owned(whole);
                    at = next.range.start + rest.len();
                }
            }
            units.push(unit);
            begins_line = false;
        }
    }
    units
}

/// How many characters there are before white space.
fn word(characters: &[Character]) -> usize {
    characters.iter().take_while(|c| !is_space(c.plain)).count()
}

/// A word that was divided at the end of a line; `None` if these are two. The hyphen goes, unless there are
/// others in the word.
fn joined(first: &[Character], rest: &[Character]) -> Option<Vec<Character>> {
    let (hyphen, stem) = first.split_last()?;
    let small = |c: &&Character| c.plain.is_lowercase();
    let letters = stem.iter().rev().take_while(small).count();
    let tail: String = rest.iter().take_while(small).map(|c| c.plain).collect();
    let divided = matches!(hyphen.plain, '-' | '\u{ad}') && letters >= 2 && !tail.is_empty();
    // "two- or three-fold"
    if !divided || matches!(&tail[..], "and" | "or" | "to" | "but" | "nor") {
        return None;
    }
    let kept = [stem, rest].iter().any(|part| part.iter().any(|c| c.plain == '-'));
    Some([if kept { first } else { stem }, rest].concat())
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
    let only_closes = |unit: &&Unit<'_>| unit.characters.iter().all(|c| closes(c.plain));
    let closing = units.iter().rev().take_while(only_closes).count();
    for (i, unit) in units.iter().enumerate() {
        if let (true, [first, .., last]) = (unit.verbatim, &unit.characters[..]) {
            let span = first.at..last.at + last.bytes;
            tokens.push(Token { span, text: CODE.into(), spaced: true });
            continue;
        }
        let following = units.get(i + 1);
        let is_last = i + 1 + closing >= units.len();
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
        cut(&unit.characters, last_stop, &mut tokens);
    }
    // Splitting the vector would leave every part with room for all that follow.
    let mut rest = tokens.into_iter();
    while rest.len() > 0 {
        all.push(Sentence { tokens: rest.by_ref().take(LONGEST).collect(), curly });
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

    /// The sentences, with `#` for a token of code and nothing for a whole line of it.
    fn prose(text: &str) -> Vec<String> {
        let shown = |token: &str| if token.contains('\u{fffd}') { "#" } else { token }.to_owned();
        let shown = |line: &String| line.split(' ').map(shown).collect::<Vec<_>>().join(" ");
        lines(text).iter().map(shown).filter(|line| line != "#").collect()
    }

    #[track_caller]
    fn are_read<const N: usize>(cases: [(&str, Vec<&str>); N]) {
        cases.iter().for_each(|(text, expected)| assert_eq!(&prose(text), expected, "{text}"));
    }

    #[test]
    fn code_is_a_word_and_lines_of_code_are_no_sentences() {
        are_read([
            ("See `a b c`, then go.", vec!["See # , then go ."]),
            ("Use `f(x)\n+ 1` here.", vec!["Use # here ."]),
            ("``Well,'' he said. ``Yes.''", vec!["\" Well , \" he said .", "\" Yes . \""]),
            ("It is `this' and `that'.", vec!["It is ' this ' and ' that ' ."]),
            ("See [the guide](a.md#b).", vec!["See [ the guide ] # ."]),
            ("Ask --verbose or src/a/b.rs, and max_size.", vec!["Ask # or # , and # ."]),
            ("The AT&T man and/or he paid $5.", vec!["The AT & T man and / or he paid $ 5 ."]),
            ("So:\n```\nHe went.\n\nSo.\n```\nHe came.", vec!["So :", "He came ."]),
            ("So:\n```\nHe went.", vec!["So :"]),
            ("A ``` in text.\nHe came.", vec!["A ' \" in text .", "He came ."]),
            ("| a b | c d |\n|---|---|\nHe came.", vec!["He came ."]),
            ("a b   c d   e f\n\nHe came.", vec!["He came ."]),
            ("$ sort in.txt\n$ 5 million is much.", vec!["$ 5 million is much ."]),
            ("sort -n in.txt -o out.txt\nHe came.", vec!["He came ."]),
            ("let x = y + z;\n=======\nHe came.", vec!["He came ."]),
        ]);
    }

    #[test]
    fn quotations_and_divided_words_are_read_through() {
        are_read([
            ("> He came to\n> the house.\nYes.", vec!["He came to the house .", "Yes ."]),
            (">> He came to\n> the house.", vec!["He came to", "the house ."]),
            ("> > He came\n> > to us.\n>\n> So.", vec!["He came to us .", "So ."]),
            ("The pro-\nposal was new.", vec!["The proposal was new ."]),
            ("> The pro-\n> posal, new.", vec!["The proposal , new ."]),
            ("An up-to-\ndate list.", vec!["An up-to-date list ."]),
            ("Two- or three-\nand four-fold.", vec!["Two- or three- and four-fold ."]),
            ("The year 20-\nfold.", vec!["The year 20- fold ."]),
        ]);
        let divided = sentences(b"> The pro-\n> posal, new.").remove(0);
        assert_eq!([1, 2].map(|at| divided.tokens[at].span.clone()), [6..18, 18..19]);
    }

    #[test]
    fn a_sentence_has_a_bound() {
        let long = "word ".repeat(2 * LONGEST + 7);
        let all = sentences(long.as_bytes());
        let lengths: Vec<usize> = all.iter().map(|sentence| sentence.tokens.len()).collect();
        assert_eq!(lengths, [LONGEST, LONGEST, 7]);
        assert!(all.iter().all(|sentence| sentence.tokens.capacity() <= 2 * LONGEST));
    }

    /// Were the work to grow with the square of the length, this would take minutes.
    #[test]
    fn long_runs_of_marks_are_read_in_time() {
        for mark in ["](", ")", "'", ") ", "`a ", "a.)", "-", "> ", "' ", "[", "a-\n"] {
            let text = mark.repeat(1 << 17) + " end.";
            let all = sentences(text.as_bytes());
            assert_eq!(all.last().unwrap().span().end, text.len(), "{mark}");
        }
    }
}
