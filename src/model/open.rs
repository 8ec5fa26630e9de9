//! Opening a model: map the file, check every length, and look at it as typed slices.

use std::fs::File;
use std::path::Path;

use super::format::{self, Directory};
use super::header::Header;
use super::view::View;
use super::{build, compact};
use crate::error::{Error, Result, display};

/// The model that ships with the program, in its compact form; see MODEL_CARD.md.
static SHIPPED: &[u8] = include_bytes!("../../data/open.impute");

/// An immutable model over any bytes: a mapped file, a vector, an embedded array.
///
/// The bytes must begin at a multiple of 8 and stay where they are.
#[derive(Debug)]
pub struct Model<D = Bytes> {
    bytes: D,
    directory: Directory,
    name: String,
}

/// The bytes of a model that was opened by path.
#[derive(Debug)]
pub enum Bytes {
    /// A mapped file.
    Mapped(memmap2::Mmap),
    /// A compact model, unpacked in memory; 8-byte words, so that it is aligned.
    Unpacked(Vec<u64>),
}

impl AsRef<[u8]> for Bytes {
    fn as_ref(&self) -> &[u8] {
        match self {
            Bytes::Mapped(map) => map,
            Bytes::Unpacked(words) => bytemuck::cast_slice(words),
        }
    }
}

impl Model<Bytes> {
    /// Opens a model file: maps it, or unpacks it if it is a compact one.
    ///
    /// # Errors
    /// The file cannot be read, is not a model, is of another version, truncated or damaged.
    ///
    /// # Complexity
    /// O(1) for a mapped file: only lengths are checked, see [`Model::verify`].
    pub fn open(path: &Path) -> Result<Self> {
        let name = display(path);
        let file = File::open(path).map_err(|e| Error::io(&name, "open", e))?;
        let meta = file.metadata().map_err(|e| Error::io(&name, "open", e))?;
        if meta.is_dir() {
            return Err(Error::io(&name, "open", std::io::ErrorKind::IsADirectory.into()));
        }
        if !meta.is_file() {
            return Err(Error::file(&name, "not a regular file", "name a model file"));
        }
        // SAFETY: the map is read-only. Somebody who writes to the file meanwhile could change the
        // bytes under us; every access is bounds-checked, so that the worst is a wrong number, or a
        // bus error if the file is cut. Parsing a copy instead would take seconds and the memory.
        let map = unsafe { memmap2::Mmap::map(&file) }.map_err(|e| Error::io(&name, "read", e))?;
        if compact::is_compact(&map) {
            return Self::unpack(&map, &name);
        }
        Self::checked(Bytes::Mapped(map), name)
    }

    /// The model that ships with the program.
    ///
    /// # Errors
    /// None, unless the program was built from a damaged file.
    pub fn shipped() -> Result<Self> {
        Self::unpack(SHIPPED, "the shipped model")
    }

    fn unpack(packed: &[u8], name: &str) -> Result<Self> {
        let (words, ngrams, header) = compact::unpack(packed, name)?;
        let mut file = std::io::Cursor::new(Vec::new());
        build::write(&words, &ngrams, header, &mut file)
            .map_err(|e| Error::io(name, "unpack", e))?;
        let mut bytes = file.into_inner();
        bytes.resize(bytes.len().next_multiple_of(8), 0);
        Self::checked(
            Bytes::Unpacked(bytemuck::allocation::pod_collect_to_vec(&bytes)),
            name.to_owned(),
        )
    }
}

impl<D: AsRef<[u8]>> Model<D> {
    /// A model over bytes that are already in memory, in the mapped (not the compact) form.
    ///
    /// # Errors
    /// Not a model, another version, truncated, damaged, or not aligned.
    pub fn from_bytes(bytes: D) -> Result<Self> {
        Self::checked(bytes, "the model in memory".to_owned())
    }

    fn checked(bytes: D, name: String) -> Result<Self> {
        let directory = format::read_directory(bytes.as_ref(), &name)?;
        View::new(bytes.as_ref(), &directory, &name)?;
        Ok(Model { bytes, directory, name })
    }

    /// The arrays.
    ///
    /// # Panics
    /// The bytes were moved to an address that is not a multiple of 8.
    pub fn view(&self) -> View<'_> {
        // cannot fail: the same bytes were checked on opening
        View::new(self.bytes.as_ref(), &self.directory, &self.name).expect("checked on opening")
    }

    /// What the model says of itself.
    pub fn header(&self) -> &Header {
        &self.directory.header
    }

    /// Where the arrays lie and how long they are.
    pub fn directory(&self) -> &Directory {
        &self.directory
    }

    /// The whole file, mapped or in memory.
    pub fn bytes(&self) -> &[u8] {
        self.bytes.as_ref()
    }

    /// Size in bytes, mapped or in memory.
    pub fn size(&self) -> usize {
        self.bytes.as_ref().len()
    }

    /// The file's name, for messages.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Reads the whole model and compares its checksums.
    ///
    /// # Errors
    /// A section is not what was written.
    ///
    /// # Complexity
    /// O(size): about 0.1 s a gigabyte from memory.
    pub fn verify(&self) -> Result<()> {
        format::verify(self.bytes.as_ref(), &self.directory, &self.name)
    }
}
