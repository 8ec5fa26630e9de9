//! What happens when the program is told to stop: half-written outputs are removed.

/// Ends the program with code 130 when it is interrupted, terminated, or loses its terminal.
///
/// Under `nohup` a hangup is ignored from the start and stays ignored: the work goes on.
///
/// # Errors
/// The system cannot start a thread to wait for signals.
#[cfg(unix)]
pub fn clean_up() -> std::io::Result<()> {
    use libc::{SIGHUP, SIGINT, SIGTERM};

    let mut wanted = vec![SIGINT, SIGTERM];
    if !is_ignored(SIGHUP) {
        wanted.push(SIGHUP);
    }
    let mut signals = signal_hook::iterator::Signals::new(wanted)?;
    let wait = move || {
        if signals.forever().next().is_some() {
            end();
        }
    };
    std::thread::Builder::new().spawn(wait)?;
    Ok(())
}

/// The same where there are no Unix signals.
#[cfg(not(unix))]
pub fn clean_up() -> std::io::Result<()> {
    ctrlc::set_handler(end).map_err(std::io::Error::other)
}

fn end() {
    impute::text::output::remove_unfinished();
    std::process::exit(130);
}

/// Whether the program was started with a signal ignored.
#[cfg(unix)]
fn is_ignored(signal: libc::c_int) -> bool {
    let mut now = std::mem::MaybeUninit::<libc::sigaction>::zeroed();
    // SAFETY: without a new action nothing changes, and the current one is written to `now`, in which zeros
    // are valid too. Only a system call can tell.
    let now = unsafe {
        match libc::sigaction(signal, std::ptr::null(), now.as_mut_ptr()) {
            0 => now.assume_init(),
            _ => return false,
        }
    };
    now.sa_sigaction == libc::SIG_IGN
}
