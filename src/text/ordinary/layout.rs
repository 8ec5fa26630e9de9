//! What the lines of a text are: prose, perhaps quoted, or what nobody reads aloud.
//!
//! `> ` before a line is no part of it. Code between backticks, the targets of links, paths and options are
//! each one word that no model knows: every character of theirs becomes U+FFFD here. Lines that are code in a
//! fence, commands, rows of a table or rules are left as they are, each as a whole ([`Line::verbatim`]).

use std::ops::Range;

use super::characters::{Character, characters, closes, is_space, opens};

/// The longest code between backticks, in characters.
const LONGEST_CODE: usize = 300;
/// The longest target of a link, in characters: programs seldom promise to take longer addresses.
const LONGEST_TARGET: usize = 2000;
/// A run of spaces as long as this separates columns.
const COLUMN: usize = 3;
/// How many backticks open a fence.
const FENCE: usize = 3;
/// What code is written as.
const HIDDEN: char = char::REPLACEMENT_CHARACTER;
/// Words that come after a dash in prose, and are hardly ever the name of an option.
#[rustfmt::skip]
const PROSE: &[&str] = &[
    "although", "am", "an", "and", "are", "as", "at", "because", "been", "but", "can", "could", "did",
    "does", "even", "for", "had", "has", "have", "he", "her", "him", "his", "how", "if", "indeed", "is",
    "it", "its", "may", "me", "might", "must", "my", "never", "no", "nor", "not", "nothing", "of", "oh",
    "or", "our", "perhaps", "she", "should", "so", "than", "that", "the", "their", "them", "then",
    "there", "these", "they", "this", "those", "though", "us", "was", "we", "were", "what", "when",
    "where", "which", "while", "who", "whom", "whose", "why", "will", "would", "yes", "yet", "you",
    "your",
];

/// A line with anything in it.
pub struct Line {
    /// Its characters, without marks of quotation and the spaces around.
    pub range: Range<usize>,
    /// How many characters it has, without trailing spaces.
    pub length: usize,
    /// The paragraph it belongs to; a verbatim line is one by itself.
    pub paragraph: usize,
    /// Whether it is no prose.
    pub verbatim: bool,
}

/// A line as it was found.
struct Found {
    range: Range<usize>,
    length: usize,
    /// How many marks of quotation come before it.
    depth: usize,
    /// Whether it is the edge of a fence or inside.
    fenced: bool,
}

/// The lines of a text that begins in a fence of `fence` backticks, or outside if that is 0; hides code.
pub fn lines(text: &[u8], characters: &mut [Character], mut fence: usize) -> Vec<Line> {
    let all = found(text, characters, &mut fence);
    let prose = |line: &Found| !line.fenced && !line.range.is_empty();
    for part in all.chunk_by(|a, b| prose(a) && prose(b) && a.depth == b.depth) {
        if let [first, ..] = part
            && let [.., last] = part
            && prose(first)
        {
            hide_code(text, &mut characters[first.range.start..last.range.end]);
        }
    }
    let mut lines: Vec<Line> = Vec::new();
    let (mut depth, mut begins) = (0, false);
    for Found { range, length, depth: own, fenced } in all {
        if range.is_empty() {
            begins = true;
            continue;
        }
        let verbatim = fenced || is_verbatim(&characters[range.clone()]);
        if !verbatim {
            hide_words(&mut characters[range.clone()]);
        }
        let paragraph = lines.last().map_or(0, |before| {
            let another = begins || verbatim || before.verbatim || own != depth;
            before.paragraph + usize::from(another)
        });
        lines.push(Line { range, length, paragraph, verbatim });
        (depth, begins) = (own, false);
    }
    lines
}

/// How many backticks open the fence that is open after a text; 0 for none.
pub fn fence_after(text: &[u8], mut fence: usize) -> usize {
    if memchr::memmem::find(text, b"```").is_some() {
        found(text, &characters(text), &mut fence);
    }
    fence
}

/// Whether a line, without what comes before it, is the edge of a fence, which it opens or closes.
fn fence_line(line: &[u8], fence: &mut usize) -> bool {
    let ticks = line.iter().take_while(|&&b| b == b'`').count();
    let rest = line[ticks..].trim_ascii();
    if ticks < FENCE {
        return false;
    }
    let edge = match *fence {
        0 => !rest.contains(&b'`'),
        open => ticks >= open && rest.is_empty(),
    };
    if edge {
        *fence = if *fence == 0 { ticks } else { 0 };
    }
    edge
}

