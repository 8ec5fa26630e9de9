//! Asking for memory before it is needed.

/// Asks for the cache line of an item, if there is one. Nothing is read: results do not depend on it.
#[inline]
pub fn prefetch<T>(items: &[T], i: usize) {
    #[cfg(target_arch = "x86_64")]
    if let Some(item) = items.get(i) {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        // SAFETY: a prefetch affects only the cache, and the address is that of an item. A look-up waits
        // for memory about ten times; asked for in time, a text is scored about twice as fast.
        unsafe { _mm_prefetch::<_MM_HINT_T0>(std::ptr::from_ref(item).cast()) };
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = (items, i);
}
