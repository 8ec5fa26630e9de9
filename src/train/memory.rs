//! How the memory that training may use is shared out.
//!
//! The bound covers everything: the program itself, the words, the stream of ids, the n-grams being sorted,
//! the sorted ones, and the tables of the lower orders. It is shared out before anything is read: a quarter
//! for the stream, a fifth for the keys being sorted, a tenth for the sorted ones. What does not fit is
//! spilled ([`super::spill`]) or worked on in more and smaller ranges; the words, the tables of the lower
//! orders and the posting lists must fit, which each stage checks before it begins. Freed memory is given
//! back between stages, which costs nothing and saves a fifth of the peak with small bounds. Fitting the
//! calibration maps the model, and drops its pages again if it is larger than a quarter of the bound.

use super::HeldOut;
use crate::error::{Error, ErrorKind, Remedy, Result, Setting};

/// What the program takes before it has read a line, including read buffers, in bytes.
const PROGRAM: u64 = 8 << 20;
/// The least that a thread takes.
const THREAD: u64 = 2 << 20;
/// Posting lists of a short text take this and so much for every token, but are always made with [`LISTS`].
const SHORT_LISTS: u64 = 16 << 20;
const LISTS_PER_TOKEN: u64 = 24;
const LISTS: u64 = 96 << 20;
/// Fitting the calibration with them takes so much for every thread, which has a worker, and for every line,
/// whose candidates are kept with all their features; but is always done with [`CALIBRATION`].
const WORKER: u64 = 10 << 20;
const CALIBRATION_PER_LINE: u64 = 24 << 10;
const CALIBRATION: u64 = 256 << 20;
/// With less than this per thread, fewer threads work.
const FEW: u64 = 32 << 20;
/// The most that the keys of one range may take, in bytes: more gains nothing.
const MOST_KEYS: u64 = 256 << 20;

/// Lines of English news are of so many tokens, rounded up.
const TOKENS_PER_LINE: u64 = 26;

const OR_ORDER: Remedy =
    Remedy::by("give it more memory, or train a lower order", &[Setting::Memory, Setting::Order]);

/// Shares of the memory, in bytes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Plan {
    /// The whole.
    pub total: u64,
    /// The stream of ids.
    pub stream: u64,
    /// Ids in one chunk of the stream.
    pub chunk: usize,
    /// The n-grams that one thread sorts at a time.
    pub keys: u64,
    /// Sorted n-grams, compressed.
    pub run: u64,
    /// Sorted n-grams are worked on in blocks of about this many bytes.
    pub block: usize,
    /// What the program and its threads take.
    pub program: u64,
    /// How many threads there are.
    pub threads: usize,
}

impl Plan {
    /// Shares out `total` bytes among this many threads.
    ///
    /// # Errors
    /// Less than the program needs.
    pub fn new(total: u64, threads: usize) -> Result<Self> {
        let least = PROGRAM + THREAD * threads as u64;
        if total < least {
            let what = format!(
                "the program and its buffers take {} and every thread {}, {} together",
                bytes(PROGRAM),
                bytes(THREAD),
                bytes(least)
            );
            let remedy = Remedy::by("give it more memory", &[Setting::Memory]);
            return Err(too_little(total, &what, remedy));
        }
        let free = total - least;
        let keys = (free / 5 / threads as u64).min(MOST_KEYS);
        let chunk = (free / 64 / 4).clamp(1 << 14, 1 << 22) as usize;
        // A block being worked on takes several times its size, and there are two per thread.
        let block = (free / 200 / threads as u64).clamp(1 << 14, 1 << 20) as usize;
        let (stream, run, program) = (free / 4, free / 10, least);
        Ok(Plan { total, stream, chunk, keys, run, block, program, threads })
    }

    /// Checks that there is enough for the posting lists of a text, and for fitting the calibration to lines
    /// held out of it.
    ///
    /// # Errors
    /// There is not.
    pub fn check_lists(&self, tokens: u64, held_out: u64) -> Result<()> {
        check_lists(self.total, self.threads, tokens, held_out)
    }

