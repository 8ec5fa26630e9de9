//! Output that is whole or absent: written under a temporary name in the same folder and renamed when
//! complete; compressed if the name asks for it, gzip for `.gz` and zstd for `.zst`. It is opened before the work begins, so that a bad path fails at once. An interrupt and the
//! creation of a temporary file exclude each other, so that no file is left behind.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use tempfile::NamedTempFile;

use super::compress::Coder;
use crate::error::{Error, ErrorKind, Result, display};

/// How many bytes are gathered before they are written to standard output.
const BUFFER: usize = 1 << 16;

/// Where output goes.
pub struct Output {
    target: Target,
    name: String,
}

enum Target {
    /// What has not been written yet; dropped unwritten after an error.
    Stdout(Vec<u8>),
    /// Something that cannot be replaced by renaming: a device or a named pipe.
    Special(Coder<File>),
    File(Coder<NewFile>),
}

impl Output {
    /// Opens `path` for writing, or standard output for `None` and `-`.
    ///
    /// # Errors
    /// The folder does not exist or may not be written to, the path is a folder, or standard output is
    /// closed, as far as [`refuse_standard_output`] has told.
    pub fn create(path: Option<&Path>) -> Result<Self> {
        let Some(path) = path.filter(|p| *p != Path::new("-")) else {
            if STDOUT_REFUSED.load(Ordering::Relaxed) {
                let remedy = "redirect it to a file or a pipe, or name a file for the output";
                let error = Error::file("standard output", "it is closed", remedy);
                return Err(error.of(ErrorKind::Io(io::ErrorKind::NotConnected)));
            }
            return Ok(Output {
                target: Target::Stdout(Vec::new()),
                name: "standard output".into(),
            });
        };
        let name = display(path);
        let fail = |e| Error::io(&name, "write", e);
        let target = match std::fs::metadata(path) {
            Ok(meta) if !meta.is_file() && !meta.is_dir() => {
                let file = File::options().write(true).open(path).map_err(fail)?;
                Target::Special(Coder::by_name(path, file).map_err(fail)?)
            }
            _ => Target::File(Coder::by_name(path, NewFile::create(path)?).map_err(fail)?),
        };
        Ok(Output { target, name })
    }

    /// The path as given, for messages.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Writes all of `bytes`.
    ///
    /// # Errors
    /// The disk is full, or the reader of standard output went away.
    pub fn write(&mut self, bytes: &[u8]) -> Result<()> {
        let done = match &mut self.target {
            Target::Stdout(buffer) => {
                buffer.extend_from_slice(bytes);
                if buffer.len() < BUFFER { Ok(()) } else { drain(buffer) }
            }
            Target::Special(out) => out.write_all(bytes),
            Target::File(out) => out.write_all(bytes),
        };
        done.map_err(|e| Error::io(&self.name, "write", e))
    }

    /// Hands on what is buffered, for a reader who waits for it.
    ///
    /// # Errors
    /// The bytes cannot be written.
    pub fn flush(&mut self) -> Result<()> {
        let done = match &mut self.target {
            Target::Stdout(buffer) => drain(buffer),
            Target::Special(out) => out.flush(),
            Target::File(_) => Ok(()), // nobody sees it before it is whole
        };
        done.map_err(|e| Error::io(&self.name, "write", e))
    }

    /// Writes all that is left, to disk if it is a file. Nothing can be written afterwards.
    ///
    /// # Errors
    /// The last bytes cannot be written.
    pub fn complete(&mut self) -> Result<()> {
        let done = match &mut self.target {
            Target::Stdout(buffer) => drain(buffer),
            Target::Special(out) => out.complete(),
            Target::File(out) => out.complete().and_then(|()| out.get_ref().file().sync_data()),
        };
        done.map_err(|e| Error::io(&self.name, "write", e))
    }

