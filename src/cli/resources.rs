//! Memory: how much may be used, and how much is.

use std::time::Duration;

use impute::make::machine_memory;
use impute::train::Resources;
use sysinfo::{MemoryRefreshKind, ProcessRefreshKind, ProcessesToUpdate, System};

use super::args::{Means, Memory};

/// The resources that `means` describe on this machine.
pub fn resources(means: &Means) -> Resources {
    let memory = bytes_of(means.memory);
    let folder = means.temp_dir.clone().unwrap_or_else(std::env::temp_dir);
    let mut resources = Resources::default();
    (resources.memory, resources.folder) = (memory, folder);
    resources
}

/// An amount of memory on this machine, in bytes.
pub fn bytes_of(memory: Memory) -> u64 {
    match memory {
        Memory::Bytes(bytes) => bytes,
        Memory::Share(share) => (machine_memory() as f64 * share) as u64,
    }
}

/// How much memory is free on this machine or to this process, whichever is less, in bytes; 0 if that cannot be known.
pub fn free_memory() -> u64 {
    let mut system = System::new();
    system.refresh_memory_specifics(MemoryRefreshKind::nothing().with_ram());
    let limit = system.cgroup_limits().filter(|limits| limits.total_memory > 0);
    let available = system.available_memory();
    limit.map_or(available, |limit| limit.free_memory.min(available))
}

/// How much memory this process uses now, in bytes.
pub fn memory_in_use() -> Option<u64> {
    let pid = sysinfo::get_current_pid().ok()?;
    let mut system = System::new();
    let kind = ProcessRefreshKind::nothing().with_memory();
    system.refresh_processes_specifics(ProcessesToUpdate::Some(&[pid]), false, kind);
    Some(system.process(pid)?.memory())
}

/// The processor time that the main thread has used, where the system says.
pub fn processor_time() -> Option<Duration> {
    let times = std::fs::read_to_string("/proc/self/schedstat").ok()?;
    times.split_whitespace().next()?.parse().ok().map(Duration::from_nanos)
}

/// The most memory that this process has used; if the system does not say, what it uses now.
pub fn peak_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
    kilobytes.map(|kilobytes| kilobytes * 1024).or_else(memory_in_use)
}
