//! Where the bytes of a model come from.

#[cfg(unix)]
use super::resident::Resident;
use super::watch::Watch;
use crate::net::aligned::Aligned;

/// The bytes of a model: they begin at a multiple of 8 and stay where they are.
pub(super) enum Bytes {
    /// A mapped file, and the file itself, to be checked and watched.
    Mapped(memmap2::Mmap, Watch),
    /// Sections of a file in memory, and the file.
    #[cfg(unix)]
    Resident(Resident, Watch),
    /// A compact model unpacked in memory; aligned as in the file.
    Unpacked(Aligned<u64>),
    /// A model whose lists were made in memory.
    Made(Aligned<u64>),
    /// What the caller gave.
    Given(Box<dyn AsRef<[u8]> + Send + Sync>),
}

impl Bytes {
    /// The file that they are those of, if it is not read whole when it is opened.
    pub fn watch(&self) -> Option<&Watch> {
        match self {
            Bytes::Mapped(_, watch) => Some(watch),
            #[cfg(unix)]
            Bytes::Resident(_, watch) => Some(watch),
            _ => None,
        }
    }
}

impl AsRef<[u8]> for Bytes {
    fn as_ref(&self) -> &[u8] {
        match self {
            Bytes::Mapped(map, _) => map,
            #[cfg(unix)]
            Bytes::Resident(resident, _) => resident.as_ref(),
            Bytes::Unpacked(words) | Bytes::Made(words) => bytemuck::cast_slice(words),
            Bytes::Given(bytes) => (**bytes).as_ref(),
        }
    }
}
