//! Sections of a model in memory of their own, in large pages.
//!
//! Look-ups go everywhere, and with pages of 4 KB nearly each of them first has to find out where its page lies.
//! The system gives pages of 2 MB to memory that belongs to no file, if it is asked. So a long run has its sections
//! copied once, each to the place that it has in the file, as seen from an address that is a multiple of 2 MB. What
//! lies between them is never touched and takes no memory.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;

use memmap2::MmapMut;

use super::format::Section;
use crate::error::{Error, Result};
use crate::progress::Progress;

/// The size of a large page.
const LARGE: usize = 1 << 21;
/// How many bytes are copied between two questions whether to go on.
const PIECE: usize = 1 << 24;

/// Copied sections: bytes as those of the file, as far as they were copied.
pub(super) struct Resident {
    memory: MmapMut,
    start: usize,
    length: usize,
}

impl Resident {
    /// Memory for sections at these places.
    ///
    /// # Errors
    /// The system has no more.
    pub fn for_sections(sections: &[Section]) -> io::Result<Self> {
        let end =
            sections.iter().map(|section| section.offset.saturating_add(section.length)).max();
        let length = usize::try_from(end.unwrap_or(0)).unwrap_or(usize::MAX);
        let memory = MmapMut::map_anon(length.saturating_add(LARGE))?;
        #[cfg(target_os = "linux")]
        let _ = memory.advise(memmap2::Advice::HugePage); // without it, the same with small pages
        let start = memory.as_ptr().addr().wrapping_neg() % LARGE;
        Ok(Resident { memory, start, length })
    }

    /// Reads a section from the file.
    ///
    /// # Errors
    /// The file cannot be read, or `progress` says to stop.
    pub fn read(
        &mut self,
        section: &Section,
        file: &File,
        failed: impl Fn(io::Error) -> Error,
        progress: &dyn Progress,
    ) -> Result<()> {
        let mut at = section.offset;
        let place = self.start.saturating_add(at as usize);
        let bytes = self.memory.get_mut(place..place.saturating_add(section.length as usize));
        let bytes = bytes.ok_or_else(|| failed(io::ErrorKind::OutOfMemory.into()))?;
        for piece in bytes.chunks_mut(PIECE) {
            progress.go_on()?;
            // Not by the file's position, which other threads use.
            file.read_exact_at(piece, at).map_err(&failed)?;
            at += piece.len() as u64;
        }
        Ok(())
    }
}

impl AsRef<[u8]> for Resident {
    fn as_ref(&self) -> &[u8] {
        self.memory.get(self.start..self.start + self.length).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;
    use crate::progress::Silent;
    use crate::progress::tests::Stopped;

    #[test]
    fn sections_lie_where_they_lie_in_the_file() {
        let bytes: Vec<u8> = (0..300_000u32).map(|i| (i % 251) as u8).collect();
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(&bytes).unwrap();
        let section = |offset, length| Section {
            name: String::new(),
            offset,
            length,
            checksum: String::new(),
        };
        let sections = [section(64, 1000), section(200_000, 99_990)];
        let failed = |e| Error::io("m", "read", e);
        let mut resident = Resident::for_sections(&sections).unwrap();
        assert!(resident.as_ref().as_ptr().addr().is_multiple_of(LARGE));
        assert!(resident.read(&sections[0], &file, failed, &Stopped).is_err());
        for section in &sections {
            resident.read(section, &file, failed, &Silent).unwrap();
        }
        assert_eq!(resident.as_ref().len(), 299_990);
        assert_eq!(resident.as_ref()[64..1064], bytes[64..1064]);
        assert_eq!(resident.as_ref()[200_000..], bytes[200_000..299_990]);
        assert!(resident.as_ref()[2000..200_000].iter().all(|&byte| byte == 0), "not asked for");
        // A file that has been cut meanwhile is an error.
        file.set_len(250_000).unwrap();
        assert!(resident.read(&sections[1], &file, failed, &Silent).is_err());
    }
}
