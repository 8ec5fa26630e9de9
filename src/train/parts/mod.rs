//! Counts of a part of the text, to be combined with those of other parts: the file that `impute count` and
//! `impute merge` write, and that `impute merge` and `impute train --counts` read. It can be written to a pipe
//! and read from one.
//!
//! ```text
//! magic      8 bytes  "impcnt\r\n"
//! version    u32      2
//! blocks, each:
//!   kind     u8       and three zero bytes
//!   length   u32      of the content, in bytes, at most 64 MiB
//!   packed   u32      of the zstd frame that holds it, in bytes; the same as length if it is not compressed
//!   checksum u64      XXH3 of the 12 bytes before and of what follows
//!   content  as a zstd frame, or as it is
//! ```
//!
//! Numbers are little-endian. The blocks come in this order:
//!
//! | kind | content |
//! |---|---|
//! | `H` | JSON: order, counted sentences and tokens, hash of the lines, how lines were put aside |
//! | `A` | lines `times TAB line`, by their hashes: put aside for calibration, not counted |
//! | `W` | the words, a line each, rising by their bytes; the n-th has the id n + 2, after `<unk> <s> </s>` |
//! | `G` | n-grams of the highest order, sorted by their ids, as in [`records`] |
//! | `E` | JSON: number of words and of n-grams; the end |
//!
//! A word is counted as often as n-grams begin with it, so that its count is not stored. Ids rise with the bytes
//! of the words, so that those of a part rise with those of the whole, and sorted n-grams of parts are merged as
//! they stream by ([`merge()`]), without being sorted again. Lines put aside are those of the part with the lowest
//! hashes, as many as a model of the whole text could need; those that the whole text does not hold out are
//! counted when the parts are combined, which is why they come first. So the counts and the model of all parts
//! are, byte for byte, those of the whole text.
//!
//! Version 1 ([`old`]) had its words by falling count, with their counts, and the lines put aside at the end. It
//! can be trained on, but not merged.

mod add;
mod blocks;
mod format;
mod ids;
mod merge;
mod ngrams;
mod old;
mod reader;
mod records;
mod sink;
mod words;
mod writer;

pub(crate) use self::add::{read, sorted};
pub(crate) use self::format::Head;
pub use self::format::{MAGIC, VERSION};
pub(crate) use self::merge::merge;
pub(crate) use self::reader::Reader;
pub use self::records::Encoder;
pub(crate) use self::writer::{Writer, write};
