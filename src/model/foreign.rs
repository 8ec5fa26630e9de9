//! A file that was named as a model and is none: what it is, as far as its beginning tells.

use std::io::Read;

use crate::error::{Error, ErrorKind, Remedy, Setting};
use crate::text::input::KENLM;
use crate::text::kind::Kind;

/// What to do about a file of another kind.
pub(super) const RETRAIN: &str = "name a model file that impute wrote";
/// ARPA text may begin with other text; this many bytes are searched for its first line.
const BEGINNING: usize = 1 << 12;

/// The error about such a file.
pub(super) fn error(bytes: &[u8], name: &str) -> Error {
    let unpack = |what, remedy: &'static str| (what, Remedy::from(remedy));
    let (what, remedy) = match Kind::of(bytes) {
        _ if is_arpa(bytes) => (
            "ARPA text, which has to be made a model first",
            Remedy::by("make one of it", &[Setting::Arpa]),
        ),
        Kind::Gzip => unpack(PACKED, "unpack it first, as `gunzip` does"),
        Kind::Bzip2 => unpack(PACKED, "unpack it first, as `bunzip2` does"),
        Kind::Xz => unpack(PACKED, "unpack it first, as `unxz` does"),
        Kind::Zip => unpack(PACKED, "unpack it first, as `unzip` does"),
        Kind::Kenlm => KENLM,
        Kind::Plain | Kind::Zstd | Kind::EmptyZip => unpack("not a model file", RETRAIN),
    };
    Error::file(name, what, remedy).of(ErrorKind::Foreign)
}

const PACKED: &str = "a compressed file, and a model is mapped as it is";

/// Whether this is ARPA text, perhaps in gzip.
fn is_arpa(bytes: &[u8]) -> bool {
    let mut begin = Vec::new();
    let most = BEGINNING as u64;
    // What comes before damaged data is enough.
    let _ = match Kind::of(bytes) {
        Kind::Gzip => flate2::read::GzDecoder::new(bytes).take(most).read_to_end(&mut begin),
        _ => bytes.take(most).read_to_end(&mut begin),
    };
    begin.split(|&b| b == b'\n').any(|line| line.trim_ascii().eq_ignore_ascii_case(b"\\data\\"))
}