/// The lines of a text; `fence` is how many backticks open the fence before it, and then after it.
fn found(text: &[u8], characters: &[Character], fence: &mut usize) -> Vec<Found> {
    let mut all = Vec::new();
    let mut from = 0;
    for line in characters.split_inclusive(|c| c.plain == '\n') {
        let (mut depth, mut at) = (0, 0);
        while let Some(c) = line.get(at).filter(|c| c.plain == '>' || is_space(c.plain)) {
            depth += usize::from(c.plain == '>');
            at += 1;
        }
        let length = line.iter().rposition(|c| !is_space(c.plain)).map_or(0, |last| last + 1);
        let range = from + at..from + length.max(at);
        let bytes = match (line.get(at), line.get(length.wrapping_sub(1))) {
            (Some(first), Some(last)) if !range.is_empty() => &text[first.at..last.at + last.bytes],
            _ => &[],
        };
        let inside = *fence > 0;
        let fenced = fence_line(bytes, fence) || inside;
        all.push(Found { range, length, depth, fenced });
        from += line.len();
    }
    all
}

/// Hides code between backticks and the targets of links. ``Quotes'' and `quotes' of old are none: what
/// closes code comes after no space, and an apostrophe in it has a partner.
fn hide_code(text: &[u8], characters: &mut [Character]) {
    let tick = |c: &Character| text.get(c.at) == Some(&b'`');
    let ticks = |from: &[Character]| from.iter().take_while(|c| tick(c)).count();
    let space = |c: Option<&Character>| c.is_none_or(|c| is_space(c.plain));
    let mut at = 0;
    while at < characters.len() {
        let run = ticks(&characters[at..]);
        let begin = at + run;
        let mut end = None;
        if run > 0 && !space(characters.get(begin)) {
            let most = characters.len().min(begin + LONGEST_CODE);
            let mut to = begin;
            while to < most {
                let other = ticks(&characters[to..]);
                if other == run && !space(characters.get(to - 1)) {
                    let inner = &characters[begin..to];
                    let apostrophes = inner.iter().filter(|c| text.get(c.at) == Some(&b'\''));
                    end = apostrophes.count().is_multiple_of(2).then_some(to + run);
                    break;
                }
                to += other.max(1);
            }
        } else if let [a, b, ..] = &characters[at..]
            && (a.plain, b.plain) == (']', '(')
        {
            let mut target = characters[at..].iter().take(LONGEST_TARGET + 2);
            let target = target.position(|c| c.plain == ')' || is_space(c.plain));
            let target = target.filter(|&to| characters[at + to].plain == ')');
            end = target.map(|to| at + to + 1);
            at += 1;
        }
        match end {
            Some(end) => {
                characters[at..end].iter_mut().for_each(|c| c.plain = HIDDEN);
                at = end;
            }
            None => at = begin.max(at + 1),
        }
    }
}

/// Whether a line that is not empty is no prose.
fn is_verbatim(line: &[Character]) -> bool {
    let is = |at: usize, c: char| line.get(at).is_some_and(|other| other.plain == c);
    let words = || line.split(|c| is_space(c.plain)).filter(|word| !word.is_empty());
    let marks = line.iter().filter(|c| !is_space(c.plain));
    if marks.clone().count() >= 3
        && !marks.clone().any(|c| c.plain.is_alphanumeric() || c.plain == HIDDEN)
    {
        return true; // a rule
    }
    let bars = line.iter().filter(|c| c.plain == '|').count();
    let columns = line.chunk_by(|a, b| is_space(a.plain) == is_space(b.plain)).filter(|run| {
        is_space(run[0].plain) && (run.len() >= COLUMN || run.iter().any(|c| c.plain == '\t'))
    });
    if bars >= 2 && (is(0, '|') || is(line.len() - 1, '|')) || columns.count() >= 2 {
        return true; // a row of a table
    }
    let prompt = is(0, '$') && is(1, ' ');
    if prompt && line.get(2).is_some_and(|c| c.plain.is_alphabetic() || "./~".contains(c.plain)) {
        return true;
    }
    let (mut code, mut all) = (0, 0);
    for word in words().filter(|word| word.iter().all(|c| c.plain != HIDDEN)) {
        code += usize::from(is_code(core(word)) || is_name(core(word)));
        all += 1;
    }
    let ends = line.last().is_some_and(|c| ";{}".contains(c.plain));
    all >= 3 && 2 * code > all || code > 0 && ends
}

/// Hides the words of a line that are code.
fn hide_words(line: &mut [Character]) {
    for word in line.split_mut(|c| is_space(c.plain)) {
        let length = core(word).len();
        let begin = word.iter().take_while(|c| opens_code(c.plain)).count();
        if is_code(core(word)) {
            word[begin..begin + length].iter_mut().for_each(|c| c.plain = HIDDEN);
        }
    }
}

/// A word without the marks around it.
fn core(word: &[Character]) -> &[Character] {
    let begin = word.iter().take_while(|c| opens_code(c.plain)).count();
    let word = &word[begin..];
    let mut end = word.len();
    while end > 0 && (closes(word[end - 1].plain) || ",;:.?!…".contains(word[end - 1].plain)) {
        // `f()`
        if end > 1 && (word[end - 2].plain, word[end - 1].plain) == ('(', ')') {
            break;
        }
        end -= 1;
    }
    &word[..end]
}

