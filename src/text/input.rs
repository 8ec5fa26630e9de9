//! Opens a path or `-`; plain, gzip, zstd or a zip of one file, told apart by their first bytes.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, mpsc};
use std::time::Duration;

pub use super::kind::MAGIC;
use super::kind::{self, Kind};
use super::zip;
use crate::error::{Error, Remedy, Result, Setting, display};

/// Size of the buffers between the file, the decompressor and the reader, in bytes.
const BUFFER: usize = 1 << 17;

/// How much of a compressed input is searched for damage after a fault in what it unpacks to, in unpacked
/// bytes, and for how long: a few bytes may unpack to no end, and a pipe may stay open.
const SEARCHED: u64 = 1 << 28;
const SEARCH: Duration = Duration::from_secs(10);

/// What messages call standard input.
const STDIN: &str = "standard input";
/// How the names of files end that are compressed.
const PACKED: [&str; 5] = [".gz", ".zst", ".zip", ".bz2", ".xz"];

/// A readable source of bytes with a name for messages.
pub struct Input {
    /// The decompressed bytes.
    pub reader: Box<dyn BufRead + Send>,
    /// The path as given, or `standard input`.
    pub name: String,
    /// Size in bytes of the file on disk (compressed if it is), if it has one.
    pub size: Option<u64>,
    /// How many bytes of the file on disk have been read so far, and how many of them [`Self::advanced`] told.
    position: Arc<AtomicU64>,
    told: u64,
    packed: bool,
    /// How the name ends if it is that of a compressed file, and the file is not compressed.
    misnamed: Option<&'static str>,
    /// What the file is if there is a fault in it.
    own: Option<&'static str>,
}

/// Opens `path`, or standard input for `-`.
///
/// # Errors
/// A missing or unreadable file, a folder, a file of a kind that is not read, or an archive of several files.
pub fn open(path: &Path) -> Result<Input> {
    if path == Path::new("-") {
        return decompress(Box::new(io::stdin()), STDIN.into(), None);
    }
    let name = display(path);
    let failed = |e| Error::io(&name, "open", e);
    let mut file = File::open(path).map_err(failed)?;
    let meta = file.metadata().map_err(failed)?;
    if meta.is_dir() {
        return Err(failed(io::ErrorKind::IsADirectory.into()));
    }
    let size = meta.is_file().then_some(meta.len());
    if size.is_some() {
        let mut begin = [0; 4];
        let read = file.read(&mut begin).and_then(|n| file.rewind().map(|()| n)).map_err(failed)?;
        if Kind::of(&begin[..read]) == Kind::Zip {
            zip::check(&mut file).map_err(failed)?;
        }
    }
    decompress(Box::new(file), name, size)
}

/// Checks that all of these can be opened, without keeping any open, and returns how many bytes they have on
/// disk; `None` if one is no file.
///
/// # Errors
/// As [`open`], as far as a look at the file tells.
pub fn check<P: AsRef<Path>>(paths: &[P]) -> Result<Option<u64>> {
    let size = |path: &Path| {
        if path == Path::new("-") {
            return Ok(None);
        }
        let failed = |e| Error::io(display(path), "open", e);
        let meta = std::fs::metadata(path).map_err(failed)?;
        if meta.is_dir() {
            return Err(failed(io::ErrorKind::IsADirectory.into()));
        }
        if !meta.is_file() {
            return Ok(None); // a pipe can be opened only once
        }
        File::open(path).map_err(failed)?;
        Ok(Some(meta.len()))
    };
    paths.iter().try_fold(Some(0), |sum, path| {
        Ok(size(path.as_ref())?.and_then(|size| sum.map(|sum: u64| sum + size)))
    })
}

/// What messages call all of these together.
pub fn names<P: AsRef<Path>>(paths: &[P]) -> String {
    const MOST: usize = 3;
    let name = |path: &P| match path.as_ref() {
        path if path == Path::new("-") => STDIN.to_owned(),
        path => display(path),
    };
    let names = paths.iter().take(MOST).map(name).collect::<Vec<_>>().join(", ");
    match paths.len().saturating_sub(MOST) {
        0 => names,
        more => format!("{names} and {more} more"),
    }
}

