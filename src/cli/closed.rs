//! Standard output that was closed before the program began, as by `>&-`: what is written there is lost.
//!
//! The standard library opens `/dev/null` in its place before `main`, so that one has to look earlier, when the
//! loader calls what is listed in a section of the program.

/// Makes every output to a closed standard output an error.
pub fn refuse_standard_output() {
    #[cfg(unix)]
    if early::CLOSED.load(std::sync::atomic::Ordering::Relaxed) {
        impute::text::output::refuse_standard_output();
    }
}

#[cfg(unix)]
mod early {
    use std::sync::atomic::{AtomicBool, Ordering};

    pub static CLOSED: AtomicBool = AtomicBool::new(false);

    extern "C" fn look() {
        // SAFETY: it asks for flags, which changes nothing; of a closed descriptor too it may be asked.
        let flags = unsafe { libc::fcntl(libc::STDOUT_FILENO, libc::F_GETFD) };
        CLOSED.store(flags == -1, Ordering::Relaxed);
    }

    // SAFETY: the section holds addresses of functions, and this is one. It is called on the only thread, with
    // arguments that it need not look at, and uses nothing of the standard library that `main` would set up.
    #[used]
    #[cfg_attr(not(target_vendor = "apple"), unsafe(link_section = ".init_array"))]
    #[cfg_attr(target_vendor = "apple", unsafe(link_section = "__DATA,__mod_init_func"))]
    static LOOK: extern "C" fn() = look;
}