    /// Completes the output, and gives a file its final name. If several belong together, complete all of
    /// them first.
    ///
    /// # Errors
    /// The last bytes cannot be written, or the file cannot be renamed.
    pub fn finish(mut self) -> Result<()> {
        self.complete()?;
        match self.target {
            Target::File(out) => {
                let file = out.into_inner();
                file.map_err(|e| Error::io(&self.name, "write", e))?.rename()
            }
            Target::Stdout(_) | Target::Special(_) => Ok(()),
        }
    }
}

/// For writers of the standard library's kind. What is written is handed on by [`Output::finish`].
impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        Output::write(self, bytes)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Writes what is buffered to standard output.
fn drain(buffer: &mut Vec<u8>) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(buffer)?;
    buffer.clear();
    out.flush()
}

/// A file under a temporary name in the folder of its final one; removed when dropped unfinished.
pub struct NewFile {
    temporary: NamedTempFile,
    /// Takes the temporary file off the list of unfinished ones.
    _listed: Listed,
    path: PathBuf,
    name: String,
}

impl NewFile {
    /// Creates the temporary file.
    ///
    /// # Errors
    /// The folder does not exist or may not be written to, the path is a folder, a device or a pipe,
    /// or a file that may not be written.
    pub fn create(path: &Path) -> Result<Self> {
        let name = display(path);
        let fail = |e| Error::io(&name, "write", e);
        // Follow a link to a file, so that the file is replaced and not the link.
        let path = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        match std::fs::metadata(&path) {
            Ok(meta) if meta.is_dir() => return Err(fail(io::ErrorKind::IsADirectory.into())),
            Ok(meta) if !meta.is_file() => {
                return Err(Error::file(&name, "not a regular file", "name a new file"));
            }
            Ok(meta) if meta.permissions().readonly() => {
                return Err(fail(io::ErrorKind::PermissionDenied.into()));
            }
            _ => {}
        }
        let folder = match path.parent() {
            Some(folder) if folder != Path::new("") => folder,
            _ => Path::new("."),
        };
        if !std::fs::metadata(folder).map_err(fail)?.is_dir() {
            return Err(fail(io::ErrorKind::NotADirectory.into()));
        }
        let mut builder = tempfile::Builder::new();
        builder.prefix(".impute-").suffix(".partial");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            builder.permissions(std::fs::Permissions::from_mode(0o666)); // less the umask
        }
        let (temporary, listed) = Listed::create(&builder, folder).map_err(|e| fail(bare(e)))?;
        if let Ok(old) = std::fs::metadata(&path) {
            temporary.as_file().set_permissions(old.permissions()).map_err(fail)?;
        }
        Ok(NewFile { temporary, _listed: listed, path, name })
    }

    /// The path as given, for messages.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Where the temporary file is.
    pub fn path(&self) -> &Path {
        self.temporary.path()
    }

    /// The temporary file, for reading and writing.
    pub fn file(&self) -> &File {
        self.temporary.as_file()
    }

    /// Gives the file its final name.
    ///
    /// # Errors
    /// The last bytes cannot be written, or the file cannot be renamed.
    pub fn finish(self) -> Result<()> {
        let fail = |e| Error::io(&self.name, "write", e);
        self.temporary.as_file().sync_data().map_err(fail)?;
        self.rename()
    }

    /// The same without waiting for the disk: after a power cut, what is in the file may be another thing.
    ///
    /// # Errors
    /// The file cannot be renamed.
    pub(crate) fn rename(self) -> Result<()> {
        let fail = |e| Error::io(&self.name, "write", e);
        self.temporary.persist(&self.path).map(drop).map_err(|e| fail(e.error))
    }
}

impl Write for NewFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file().flush()
    }
}

/// The error without the temporary path that was added to it.
fn bare(error: io::Error) -> io::Error {
    if error.get_ref().is_some() { error.kind().into() } else { error }
}

