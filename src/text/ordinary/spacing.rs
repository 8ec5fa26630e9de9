//! Where a word goes in a gap, and which spaces come with it.
//!
//! A gap with white space takes a word, or a mark that attaches to one side. A gap without takes something
//! only before closing marks (`it _,`) and after opening ones (`(_ the`): never in `5:30`, `don't` or `AT&T`.
//! Nothing goes into a run of numbers and symbols, nor before the bracket of a list's marker (`a)`), which no
//! bracket opens.

use super::sentence::{Sentence, Token};

/// What to write where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The byte before which it is written.
    pub at: usize,
    /// The word with the space that it brings.
    pub text: Vec<u8>,
}

/// The neighbour to which a token attaches, without a space.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Left,
    Right,
    Neither,
}

impl Sentence {
    /// Whether anything can be put after the `gap`-th token (counted from 0).
    pub fn is_open(&self, gap: usize) -> bool {
        let (Some(left), Some(right)) = (self.tokens.get(gap), self.tokens.get(gap + 1)) else {
            return false;
        };
        if right.spaced {
            return !self.in_symbols(gap);
        }
        if self.is_marker(gap + 1) {
            return false;
        }
        let spaced = |at: usize| self.tokens.get(at).is_none_or(|token| token.spaced);
        // Closing marks up to a space; a possessive's owner may be missing.
        let mut end = gap + 1;
        while !spaced(end + 1) && self.side(end) == Side::Left {
            end += 1;
        }
        let closed = self.side(gap + 1) == Side::Left
            && (spaced(end + 1) && self.side(end) == Side::Left)
            && (!is_short(&right.text) || right.text == b"'s");
        // Opening marks from a space on.
        let mut begin = gap;
        while !self.tokens[begin].spaced && begin > 0 && self.side(begin) == Side::Right {
            begin -= 1;
        }
        let opened = self.side(gap) == Side::Right
            && self.tokens[begin].spaced
            && self.side(begin) == Side::Right
            && !is_sign(&left.text);
        closed || opened
    }

    /// Where `word` goes after the `gap`-th token; `None` if it cannot go there.
    pub fn place(&self, gap: usize, word: &[u8]) -> Option<Place> {
        if !self.is_open(gap) {
            return None;
        }
        let (left, right) = (&self.tokens[gap], &self.tokens[gap + 1]);
        let side = match word {
            // A lone apostrophe may end a plural's possessive or a quotation: there is no telling.
            b"'" if !left.text.ends_with(b"s") => return None,
            b"\"" if self.quotes(gap).is_multiple_of(2) => Side::Right,
            b"(" | b"[" if self.closed_by_marker(gap) => return None,
            _ => side_of(word),
        };
        let written = self.written(word, side);
        let (at, text) = match (right.spaced, side) {
            (true, Side::Left) => (left.span.end, written),
            (true, Side::Right) => (right.span.start, written),
            (true, Side::Neither) => (left.span.end, [b" ", &written[..]].concat()),
            (false, _) if self.side(gap + 1) == Side::Left => match side {
                Side::Left => (left.span.end, written),
                Side::Neither => (left.span.end, [b" ", &written[..]].concat()),
                Side::Right => return None,
            },
            (false, Side::Right) => (right.span.start, written),
            (false, Side::Neither) => (right.span.start, [&written[..], b" "].concat()),
            (false, Side::Left) => return None,
        };
        Some(Place { at, text })
    }

    /// Whether a gap with white space is in a run of three or more units without letters, some of which are
    /// more than a mark: `0 _ 0 1`.
    fn in_symbols(&self, gap: usize) -> bool {
        let begins = |at: &usize| self.tokens[*at].spaced;
        let begin = |at: usize| (0..=at).rev().find(begins).unwrap_or(0);
        let end = |at: usize| (at + 1..self.tokens.len()).find(begins).unwrap_or(self.tokens.len());
        let symbols = |tokens: &[Token]| {
            let text = || tokens.iter().flat_map(|token| token.text.iter().copied());
            !text().any(|b| b.is_ascii_alphabetic() || !b.is_ascii())
                && tokens.iter().any(|token| !is_mark(&token.text))
        };
        let (left, right) = (begin(gap), end(gap + 1));
        if !symbols(&self.tokens[left..=gap]) || !symbols(&self.tokens[gap + 1..right]) {
            return false;
        }
        let before = left.checked_sub(1).map(|last| &self.tokens[begin(last)..=last]);
        let after = self.tokens.get(right).map(|_| &self.tokens[right..end(right)]);
        [before, after].into_iter().flatten().any(symbols)
    }

    /// Whether a token is the bracket after the number or letter of an item of a list: `a)`, `iv)`, `12)`.
    fn is_marker(&self, at: usize) -> bool {
        let [name, bracket] = match self.tokens.get(at.wrapping_sub(1)..=at) {
            Some([name, bracket]) if name.spaced && !bracket.spaced => [name, bracket],
            _ => return false,
        };
        let roman = |b: &u8| b"ivxIVX".contains(b);
        let named = match &name.text[..] {
            [letter] => letter.is_ascii_alphanumeric(),
            text => {
                text.len() <= 2 && text.iter().all(u8::is_ascii_digit)
                    || text.len() <= 4 && text.iter().all(roman)
            }
        };
        let ends = self.tokens.get(at + 1).is_none_or(|next| next.spaced);
        matches!(&bracket.text[..], b")" | b"]") && named && ends
    }

    /// Whether the next bracket after a gap is that of a marker.
    fn closed_by_marker(&self, gap: usize) -> bool {
        let bracket = |&at: &usize| matches!(&self.tokens[at].text[..], b"(" | b"[" | b")" | b"]");
        let next = (gap + 1..self.tokens.len()).find(bracket);
        next.is_some_and(|at| self.is_marker(at))
    }

