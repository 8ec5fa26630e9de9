//! Opening a model: map the file, check every length, and look at it as typed slices.

use std::fs::File;
use std::path::Path;

use super::bytes::Bytes;
use super::check::Check;
use super::format::Writer;
use super::format::{self, Directory};
use super::header::Header;
#[cfg(unix)]
use super::resident::Resident;
use super::view::View;
use super::watch::Watch;
use super::{build, pack};
use crate::error::{Error, ErrorKind, Result, display};
use crate::net::Net;
use crate::progress::{Progress, Silent};
use crate::text::tokens::chars;

/// What messages call the model that ships with the program.
#[cfg(feature = "shipped")]
pub(super) const SHIPPED: &str = "the shipped model";

/// An immutable model: a mapped file, or bytes in memory. It has no lifetime; put it into an
/// [`Arc`](std::sync::Arc) to share it.
#[derive(Debug)]
pub struct Model {
    parsed: Parsed,
}

/// A file and its name.
struct Source {
    bytes: Bytes,
    directory: Directory,
    name: String,
}

impl Source {
    fn view(&self) -> Result<View<'_>> {
        View::new(self.bytes.as_ref(), &self.directory, &self.name)
    }
}

// The sections are found and checked once, when the model is opened, and kept beside the bytes that they
// borrow from. (Offsets to be looked up in the bytes again would need a second set of all the structures
// of a file, and a second check.)
self_cell::self_cell!(
    struct Parsed {
        owner: Source,
        #[covariant]
        dependent: View,
    }
);

impl std::fmt::Debug for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Source").field("name", &self.name).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for Parsed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.borrow_owner().fmt(f)
    }
}

impl Model {
    /// Opens a model file for filling gaps: maps it, or unpacks it, and makes the posting lists in
    /// memory where it has none.
    ///
    /// # Errors
    /// The file cannot be read, is not a model, is of another version, truncated or damaged.
    ///
    /// # Complexity
    /// O(1) for a mapped file with lists: only lengths are checked, so that changed bytes give wrong
    /// answers unless [`Model::verify`] or [`Model::check`] is asked, as the program does. Making the
    /// lists takes about 0.2 s a million n-grams, and 40 bytes of memory an n-gram.
    pub fn open(path: &Path) -> Result<Self> {
        Self::open_without_lists(path)?.with_lists()
    }

    /// Opens a model file for what needs no posting lists: probabilities, sampling, export.
    ///
    /// # Errors
    /// As [`Model::open`].
    pub fn open_without_lists(path: &Path) -> Result<Self> {
        Self::open_while(path, &Silent)
    }

    /// The same, unless `progress` says to stop: to unpack a compact model takes about a second a gigabyte.
    ///
    /// # Errors
    /// As [`Model::open`], and [`ErrorKind::Stopped`].
    pub fn open_while(path: &Path, progress: &dyn Progress) -> Result<Self> {
        Self::open_as(path, display(path), progress)
    }

    /// The same under a name of its own.
    pub(super) fn open_as(path: &Path, name: String, progress: &dyn Progress) -> Result<Self> {
        // Before it is opened: a pipe would wait for somebody who writes.
        let meta = std::fs::metadata(path).map_err(|e| Error::io(&name, "open", e))?;
        if meta.is_dir() {
            return Err(Error::io(&name, "open", std::io::ErrorKind::IsADirectory.into()));
        }
        if !meta.is_file() {
            let error = Error::file(&name, "not a regular file", "name a model file");
            return Err(error.of(ErrorKind::Foreign));
        }
        let file = File::open(path).map_err(|e| Error::io(&name, "open", e))?;
        let watch = Watch::begin(file).map_err(|e| Error::io(&name, "open", e))?;
        // SAFETY: the map is read-only. Anybody who writes to the file meanwhile could change the bytes
        // under us; every access is bounds-checked, so that the worst is a wrong number or a search without
        // end, both of which `Watch` is for, or a bus error if the file is cut. Parsing a copy instead would take
        // seconds and the memory.
        let map = unsafe { memmap2::Mmap::map(watch.file()) };
        let map = map.map_err(|e| Error::io(&name, "read", e))?;
        // Look-ups go everywhere: fewer, larger pages miss less often, where the system has them.
        #[cfg(target_os = "linux")]
        let _ = map.advise(memmap2::Advice::HugePage);
        if pack::is_packed(&map) {
            return Self::unpack(&map, &name, progress);
        }
        Self::checked(Bytes::Mapped(map, watch), name)
    }

