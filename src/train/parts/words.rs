//! Merges the sorted words of several files, and says which word of the whole each word of a part is.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::collections::binary_heap::PeekMut;

use super::ids::{Ids, MOST};
use super::reader::Reader;
use super::sink::Sink;
use crate::error::{Error, ErrorKind, Result};
use crate::model::words::SPECIAL;

/// The next word of a file; ordered by its bytes, the first eight at once.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Next {
    begin: u64,
    word: Vec<u8>,
    file: usize,
}

impl Next {
    fn set(&mut self, word: &[u8]) {
        let mut begin = [0; 8];
        let length = word.len().min(8);
        begin[..length].copy_from_slice(&word[..length]);
        self.begin = u64::from_be_bytes(begin);
        self.word.clear();
        self.word.extend_from_slice(word);
    }
}

/// Passes every word on once, in order, and returns for every file what its words, as n-grams are written (id + 1, or
/// 0), are in the whole; and
/// how many there are, the special ones included.
///
/// # Errors
/// A damaged file, or what `sink` reports.
pub fn words(readers: &mut [Reader<'_>], sink: &mut impl Sink) -> Result<(Vec<Ids>, u32)> {
    let special = || {
        let mut ids = Ids::default();
        (0..=SPECIAL as u32).for_each(|word| ids.push(word));
        ids
    };
    let mut ids: Vec<Ids> = readers.iter().map(|_| special()).collect();
    let mut heap = BinaryHeap::with_capacity(readers.len());
    for (file, reader) in readers.iter_mut().enumerate() {
        if let Some(word) = reader.next_word()? {
            let mut next = Next { begin: 0, word: Vec::new(), file };
            next.set(word);
            heap.push(Reverse(next));
        }
    }
    let (mut last, mut known) = (Vec::new(), SPECIAL as u32);
    while let Some(mut top) = heap.peek_mut() {
        let Reverse(next) = &mut *top;
        if next.word != last {
            sink.word(&next.word)?;
            known += 1;
            if known == MOST {
                return Err(too_many());
            }
            last.clone_from(&next.word);
        }
        ids[next.file].push(known);
        match readers[next.file].next_word()? {
            Some(word) => next.set(word),
            None => drop(PeekMut::pop(top)),
        }
    }
    Ok((ids.into_iter().map(Ids::finish).collect(), known))
}

fn too_many() -> Error {
    Error::value("more than 2,147,483,644 different words", "merge fewer counts")
        .of(ErrorKind::Input)
}
