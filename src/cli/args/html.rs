//! The options of `impute evaluate` for its page.

use std::path::PathBuf;

use clap::Args;

#[derive(Debug, Args)]
pub struct HtmlArgs {
    /// Also write the report as one page of HTML, with plots and the worst and the best answers; it quotes
    /// the text
    #[arg(long, value_name = "FILE")]
    pub html: Option<PathBuf>,
    /// Put this learning curve on the page: the TSV of benches/learning.sh, or any TSV with the columns
    /// text_tokens (millions) and score
    #[arg(long, value_name = "TSV", requires = "html")]
    pub learning_curve: Option<PathBuf>,
}