/// Whether a mark before a word does not belong to code: a hyphen begins an option.
fn opens_code(c: char) -> bool {
    opens(c) && c != '-'
}

/// Whether a word is an address, a path, an option or the like.
fn is_code(word: &[Character]) -> bool {
    let text: String = word.iter().map(|c| c.plain).collect();
    let inner = |mark: char| {
        word.windows(3).any(|three| {
            three[1].plain == mark && [0, 2].iter().all(|&i| three[i].plain.is_alphanumeric())
        })
    };
    is_option(word)
        || ["://", "::", "()", "->", "=>", "&&", "./"].iter().any(|part| text.contains(part))
        || text.contains(['\\', '=', '<', '>', '{', '}', '^', '~'])
        || text.matches('/').count() > 1
        || inner('_')
        || text.strip_prefix('$').is_some_and(|name| name.starts_with(char::is_alphabetic))
}

/// Whether a word is an option, and not one of prose after a dash: `he said --and went`.
fn is_option(word: &[Character]) -> bool {
    // Printed dashes look like hyphens here, but have more bytes.
    let dashes = word.iter().take_while(|c| c.plain == '-' && c.bytes == 1).count();
    let name: String = word[dashes..].iter().map(|c| c.plain).collect();
    let begins = match dashes {
        1 => name.starts_with(|c: char| c.is_ascii_alphabetic()),
        2 => name.len() > 1 && name.starts_with(|c: char| c.is_ascii_lowercase()),
        _ => false,
    };
    let dashed = name.ends_with('-') || name.contains("--");
    begins
        && name.is_ascii()
        && !dashed
        && !name.contains('\'')
        && !PROSE.contains(&&name.to_ascii_lowercase()[..])
}

/// Whether a word is the name of a file.
fn is_name(word: &[Character]) -> bool {
    let text: String = word.iter().map(|c| c.plain).collect();
    text.rsplit_once('.').is_some_and(|(stem, end)| {
        let lower = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
        stem.ends_with(char::is_alphanumeric)
            && (2..=7).contains(&end.len())
            && end.chars().all(lower)
            && end.contains(|c: char| c.is_ascii_lowercase())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A text with its code as `#`.
    fn hidden(text: &str) -> String {
        let mut all = characters(text.as_bytes());
        let lines = lines(text.as_bytes(), &mut all, 0);
        let all: Vec<String> = lines
            .iter()
            .map(|line| {
                assert!(!line.verbatim, "{text}");
                let line = all[line.range.clone()]
                    .chunk_by(|a, b| a.plain == b.plain && a.plain == HIDDEN);
                line.map(|run| if run[0].plain == HIDDEN { '#' } else { run[0].plain }).collect()
            })
            .collect();
        all.join("\n")
    }

    #[test]
    fn the_target_of_a_link_has_a_bound() {
        let link = |length: usize| format!("See [this]({}) now", "a".repeat(length));
        assert_eq!(hidden(&link(LONGEST_TARGET - 1)), "See [this]# now");
        assert_eq!(hidden(&link(LONGEST_TARGET + 1)), link(LONGEST_TARGET + 1));
    }

    #[test]
    fn a_fence_is_open_after_a_text_if_its_last_line_is_inside() {
        for before in ["", " ", "\t", "\u{a0}", "\u{feff}", "> ", ">\t", "> \u{a0}>"] {
            for (text, expected) in [
                ("x\n@```\n@x", true),
                ("@````sh\n@```\n\n@x", true),
                ("@```\n@x\n@```\n@x", false),
                ("x ```\n@x", false),
            ] {
                let text = text.replace('@', before);
                let lines = lines(text.as_bytes(), &mut characters(text.as_bytes()), 0);
                assert_eq!(lines.last().unwrap().verbatim, expected, "{text:?}");
                assert_eq!(fence_after(text.as_bytes(), 0) > 0, expected, "{text:?}");
            }
        }
    }

    #[test]
    fn a_word_of_prose_after_a_dash_is_no_option() {
        for prose in [
            "It was late, he said --and went.",
            "He had --or so they say -but one.",
            "She --God knows why --didn't come.",
            "He took it --gently-- away.",
            "He said \u{2013}quietly, he came.",
            "--I saw her --she came, --The end;",
        ] {
            let plain = prose.replace('\u{2013}', "-");
            assert_eq!(hidden(prose), plain);
        }
        for (code, expected) in [
            ("Pass --verbose, --in or -x to it.", "Pass #, # or # to it."),
            ("It takes (--no-net) and -Wall too.", "It takes (#) and # too."),
            ("He set --at=5 and -I/usr/x there.", "He set # and # there."),
        ] {
            assert_eq!(hidden(code), expected);
        }
    }
}