/// The last part of a path: enough to recognise a file, without revealing where it is.
pub fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}

impl Input {
    /// How many bytes of the file on disk were read since the last call: what a
    /// [`Progress`](crate::progress::Progress) is told.
    pub fn advanced(&mut self) -> u64 {
        let position = self.position.load(Ordering::Relaxed);
        position - std::mem::replace(&mut self.told, position)
    }

    /// Why the bytes read so far cannot be used, if it is not this fault of theirs: a damaged file unpacks to
    /// nonsense until its checksum is reached, hence what follows is read, as far as [`SEARCHED`] and [`SEARCH`]
    /// allow. A name may tell that the first bytes are damaged, so that nothing was unpacked; or the name is
    /// wrong, so both are told. Or it is a file of another kind. Nothing can be read afterwards.
    pub(crate) fn cause(&mut self, fault: Error) -> Error {
        if let Some(what) = self.own {
            return Error::file(&self.name, what, "name a text");
        }
        if self.packed {
            let reader = std::mem::replace(&mut self.reader, Box::new(io::empty()));
            let damage = damage(reader, SEARCHED, SEARCH);
            return damage.map_or(fault, |e| Error::io(&self.name, "read", e));
        }
        match self.misnamed.take() {
            Some(end) => fault.noting(&format!(
                "the name ends in {end}, but the file is not compressed: if it should be, fetch it again"
            )),
            None => fault,
        }
    }

    /// Whether any fault means that the file is of another kind, and none of its lines can be used.
    pub(crate) fn is_own(&self) -> bool {
        self.own.is_some()
    }

    /// Whether the decompressed bytes begin with these. Call it before anything is read.
    ///
    /// # Errors
    /// The source cannot be read.
    pub fn begins_with(&mut self, bytes: &[u8; MAGIC]) -> Result<bool> {
        match self.reader.fill_buf() {
            Ok(buffer) => Ok(buffer.starts_with(bytes)),
            Err(e) => Err(Error::io(&self.name, "read", e)),
        }
    }
}

/// Wraps raw bytes in the right decompressor, which their first few identify.
///
/// # Errors
/// The source cannot be read, or is of a kind that only another program unpacks.
pub fn decompress(source: Box<dyn Read + Send>, name: String, size: Option<u64>) -> Result<Input> {
    let position = Arc::new(AtomicU64::new(0));
    let counted = Counted { source, position: Arc::clone(&position) };
    let mut raw = BufReader::with_capacity(BUFFER, counted);
    let mut magic = Vec::with_capacity(MAGIC);
    // A pipe may deliver its first bytes one at a time, and after a line of text somebody may wait.
    while magic.len() < MAGIC && !magic.contains(&b'\n') {
        let bytes = match raw.fill_buf() {
            Ok(bytes) => &bytes[..bytes.len().min(MAGIC - magic.len())],
            Err(e) if e.kind() == io::ErrorKind::Interrupted => continue,
            Err(e) => return Err(Error::io(&name, "read", e)),
        };
        let n = bytes.len();
        if n == 0 {
            break;
        }
        magic.extend_from_slice(bytes);
        raw.consume(n);
    }
    let kind = Kind::of(&magic);
    let own = kind::own(&magic);
    let whole = io::Cursor::new(magic).chain(raw);
    let reader: Box<dyn BufRead + Send> = match kind {
        Kind::Gzip => {
            Box::new(BufReader::with_capacity(BUFFER, flate2::bufread::MultiGzDecoder::new(whole)))
        }
        Kind::Zstd => {
            let decoder = zstd::stream::read::Decoder::with_buffer(whole)
                .map_err(|e| Error::io(&name, "read", e))?;
            Box::new(BufReader::with_capacity(BUFFER, decoder))
        }
        Kind::Zip => Box::new(BufReader::with_capacity(BUFFER, zip::OneFile::new(whole))),
        Kind::EmptyZip => {
            let remedy = "put the text into it, or give the text itself";
            return Err(Error::file(&name, "an empty zip archive", remedy));
        }
        Kind::Bzip2 => {
            let remedy = "unpack it, as `bunzip2` does, or read it through a pipe: `bzcat FILE | impute COMMAND -`";
            return Err(Error::file(&name, "compressed with bzip2", remedy));
        }
        Kind::Xz => {
            let remedy = "unpack it, as `unxz` does, or read it through a pipe: `xzcat FILE | impute COMMAND -`";
            return Err(Error::file(&name, "compressed with xz", remedy));
        }
        Kind::Kenlm => return Err(Error::file(&name, KENLM.0, KENLM.1)),
        Kind::Plain => Box::new(whole),
    };
    let packed = kind != Kind::Plain;
    let misnamed = PACKED.into_iter().find(|end| !packed && name.ends_with(end));
    Ok(Input { reader, name, size, position, told: 0, packed, misnamed, own })
}

