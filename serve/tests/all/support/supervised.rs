//! A process that is started again whenever it has ended, as a service manager does.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use super::running::Running;

/// Starts it again whenever it has ended, while something else is done; gives how often that was.
pub fn supervised<T>(running: Running, work: impl FnOnce() -> T) -> (Running, T, usize) {
    let (running, restarts) = (Mutex::new(running), AtomicUsize::new(0));
    let stop = AtomicBool::new(false);
    let done = std::thread::scope(|scope| {
        scope.spawn(|| {
            while !stop.load(Ordering::SeqCst) {
                let mut running = running.lock().unwrap();
                // It may end within its start: what was tried before is tried at once.
                if running.ended().is_some() && running.try_again().is_ok() {
                    restarts.fetch_add(1, Ordering::SeqCst);
                }
                drop(running);
                std::thread::sleep(Duration::from_millis(5));
            }
        });
        let done = std::panic::catch_unwind(std::panic::AssertUnwindSafe(work));
        stop.store(true, Ordering::SeqCst);
        done
    });
    let running = running.into_inner().unwrap();
    match done {
        Ok(done) => (running, done, restarts.into_inner()),
        Err(panic) => std::panic::resume_unwind(panic),
    }
}
