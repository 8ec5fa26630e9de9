//! Bytes of the fuzzer → changes of the parts of a valid file.
//!
//! An edit is four bytes and, for some, a few more: which part, what is done, and where, as a share of the
//! part's length. Thus an edit keeps its meaning when the edits before it change.

/// Reads the fuzzer's bytes from the front.
pub struct Bytes<'a>(pub &'a [u8]);

impl<'a> Bytes<'a> {
    /// The next byte.
    pub fn byte(&mut self) -> Option<u8> {
        let (&first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(first)
    }

    /// The next `most` bytes, or as many as there are.
    pub fn some(&mut self, most: usize) -> &'a [u8] {
        let (some, rest) = self.0.split_at(most.min(self.0.len()));
        self.0 = rest;
        some
    }

    /// The next share of `length`.
    fn place(&mut self, length: usize) -> Option<usize> {
        let share = usize::from(self.byte()?) << 8 | usize::from(self.byte()?);
        Some((share * length) >> 16)
    }
}

/// The most edits: a file with more is no likelier to be accepted.
const MOST: usize = 12;

/// Applies all edits.
pub fn apply(parts: &mut [Vec<u8>], bytes: &mut Bytes<'_>) {
    for _ in 0..MOST {
        if edit(parts, bytes).is_none() {
            break;
        }
    }
}

fn edit(parts: &mut [Vec<u8>], bytes: &mut Bytes<'_>) -> Option<()> {
    let which = usize::from(bytes.byte()?) % parts.len();
    let kind = bytes.byte()?;
    let part = &mut parts[which];
    let at = bytes.place(part.len() + 1)?;
    match kind % 8 {
        // Other bytes in place of those there.
        0..=2 => {
            let count = usize::from(kind / 8 % 8) + 1;
            part.iter_mut().skip(at).zip(bytes.some(count)).for_each(|(old, new)| *old = *new);
        }
        // One bit.
        3 => part.get_mut(at).into_iter().for_each(|byte| *byte ^= 1 << (kind / 8 % 8)),
        // All of one kind to the end.
        4 => {
            let byte = bytes.byte()?;
            part[at..].fill(byte);
        }
        5 => part.truncate(at),
        // More bytes in the middle.
        6 => {
            let more = bytes.some(usize::from(kind / 8) + 1);
            part.splice(at..at, more.iter().copied());
        }
        // A piece of another part.
        _ => {
            let other = usize::from(bytes.byte()?) % parts.len();
            let from = bytes.place(parts[other].len() + 1)?;
            let length = usize::from(bytes.byte()?);
            let piece: Vec<u8> = parts[other].iter().skip(from).take(length).copied().collect();
            let part = &mut parts[which];
            part.iter_mut().skip(at).zip(piece).for_each(|(old, new)| *old = new);
        }
    }
    Some(())
}