/// Whether two paths name the same file, or the same place for a new one.
pub fn same_file(a: &Path, b: &Path) -> bool {
    let place = |path: &Path| {
        let folder = path.parent().filter(|folder| *folder != Path::new(""));
        let new =
            || Some(folder.unwrap_or(Path::new(".")).canonicalize().ok()?.join(path.file_name()?));
        path.canonicalize().ok().or_else(new)
    };
    a == b || place(a).is_some_and(|a| Some(a) == place(b))
}

/// Whether standard output was closed.
static STDOUT_REFUSED: AtomicBool = AtomicBool::new(false);

/// Makes [`Output::create`] refuse standard output from now on, for a program that was started with it closed:
/// the standard library makes it `/dev/null`, where all would vanish.
pub fn refuse_standard_output() {
    STDOUT_REFUSED.store(true, Ordering::Relaxed);
}

/// Temporary files that are not finished, for [`remove_unfinished`].
static UNFINISHED: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

fn unfinished() -> std::sync::MutexGuard<'static, Vec<PathBuf>> {
    // A list of paths is whole even if a thread panicked while it held it.
    UNFINISHED.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// Removes the temporary files of all outputs being written, for a program that is told to stop and ends
/// without unwinding. A thread that begins or drops an output afterwards blocks until then.
pub fn remove_unfinished() {
    let mut list = unfinished();
    for path in list.drain(..) {
        let _ = std::fs::remove_file(path); // nothing can be done about a failure
    }
    std::mem::forget(list); // never unlocked: no other thread may make a file that would stay
}

/// An entry of the list of unfinished files, removed when dropped.
struct Listed {
    path: PathBuf,
    #[cfg(unix)]
    _noted: super::noted::Noted<'static>,
}

impl Listed {
    /// Creates a temporary file and lists it; an interrupt comes before both or after both.
    fn create(
        builder: &tempfile::Builder<'_, '_>,
        folder: &Path,
    ) -> io::Result<(NamedTempFile, Self)> {
        let mut list = unfinished();
        let temporary = builder.tempfile_in(folder)?;
        let path = temporary.path().to_owned();
        list.push(path.clone());
        let listed = Listed {
            #[cfg(unix)]
            _noted: super::noted::Noted::new(&path),
            path,
        };
        Ok((temporary, listed))
    }
}

impl Drop for Listed {
    fn drop(&mut self) {
        unfinished().retain(|path| *path != self.path);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;

    #[test]
    fn an_unfinished_output_leaves_nothing_and_the_old_file_untouched() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out.csv");
        std::fs::write(&path, "old").unwrap();
        let mut output = Output::create(Some(&path)).unwrap();
        output.write(b"half").unwrap();
        drop(output);
        assert_eq!(std::fs::read(&path).unwrap(), b"old");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
        let mut output = Output::create(Some(&path)).unwrap();
        output.write(b"whole").unwrap();
        output.finish().unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"whole");
    }

    #[test]
    fn the_name_decides_how_it_is_compressed_and_the_text_comes_back() {
        let folder = tempfile::tempdir().unwrap();
        let text = b"one two three\n".repeat(10_000);
        for (name, magic) in
            [("a.gz", &b"\x1f\x8b"[..]), ("a.ZST", b"\x28\xb5\x2f\xfd"), ("a", b"one")]
        {
            let path = folder.path().join(name);
            let mut output = Output::create(Some(&path)).unwrap();
            let (start, end) = text.split_at(50_000);
            output.write(start).unwrap();
            output.flush().unwrap();
            output.write(end).unwrap();
            output.complete().unwrap();
            output.finish().unwrap();
            assert!(std::fs::read(&path).unwrap().starts_with(magic));
            let mut back = Vec::new();
            let input = crate::text::input::open(&path).unwrap();
            { input }.reader.read_to_end(&mut back).unwrap();
            assert!(back == text);
        }
    }

    #[test]
    fn a_folder_or_a_missing_folder_fails_at_once() {
        let folder = tempfile::tempdir().unwrap();
        assert!(Output::create(Some(folder.path())).is_err());
        assert!(Output::create(Some(&folder.path().join("no/such/file"))).is_err());
    }
}
