//! The shipped model as a file that is mapped: unpacked and with its posting lists, which take most of a second to
//! make, it is kept in a folder of the user's after the first run.
//!
//! The name of the file says what the model was made from and by which sources, so that a file of another version is
//! never taken. All checksums are compared, and what is damaged is made anew. Nothing that goes wrong in keeping it
//! is an error: then it is made in memory as without a folder.

use std::fs;
use std::io::BufWriter;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use twox_hash::XxHash3_64;

use super::open::{Model, SHIPPED};
use super::whole::Whole;
use crate::error::Result;
use crate::progress::Silent;
use crate::text::output::NewFile;

/// The folder in the cache that has nothing else in it.
const FOLDER: &str = "shipped";
const PREFIX: &str = "english-";
const SUFFIX: &str = ".impute";
/// How many files of other versions stay.
const OTHERS: usize = 2;
/// What a run that was killed has left unfinished is removed after this time.
const UNFINISHED: Duration = Duration::from_secs(3600);

impl Model {
    /// The model that ships with the program, ready for filling gaps, from a file of about 25 MB in a folder of this
    /// folder; both are made if they are not there. All is compared with its checksums.
    ///
    /// # Errors
    /// As [`Model::shipped`]; not if the file cannot be read or written.
    ///
    /// # Complexity
    /// Some hundredths of a second to read the file, or else as [`Model::shipped`].
    pub fn shipped_kept(folder: &Path) -> Result<(Self, Whole)> {
        let path = folder.join(FOLDER).join(name());
        if let Some(kept) = open(&path) {
            return Ok(kept);
        }
        let model = Self::shipped()?;
        if keep(&model, &path).is_some() {
            tidy(&folder.join(FOLDER), &path);
        }
        Ok((model, Whole::known()))
    }
}

/// The name of the file, by the bytes of the packed model and the sources that it was built with.
fn name() -> PathBuf {
    let packed = impute_english::MODEL;
    let end = &packed[packed.len().saturating_sub(64)..]; // a checksum of all is there
    let made_from = [&packed.len().to_le_bytes(), end, env!("IMPUTE_SOURCES").as_bytes()].concat();
    format!("{PREFIX}{:016x}{SUFFIX}", XxHash3_64::oneshot(&made_from)).into()
}

/// What is kept, if it is there and whole.
fn open(path: &Path) -> Option<(Model, Whole)> {
    let model = Model::open_as(path, SHIPPED.to_owned(), &Silent).ok()?;
    let whole = Whole::of(&model).ok()?;
    model.view().has_lists.then_some((model, whole))
}

/// Writes the file, whole or not at all, unless another process was faster: what is mapped elsewhere stays.
fn keep(model: &Model, path: &Path) -> Option<()> {
    fs::create_dir_all(path.parent()?).ok()?;
    let file = NewFile::create(path).ok()?;
    model.write_with_header(model.header().clone(), BufWriter::new(file.file())).ok()?;
    if open(path).is_some() {
        return None;
    }
    file.rename().ok()
}

/// Removes what other versions have kept, but for the newest, and what was left unfinished.
fn tidy(folder: &Path, own: &Path) {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut others = Vec::new();
    for entry in entries.filter(|entry| entry.path() != own) {
        let age = entry.metadata().and_then(|meta| meta.modified()).map(age);
        let (name, Ok(age)) = (entry.file_name(), age) else {
            continue;
        };
        let name = name.to_string_lossy();
        if name.starts_with(PREFIX) && name.ends_with(SUFFIX) {
            others.push((age, entry.path()));
        } else if name.ends_with(".partial") && age > UNFINISHED {
            let _ = fs::remove_file(entry.path()); // it stays, and is tried again
        }
    }
    others.sort();
    for (_, path) in others.into_iter().skip(OTHERS) {
        let _ = fs::remove_file(path);
    }
}

fn age(modified: SystemTime) -> Duration {
    SystemTime::now().duration_since(modified).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(folder: &Path) -> Vec<PathBuf> {
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect()
    }

    #[test]
    fn what_is_kept_is_the_model_and_what_is_damaged_is_made_anew() {
        let place = tempfile::tempdir().unwrap();
        let folder = place.path().join("a/b");
        let (made, _) = Model::shipped_kept(&folder).unwrap();
        let all = files(&folder.join(FOLDER));
        let [path] = &all[..] else { panic!("{all:?}") };
        let bytes = fs::read(path).unwrap();
        assert_eq!(made.bytes()[..bytes.len()], bytes);
        let (kept, whole) = Model::shipped_kept(&folder).unwrap();
        assert!(kept.watch().unwrap().is_some(), "it is not mapped");
        assert_eq!((kept.bytes(), kept.name()), (&bytes[..], made.name()));
        whole.confirm(&Silent).unwrap();
        drop(kept);
        // A changed byte, a file that is cut short, and one that is no model.
        let mut changed = bytes.clone();
        changed[bytes.len() / 2] ^= 1;
        for damaged in [&changed[..], &bytes[..9999], b"", b"other"] {
            fs::remove_file(path).unwrap();
            fs::write(path, damaged).unwrap();
            assert!(Model::shipped_kept(&folder).unwrap().0.watch().unwrap().is_none());
            assert!(fs::read(path).unwrap() == bytes);
        }
    }

    #[test]
    fn a_folder_that_cannot_be_is_no_error_and_old_files_go() {
        let place = tempfile::tempdir().unwrap();
        let file = place.path().join("file");
        fs::write(&file, "").unwrap();
        let own = place.path().join("english-own.impute");
        for (name, hours) in [
            ("english-1.impute", 1),
            ("english-2.impute", 2),
            ("english-3.impute", 3),
            (".a.partial", 2),
            (".b.partial", 0),
        ] {
            let then = SystemTime::now() - Duration::from_secs(3600 * hours);
            fs::File::create(place.path().join(name)).unwrap().set_modified(then).unwrap();
        }
        fs::write(&own, "").unwrap();
        tidy(place.path(), &own);
        let mut left: Vec<_> = files(place.path());
        left.sort();
        let names =
            [".b.partial", "english-1.impute", "english-2.impute", "english-own.impute", "file"];
        assert_eq!(left, names.map(|name| place.path().join(name)));
        assert!(open(&own).is_none());
        assert!(Model::shipped_kept(&file).is_ok());
    }
}
