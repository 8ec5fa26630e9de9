//! A line on the terminal that says how far it is.

use std::io::{IsTerminal, Write};

/// A line that is written over, if anyone can see it.
pub struct Progress {
    shown: bool,
    width: usize,
}

impl Progress {
    /// On standard error, if that is a terminal and not `quiet`.
    pub fn new(quiet: bool) -> Self {
        Progress { shown: !quiet && std::io::stderr().is_terminal(), width: 0 }
    }

    /// Shows a line in place of the last one.
    pub fn show(&mut self, line: &str) {
        if self.shown {
            let blank = self.width.saturating_sub(line.chars().count());
            // A terminal that has gone away is no reason to stop measuring.
            let _ = write!(std::io::stderr(), "\r{line}{:blank$}", "");
            self.width = line.chars().count();
        }
    }

    /// Removes the line.
    pub fn clear(&mut self) {
        if self.width > 0 {
            let _ = write!(std::io::stderr(), "\r{:width$}\r", "", width = self.width);
            self.width = 0;
        }
    }
}
