//! Whether the file of a mapped model is as it was when it was opened.
//!
//! Whoever writes to the file changes the model under its users. Every access stays within bounds, but the numbers
//! are wrong, and a search among them may never end. Writing changes the length or the time of the last change;
//! replacing the file by renaming another one changes nothing for those who have it open.

use std::fs::File;
use std::io;
use std::time::SystemTime;

use crate::error::{Error, ErrorKind, Result};

/// A file, with what shows that it was written to.
#[derive(Debug)]
pub struct Watch {
    file: File,
    opened: Stamp,
}

/// Length in bytes and time of the last change, where the system tells it.
type Stamp = (u64, Option<SystemTime>);

fn stamp(file: &File) -> io::Result<Stamp> {
    let meta = file.metadata()?;
    Ok((meta.len(), meta.modified().ok()))
}

impl Watch {
    /// Of a file that is about to be mapped.
    pub(super) fn begin(file: File) -> io::Result<Self> {
        let opened = stamp(&file)?;
        Ok(Watch { file, opened })
    }

    pub(super) fn file(&self) -> &File {
        &self.file
    }

    pub(super) fn try_clone(&self) -> io::Result<Self> {
        Ok(Watch { file: self.file.try_clone()?, opened: self.opened })
    }

    /// Checks that nobody has written to the file, which messages call `name`.
    ///
    /// # Errors
    /// Somebody has, or the system does not tell.
    pub fn check(&self, name: &str) -> Result<()> {
        if stamp(&self.file).map_err(|e| Error::io(name, "read", e))? == self.opened {
            return Ok(());
        }
        let what = "another program wrote to the model while it was in use";
        let remedy =
            "try again when it is whole; a new model takes the place of an old one by renaming";
        Err(Error::file(name, what, remedy).of(ErrorKind::Damaged))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    #[test]
    fn writing_is_noticed_and_renaming_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("m");
        std::fs::write(&path, "old").unwrap();
        let watch = Watch::begin(File::open(&path).unwrap()).unwrap();
        let other = folder.path().join("n");
        std::fs::write(&other, "new model").unwrap();
        std::fs::rename(&other, &path).unwrap();
        watch.check("m").unwrap();
        let watch = Watch::begin(File::open(&path).unwrap()).unwrap();
        File::options().append(true).open(&path).unwrap().write_all(b"more").unwrap();
        let error = watch.check("m").unwrap_err();
        assert!(error.to_string().starts_with("m: another program wrote"), "{error}");
    }
}
