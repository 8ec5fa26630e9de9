//! What the first bytes of a file say about it, whatever its name.

/// How many bytes identify the kind of a file.
pub const MAGIC: usize = 8;

/// How a model begins. Like the next it could be a text, so that only a fault in it shows what it is.
pub(crate) const MODEL: &[u8; MAGIC] = b"impute\r\n";
/// How a file of counts begins.
pub(crate) const COUNTS: &[u8; MAGIC] = b"impcnt\r\n";

/// What a file is that begins with these bytes, if it has been written by this program and is no text.
pub(crate) fn own(begin: &[u8]) -> Option<&'static str> {
    match begin {
        begin if begin.starts_with(MODEL) => Some("a model, not a text"),
        begin if begin.starts_with(COUNTS) => Some("a file of counts, not a text"),
        _ => None,
    }
}

/// The kind of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Text, or anything else.
    Plain,
    Gzip,
    Zstd,
    /// A zip archive with something in it.
    Zip,
    /// A zip archive with nothing in it.
    EmptyZip,
    Bzip2,
    Xz,
    /// A model as KenLM maps it.
    Kenlm,
}

impl Kind {
    /// The kind of a file that begins with these bytes; [`MAGIC`] of them tell.
    pub fn of(begin: &[u8]) -> Kind {
        match begin.get(..MAGIC).unwrap_or(begin) {
            [0x1f, 0x8b, ..] => Kind::Gzip,
            [0x28, 0xb5, 0x2f, 0xfd, ..] => Kind::Zstd,
            [b'P', b'K', 3, 4, ..] => Kind::Zip,
            [b'P', b'K', 5, 6, ..] => Kind::EmptyZip,
            // Then the first block, or the end of an empty file.
            [b'B', b'Z', b'h', b'1'..=b'9', b'1', b'A', b'Y', b'&'] => Kind::Bzip2,
            [b'B', b'Z', b'h', b'1'..=b'9', 0x17, b'r', b'E', b'8'] => Kind::Bzip2,
            [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => Kind::Xz,
            b"mmap lm " => Kind::Kenlm,
            _ => Kind::Plain,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_only_resembles_a_magic_number_is_a_text() {
        for text in ["", "BZh", "BZh9 is a name", "PK", "mmap l", "7zXZ"] {
            assert_eq!(Kind::of(text.as_bytes()), Kind::Plain, "{text}");
        }
        assert_eq!(Kind::of(b"BZh91AY&SY and so on"), Kind::Bzip2);
        assert_eq!(Kind::of(b"mmap lm http://kheafield.com/code"), Kind::Kenlm);
    }
}