    /// A copy without some tokens, given by increasing indices; any space next to them is kept.
    pub fn without(&self, gone: &[usize]) -> Sentence {
        let mut tokens: Vec<Token> = Vec::with_capacity(self.tokens.len());
        let mut spaced = false;
        for (i, token) in self.tokens.iter().enumerate() {
            spaced |= token.spaced;
            if gone.binary_search(&i).is_err() {
                tokens.push(Token { spaced, ..token.clone() });
                spaced = false;
            }
        }
        Sentence { tokens, curly: self.curly }
    }

    /// The word in the spelling of the text around it.
    fn written(&self, word: &[u8], side: Side) -> Vec<u8> {
        match word {
            b"\"" if self.curly && side == Side::Right => "“".into(),
            b"\"" if self.curly => "”".into(),
            [b'\'', rest @ ..] if self.curly => ["’".as_bytes(), rest].concat(),
            _ => word.to_vec(),
        }
    }

    /// The side to which a token of the sentence attaches.
    fn side(&self, at: usize) -> Side {
        match &self.tokens[at].text[..] {
            b"\"" if self.quotes(at) % 2 == 1 => Side::Right,
            text => side_of(text),
        }
    }

    /// How many double quotes there are up to and including a token.
    fn quotes(&self, at: usize) -> usize {
        self.tokens[..=at].iter().filter(|token| token.text == b"\"").count()
    }
}

/// Where a word or mark attaches, assuming that a double quote is a closing one.
fn side_of(word: &[u8]) -> Side {
    match word {
        b"," | b"." | b";" | b":" | b"?" | b"!" | b"%" | b")" | b"]" | b"\"" | b"'" | b"..." => {
            Side::Left
        }
        b"(" | b"[" => Side::Right,
        _ if is_sign(word) => Side::Right,
        _ if is_short(word) => Side::Left,
        _ => Side::Neither,
    }
}

/// Whether a token is a mark of prose, rather than a number or a symbol.
fn is_mark(token: &[u8]) -> bool {
    token.iter().all(|b| b".,;:?!'\"()[]".contains(b)) || token == b"--"
}

/// The ends of shortened words, and possessives.
fn is_short(word: &[u8]) -> bool {
    matches!(word, b"'s" | b"'t" | b"'re" | b"'ve" | b"'m" | b"'ll" | b"'d")
}

/// Signs before a number.
fn is_sign(word: &[u8]) -> bool {
    matches!(word, b"$" | b"#" | b"@") || word == "£".as_bytes() || word == "€".as_bytes()
}

#[cfg(test)]
mod tests {
    use super::super::sentences;
    use super::*;

    fn put(text: &str, gap: usize, word: &str) -> Option<String> {
        let sentence = sentences(text.as_bytes()).remove(0);
        let Place { at, text: put } = sentence.place(gap, word.as_bytes())?;
        let mut out = text.as_bytes().to_vec();
        out.splice(at..at, put);
        Some(String::from_utf8(out).unwrap())
    }

    #[test]
    fn words_and_marks_are_written_as_people_write_them() {
        for (text, gap, word, expected) in [
            ("He been away.", 0, "had", "He had been away."),
            ("He\nbeen away.", 0, "had", "He had\nbeen away."),
            ("He said it, and left.", 2, "again", "He said it again, and left."),
            ("He said it and left.", 2, ",", "He said it, and left."),
            ("Smith car was red.", 0, "'s", "Smith's car was red."),
            ("Smith’s dog bit Jones car.", 4, "'s", "Smith’s dog bit Jones’s car."),
            ("It cost 5 million.", 1, "$", "It cost $5 million."),
            ("He said \"quick fox\" again.", 2, "the", "He said \"the quick fox\" again."),
            ("He said quick fox\" again.", 1, "\"", "He said \"quick fox\" again."),
            ("It rose 5 last year.", 2, "%", "It rose 5% last year."),
            ("the (red car) is", 1, "big", "the (big red car) is"),
            ("It was (see below.", 4, ")", "It was (see below)."),
            ("Smith, the mayor) and a) bread", 1, "(", "Smith, (the mayor) and a) bread"),
            ("We need: a) bread, b) milk", 6, "and", "We need: a) bread, and b) milk"),
            ("It rose 5 10 percent.", 2, "to", "It rose 5 to 10 percent."),
            ("said , \" 5 million \"", 2, "about", "said , \" about 5 million \""),
        ] {
            assert_eq!(put(text, gap, word).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn nothing_goes_into_times_names_and_shortened_words() {
        for (text, gap, word) in [
            ("They don't go.", 1, "x"),
            ("At 5:30 he left.", 1, "x"),
            ("At 5:30 he left.", 2, "x"),
            ("The AT&T shop.", 1, "x"),
            ("It cost $5 then.", 2, "x"),
            ("the (red car) is", 1, ","),
            ("He went to house.", 1, "'"),
            ("He went", 1, "x"),
            // Runs of numbers and symbols,
            ("with prune 0 0 1 it", 2, "-"),
            ("with prune 0 0 1 it", 3, "-"),
            ("so 1 + 2 = 3 then", 2, "the"),
            // and items of lists.
            ("We need: a) bread, b) milk", 2, "("),
            ("We need: a) bread, b) milk", 1, "("),
            ("We need: a) bread, b) milk", 3, "few"),
            ("Parts: i) a hall, iv) a road", 6, "("),
        ] {
            assert_eq!(put(text, gap, word), None, "{text}");
        }
    }
}