    /// The model that ships with the program, ready for filling gaps; see MODEL_CARD.md.
    ///
    /// # Errors
    /// None, unless the program was built from a damaged file.
    #[cfg(feature = "shipped")]
    pub fn shipped() -> Result<Self> {
        Self::shipped_without_lists()?.with_lists()
    }

    /// The model that ships with the program, for what needs no posting lists.
    ///
    /// # Errors
    /// None, unless the program was built from a damaged file.
    #[cfg(feature = "shipped")]
    pub fn shipped_without_lists() -> Result<Self> {
        Self::unpack(impute_english::MODEL, SHIPPED, &Silent)
    }

    fn unpack(packed: &[u8], name: &str, progress: &dyn Progress) -> Result<Self> {
        let unpacked = Bytes::Unpacked(pack::unpack(packed, name, progress)?);
        let model = Self::checked(unpacked, name.to_owned())?;
        model.verify_while(progress)?;
        Ok(model)
    }

    /// Gives back the memory of a mapped file; what is needed again is read again.
    pub fn release(&self) {
        #[cfg(unix)]
        if let Bytes::Mapped(map, _) = &self.source().bytes {
            // SAFETY: the map is a read-only view of a file, so that pages which are dropped come back with
            // the same bytes. Without it, training with a bound on memory could not use the model that it
            // has written.
            let _ = unsafe { map.unchecked_advise(memmap2::UncheckedAdvice::DontNeed) };
        }
    }

    /// What is left to do of [`Model::verify`], for a thread of its own; `None` where opening has done it
    /// already: for a compact model, and one whose lists were made in memory.
    ///
    /// # Errors
    /// The system gives no second handle of the file.
    pub(super) fn check(&self) -> Result<Option<Check>> {
        let Some(watch) = self.source().bytes.watch() else { return Ok(None) };
        let Source { directory, name, .. } = self.source();
        let file = watch.file().try_clone().map_err(|e| Error::io(name, "open", e))?;
        Ok(Some(Check { file, directory: directory.clone(), name: name.clone() }))
    }

    /// The file of a mapped model, to be checked for having been written to; `None` for a model in memory.
    ///
    /// # Errors
    /// The system gives no second handle of the file.
    pub fn watch(&self) -> Result<Option<Watch>> {
        let Some(watch) = self.source().bytes.watch() else { return Ok(None) };
        watch.try_clone().map(Some).map_err(|e| Error::io(self.name(), "open", e))
    }

    /// (words) how many characters each word has, up to 255.
    pub(super) fn lengths(&self) -> impl Iterator<Item = u8> {
        let vocabulary = self.view().vocabulary;
        (0..vocabulary.len() as u32).map(move |id| chars(vocabulary.word(id)).min(255) as u8)
    }

    fn with_lists(self) -> Result<Self> {
        Ok(self.make_lists(&Silent)?.unwrap_or(self))
    }

    /// The same model with posting lists made in memory; `None` if it has them.
    ///
    /// # Errors
    /// The model is damaged, or `progress` says to stop.
    pub fn make_lists(&self, progress: &dyn Progress) -> Result<Option<Self>> {
        if self.view().has_lists {
            return Ok(None);
        }
        self.verify_while(progress)?; // it is read whole anyway
        let failed = |e| Error::io(self.name(), "index", e);
        let mut file = Writer::new(std::io::Cursor::new(Vec::new())).map_err(failed)?;
        build::copy_sections(self.bytes(), self.directory(), &mut file, |_| true)
            .map_err(failed)?;
        build::add_lists(&mut file, &self.view().core, self.lengths(), u64::MAX, progress)
            .map_err(failed)?;
        let file = file.finish(self.header().clone()).map_err(failed)?;
        let bytes = Bytes::Made(pack::aligned(&file.into_inner()));
        Self::checked(bytes, self.name().to_owned()).map(Some)
    }

