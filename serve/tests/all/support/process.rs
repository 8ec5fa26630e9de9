//! What the system says of a process: how much memory it has, how many descriptors.

/// A figure of `/proc/ID/status` in kilobytes: `VmRSS` now, `VmHWM` at its highest.
pub fn kilobytes(id: u32, figure: &str) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{id}/status")).unwrap();
    let line = status.lines().find(|line| line.starts_with(figure)).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

/// How many descriptors are open.
pub fn descriptors(id: u32) -> usize {
    std::fs::read_dir(format!("/proc/{id}/fd")).unwrap().count()
}
