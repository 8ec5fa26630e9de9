//! Compares two texts.

use serde::Serialize;

use super::familiar::Familiar;
use super::folds::{fold, log_odds};
use super::length;
use super::level::Level;
use super::measure::Measure;
use super::rows::Rows;
use super::sample::Sample;
use super::settings::{FEWEST, Settings};
use super::telling::{Telling, telling};
use super::verdict::{Advice, Verdict};
use crate::error::{Error, Result};
use crate::interval::wilson;
use crate::kinds::features::tokens;
use crate::model::Model;
use crate::progress::{Progress, Unit};
use crate::text::counted;
use crate::text::rows::RowReader;

/// What [`drift`] found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    /// The old text and the new one.
    pub old: Text,
    /// The new one.
    pub new: Text,
    /// How many lines of each are compared.
    pub lines: usize,
    /// Half the width of the interval of an accuracy of 0.5 at so many lines.
    pub half_width: f64,
    /// The verdict on the lines as they are.
    pub verdict: Verdict,
    /// What to do.
    pub advice: Advice,
    /// The lines as they are, then without differences of case, tokenisation, length, and all of these.
    pub measures: Vec<Measure>,
    /// How well the model knows both, if one was given.
    pub model: Option<Familiar>,
    /// The words that tell most: first those of the old text, then those of the new one.
    pub words: Vec<Telling>,
    /// The character n-grams that tell most, likewise.
    pub characters: Vec<Telling>,
    /// The old lines that are most surely old, the surest first.
    pub oldest: Vec<Example>,
    /// The new lines that are most surely new, likewise.
    pub newest: Vec<Example>,
}

/// One of the texts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Text {
    /// What it is called.
    pub name: String,
    /// How many sentences it has.
    pub sentences: u64,
    /// How many lines that differ were drawn from it.
    pub drawn: usize,
}

/// A line, and what a model that has not seen it says of it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Example {
    /// The line, or the beginning of a very long one.
    pub text: String,
    /// The probability that it is new, from 0 to 1.
    pub p_new: f64,
}

/// Compares an old text with a new one, and asks the model how well it knows both, if there is one.
///
/// ```
/// use impute::kinds::drift::{Settings, Verdict, drift};
/// use impute::progress::Silent;
/// use impute::text::{input, rows::RowReader};
///
/// # let folder = tempfile::tempdir().unwrap();
/// # let path = |name: &str| folder.path().join(name);
/// let lines = |mark: &str| (0..400).map(|i| format!("Dog {i} saw cat {} {mark}\n", i * i)).collect::<String>();
/// std::fs::write(path("old"), lines(".")).unwrap();
/// std::fs::write(path("new"), lines("!")).unwrap();
/// let text = |name: &str| RowReader::new(input::open(&path(name))?, None, false);
/// let report = drift(text("old")?, text("new")?, Settings::default(), None, &Silent)?;
/// assert_eq!(report.verdict, Verdict::Strong);
/// assert_eq!(report.words[0].text, ".");
/// # Ok::<(), impute::Error>(())
/// ```
///
/// # Errors
/// A text cannot be read, or has fewer lines that differ than [`FEWEST`]; `settings` ask for fewer.
///
/// # Complexity
/// One pass over the texts; then about a microsecond a line and feature, in memory for the lines drawn.
pub fn drift(
    old: RowReader,
    new: RowReader,
    settings: Settings,
    model: Option<&Model>,
    progress: &dyn Progress,
) -> Result<Report> {
    if settings.lines < FEWEST {
        let what =
            format!("{} a side, fewer than {FEWEST}", counted(settings.lines as u64, "line"));
        return Err(Error::value(what, "compare more"));
    }
    let draw = |text: RowReader| {
        let sample = Sample::draw(text, settings.lines, progress)?;
        if sample.lines.len() < FEWEST { Err(too_few(&sample)) } else { Ok(sample) }
    };
    let samples = [draw(old)?, draw(new)?];
    Compared::new(&samples).report(&samples, settings, model, progress)
}

fn too_few(sample: &Sample) -> Error {
    let n = sample.lines.len();
    let what = format!(
        "{} without doubles, fewer than {FEWEST}, by which an accuracy is known to {:.1} points up or down only",
        counted(n as u64, "line"),
        100.0 * half_width(n),
    );
    Error::file(&sample.name, what, "give it more text")
}

