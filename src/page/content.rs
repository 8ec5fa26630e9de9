//! What is on a page.

use crate::evaluate::examples::Examples;
use crate::evaluate::learning::LearningCurve;
use crate::evaluate::report::Report;

/// What is on a page.
#[derive(Debug, Clone, Copy)]
pub struct Page<'r> {
    /// What was measured; its first method is the one that the page is about.
    pub report: &'r Report,
    /// What the model is called.
    pub model: &'r str,
    /// What the text is called.
    pub text: &'r str,
    /// The command that measures the same, without paths.
    pub command: &'r str,
    /// The sentences to look at.
    pub examples: &'r Examples,
    /// What models of more and more text reached, if known.
    pub learning: Option<&'r LearningCurve>,
}
