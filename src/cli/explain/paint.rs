//! Colours, and whether there are any.

use anstream::ColorChoice;
use anstyle::{AnsiColor, Style};

/// The colour of a probability: the likelier, the hotter.
pub fn heat(p: f64) -> Style {
    match p {
        0.5.. => AnsiColor::Red.on_default().bold(),
        0.2.. => AnsiColor::Yellow.on_default().bold(),
        0.05.. => AnsiColor::Yellow.on_default(),
        0.005.. => Style::new(),
        _ => FAINT,
    }
}

/// What is less important.
pub const FAINT: Style = Style::new().dimmed();
/// Heads of tables, and what is most important.
pub const BOLD: Style = Style::new().bold();
/// What was put in.
pub const NEW: Style = AnsiColor::Green.on_default().bold();

/// A text in a style.
pub fn paint(style: Style, text: &str) -> String {
    format!("{style}{text}{style:#}")
}

/// The text as it goes to standard output: without colours where it shows none or none are wanted.
pub fn for_stdout(text: String) -> String {
    match anstream::AutoStream::choice(&std::io::stdout()) {
        ColorChoice::Never => anstream::adapter::strip_str(&text).to_string(),
        _ => text,
    }
}
