//! Laws of ordinary text: tokens cover it, and insertions can be taken out again.

use std::io::Read;

use impute::repair::{Insertion, apply};
use impute::text::input::decompress;
use impute::text::ordinary::blocks::{Block, Blocks, LONGEST};
use impute::text::ordinary::sentences;
use impute::text::ordinary::spacing::Place;
use proptest::prelude::*;

/// Text with everything in it that cutting looks at.
fn text() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        4 => "[A-Za-z]{1,8}".prop_map(String::into_bytes),
        2 => Just(b" ".to_vec()),
        1 => "[ \\t\\r\\n]{1,3}".prop_map(String::into_bytes),
        1 => "[.,;:?!'\"()\\[\\]$%&/*#@-]{1,3}".prop_map(String::into_bytes),
        1 => "(`{1,3}|\n```\n|- ?\n|\\|| = |\\]\\(| --a)".prop_map(String::into_bytes),
        1 => "\n[> ]{1,4}".prop_map(String::into_bytes),
        1 => "[‘’“”–—…é£\u{a0}\u{feff}\u{301}]{1,2}".prop_map(String::into_bytes),
        1 => "(Mr\\.|U\\.S\\.|don't|5:30|1,000|Inc\\.|No\\. 5|\n\n)".prop_map(String::into_bytes),
        1 => prop::collection::vec(any::<u8>(), 1..4),
    ];
    prop::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

fn blocks(text: &[u8]) -> Vec<Block> {
    read_blocks(Box::new(std::io::Cursor::new(text.to_vec())))
}

fn read_blocks(source: Box<dyn Read + Send>) -> Vec<Block> {
    let mut blocks = Blocks::new(decompress(source, "t".into(), None).unwrap(), true);
    let mut all = Vec::new();
    while let Some(block) = blocks.next_block().unwrap() {
        all.push(block);
    }
    all
}

/// Gives this many bytes per read, in turn.
struct Dribble<S> {
    text: std::io::Cursor<Vec<u8>>,
    sizes: S,
}

impl<S: Iterator<Item = usize>> Read for Dribble<S> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let size = self.sizes.next().unwrap().min(buffer.len());
        self.text.read(&mut buffer[..size])
    }
}

/// Whether a character separates words; a character that is not UTF-8 does not.
fn is_space(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{feff}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2060}')
}

proptest! {
    #[test]
    fn spans_rise_and_cover_all_that_is_not_white_space(text in text()) {
        let mut end = 0;
        let mut between: Vec<&[u8]> = Vec::new();
        for token in sentences(&text).iter().flat_map(|sentence| &sentence.tokens) {
            prop_assert!(token.span.start >= end && token.span.end > token.span.start);
            prop_assert!(!token.text.is_empty() && !token.text.contains(&b' '));
            between.push(&text[end..token.span.start]);
            end = token.span.end;
        }
        between.push(&text[end..]);
        for gap in between {
            let gap = std::str::from_utf8(gap);
            let quoted = |c: char| c == '>';
            prop_assert!(gap.is_ok_and(|gap| gap.chars().all(|c| is_space(c) || quoted(c))), "{gap:?}");
        }
    }

    #[test]
    fn insertions_can_be_taken_out_again(text in text(), words in prop::collection::vec(
        prop::sample::select(vec!["was", ",", "'s", "(", ")", "\"", "$", "%", "'"]), 40,
    )) {
        let mut words = words.iter().cycle();
        let mut insertions = Vec::new();
        for sentence in sentences(&text) {
            for gap in 0..sentence.tokens.len() {
                let word = words.next().unwrap().as_bytes();
                let Some(place) = sentence.place(gap, word) else { continue };
                let [left, right] = [gap, gap + 1].map(|at| &sentence.tokens[at].span);
                prop_assert!((left.end..=right.start).contains(&place.at));
                insertions.push(Insertion {
                    gap,
                    word: word.to_vec(),
                    place,
                    probability: 1.0,
                    gap_probability: 1.0,
                    alternatives: Vec::new(),
                });
            }
        }
        let mut out = apply(&text, insertions.iter());
        prop_assert_eq!(out.len() - text.len(), insertions.iter().map(|i| i.place.text.len()).sum::<usize>());
        for Insertion { place: Place { at, text }, .. } in insertions.iter().rev() {
            let before: usize =
                insertions.iter().take_while(|i| !std::ptr::eq(&i.place.text, text)).map(|i| i.place.text.len()).sum();
            let taken: Vec<u8> = out.drain(at + before..at + before + text.len()).collect();
            prop_assert_eq!(&taken, text);
        }
        prop_assert_eq!(out, text);
    }

    #[test]
    fn blocks_one_after_another_are_the_text(text in text()) {
        let text: Vec<u8> = text.into_iter().filter(|&byte| byte != 0).collect();
        let all = blocks(&text);
        prop_assert_eq!(all.iter().flat_map(|block| block.bytes.clone()).collect::<Vec<u8>>(), &text[..]);
        for block in all {
            let before = &text[..block.offset as usize];
            prop_assert_eq!(block.line as usize, 1 + before.iter().filter(|&&b| b == b'\n').count());
        }
    }

    #[test]
    fn nothing_inserted_gives_the_text_back(text in text()) {
        prop_assert_eq!(apply(&text, [].iter()), text);
    }
}

proptest! {
    // Each is as long as a block.
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn blocks_do_not_depend_on_the_reads(
        text in text(),
        // What comes before it, so long that a block is cut, or nothing.
        before in prop::sample::select(vec!["", "so ", "so\n", "so\r\n", "so\n\n", " ", "\n"]),
        length in LONGEST - 100..LONGEST + 10,
        sizes in prop::collection::vec(1..40usize, 1..10),
    ) {
        let mut whole = before.repeat(length / before.len().max(1)).into_bytes();
        let first = whole.len().max(1);
        whole.extend(text.into_iter().filter(|&byte| byte != 0));
        let sizes = std::iter::once(first).chain(sizes.into_iter().cycle());
        let source = Dribble { text: std::io::Cursor::new(whole.clone()), sizes };
        prop_assert_eq!(read_blocks(Box::new(source)), blocks(&whole));
    }
}
