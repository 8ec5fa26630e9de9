//! The processor time that this process has taken, so that the report can say what the measuring itself cost.

use std::time::Duration;

/// User and system time of all threads so far; `None` where the system does not say.
#[cfg(unix)]
pub fn time() -> Option<Duration> {
    let mut usage = std::mem::MaybeUninit::<libc::rusage>::uninit();
    // SAFETY: the pointer is valid for a write of one `rusage`.
    let result = unsafe { libc::getrusage(libc::RUSAGE_SELF, usage.as_mut_ptr()) };
    if result != 0 {
        return None;
    }
    // SAFETY: the call succeeded, and so has filled the structure in.
    let usage = unsafe { usage.assume_init() };
    let length = |time: libc::timeval| {
        let seconds = u64::try_from(time.tv_sec).ok()?;
        let micros = u64::try_from(time.tv_usec).ok()?;
        Some(Duration::from_secs(seconds) + Duration::from_micros(micros))
    };
    Some(length(usage.ru_utime)? + length(usage.ru_stime)?)
}

/// User and system time of all threads so far; `None` where the system does not say.
#[cfg(not(unix))]
pub fn time() -> Option<Duration> {
    None
}
