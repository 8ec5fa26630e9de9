//! What every stage of training works with besides its input.

use super::memory::Plan;
use super::spill::Spill;
use crate::progress::Progress;

/// How much memory there is, what holds the rest, and who is told.
#[derive(Clone, Copy)]
pub struct Means<'a> {
    /// How the memory is shared out.
    pub plan: &'a Plan,
    /// Where on the disk lies what does not fit.
    pub spill: &'a Spill,
    /// Who is told how far the work is.
    pub progress: &'a dyn Progress,
}
