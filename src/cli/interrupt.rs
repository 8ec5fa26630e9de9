//! What happens when the program is told to stop, or cannot go on: half-written outputs are removed.

#[cfg(unix)]
use std::sync::atomic::{AtomicBool, Ordering};

/// Ends the program with code 130 when it is interrupted, terminated, or loses its terminal, and with code 1
/// when a mapped model can no longer be read. A file that grows beyond the limit on sizes is an error of
/// whoever writes it, as a full disk is.
///
/// Under `nohup` a hangup is ignored from the start and stays ignored: the work goes on.
///
/// # Errors
/// The system cannot start a thread to wait for signals.
#[cfg(unix)]
pub fn clean_up() -> std::io::Result<()> {
    use std::sync::Arc;

    use libc::{SIGBUS, SIGHUP, SIGINT, SIGTERM, SIGXFSZ};

    // With any handler, the write fails instead of ending the program.
    signal_hook::flag::register(SIGXFSZ, Arc::<AtomicBool>::default())?;
    // SAFETY: the handler takes no lock, allocates nothing and calls nothing but what may be called
    // from a handler: unlink, write and _exit. Without it, a model that is cut ends the program in the middle of its
    // work without a word. The standard library's handler goes first: called before this one, it would let
    // the next thread that meets the cut end the program at once.
    unsafe {
        libc::signal(SIGBUS, libc::SIG_DFL);
        signal_hook::low_level::register(SIGBUS, end_unreadable)?;
    }

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

/// Ends the program when a mapped file cannot be read: it was cut, or its disk fails.
#[cfg(unix)]
fn end_unreadable() {
    const WHY: &[u8] =
        b"error: the model can no longer be read: another program cut it or wrote over it, or its \
        disk fails; the output is not complete, try again when the file is whole\n";
    static ENDING: AtomicBool = AtomicBool::new(false);
    while ENDING.swap(true, Ordering::Relaxed) {
        std::hint::spin_loop(); // another thread came first, and ends the program
    }
    impute::text::noted::for_each(|path| {
        // SAFETY: the path ends with a zero. The standard library's call may allocate memory.
        let _ = unsafe { libc::unlink(path.as_ptr()) };
    });
    // SAFETY: the bytes are there as long as the program. The standard library's call takes a lock.
    let _ = unsafe { libc::write(libc::STDERR_FILENO, WHY.as_ptr().cast(), WHY.len()) };
    signal_hook::low_level::exit(1);
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