    /// The same model with a copy of its words and n-grams in memory, in large pages where the system has them, for a
    /// great many look-ups, and nothing else in it. `None` if it is in memory already, or the system is none of those
    /// where this helps. The file itself stays mapped until `self` is dropped.
    ///
    /// # Errors
    /// The file cannot be read, there is too little memory, or `progress` says to stop.
    ///
    /// # Complexity
    /// About 0.5 s a gigabyte; as much memory as the sections have bytes ([`Model::bytes_to_copy`]), and 4 MB more at
    /// most.
    pub fn resident(&self, progress: &dyn Progress) -> Result<Option<Self>> {
        #[cfg(unix)]
        if let (Bytes::Mapped(..), Some(watch)) = (&self.source().bytes, self.watch()?) {
            let mut directory = self.directory().clone();
            directory.sections.retain(|section| is_core(&section.name));
            directory.header.net = None;
            let failed = |e| Error::io(self.name(), "copy to memory", e);
            let mut resident = Resident::for_sections(&directory.sections).map_err(failed)?;
            for section in &directory.sections {
                resident.read(section, watch.file(), failed, progress)?;
            }
            let bytes = Bytes::Resident(resident, watch);
            let source = Source { bytes, directory, name: self.name().to_owned() };
            return Ok(Some(Model { parsed: Parsed::try_new(source, Source::view)? }));
        }
        let _ = progress;
        Ok(None)
    }

    /// Whether it has tables in which look-ups of probabilities are several times as fast
    /// ([`crate::make::Train::tables`]).
    pub fn has_tables(&self) -> bool {
        self.view().core.tabled
    }

    /// How many bytes [`Model::resident`] copies.
    pub fn bytes_to_copy(&self) -> u64 {
        let copied = self.directory().sections.iter().filter(|section| is_core(&section.name));
        copied.map(|section| section.length).sum()
    }

    /// A model over bytes that are already in memory, in the mapped (not the compact) form. The bytes must
    /// begin at a multiple of 8.
    ///
    /// # Errors
    /// Not a model, another version, truncated, damaged, or not aligned.
    pub fn from_bytes(bytes: impl AsRef<[u8]> + Send + Sync + 'static) -> Result<Self> {
        Self::checked(Bytes::Given(Box::new(bytes)), "the model in memory".to_owned())
    }

    fn checked(bytes: Bytes, name: String) -> Result<Self> {
        let directory = format::read_directory(bytes.as_ref(), &name)?;
        let source = Source { bytes, directory, name };
        Ok(Model { parsed: Parsed::try_new(source, Source::view)? })
    }

    fn source(&self) -> &Source {
        self.parsed.borrow_owner()
    }

    /// Whether it is written compact.
    pub(super) fn is_compact(&self) -> bool {
        matches!(self.source().bytes, Bytes::Unpacked(_))
    }

    /// All that is in the file, as typed arrays.
    #[inline]
    pub fn view(&self) -> &View<'_> {
        self.parsed.borrow_dependent()
    }

    /// The net, if the model has one.
    pub fn net(&self) -> Option<&Net<'_>> {
        self.view().net.as_ref()
    }

    /// What the model says of itself.
    pub fn header(&self) -> &Header {
        &self.directory().header
    }

    /// Where the arrays lie and how long they are.
    pub fn directory(&self) -> &Directory {
        &self.source().directory
    }

    /// The whole file, mapped or in memory.
    pub fn bytes(&self) -> &[u8] {
        self.source().bytes.as_ref()
    }

    /// Size in bytes, mapped or in memory.
    pub fn size(&self) -> usize {
        self.bytes().len()
    }

    /// How many bytes of the file stand after the end of the model and belong to nothing.
    pub fn after_the_end(&self) -> u64 {
        match &self.source().bytes {
            Bytes::Mapped(map, _) => format::after_the_end(map),
            _ => 0, // what was unpacked or made has been filled up
        }
    }

    /// The file's name, for messages.
    pub fn name(&self) -> &str {
        &self.source().name
    }

    /// Reads the whole model and compares its checksums.
    ///
    /// # Errors
    /// A section is not what was written.
    ///
    /// # Complexity
    /// O(size): about 0.1 s a gigabyte from memory.
    pub fn verify(&self) -> Result<()> {
        self.verify_while(&Silent)
    }

    /// The same, unless `progress` says to stop, which it is asked every few milliseconds.
    ///
    /// # Errors
    /// As [`Model::verify`], and [`ErrorKind::Stopped`].
    pub fn verify_while(&self, progress: &dyn Progress) -> Result<()> {
        format::verify(self.bytes(), self.directory(), self.name(), progress)
    }
}

/// Whether look-ups of probabilities read a section.
fn is_core(section: &str) -> bool {
    section.starts_with("vocabulary.") || section.starts_with("ngrams.")
}