/// Half the width of the interval of an accuracy of 0.5 with so many lines a side.
fn half_width(lines: usize) -> f64 {
    let [low, high] = wilson::interval(0.5, 2 * lines);
    (high - low) / 2.0
}

/// The lines of both sides, equally many, in an order that tells nothing.
struct Compared<'s> {
    lines: Vec<&'s str>,
    is_new: Vec<bool>,
    hashes: Vec<u64>,
    folds: Vec<u8>,
}

impl<'s> Compared<'s> {
    fn new(samples: &'s [Sample; 2]) -> Self {
        let n = samples[0].lines.len().min(samples[1].lines.len());
        let side = |new: bool| {
            // Hashes anew: the lowest of a long text are lower than those of a short one.
            let line = move |(hash, line): &'s (u64, String)| {
                (tokens([&hash.to_le_bytes()[..]]), new, line.as_str())
            };
            samples[usize::from(new)].lines[..n].iter().map(line)
        };
        let mut all: Vec<(u64, bool, &str)> = side(false).chain(side(true)).collect();
        all.sort_unstable();
        Compared {
            lines: all.iter().map(|line| line.2).collect(),
            is_new: all.iter().map(|line| line.1).collect(),
            hashes: all.iter().map(|line| line.0).collect(),
            folds: all.iter().map(|line| fold(line.0) as u8).collect(),
        }
    }

    fn report(
        &self,
        samples: &[Sample; 2],
        settings: Settings,
        model: Option<&Model>,
        progress: &dyn Progress,
    ) -> Result<Report> {
        progress.stage("compare", Unit::Pieces, Some(Level::ALL.len() as u64));
        let mut measures = Vec::new();
        let mut as_is = Vec::new();
        for level in Level::ALL {
            let log_odds = self.log_odds(level);
            measures.push(Measure::of(level, &log_odds, &self.is_new));
            if level == Level::Nothing {
                as_is = log_odds;
            }
            progress.advance(1);
            progress.go_on()?;
        }
        let familiar = model.map(|model| Familiar::of(model, &self.lines, &self.is_new));
        let [words, characters] = telling(&self.lines, &self.is_new, settings.shown);
        let [old, new] = [0, 1].map(|side: usize| Text {
            name: samples[side].name.clone(),
            sentences: samples[side].read,
            drawn: samples[side].lines.len(),
        });
        let lines = self.lines.len() / 2;
        let (verdict, levelled) = (measures[0].verdict, measures[measures.len() - 1].verdict);
        Ok(Report {
            old,
            new,
            lines,
            half_width: half_width(lines),
            verdict,
            advice: Advice::of(verdict, levelled, familiar.map(|familiar| familiar.less())),
            measures,
            model: familiar,
            words,
            characters,
            oldest: self.examples(&as_is, false, settings.shown),
            newest: self.examples(&as_is, true, settings.shown),
        })
    }

    fn log_odds(&self, level: Level) -> Vec<f32> {
        let mut lines: Vec<String> = self.lines.iter().map(|line| level.apply(line)).collect();
        if level.length() {
            length::level(&mut lines, &self.hashes, &self.is_new);
        }
        let rows = Rows::new(&lines, !level.length());
        drop(lines);
        log_odds(&rows, &self.folds, &self.is_new)
    }

    /// The lines of a side that are most surely of it.
    fn examples(&self, log_odds: &[f32], new: bool, shown: usize) -> Vec<Example> {
        let mut all: Vec<usize> =
            (0..self.lines.len()).filter(|&at| self.is_new[at] == new).collect();
        let surely = |at: usize| if new { -log_odds[at] } else { log_odds[at] };
        all.sort_by(|&a, &b| {
            surely(a).total_cmp(&surely(b)).then(self.lines[a].cmp(self.lines[b]))
        });
        all.truncate(shown);
        let example = |at: usize| Example {
            text: self.lines[at].to_owned(),
            p_new: 1.0 / (1.0 + libm::exp(-f64::from(log_odds[at]))),
        };
        all.into_iter().map(example).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::progress::Silent;
    use crate::text::input::decompress;

    fn text(lines: impl Iterator<Item = String>) -> RowReader {
        let bytes = lines.map(|line| line + "\n").collect::<String>().into_bytes();
        let input = decompress(Box::new(std::io::Cursor::new(bytes)), "in".into(), None).unwrap();
        RowReader::new(input, None, false).unwrap()
    }

    fn compare(
        old: impl Iterator<Item = String>,
        new: impl Iterator<Item = String>,
    ) -> Result<Report> {
        drift(text(old), text(new), Settings::default(), None, &Silent)
    }

    fn line(seed: usize) -> String {
        let mut random = crate::random::Random::new(seed as u64);
        let mut word = || random.below(40).min(random.below(40));
        let words: Vec<String> = (0..5 + seed % 7).map(|_| format!("Word{}", word())).collect();
        words.join(" ")
    }

    #[test]
    fn texts_of_one_kind_do_not_differ_and_the_same_text_least() {
        let mut different = 0;
        for seed in (0..12_000).step_by(2_000) {
            let texts = [seed..seed + 900, seed + 900..seed + 1700];
            let [old, new] = texts.map(|seeds| seeds.map(line));
            let report = compare(old, new).unwrap();
            different += u32::from(report.verdict != Verdict::None);
            assert!(report.measures.iter().all(|m| !m.verdict.is_drift()), "{report:?}");
            assert_eq!(report.advice, Advice::Nothing);
            assert_eq!((report.old.sentences, report.new.drawn, report.lines), (900, 800, 800));
            assert!((0.02..0.03).contains(&report.half_width));
            assert!(report.words.is_empty() && report.characters.is_empty());
        }
        // One in twenty-five is.
        assert!(different <= 1, "{different} of 6");
        let report = compare((0..900).map(line), (0..900).rev().map(line)).unwrap();
        let accuracies: Vec<f64> = report.measures.iter().map(|m| m.accuracy).collect();
        assert_eq!(accuracies, [0.5; 5]);
    }

    #[test]
    fn what_is_levelled_tells_no_more() {
        let measures = |new: fn(String) -> String| {
            let report = compare((0..600).map(line), (600..1200).map(line).map(new)).unwrap();
            report.measures.iter().map(|m| m.verdict.is_drift()).collect::<Vec<_>>()
        };
        assert_eq!(measures(|line| line.to_lowercase()), [true, false, true, true, false]);
        assert_eq!(measures(|line| line.replace(' ', " . ").replace("Word", "Word'")), [true; 5]);
        let of = |line: String| line.split(' ').take(3).collect::<Vec<_>>().join(" ");
        assert_eq!(measures(of), [true, true, true, false, false]);
    }

    #[test]
    fn a_copy_in_other_case_is_not_taken_for_its_opposite() {
        // Its twins are in the same fold, so that no model has seen them with the other answer.
        let report = compare((0..600).map(line), (0..600).map(line).map(|l| l.to_uppercase()));
        let report = report.unwrap();
        assert!(report.measures[0].accuracy > 0.99);
        assert_eq!(report.measures[1].accuracy, 0.5);
        assert_eq!(report.advice, Advice::Prepare);
    }

    #[test]
    fn examples_are_the_surest_lines_of_their_side() {
        let new = (300..600)
            .map(line)
            .enumerate()
            .map(|(i, l)| l + if i % 2 == 0 { " indeed !" } else { "" });
        let report = compare((0..300).map(line), new).unwrap();
        assert_eq!(report.newest.len(), 5);
        assert!(report.newest.iter().all(|e| e.text.ends_with("indeed !") && e.p_new > 0.6));
        assert!(report.newest.is_sorted_by(|a, b| a.p_new >= b.p_new));
        assert!(report.oldest.is_sorted_by(|a, b| a.p_new <= b.p_new));
        assert!(report.oldest.iter().all(|e| !e.text.contains('!') && e.p_new < 0.5));
    }

    #[test]
    fn too_few_lines_are_refused_with_the_width_of_the_interval() {
        let few = |n: usize| (0..900).map(move |i| line(i % n));
        let error = compare((0..900).map(line), few(150)).unwrap_err().to_string();
        assert!(error.contains("in: 150 lines without doubles, fewer than 200"), "{error}");
        assert!(error.contains("5.6 points"), "{error}");
        assert!(compare(few(200), (0..900).map(line)).is_ok());
        let settings = Settings { lines: 199, ..Settings::default() };
        let texts = || text((0..900).map(line));
        let error = drift(texts(), texts(), settings, None, &Silent).unwrap_err().to_string();
        assert!(error.contains("199 lines a side, fewer than 200"), "{error}");
    }
}
