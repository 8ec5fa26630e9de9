//! Several versions of a sentence, one per line of a given width: what differs is between brackets, with
//! some of what they share around it.

use impute::text::printable::{printable, shortened};

/// Stands for what is left out.
const CUT: char = '…';

/// The versions, each in at most `width` characters (30 or more), in which `[` and `]` enclose the whole
/// words that differ. What cannot be printed is escaped.
pub fn excerpts<const N: usize>(versions: [&[u8]; N], width: usize) -> [String; N] {
    let texts: [Vec<char>; N] =
        versions.map(|text| printable(&String::from_utf8_lossy(text)).chars().collect());
    let (before, after) = shared(&texts);
    let most = width * 2 / 3;
    let middles = texts.each_ref().map(|text| shortened(&text[before..text.len() - after], most));
    let longest = middles.iter().map(Vec::len).max().unwrap_or(0);
    let room = width.saturating_sub(longest + 2);
    let right = after.min(room.saturating_sub(before.min(room / 2)));
    let left = before.min(room - right);
    std::array::from_fn(|i| {
        let (text, end) = (&texts[i], texts[i].len() - after);
        let mut line: Vec<char> = text[before - left..before].to_vec();
        if left < before {
            mark(line.first_mut());
        }
        line.push('[');
        line.extend(&middles[i]);
        line.push(']');
        line.extend(&text[end..end + right]);
        if right < after {
            mark(line.last_mut().filter(|_| right > 0));
        }
        line.into_iter().collect()
    })
}

fn mark(place: Option<&mut char>) {
    if let Some(c) = place {
        *c = CUT;
    }
}

/// How many characters all texts begin with, up to the end of a word, and how many others all end with.
fn shared(texts: &[Vec<char>]) -> (usize, usize) {
    let shortest = texts.iter().map(Vec::len).min().unwrap_or(0);
    let Some(first) = texts.first() else {
        return (0, 0);
    };
    let same = |at: &usize| texts.iter().all(|text| text[*at] == first[*at]);
    let mut before = (0..shortest).take_while(same).count();
    while before > 0 && first[before - 1] != ' ' {
        before -= 1;
    }
    let back = |text: &[char], at: usize| text[text.len() - 1 - at];
    let same = |at: &usize| texts.iter().all(|text| back(text, *at) == back(first, *at));
    let mut after = (0..shortest - before).take_while(same).count();
    let at_a_word = |after: usize| {
        texts.iter().all(|text| {
            let start = text.len() - after;
            after == 0 || start == 0 || text[start] == ' ' || text[start - 1] == ' '
        })
    };
    while !at_a_word(after) {
        after -= 1;
    }
    (before, after)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_differs_stands_between_brackets() {
        let versions: [&[u8]; 3] = [b"he was here .", b"he  here .", b"he went here ."];
        assert_eq!(excerpts(versions, 40), ["he [was] here .", "he [] here .", "he [went] here ."]);
        assert_eq!(excerpts([b"a b", b"a b c"], 40), ["a [b]", "a [b c]"]);
        assert_eq!(excerpts([b"", "x\ty\u{202e}".as_bytes()], 40), ["[]", "[x\\ty\\u{202e}]"]);
    }

    #[test]
    fn no_line_is_wider_than_asked_for_and_what_differs_is_always_in_it() {
        let long = "word ".repeat(60);
        for (a, b) in [
            (format!("{long}one {long}"), format!("{long}two {long}")),
            (format!("one {long}"), format!("three {long}")),
            (format!("{long}one"), format!("{long}three")),
            (format!("one {long} two"), format!("{long}three")),
            (long.clone(), String::new()),
        ] {
            let lines = excerpts([a.as_bytes(), b.as_bytes()], 75);
            for line in &lines {
                assert!(line.chars().count() <= 75, "{line}");
                assert!(line.contains('[') && line.contains(']'), "{line}");
            }
            assert_ne!(lines[0], lines[1]);
        }
        let both = ["one", "two"].map(|word| format!("{long}{word} {long}"));
        let lines = excerpts([both[0].as_bytes(), both[1].as_bytes()], 75);
        assert!(lines[0].starts_with('…') && lines[0].ends_with('…'), "{lines:?}");
    }
}