    /// How much memory there is for gathering the posting lists of a model with these n-grams per order.
    ///
    /// # Errors
    /// Too little for the n-grams and the lists.
    pub fn lists(&self, ngrams: &[u64]) -> Result<u64> {
        let count = |n: usize| ngrams.get(n - 1).copied().unwrap_or(0);
        // The model itself; 28 bytes per bigram, 160 per word, 3 per trigram for the pairs around it, and 50
        // per trigram of the most frequent words, a tenth of all.
        let held = 3 * ngrams.iter().sum::<u64>();
        let needed = 28 * count(2) + 160 * count(1) + 8 * count(3);
        let what = format!("the posting lists of {} bigrams and {} trigrams", count(2), count(3));
        let rest = self.rest(held, needed, &what)?;
        Ok((rest - needed) / 2)
    }

    /// Checks that there is enough memory for making the tables of a model with these n-grams per order.
    ///
    /// # Errors
    /// Too little for the n-grams and the largest table.
    pub fn check_tables(&self, ngrams: &[u64]) -> Result<()> {
        // A table with constants, and 4 bytes an n-gram for last words; those of the highest order have no indices.
        let with = |order: usize| if order < ngrams.len() { 17 } else { 10 };
        let table = |order: usize| with(order) * ngrams[order - 1] + 12 * ngrams[order - 2];
        let needed = (2..=ngrams.len()).map(table).max().unwrap_or(0);
        let remedy = Remedy::by(
            "give it more memory, or do without them",
            &[Setting::Memory, Setting::Tables],
        );
        let held = 3 * ngrams.iter().sum::<u64>();
        self.rest_or(held, needed, "the tables for look-ups", remedy).map(drop)
    }

    /// What is left of the whole besides the program and what is already held.
    ///
    /// # Errors
    /// Less than `needed`, which `what` names.
    pub fn rest(&self, held: u64, needed: u64, what: &str) -> Result<u64> {
        self.rest_or(held, needed, what, OR_ORDER)
    }

    /// The same with another remedy.
    ///
    /// # Errors
    /// Less than `needed`.
    pub fn rest_or(&self, held: u64, needed: u64, what: &str, remedy: Remedy) -> Result<u64> {
        let held = held + self.program;
        let rest = self.total.saturating_sub(held);
        if rest >= needed {
            return Ok(rest);
        }
        let what = format!(
            "{what} take {}, and {} is in use already, {} together",
            bytes(needed),
            bytes(held),
            bytes(needed + held)
        );
        Err(too_little(self.total, &what, remedy))
    }
}

/// Checks that `memory` is enough for posting lists and calibration.
fn check_lists(memory: u64, threads: usize, tokens: u64, held_out: u64) -> Result<()> {
    let lists = tokens.saturating_mul(LISTS_PER_TOKEN).saturating_add(SHORT_LISTS).min(LISTS);
    let fitting = WORKER * threads as u64 + CALIBRATION_PER_LINE * held_out;
    let (least, what, remedy) = match held_out {
        0 => {
            let settings = &[Setting::Memory, Setting::Lists];
            let remedy = Remedy::by("give it more memory, or do without them", settings);
            (lists, "making posting lists takes".to_owned(), remedy)
        }
        _ => (
            (lists + fitting).min(CALIBRATION),
            format!(
                "making posting lists and fitting the calibration to {held_out} lines with them take"
            ),
            Remedy::by(
                "give it more memory, or do without both: make none and hold out 0 lines",
                &[Setting::Memory, Setting::Lists, Setting::HeldOut],
            ),
        ),
    };
    if memory >= least {
        return Ok(());
    }
    Err(too_little(memory, &format!("{what} {} at least", bytes(least)), remedy))
}

/// Does some work on no more threads than the memory is enough for: each has its buffers.
///
/// # Errors
/// That of the work, or threads that cannot be started.
pub fn within<T: Send>(memory: u64, work: impl FnOnce() -> Result<T> + Send) -> Result<T> {
    let most = (memory / FEW).max(1) as usize;
    if most >= rayon::current_num_threads() {
        return work();
    }
    let pool = rayon::ThreadPoolBuilder::new().num_threads(most).build();
    match pool {
        Ok(pool) => pool.install(work),
        Err(e) => {
            let error = Error::value(format!("cannot start a thread: {e}"), "try again");
            Err(error.of(ErrorKind::Io(std::io::ErrorKind::WouldBlock)))
        }
    }
}

/// Gives freed memory back to the system: Linux's standard allocator keeps it, and it would count as in use.
pub fn give_back() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    // SAFETY: the call only touches memory that is not in use. Without it, memory goes over the bound by
    // what earlier stages have freed: a fifth of a small bound.
    unsafe {
        libc::malloc_trim(0);
    }
}

