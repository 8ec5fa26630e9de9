//! Characters: where and what they are, and how the training text spells them.

/// A character of a text. A byte that is not UTF-8 counts as one letter.
#[derive(Debug, Clone, Copy)]
pub struct Character {
    /// Where its bytes begin, and how many there are.
    pub at: usize,
    pub bytes: usize,
    /// The character, in the spelling of the training text: straight quotes, plain hyphens.
    pub plain: char,
}

/// The characters of a text.
pub fn characters(text: &[u8]) -> Vec<Character> {
    let mut all = Vec::with_capacity(text.len());
    let mut at = 0;
    for chunk in text.utf8_chunks() {
        for c in chunk.valid().chars() {
            all.push(Character { at, bytes: c.len_utf8(), plain: plain(c) });
            at += c.len_utf8();
        }
        for _ in chunk.invalid() {
            all.push(Character { at, bytes: 1, plain: char::REPLACEMENT_CHARACTER });
            at += 1;
        }
    }
    all
}

/// How the training text writes a character. `—` and `…` stay here: they are more than one character there.
fn plain(c: char) -> char {
    match c {
        '‘' | '’' | '‚' | '‛' | 'ʼ' | '′' | '`' | '´' => '\'',
        '“' | '”' | '„' | '‟' | '″' | '«' | '»' => '"',
        '–' | '‐' | '‑' | '‒' | '−' => '-',
        '―' => '—',
        c => c,
    }
}

/// Whether it separates words invisibly: white space, and characters that belong to no word (a byte-order
/// mark, a zero-width space).
pub fn is_space(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{feff}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2060}')
}

/// Whether a character is always part of a word.
pub fn in_word(c: char) -> bool {
    c.is_alphanumeric() || c == char::REPLACEMENT_CHARACTER || is_mark(c)
}

/// Marks that change the letter before them, joiners and soft hyphens.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{300}'..='\u{36f}' | '\u{200c}' | '\u{200d}' | '\u{fe00}'..='\u{fe0f}')
}

/// Whether it may come before the first word of a sentence.
pub fn opens(c: char) -> bool {
    matches!(c, '"' | '\'' | '(' | '[' | '{' | '¿' | '¡' | '*' | '_' | '-' | '—')
}

/// Whether it may come after the full stop of a sentence.
pub fn closes(c: char) -> bool {
    matches!(c, '"' | '\'' | ')' | ']' | '}' | '*' | '_')
}
