//! Checks before the work begins that memory and disk will suffice.

use std::io::Read;
use std::path::{Path, PathBuf};

use sysinfo::{Disks, MemoryRefreshKind, System};

use crate::error::{Error, ErrorKind, Remedy, Result, Setting, display};
use crate::text::kind::Kind;
use crate::train::memory::{Needs, bytes};
use crate::train::{HeldOut, Resources, Sources};

/// What memory and disk are needed for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Work {
    /// A model of this order, with tables of the lower orders in memory, fitted to lines held out.
    Training(usize, HeldOut),
    /// Counts of this order, without those tables.
    Counting(usize),
    /// What a net learns from, without n-grams.
    Lessons,
}

/// Checks that this machine has these resources and that they suffice for what the sources are sure to need.
pub(super) fn check(
    Resources { memory, folder, lists, .. }: &Resources,
    sources: &Sources<'_>,
    work: Work,
) -> Result<()> {
    let machine = machine_memory();
    if machine > 0 && *memory > machine {
        let (memory, machine) = (bytes(*memory), bytes(machine));
        let what = format!("{memory} of memory is wanted, but this machine has {machine}");
        let remedy = Remedy::by("ask for less", &[Setting::Memory]);
        return Err(Error::value(what, remedy).of(ErrorKind::Memory));
    }
    if !folder.is_dir() {
        let remedy = Remedy::by("create it, or name another", &[Setting::TemporaryFolder]);
        return Err(Error::file(&display(folder), "not a folder for temporary files", remedy));
    }
    let counted = sources.texts.iter().chain(sources.counts);
    let (Some(text), Some(learned)) = (text_size(counted), text_size(sources.learned.iter()))
    else {
        return Ok(());
    };
    let mut needs = match work {
        Work::Training(order, _) | Work::Counting(order) => Needs::estimate(text, order, *memory),
        Work::Lessons => Needs::estimate(text, 0, *memory),
    };
    if let Work::Training(_, held_out) = work {
        if *lists {
            needs.check_lists(*memory, held_out)?;
        }
        needs.check(*memory)?;
    }
    needs.spilled += Needs::estimate(learned, 0, *memory).spilled;
    check_disk(folder, free_disk(folder), &needs, *memory)
}

/// Checks that the disk has room for the temporary files, if that is known.
fn check_disk(folder: &Path, free: Option<u64>, needs: &Needs, memory: u64) -> Result<()> {
    match free {
        Some(free) if free < needs.spilled => Err(Error::file(
            &display(folder),
            format!(
                "{} free, and with {} of memory about {:.0} million tokens need {} of temporary files",
                bytes(free),
                bytes(memory),
                needs.tokens as f64 / 1e6,
                bytes(needs.spilled),
            ),
            Remedy::by(
                "give more memory, or another folder for them",
                &[Setting::Memory, Setting::TemporaryFolder],
            ),
        )),
        _ => Ok(()),
    }
}

/// About how many bytes all texts have once unpacked; `None` if that cannot be known.
fn text_size<'a>(paths: impl Iterator<Item = &'a PathBuf>) -> Option<u64> {
    let size = |path: &PathBuf| {
        let meta = std::fs::metadata(path).ok().filter(std::fs::Metadata::is_file)?;
        let mut magic = [0; 4];
        let read = std::fs::File::open(path).and_then(|mut file| file.read(&mut magic)).ok()?;
        let packed = matches!(Kind::of(&magic[..read]), Kind::Gzip | Kind::Zstd | Kind::Zip);
        Some(if packed { meta.len() * 3 } else { meta.len() })
    };
    paths.map(size).sum()
}

/// The memory that this process may use, in bytes; 0 if that cannot be known.
pub fn machine_memory() -> u64 {
    let mut system = System::new();
    system.refresh_memory_specifics(MemoryRefreshKind::nothing().with_ram());
    let limit = system.cgroup_limits().map(|limits| limits.total_memory).filter(|&limit| limit > 0);
    limit.map_or(system.total_memory(), |limit| limit.min(system.total_memory()))
}

/// The free space on the disk that holds `folder`, in bytes.
fn free_disk(folder: &Path) -> Option<u64> {
    let folder = folder.canonicalize().ok()?;
    let disks = Disks::new_with_refreshed_list();
    let holds = disks.iter().filter(|disk| folder.starts_with(disk.mount_point()));
    let nearest = holds.max_by_key(|disk| disk.mount_point().as_os_str().len())?;
    Some(nearest.available_space())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_disk_that_is_too_small_is_refused_with_the_arithmetic() {
        let needs = Needs::estimate(4_000_000_000, 3, 1 << 30);
        assert!(needs.spilled > 1_000_000_000, "{needs:?}");
        let check = |free| check_disk(Path::new("/tmp"), free, &needs, 1 << 30);
        let error = check(Some(1_000_000)).unwrap_err().to_string();
        for part in ["/tmp: 1.0 MB free", "1074 MB of memory", "million tokens", "another folder"] {
            assert!(error.contains(part), "{part} is not in {error}");
        }
        assert!(check(Some(needs.spilled)).is_ok() && check(None).is_ok());
    }

    #[test]
    fn what_a_long_text_needs_for_its_lists_is_known_before_it_is_read() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let texts = [file.path().to_owned()];
        let sources = Sources::new(&texts, &[]);
        let check = |bytes: u64, memory: u64, held_out| {
            file.as_file().set_len(bytes).unwrap(); // without a byte on the disk
            let resources = Resources { memory: memory << 20, ..Resources::default() };
            check(&resources, &sources, Work::Training(2, held_out))
        };
        let refused =
            |bytes, memory, held_out| check(bytes, memory, held_out).unwrap_err().to_string();
        let some = HeldOut::default();
        check(1 << 20, 32, some).unwrap();
        check(1 << 30, 256, some).unwrap();
        check(1 << 30, 128, HeldOut::NONE).unwrap();
        assert!(refused(1 << 30, 128, some).contains("calibration to 3000 lines"));
        assert!(refused(1 << 30, 80, HeldOut::NONE).contains("making posting lists takes 101 MB"));
    }

    #[test]
    fn lessons_need_no_memory_for_ngrams() {
        let file = tempfile::NamedTempFile::new().unwrap();
        file.as_file().set_len(256 << 20).unwrap(); // without a byte on the disk
        let texts = [file.path().to_owned()];
        let sources = Sources::new(&texts, &[]);
        let resources = Resources { memory: 32 << 20, ..Resources::default() };
        let check = |work| check(&resources, &sources, work);
        let training = Work::Training(3, HeldOut::default());
        assert_eq!(check(training).unwrap_err().kind(), ErrorKind::Memory);
        check(Work::Lessons).unwrap();
    }
}