/// What training on a text is likely to need.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Needs {
    /// Tokens of the text.
    pub tokens: u64,
    /// Bytes of temporary files.
    pub spilled: u64,
    /// Bytes for the words and the tables of the lower orders, which must be in memory.
    pub tables: u64,
    order: usize,
}

impl Needs {
    /// For a text of `text` bytes, and n-grams of this order, 0 for none. English news has 5.4 bytes per token, and t tokens have about `a t^b`
    /// distinct n-grams (fitted to 1 to 54 million tokens).
    pub fn estimate(text: u64, order: usize, memory: u64) -> Self {
        let tokens = text as f64 / 5.4;
        let distinct = |n: usize| match n {
            2 => 5.5 * tokens.powf(0.78),
            3 => tokens.powf(0.95),
            n => tokens.powf(if n == 4 { 0.975 } else { 0.985 }),
        };
        // Two tables at a time, of about 12 bytes per n-gram, and 40 bytes per word.
        let table = |n: usize| if n < order { 12.0 * distinct(n) } else { 0.0 };
        let tables = (2..order).map(|n| table(n) + table(n + 1)).fold(0.0, f64::max);
        let words = 40.0 * 7.0 * tokens.powf(0.6);
        let free = memory.saturating_sub(PROGRAM) as f64;
        let stream = (4.0 * tokens - free / 4.0).max(0.0) * 0.6;
        let run = ((order as f64) * distinct(order) - free / 10.0).max(0.0) * 0.8;
        Needs {
            tokens: tokens as u64,
            spilled: (stream + run) as u64,
            tables: (tables + words) as u64,
            order,
        }
    }

    /// Checks that this is not far too little memory for posting lists and for the calibration, for which at
    /// most so many lines are held out: a text of half as many tokens would need as much.
    ///
    /// # Errors
    /// It is, with the arithmetic.
    pub fn check_lists(&self, memory: u64, held_out: HeldOut) -> Result<()> {
        let tokens = self.tokens / 2;
        let lines = (held_out.share * (tokens / TOKENS_PER_LINE) as f64) as usize;
        let lines = if lines < held_out.fewest { 0 } else { lines.min(held_out.lines) };
        check_lists(memory, 1, tokens, lines as u64)
    }

    /// Checks that this is not far too little memory. The estimate is rough, so only half of it is required;
    /// the exact figures are checked once they are known.
    ///
    /// # Errors
    /// It is, with the arithmetic.
    pub fn check(&self, memory: u64) -> Result<()> {
        let least = PROGRAM + self.tables / 2;
        if memory >= least {
            return Ok(());
        }
        let what = format!(
            "the words and lower orders of about {:.0} million tokens take about {} at order {}, \
             and the program {}",
            self.tokens as f64 / 1e6,
            bytes(self.tables),
            self.order,
            bytes(PROGRAM)
        );
        Err(too_little(memory, &what, OR_ORDER))
    }
}

/// The error for a bound on memory, with the arithmetic.
pub(crate) fn too_little(memory: u64, what: &str, remedy: Remedy) -> Error {
    let what = format!("{} of memory is too little: {what}", bytes(memory));
    Error::value(what, remedy).of(ErrorKind::Memory)
}

/// A number of bytes as people write it.
pub fn bytes(n: u64) -> String {
    match n {
        0..10_000_000 => format!("{:.1} MB", n as f64 / 1e6),
        10_000_000..10_000_000_000 => format!("{:.0} MB", n as f64 / 1e6),
        _ => format!("{:.1} GB", n as f64 / 1e9),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_need_memory_for_the_largest() {
        let check = |megabytes: u64, ngrams: &[u64]| {
            let plan = Plan { total: megabytes << 20, ..Plan::default() };
            plan.check_tables(ngrams).map_err(|error| error.to_string())
        };
        // 82 MB are held; the table of trigrams takes 210, and the constants of their contexts 72.
        let ngrams = [300_000, 6_000_000, 21_000_000];
        assert!(check(360, &ngrams).is_ok());
        let error = check(340, &ngrams).unwrap_err();
        assert!(
            error.contains("the tables for look-ups take 282") && error.contains("; "),
            "{error}"
        );
        // Bigrams that are contexts have indices.
        assert!(check(90, &[100, 5_000_000, 100]).is_err() && check(90, &[100, 7_000_000]).is_ok());
    }
}
