//! Memory bombs: a file of a few kilobytes that announces gigabytes must be refused before they are
//! allocated. libFuzzer's own limit sees pages that were written, not those that were requested.

use std::alloc::{GlobalAlloc, Layout, System};

/// The most that any target may ask for at once, in bytes: what a solver keeps of the largest model
/// is less.
const MOST: usize = 256 << 20;

/// The system's allocator with that bound.
pub struct Limited;

fn check(size: usize) {
    if size > MOST {
        eprintln!("an allocation of {size} bytes");
        std::process::abort();
    }
}

// SAFETY: every request goes to the system's allocator as it is, or ends the process.
unsafe impl GlobalAlloc for Limited {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        check(layout.size());
        // SAFETY: the caller's promise is handed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        check(layout.size());
        // SAFETY: as above.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        // SAFETY: as above.
        unsafe { System.dealloc(at, layout) }
    }

    unsafe fn realloc(&self, at: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        check(size);
        // SAFETY: as above.
        unsafe { System.realloc(at, layout, size) }
    }
}

#[global_allocator]
static ALLOCATOR: Limited = Limited;
