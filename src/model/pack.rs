//! The compressed form of a model file, for shipping: one zstd frame around a file without the posting
//! lists. It is unpacked in memory whenever it is opened.

use std::io::{self, Read, Write};

use super::format::damaged;
use crate::error::Result;

const ZSTD_MAGIC: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];
/// Higher levels save a few hundredths and take tens of megabytes of memory.
const LEVEL: i32 = 6;
/// No packed model may unpack to more than this, in bytes.
const MOST_BYTES: u64 = 16 << 30;

/// Whether the bytes of a file are a packed model.
pub fn is_packed(bytes: &[u8]) -> bool {
    bytes.starts_with(&ZSTD_MAGIC)
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

/// The bytes of a model file, in 8-byte words so that they are aligned.
///
/// # Errors
/// Truncated or damaged.
pub fn unpack(packed: &[u8], name: &str) -> Result<Vec<u64>> {
    let mut bytes = Vec::new();
    zstd::Decoder::with_buffer(packed)
        .and_then(|decoder| decoder.take(MOST_BYTES).read_to_end(&mut bytes))
        .map_err(|_| damaged(name, "the compressed data"))?;
    Ok(aligned(&bytes))
}

/// Bytes at an address that is a multiple of 8, filled up with zeros.
pub(super) fn aligned(bytes: &[u8]) -> Vec<u64> {
    let mut words = vec![0; bytes.len().div_ceil(8)];
    bytemuck::cast_slice_mut(&mut words)[..bytes.len()].copy_from_slice(bytes);
    words
}
