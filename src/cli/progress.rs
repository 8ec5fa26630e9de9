//! Progress bars and notes, on stderr.

use std::io::Write;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::options;
use super::resources::memory_in_use;
use impute::Error;
use impute::progress::{Progress, Unit};
use impute::text::printable::printable;
use indicatif::{HumanCount, ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};

/// Nothing is drawn for work shorter than this.
const PATIENCE: Duration = Duration::from_secs(2);
/// How often the memory in use is checked.
const REFRESH: Duration = Duration::from_millis(500);

pub struct Ui {
    quiet: bool,
    bar: Mutex<Option<Bar>>,
}

struct Bar {
    bar: ProgressBar,
    began: Instant,
    shown: bool,
    /// Tokens read in a stage that counts something else.
    tokens: u64,
    /// When memory in use was last checked, if it is shown.
    memory: Option<Instant>,
}

impl Bar {
    /// Shows tokens a second and the memory in use.
    fn show_means(&mut self) {
        let Some(last) = self.memory.filter(|last| last.elapsed() > REFRESH) else {
            return;
        };
        self.memory = Some(last + last.elapsed());
        let mut means = String::new();
        if self.tokens > 0 {
            let speed = self.tokens as f64 / self.began.elapsed().as_secs_f64();
            means += &format!(", {} tokens a second", rounded(speed));
        }
        if let Some(bytes) = memory_in_use() {
            means += &format!(", {} in use", impute::train::memory::bytes(bytes));
        }
        self.bar.set_prefix(means);
    }
}

impl Ui {
    pub fn new(quiet: bool) -> Self {
        Ui { quiet, bar: Mutex::new(None) }
    }

    /// Says more about the current stage, after its bar.
    pub fn status(&self, text: String) {
        if let Some(bar) = self.lock().as_ref() {
            bar.bar.set_prefix(format!(", {text}"));
        }
    }

    pub fn clear(&self) {
        if let Some(bar) = self.lock().take() {
            bar.bar.finish_and_clear();
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<Bar>> {
        // A bar is still usable if another thread panicked while drawing it.
        self.bar.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

impl Progress for Ui {
    fn stage(&self, name: &str, unit: Unit, total: Option<u64>) {
        self.clear();
        if self.quiet {
            return;
        }
        let bar = ProgressBar::with_draw_target(total, ProgressDrawTarget::hidden());
        let template = match (unit, total.is_some()) {
            (Unit::Bytes, true) => "{msg} {wide_bar} {bytes} of {total_bytes}, {eta} left{prefix}",
            (Unit::Bytes, false) => "{msg} {spinner} {bytes}, {elapsed}{prefix}",
            (Unit::Sentences, true) => {
                "{msg} {wide_bar} {human_pos} of {human_len}, {rate} a second, {eta} left{prefix}"
            }
            (Unit::Tokens, true) => {
                "{msg} {wide_bar} {human_pos} of {human_len} tokens, {rate} a second, {eta} left{prefix}"
            }
            (_, true) => "{msg} {wide_bar} {eta} left{prefix}",
            (_, false) => "{msg} {spinner} {elapsed}{prefix}",
        };
        if let Ok(style) = ProgressStyle::with_template(template) {
            let rate = |state: &ProgressState, out: &mut dyn std::fmt::Write| {
                let _ = out.write_str(&rounded(state.per_sec())); // a line of talk
            };
            bar.set_style(style.with_key("rate", rate));
        }
        bar.set_message(name.to_owned());
        *self.lock() = Some(Bar {
            bar,
            began: Instant::now(),
            shown: false,
            tokens: 0,
            memory: matches!(unit, Unit::Tokens | Unit::Pieces).then(Instant::now),
        });
    }

    fn advance(&self, n: u64) {
        if let Some(bar) = self.lock().as_mut() {
            bar.bar.inc(n);
            if !bar.shown && bar.began.elapsed() > PATIENCE {
                bar.shown = true;
                bar.bar.set_draw_target(ProgressDrawTarget::stderr());
            }
            if bar.shown {
                bar.show_means();
            }
        }
    }

    fn tokens(&self, n: u64) {
        if let Some(bar) = self.lock().as_mut() {
            bar.tokens += n;
            bar.memory.get_or_insert_with(Instant::now);
        }
    }

    fn left_out(&self, what: &str, why: &Error) {
        self.note(&format!("{what}: {why}{}", options::of(why.remedy())));
    }

    fn note(&self, line: &str) {
        if self.quiet {
            return;
        }
        let (bar, line) = (self.lock(), printable(line));
        match bar.as_ref().filter(|bar| bar.shown) {
            Some(bar) => bar.bar.suspend(|| tell(&line)),
            None => tell(&line),
        }
    }
}

/// A speed in as many digits as mean something.
fn rounded(speed: f64) -> String {
    match speed {
        1e6.. => format!("{:.1} M", speed / 1e6),
        10.0.. => HumanCount(speed as u64).to_string(),
        _ => format!("{speed:.1}"),
    }
}

/// Whether `--verbose` was given: a property of the process, as its standard error is.
static VERBOSE: AtomicBool = AtomicBool::new(false);

/// Sets whether [`detail`] is printed.
pub fn set_verbose(verbose: bool) {
    VERBOSE.store(verbose, Ordering::Relaxed);
}

/// Prints what only `--verbose` shows.
pub fn detail(line: impl FnOnce() -> String) {
    if VERBOSE.load(Ordering::Relaxed) {
        line().lines().for_each(|line| tell(&printable(line)));
    }
}

/// Writes a line to stderr. A failure to do so is no reason to lose the work.
pub fn tell(line: &str) {
    let _ = writeln!(anstream::stderr(), "{line}");
}

/// Says why the program ends.
pub fn tell_error(why: &str) {
    let red = anstyle::AnsiColor::Red.on_default().bold();
    tell(&format!("{red}error{red:#}: {why}"));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_speed_has_no_more_digits_than_mean_something() {
        let told = [0.25, 549.2594, 12_211.7, 3_456_789.0].map(rounded);
        assert_eq!(told, ["0.2", "549", "12,211", "3.5 M"]);
    }
}
