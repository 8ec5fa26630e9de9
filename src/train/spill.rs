//! Arrays that stay in memory while there is room, and otherwise go compressed into a temporary file, which
//! has no name, so that nothing is left of it however the program ends.

use std::borrow::Cow;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use bytemuck::Pod;
use rayon::prelude::*;

use crate::error::{Error, Result, display};

/// Speed before size: what is spilled is read a few times and thrown away.
const LEVEL: i32 = 1;

/// The temporary file, made when it is first needed.
#[derive(Debug)]
pub struct Spill {
    folder: PathBuf,
    file: Mutex<(Option<File>, u64)>,
}

/// Where a chunk is.
#[derive(Debug)]
enum Chunk<T> {
    Memory(Vec<T>),
    Disk { offset: u64, bytes: usize, items: usize },
}

/// A sequence of chunks.
#[derive(Debug)]
pub struct Store<T> {
    chunks: Vec<Chunk<T>>,
    /// How many bytes of it are in memory.
    in_memory: u64,
}

impl Spill {
    /// For a temporary file in `folder`.
    pub fn new(folder: &Path) -> Self {
        Spill { folder: folder.to_owned(), file: Mutex::new((None, 0)) }
    }

    /// How many bytes were written to disk.
    pub fn bytes(&self) -> u64 {
        self.lock().1
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, (Option<File>, u64)> {
        // The offset only moves past complete chunks.
        self.file.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    fn failed(&self, cause: std::io::Error) -> Error {
        Error::io(format!("a temporary file in {}", display(&self.folder)), "write", cause)
    }

    /// Writes a chunk and returns its offset and its compressed size.
    fn write(&self, bytes: &[u8]) -> Result<(u64, usize)> {
        let packed = zstd::bulk::compress(bytes, LEVEL).map_err(|e| self.failed(e))?;
        let mut guard = self.lock();
        let (slot, end) = &mut *guard;
        let file = match slot {
            Some(file) => file,
            None => slot.insert(tempfile::tempfile_in(&self.folder).map_err(|e| self.failed(e))?),
        };
        let offset = *end;
        file.seek(SeekFrom::Start(offset))
            .and_then(|_| file.write_all(&packed))
            .map_err(|e| self.failed(e))?;
        *end += packed.len() as u64;
        Ok((offset, packed.len()))
    }

    fn read(&self, offset: u64, bytes: usize, into: &mut [u8]) -> Result<()> {
        let mut packed = vec![0; bytes];
        {
            let mut guard = self.lock();
            let Some(file) = &mut guard.0 else {
                return Err(self.failed(std::io::ErrorKind::NotFound.into()));
            };
            file.seek(SeekFrom::Start(offset))
                .and_then(|_| file.read_exact(&mut packed))
                .map_err(|e| self.failed(e))?;
        }
        let read = zstd::bulk::decompress_to_buffer(&packed, into).map_err(|e| self.failed(e))?;
        match read == into.len() {
            true => Ok(()),
            false => Err(self.failed(std::io::ErrorKind::InvalidData.into())),
        }
    }
}

impl<T> Default for Store<T> {
    fn default() -> Self {
        Store { chunks: Vec::new(), in_memory: 0 }
    }
}

impl<T: Pod> Store<T> {
    /// Adds a chunk: in memory as long as all of them take no more than `most` bytes.
    ///
    /// # Errors
    /// The temporary file cannot be written.
    pub fn push(&mut self, chunk: Vec<T>, most: u64, spill: &Spill) -> Result<()> {
        let bytes = (chunk.capacity() * size_of::<T>()) as u64;
        if self.in_memory + bytes <= most {
            self.in_memory += bytes;
            self.chunks.push(Chunk::Memory(chunk));
        } else {
            let (offset, bytes) = spill.write(bytemuck::cast_slice(&chunk))?;
            self.chunks.push(Chunk::Disk { offset, bytes, items: chunk.len() });
        }
        Ok(())
    }

    /// Changes every item of the chunks in memory.
    pub fn each_in_memory(&mut self, change: impl Fn(&mut T) + Sync)
    where
        T: Send,
    {
        for chunk in &mut self.chunks {
            if let Chunk::Memory(items) = chunk {
                items.par_iter_mut().with_min_len(1 << 16).for_each(&change);
            }
        }
    }

    /// Number of chunks.
    pub fn len(&self) -> usize {
        self.chunks.len()
    }

    /// Whether there is no chunk.
    pub fn is_empty(&self) -> bool {
        self.chunks.is_empty()
    }

    /// How many bytes of it are in memory.
    pub fn bytes_in_memory(&self) -> u64 {
        self.in_memory
    }

    /// Drops a chunk that is no longer needed.
    pub fn forget(&mut self, i: usize) {
        if let Chunk::Memory(items) = &mut self.chunks[i] {
            self.in_memory -= (items.capacity() * size_of::<T>()) as u64;
            *items = Vec::new();
        }
    }

    /// How many bytes a chunk has in memory, or would have.
    pub fn size(&self, i: usize) -> u64 {
        let items = match &self.chunks[i] {
            Chunk::Memory(items) => items.len(),
            Chunk::Disk { items, .. } => *items,
        };
        (items * size_of::<T>()) as u64
    }

    /// The `i`-th chunk.
    ///
    /// # Errors
    /// The temporary file cannot be read.
    ///
    /// # Panics
    /// There is no such chunk.
    pub fn get(&self, i: usize, spill: &Spill) -> Result<Cow<'_, [T]>> {
        match &self.chunks[i] {
            Chunk::Memory(chunk) => Ok(Cow::Borrowed(chunk)),
            Chunk::Disk { offset, bytes, items } => {
                let mut chunk = vec![T::zeroed(); *items];
                spill.read(*offset, *bytes, bytemuck::cast_slice_mut(&mut chunk))?;
                Ok(Cow::Owned(chunk))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_come_back_from_memory_and_from_disk() {
        let folder = tempfile::tempdir().unwrap();
        let spill = Spill::new(folder.path());
        let mut store = Store::default();
        let chunks: Vec<Vec<u32>> = (0..9).map(|i| (i..i + 1000 * i).collect()).collect();
        for chunk in &chunks {
            store.push(chunk.clone(), 20_000, &spill).unwrap();
        }
        assert!(spill.bytes() > 0);
        let sizes: u64 = (0..store.len()).map(|i| store.size(i)).sum();
        assert_eq!(sizes, chunks.iter().map(|c| 4 * c.len() as u64).sum::<u64>());
        for (i, chunk) in chunks.iter().enumerate().rev() {
            assert_eq!(store.get(i, &spill).unwrap(), &chunk[..]);
        }
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "the file has no name");
    }

    #[test]
    fn a_missing_folder_is_named() {
        let spill = Spill::new(Path::new("no/such/folder"));
        let error = Store::default().push(vec![1u32], 0, &spill).unwrap_err().to_string();
        assert!(error.contains("no/such/folder"), "{error}");
    }
}
