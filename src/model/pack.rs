//! The compressed form of a model file, for shipping: one zstd frame around a file without the posting
//! lists. It is unpacked in memory whenever it is opened.

use std::io::{self, Read, Write};

use super::format::damaged;
use crate::error::Result;
use crate::net::aligned::Aligned;
use crate::progress::Progress;
use crate::text::kind::Kind;

/// Higher levels save a few percent and take tens of megabytes of memory.
const LEVEL: i32 = 6;
/// No packed model may unpack to more than this, in bytes.
const MOST_BYTES: u64 = 16 << 30;
/// Nor to more than this many times its own size and a little: n-grams do not shrink to a tenth, and what
/// does has been made to fill the memory.
const MOST_TIMES: u64 = 256;
const A_LITTLE: u64 = 1 << 20;
/// How much is unpacked between two questions whether to go on, in bytes: some hundredths of a second.
const PIECE: u64 = 1 << 24;

/// Whether the bytes of a file are a packed model.
pub fn is_packed(bytes: &[u8]) -> bool {
    Kind::of(bytes) == Kind::Zstd
}

/// Packs the bytes of a model file.
///
/// # Errors
/// What the writer reports.
pub fn pack(bytes: &[u8], out: impl Write) -> io::Result<()> {
    let mut encoder = zstd::Encoder::new(out, LEVEL)?;
    encoder.include_checksum(true)?;
    encoder.set_pledged_src_size(Some(bytes.len() as u64))?;
    encoder.write_all(bytes)?;
    encoder.finish()?.flush()
}

/// The bytes of a model file, aligned.
///
/// # Errors
/// Truncated or damaged, or too large for what it is made of; or `progress` says to stop.
pub fn unpack(packed: &[u8], name: &str, progress: &dyn Progress) -> Result<Aligned<u64>> {
    let broken = |_| damaged(name, "the compressed data");
    let mut bytes = Vec::new();
    let most = MOST_BYTES.min(packed.len() as u64 * MOST_TIMES + A_LITTLE);
    let mut decoder = zstd::Decoder::with_buffer(packed).map_err(broken)?;
    while decoder.by_ref().take(PIECE).read_to_end(&mut bytes).map_err(broken)? > 0 {
        progress.go_on()?;
        if bytes.len() as u64 > most {
            return Err(damaged(name, "the compressed data"));
        }
    }
    Ok(aligned(&bytes))
}

/// Bytes at an address that is a multiple of 64, as their sections are in the file, filled up with zeros.
pub(super) fn aligned(bytes: &[u8]) -> Aligned<u64> {
    let mut words = Aligned::default();
    words.resize(bytes.len().div_ceil(8), 0);
    bytemuck::cast_slice_mut(&mut words)[..bytes.len()].copy_from_slice(bytes);
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::format::ALIGNMENT;
    use crate::progress::Silent;
    use crate::progress::tests::Stopped;

    #[test]
    fn a_model_is_unpacked_until_somebody_says_to_stop() {
        let mut packed = Vec::new();
        pack(b"some bytes of a model", &mut packed).unwrap();
        let error = unpack(&packed, "small", &Stopped).unwrap_err();
        assert_eq!(error.kind(), crate::ErrorKind::Stopped);
    }

    #[test]
    fn a_small_file_that_unpacks_to_gigabytes_is_refused_before_it_does() {
        let bomb = zstd::encode_all(io::repeat(0).take(1 << 28), 1).unwrap();
        assert!(bomb.len() < 1 << 16, "{} bytes", bomb.len());
        let error = unpack(&bomb, "bomb", &Silent).unwrap_err().to_string();
        assert!(error.starts_with("bomb: a damaged model: the compressed data"), "{error}");
        let mut packed = Vec::new();
        pack(b"some bytes of a model", &mut packed).unwrap();
        let unpacked = unpack(&packed, "small", &Silent).unwrap();
        assert_eq!(&bytemuck::cast_slice::<u64, u8>(&unpacked)[..21], b"some bytes of a model");
        assert_eq!(unpacked.as_ptr().addr() % ALIGNMENT as usize, 0);
    }
}
