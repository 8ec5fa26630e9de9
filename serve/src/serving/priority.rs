//! Threads that give way to all others.

/// Lets the thread that calls this run only where no other thread of the machine wants to. Where the system does not
/// do that, nothing happens.
#[cfg(target_os = "linux")]
pub fn lowest() {
    const LOWEST: libc::c_int = 19;
    // SAFETY: no pointers; Linux keeps the priority of each thread, and 0 names the one that calls.
    let _ = unsafe { libc::setpriority(libc::PRIO_PROCESS, 0, LOWEST) };
}

/// Other systems have one priority for the whole process.
#[cfg(not(target_os = "linux"))]
pub fn lowest() {}
