//! A text, and the same text with one word more.
//!
//! A gap is named by how many tokens come before it: 0 is before the first, which no answer names, but a person may.

use impute::text::tokens;

/// The longest word that may be meant, in bytes.
pub const LONGEST_WORD: usize = 256;

/// Whether a character has no form of its own: marks of direction and width.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// Refuses what is no word.
///
/// # Errors
/// It is not one token, or too long.
pub fn check_word(word: &str) -> Result<(), String> {
    // The marks of a sentence's beginning and end are tokens, and no words.
    let one = tokens::words(word.as_bytes()).count() == 1;
    if !one || tokens::split(word.as_bytes()).any(|token| token.len() != word.len()) {
        return Err("word: give one token, without white space.".to_owned());
    }
    if word.chars().any(|c| c.is_control() || is_invisible(c)) {
        return Err(
            "word: give letters, digits and marks; there is a character that nobody can see."
                .to_owned(),
        );
    }
    if word.len() > LONGEST_WORD {
        return Err(format!("word: at most {LONGEST_WORD} bytes."));
    }
    Ok(())
}

/// The word and the gap by which a sentence is more than the text: of several gaps that give the same sentence, the
/// `likely` one if it is among them.
///
/// # Errors
/// It is not the text with one word more, or not with this word in this gap.
pub fn one_more(
    text: &str,
    sentence: &str,
    word: Option<&str>,
    gap: Option<usize>,
    likely: Option<usize>,
) -> Result<(String, usize), String> {
    let text: Vec<&[u8]> = tokens::split(text.as_bytes()).collect();
    let whole: Vec<&[u8]> = tokens::split(sentence.as_bytes()).collect();
    let before = text.iter().zip(&whole).take_while(|(a, b)| a == b).count();
    let after = text.iter().rev().zip(whole.iter().rev()).take_while(|(a, b)| a == b).count();
    let (first, last) = (text.len() - after, before);
    if whole.len() != text.len() + 1 || first > last {
        let message = "sentence: give the text as it was sent with exactly one word more, separated by spaces.";
        return Err(message.to_owned());
    }
    // Tokens end at white space of ASCII, and so at the boundaries of characters.
    let found = String::from_utf8_lossy(whole[last]).into_owned();
    check_word(&found)?;
    if word.is_some_and(|word| word != found) {
        return Err(
            "word, sentence: another word is in the sentence; leave one of the two out.".to_owned()
        );
    }
    if gap.is_some_and(|gap| !(first..=last).contains(&gap)) {
        return Err(
            "gap, sentence: the word is elsewhere in the sentence; leave one of the two out."
                .to_owned(),
        );
    }
    Ok((found, likely.filter(|gap| (first..=last).contains(gap)).unwrap_or(last)))
}

/// A text with a word after so many of its tokens, and every other byte as it was.
pub fn with_word(text: &str, gap: usize, word: &str) -> String {
    let bytes = text.as_bytes();
    let whole = match gap.checked_sub(1) {
        Some(left) => tokens::insert(bytes, left, word.as_bytes()),
        None => {
            let (space, rest) =
                bytes.split_at(tokens::spans(bytes).next().map_or(0, |span| span.start));
            [space, word.as_bytes(), b" ", rest].concat()
        }
    };
    // Tokens end at white space of ASCII, and so at the boundaries of characters.
    String::from_utf8_lossy(&whole).into_owned()
}

/// Whether two texts have the same tokens.
pub fn same(a: &str, b: &str) -> bool {
    tokens::split(a.as_bytes()).eq(tokens::split(b.as_bytes()))
}
