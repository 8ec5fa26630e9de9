//! Lines without differences of form.
//!
//! Case: all lower. Tokenisation: words are runs of letters and digits, and every other character is a token; quotes,
//! dashes and runs of dots or dashes are written in one way, and what some tokenisers write for brackets and quotes
//! (`-LRB-`, `&quot;`) is put back. Length is levelled between two texts, by `length`.

use serde::Serialize;

/// What is made equal in both texts before they are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Level {
    /// Nothing.
    Nothing,
    /// Case.
    Case,
    /// Where words and marks begin and end, and how quotes and dashes are written.
    Tokenisation,
    /// How many tokens a line has.
    Length,
    /// Case, tokenisation and length.
    All,
}

impl Level {
    /// All of them.
    pub const ALL: [Level; 5] =
        [Level::Nothing, Level::Case, Level::Tokenisation, Level::Length, Level::All];

    /// Its name in a table.
    pub fn name(self) -> &'static str {
        match self {
            Level::Nothing => "as it is",
            Level::Case => "without case",
            Level::Tokenisation => "without tokenisation",
            Level::Length => "without length",
            Level::All => "without all three",
        }
    }

    /// Its name where there is little room: what is levelled.
    pub fn short(self) -> &'static str {
        match self {
            Level::Nothing => "as it is",
            Level::Case => "case",
            Level::Tokenisation => "tokenisation",
            Level::Length => "length",
            Level::All => "all three",
        }
    }

    /// Whether lengths are to be levelled.
    pub(super) fn length(self) -> bool {
        matches!(self, Level::Length | Level::All)
    }

    /// The line with case and tokenisation levelled, if they are to be.
    pub(super) fn apply(self, line: &str) -> String {
        match self {
            Level::Nothing | Level::Length => line.to_owned(),
            Level::Case => line.to_lowercase(),
            Level::Tokenisation => tokenised(line, true),
            Level::All => tokenised(&line.to_lowercase(), true),
        }
    }
}

/// What is left of a line without case, spaces and ways of writing marks: where that is equal, lines are doubles.
pub fn essence(line: &str, out: &mut String) {
    out.clear();
    if line.is_ascii() && !line.contains(ESCAPES) {
        // The same as below, for most lines.
        let mut cutter = Cutter { spaces: false, out };
        line.chars().for_each(|c| cutter.see(c.to_ascii_lowercase()));
        return;
    }
    *out = tokenised(&line.to_lowercase(), false);
}

/// Where one of these is, [`WRITTEN`] may apply.
const ESCAPES: [char; 2] = ['&', '-'];

/// What tokenisers write for marks that mean something to their formats, in lower case.
const WRITTEN: [(&str, &str); 13] = [
    ("-lrb-", "("),
    ("-rrb-", ")"),
    ("-lsb-", "["),
    ("-rsb-", "]"),
    ("-lcb-", "{"),
    ("-rcb-", "}"),
    ("&quot;", "\""),
    ("&apos;", "'"),
    ("&lt;", "<"),
    ("&gt;", ">"),
    ("&#91;", "["),
    ("&#93;", "]"),
    ("&amp;", "&"),
];

fn tokenised(line: &str, spaces: bool) -> String {
    let mut out = String::with_capacity(line.len() + line.len() / 4);
    let mut cutter = Cutter { spaces, out: &mut out };
    let mut rest = line;
    while let Some(c) = rest.chars().next() {
        if ESCAPES.contains(&c)
            && let Some((from, to)) = WRITTEN.iter().find(|(from, _)| begins(rest, from))
        {
            to.chars().for_each(|c| cutter.see(c));
            rest = &rest[from.len()..];
        } else {
            cutter.see(c);
            rest = &rest[c.len_utf8()..];
        }
    }
    if out.ends_with(' ') {
        out.pop();
    }
    out
}

fn begins(text: &str, with: &str) -> bool {
    text.as_bytes().get(..with.len()).is_some_and(|text| text.eq_ignore_ascii_case(with.as_bytes()))
}

/// Writes tokens, each with a space after it if `spaces`.
struct Cutter<'o> {
    spaces: bool,
    out: &'o mut String,
}

impl Cutter<'_> {
    fn see(&mut self, c: char) {
        if c.is_whitespace() {
            self.end();
            return;
        }
        if is_of_word(c) {
            self.out.push(c);
            return;
        }
        let mark = mark(c);
        let before = self.out.strip_suffix(' ').unwrap_or(self.out);
        if mark == '\'' && before.ends_with('\'') {
            // '' and `` are quotes.
            let length = before.len() - 1;
            self.out.truncate(length);
            self.out.push('"');
            self.end();
            return;
        }
        if matches!(mark, '-' | '.') && before.ends_with(mark) {
            return;
        }
        self.end();
        self.out.push(mark);
        self.end();
    }

    fn end(&mut self) {
        if self.spaces && !self.out.is_empty() && !self.out.ends_with(' ') {
            self.out.push(' ');
        }
    }
}

/// Whether a character is a part of a word: a letter, a digit, or an accent on the letter before it.
pub(super) fn is_of_word(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '\u{300}'..='\u{36f}')
}

/// A mark as it is mostly written.
fn mark(c: char) -> char {
    match c {
        '“' | '”' | '„' | '«' | '»' | '″' => '"',
        '’' | '‘' | '‚' | '`' | '´' | '′' => '\'',
        '–' | '—' | '‐' | '‑' | '−' => '-',
        '…' => '.',
        c => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn of(line: &str) -> String {
        let mut out = String::new();
        essence(line, &mut out);
        out
    }

    #[test]
    fn tokens_are_cut_in_one_way() {
        for (line, levelled) in [
            ("I don't (really) know.", "I don ' t ( really ) know ."),
            ("I do n't -LRB- really -RRB- know .", "I do n ' t ( really ) know ."),
            ("``Well'' -- he said ...", "\" Well \" - he said ."),
            ("“Well” — he said…", "\" Well \" - he said ."),
            ("&quot; A &amp; B &quot;", "\" A & B \""),
            ("3,000 naïve  e\u{301}", "3 , 000 naïve e\u{301}"),
            ("", ""),
        ] {
            assert_eq!(Level::Tokenisation.apply(line), levelled);
        }
        assert_eq!(Level::All.apply("The U.S."), "the u . s .");
        assert_eq!(Level::Case.apply("The U.S."), "the u.s.");
        assert_eq!(Level::Length.apply("The U.S."), "The U.S.");
    }

    #[test]
    fn doubles_have_one_essence() {
        assert_eq!(of("He said : ``Go ! ''"), of("he said: \"GO!\""));
        assert_eq!(of("He -LRB- she -RRB-"), of("he (she)"));
        assert_ne!(of("He said so ."), of("He said no ."));
    }

    proptest! {
        #[test]
        fn a_levelled_line_is_level(line in "[a-cA-C'`.&; \u{2014}é-]{0,20}") {
            let once = Level::All.apply(&line);
            prop_assert_eq!(&Level::All.apply(&once), &once);
            prop_assert!(!once.starts_with(' ') && !once.ends_with(' ') && !once.contains("  "), "{:?}", once);
            // The short way to the essence is the long one.
            prop_assert_eq!(of(&line), tokenised(&line.to_lowercase(), false));
        }
    }
}
