//! What every stage of training needs besides its input.

use super::memory::Plan;
use super::spill::Spill;
use crate::progress::Progress;

/// Memory, disk and progress.
#[derive(Clone, Copy)]
pub struct Means<'a> {
    /// How memory is shared out.
    pub plan: &'a Plan,
    /// Where data goes that does not fit into memory.
    pub spill: &'a Spill,
    /// Where progress is reported.
    pub progress: &'a dyn Progress,
}