/// The error that reading on ends with, if it comes within so many bytes and so much time.
fn damage(reader: Box<dyn BufRead + Send>, most: u64, wait: Duration) -> Option<io::Error> {
    let (sender, receiver) = mpsc::sync_channel(1);
    let read = move || {
        let end = io::copy(&mut reader.take(most), &mut io::sink());
        let _ = sender.send(end); // nobody waits any longer
    };
    std::thread::Builder::new().spawn(read).ok()?;
    receiver.recv_timeout(wait).ok()?.err()
}

/// What to say of a model as KenLM maps it.
pub(crate) const KENLM: (&str, Remedy) = (
    "a binary model of KenLM",
    Remedy::by("make a model of the ARPA file that it was built from", &[Setting::Arpa]),
);

/// Counts the bytes read, so that progress can be shown against the size on disk.
struct Counted {
    source: Box<dyn Read + Send>,
    position: Arc<AtomicU64>,
}

impl Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.source.read(buffer)?;
        self.position.fetch_add(n as u64, Ordering::Relaxed);
        Ok(n)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn read(bytes: Vec<u8>) -> Vec<u8> {
        let mut out = Vec::new();
        let mut input = decompress(Box::new(io::Cursor::new(bytes)), "x".into(), None).unwrap();
        input.reader.read_to_end(&mut out).unwrap();
        out
    }

    #[test]
    fn tells_plain_gzip_and_zstd_apart_by_content() {
        let text = b"one two three\n".repeat(1000);
        let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gz.write_all(&text).unwrap();
        assert_eq!(read(text.clone()), text);
        assert_eq!(read(gz.finish().unwrap()), text);
        assert_eq!(read(zstd::encode_all(&text[..], 1).unwrap()), text);
    }

    #[test]
    fn reads_texts_shorter_than_the_magic_bytes() {
        for text in [&b""[..], b"a", b"ab", b"abc"] {
            assert_eq!(read(text.to_vec()), text);
        }
    }

    #[test]
    fn a_cut_gzip_file_is_an_error_not_a_short_text() {
        let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gz.write_all(&b"one two three\n".repeat(100)).unwrap();
        let mut cut = gz.finish().unwrap();
        cut.truncate(cut.len() - 9);
        let mut input = decompress(Box::new(io::Cursor::new(cut)), "x".into(), None).unwrap();
        assert!(input.reader.read_to_end(&mut Vec::new()).is_err());
    }

    #[test]
    fn damage_is_searched_for_within_limits() {
        let (long, short) = (Duration::from_secs(60), Duration::from_millis(10));
        let cut = || {
            let frame = zstd::encode_all(&b"one two three\n".repeat(100_000)[..], 1).unwrap();
            let cut = io::Cursor::new(frame[..frame.len() - 1].to_vec());
            decompress(Box::new(cut), "x".into(), None).unwrap().reader
        };
        assert!(damage(cut(), 1 << 21, long).is_some());
        assert!(damage(cut(), 1 << 10, long).is_none());
        // Neither what never ends nor what never comes is waited for.
        assert!(damage(Box::new(BufReader::new(io::repeat(0))), 1 << 20, long).is_none());
        let (open, _writer) = io::pipe().unwrap();
        assert!(damage(Box::new(BufReader::new(open)), 1 << 20, short).is_none());
    }
}
