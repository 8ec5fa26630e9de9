//! Memory and disk: what may be used, and will it suffice? Said before the work begins.

use std::io::Read;
use std::path::Path;
use std::str::FromStr;

use impute::train::memory::{self, Needs};
use impute::train::{Config, Resources, Sources};
use sysinfo::{Disks, MemoryRefreshKind, ProcessRefreshKind, ProcessesToUpdate, System};

use super::args::Means;

/// An amount of memory as people write it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Memory {
    /// In bytes.
    Bytes(u64),
    /// Of the machine's memory, 0 to 1.
    Share(f64),
}

/// A unit in capitals, `GiB` as `GB`.
fn unit(text: &str) -> String {
    let unit = text.to_ascii_uppercase();
    match unit.strip_suffix("IB") {
        Some(prefix) if prefix.len() == 1 => format!("{prefix}B"),
        _ => unit,
    }
}

impl FromStr for Memory {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is no amount of memory; write it as 4G, 500M or 60%");
        let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic() || c == '%');
        let number: f64 = digits.parse().map_err(|_| wrong())?;
        let factor = match unit(&text[digits.len()..]).as_str() {
            "%" if number > 0.0 && number <= 100.0 => return Ok(Memory::Share(number / 100.0)),
            "" | "B" => 1.0,
            "K" | "KB" => 1024.0,
            "M" | "MB" => 1024.0 * 1024.0,
            "G" | "GB" => 1024.0 * 1024.0 * 1024.0,
            "T" | "TB" => 1024.0 * 1024.0 * 1024.0 * 1024.0,
            _ => return Err(wrong()),
        };
        let bytes = number * factor;
        if (1.0..1e18).contains(&bytes) { Ok(Memory::Bytes(bytes as u64)) } else { Err(wrong()) }
    }
}

/// What the means are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Work {
    /// A model, with tables of the lower orders in memory.
    Training {
        /// Whether posting lists are made of it.
        lists: bool,
    },
    /// Counts, without.
    Counting,
}

/// What `means` come to on this machine.
///
/// # Errors
/// More memory than the machine has, a folder that is none, and less memory or disk than counting
/// the sources is sure to need.
pub fn resources(
    means: &Means,
    sources: &Sources<'_>,
    config: &Config,
    what: Work,
) -> anyhow::Result<Resources> {
    let machine = machine_memory();
    let memory = match means.memory {
        Memory::Bytes(bytes) => bytes,
        Memory::Share(share) => (machine as f64 * share) as u64,
    };
    if machine > 0 && memory > machine {
        anyhow::bail!(
            "--memory {}: this machine has {}; ask for less",
            memory::bytes(memory),
            memory::bytes(machine)
        );
    }
    let folder = means.temp_dir.clone().unwrap_or_else(std::env::temp_dir);
    if !folder.is_dir() {
        anyhow::bail!(
            "{}: not a folder for temporary files; create it, or name another with --temp-dir",
            folder.display()
        );
    }
    if let Some(bytes) = text_size(sources) {
        let needs = Needs::estimate(bytes, config.order, memory);
        if what != Work::Counting {
            needs.check(memory)?;
        }
        check_disk(&folder, free_disk(&folder), &needs, memory)?;
    }
    let mut resources = Resources::default();
    (resources.memory, resources.folder) = (memory, folder);
    resources.lists = what == Work::Training { lists: true };
    Ok(resources)
}

/// Whether the disk has room for the temporary files, as far as that is known.
///
/// # Errors
/// It has not, with the arithmetic.
fn check_disk(folder: &Path, free: Option<u64>, needs: &Needs, memory: u64) -> anyhow::Result<()> {
    match free {
        Some(free) if free < needs.spilled => anyhow::bail!(
            "{}: {} free, and with --memory {} about {:.0} million tokens need {} of temporary \
             files; give more memory, or another --temp-dir",
            folder.display(),
            memory::bytes(free),
            memory::bytes(memory),
            needs.tokens as f64 / 1e6,
            memory::bytes(needs.spilled),
        ),
        _ => Ok(()),
    }
}

/// Size in bytes of all texts once they are unpacked, about; `None` where it cannot be known.
fn text_size(sources: &Sources<'_>) -> Option<u64> {
    let size = |path: &Path| {
        let meta = std::fs::metadata(path).ok().filter(std::fs::Metadata::is_file)?;
        let mut magic = [0; 4];
        let read = std::fs::File::open(path).and_then(|mut file| file.read(&mut magic)).ok()?;
        let packed = [&[0x1f, 0x8b][..], &[0x28, 0xb5, 0x2f, 0xfd]];
        let is_packed = packed.iter().any(|begin| magic[..read].starts_with(begin));
        Some(if is_packed { meta.len() * 3 } else { meta.len() })
    };
    sources.texts.iter().chain(sources.counts).map(|path| size(path)).sum()
}

/// The memory that this process may have, in bytes; 0 where that cannot be known.
fn machine_memory() -> u64 {
    let mut system = System::new();
    system.refresh_memory_specifics(MemoryRefreshKind::nothing().with_ram());
    let limit = system.cgroup_limits().map(|limits| limits.total_memory).filter(|&limit| limit > 0);
    limit.map_or(system.total_memory(), |limit| limit.min(system.total_memory()))
}

/// How much of the disk that holds `folder` is free, in bytes.
pub fn free_disk(folder: &Path) -> Option<u64> {
    let folder = folder.canonicalize().ok()?;
    let disks = Disks::new_with_refreshed_list();
    let holds = disks.iter().filter(|disk| folder.starts_with(disk.mount_point()));
    let nearest = holds.max_by_key(|disk| disk.mount_point().as_os_str().len())?;
    Some(nearest.available_space())
}

/// How much memory this process takes now, in bytes.
pub fn memory_in_use() -> Option<u64> {
    let pid = sysinfo::get_current_pid().ok()?;
    let mut system = System::new();
    let kind = ProcessRefreshKind::nothing().with_memory();
    system.refresh_processes_specifics(ProcessesToUpdate::Some(&[pid]), false, kind);
    Some(system.process(pid)?.memory())
}

/// The most memory that this process has taken; where the system does not say so, what it takes now.
pub fn peak_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
    kilobytes.map(|kilobytes| kilobytes * 1024).or_else(memory_in_use)
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
        for part in ["/tmp: 1.0 MB free", "--memory 1074 MB", "million tokens", "--temp-dir"] {
            assert!(error.contains(part), "{part} is not in {error}");
        }
        assert!(check(Some(needs.spilled)).is_ok() && check(None).is_ok());
    }

    #[test]
    fn amounts_are_read_as_people_write_them() {
        let read = |text: &str| text.parse::<Memory>().ok();
        assert_eq!(read("4G"), Some(Memory::Bytes(4 << 30)));
        assert_eq!(read("1.5m"), Some(Memory::Bytes(3 << 19)));
        assert_eq!(read("2GiB"), Some(Memory::Bytes(2 << 30)));
        assert_eq!(read("800"), Some(Memory::Bytes(800)));
        assert_eq!(read("25%"), Some(Memory::Share(0.25)));
        for wrong in
            ["", "G", "-1G", "0", "101%", "0%", "4X", "nan", "inf", "1e30G", "5IB", "5MIBIB"]
        {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}
