//! Memory: how much may be used, and how much is.

use std::str::FromStr;

use impute::make::machine_memory;
use impute::train::Resources;
use sysinfo::{ProcessRefreshKind, ProcessesToUpdate, System};

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

/// What `means` come to on this machine.
pub fn resources(means: &Means) -> Resources {
    let memory = match means.memory {
        Memory::Bytes(bytes) => bytes,
        Memory::Share(share) => (machine_memory() as f64 * share) as u64,
    };
    let folder = means.temp_dir.clone().unwrap_or_else(std::env::temp_dir);
    let mut resources = Resources::default();
    (resources.memory, resources.folder) = (memory, folder);
    resources
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
