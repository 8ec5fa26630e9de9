//! Drift: can the texts that come in now be told from the reference?
//!
//! In: the newest texts of finished jobs, and a sample of the reference. Out: a [`DriftView`], kept in the service
//! and in the metrics. It is computed on one thread that gives way to all others, so that no job is slowed by it.

use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use impute::kinds::drift::{Familiar, Rate, Report, Settings, drift};
use impute::progress::Silent;
use impute::text::counted;
use impute::text::input::{self, decompress};
use impute::text::rows::{Format, RowReader};
use rayon::{ThreadPool, ThreadPoolBuilder};

use super::priority;
use crate::clock;
use crate::drift::{DriftView, FEWEST, Known, MOST, Sides};
use crate::feedback::{Lowest, readable};
use crate::predict::{Kind, Model};
use crate::service::Service;

/// So many lines of the reference are kept, so that enough are left without doubles.
const KEPT: usize = 2 * MOST;
/// A line of the reference counts with so many bytes at most: a bound on memory.
const LONGEST: usize = 8192;

/// From one comparison to the next it takes at least so long, and so does the first from the start.
const LEAST: Duration = Duration::from_secs(60);
/// After so long there is one, however few texts have come.
const OFTEN: Duration = Duration::from_secs(600);
/// How often the texts that were finished are counted.
const COUNTED: Duration = Duration::from_secs(5);

/// The reference, and the thread on which it is compared.
#[derive(Debug)]
pub struct Watch {
    path: PathBuf,
    thread: ThreadPool,
    /// A sample of the reference, one line each; drawn when it is first needed.
    sample: Mutex<Option<Arc<Vec<u8>>>>,
}

impl Watch {
    /// Looks at the beginning of the reference.
    ///
    /// # Errors
    /// It cannot be read, or holds too little; the system gives no thread.
    pub fn open(path: &Path) -> anyhow::Result<Self> {
        let mut lines = open(path)?;
        let mut found = 0;
        while found < FEWEST && lines.next_row()?.is_some() {
            found += 1;
        }
        if found < FEWEST {
            let found = counted(found as u64, "line");
            bail!("{found}, fewer than {FEWEST}: give it more text");
        }
        let thread = ThreadPoolBuilder::new()
            .num_threads(1)
            .thread_name(|_| "drift".to_owned())
            .start_handler(|_| priority::lowest())
            .build()
            .context("the system gives no threads")?;
        Ok(Watch { path: path.to_owned(), thread, sample: Mutex::default() })
    }

    /// Compares texts with the reference, on a thread of its own that gives way; `None` if there are too few. The
    /// model tells whether it knows them less well.
    ///
    /// # Errors
    /// The reference cannot be read any more, or holds too few lines that differ.
    pub fn compare(
        &self,
        texts: &[String],
        model: Option<&impute::Model>,
    ) -> anyhow::Result<Option<DriftView>> {
        let lines: Vec<&str> = texts.iter().flat_map(|text| text.lines()).collect();
        let lines: Vec<&str> =
            lines.into_iter().filter(|line| readable(line) && !line.trim().is_empty()).collect();
        if texts.len() < FEWEST || distinct(&lines) < FEWEST {
            return Ok(None);
        }
        let report = self.thread.install(|| -> anyhow::Result<Report> {
            let old = rows(&self.sample()?)?;
            let new = rows((lines.join("\n") + "\n").as_bytes())?;
            let mut settings = Settings::default();
            settings.lines = MOST;
            Ok(drift(old, new, settings, model, &Silent)?)
        })?;
        Ok(Some(seen(&report, texts.len())))
    }

    fn sample(&self) -> anyhow::Result<Arc<Vec<u8>>> {
        let mut sample = self.sample.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(sample) = &*sample {
            return Ok(Arc::clone(sample));
        }
        let (mut rows, mut lowest) = (open(&self.path)?, Lowest::new(KEPT, 0));
        while let Some(row) = rows.next_row()? {
            if row.sentence.len() <= LONGEST {
                lowest.see(&row.sentence, || row.sentence.clone());
            }
        }
        let lines = lowest.into_sorted().flat_map(|line| line.into_iter().chain([b'\n']));
        Ok(Arc::clone(sample.insert(Arc::new(lines.collect()))))
    }
}

/// The reference from its beginning.
fn open(path: &Path) -> anyhow::Result<RowReader> {
    if path == Path::new("-") {
        bail!("it is read more than once; name a file");
    }
    if std::fs::metadata(path).is_ok_and(|meta| !meta.is_file()) {
        bail!("it is no file; name one");
    }
    Ok(RowReader::new(input::open(path)?, None, true)?.passing_over())
}

fn rows(lines: &[u8]) -> impute::Result<RowReader> {
    let input = decompress(Box::new(Cursor::new(lines.to_vec())), "recent texts".into(), None)?;
    RowReader::new(input, Some(Format::Text), true)
}

/// How many of these lines differ by more than case and space, as far as a comparison sees it.
fn distinct(lines: &[&str]) -> usize {
    let essence = |line: &&str| line.to_lowercase().split_whitespace().collect::<String>();
    lines.iter().map(essence).collect::<std::collections::HashSet<_>>().len()
}

fn seen(report: &Report, texts: usize) -> DriftView {
    let (accuracy, [low, high]) =
        report.measures.first().map_or((0.5, [0.0, 1.0]), |first| (first.accuracy, first.interval));
    DriftView {
        when: clock::now(),
        texts,
        lines: report.lines,
        accuracy,
        low,
        high,
        verdict: report.verdict.name().into(),
        drift: report.verdict.is_drift(),
        advice: report.advice.sentence().into(),
        known: report.model.as_ref().and_then(known),
    }
}

/// What a model knows; nothing if that is no number, as JSON has none for it.
fn known(familiar: &Familiar) -> Option<Known> {
    let sides = |rate: &Rate| {
        let finite = rate.old.is_finite() && rate.new.is_finite();
        finite.then_some(Sides { recent: rate.new, reference: rate.old, rose: rate.rose })
    };
    Some(Known { unknown: sides(&familiar.unknown)?, perplexity: sides(&familiar.perplexity)? })
}

/// Compares the newest texts with the reference, and keeps what is found; whether there were enough.
///
/// # Errors
/// The store or the reference cannot be read.
pub async fn look(service: &Service, watch: &Arc<Watch>) -> anyhow::Result<bool> {
    let texts = service.store.recent_texts(MOST).await?;
    let model = service.models.current(service.models.default_name());
    let watch = Arc::clone(watch);
    // Nothing of the service goes along: it may end meanwhile.
    let compared = tokio::task::spawn_blocking(move || {
        watch.compare(&texts, model.as_deref().and_then(ngrams))
    });
    let Some(seen) = compared.await.context("the comparison did not come to its end")?? else {
        return Ok(false);
    };
    service.store.put_drift(serde_json::to_string(&seen)?).await?;
    take(service, seen);
    Ok(true)
}

/// Keeps what was found, here or by another front end.
fn take(service: &Service, seen: DriftView) {
    service.metrics.drift_seen(&seen);
    if seen.drift {
        tracing::warn!(
            accuracy = seen.accuracy,
            verdict = &*seen.verdict,
            "recent texts are unlike the reference: {}",
            seen.advice
        );
    }
    *service.drift.lock().unwrap_or_else(PoisonError::into_inner) = Some(seen);
}

fn ngrams(model: &Model) -> Option<&impute::Model> {
    match &model.kind {
        Kind::Ngrams(ngrams) => Some(ngrams.workers[0].solver().model()),
        Kind::Classifier(_) => None,
    }
}

/// How many texts have been finished that a comparison may take. Only the difference of two calls means anything.
async fn texts_finished(service: &Service) -> u64 {
    let by_all = service.store.texts_done().await.ok().flatten();
    by_all.unwrap_or_else(|| service.metrics.texts_finished())
}

/// Takes what another front end has found lately; whether there was anything, so that nothing is compared twice.
async fn take_others(service: &Service, lately: Duration) -> bool {
    let Ok(Some((view, ago))) = service.store.last_drift().await else { return false };
    let Ok(seen) = serde_json::from_str::<DriftView>(&view) else { return false };
    let known = service.drift.lock().unwrap_or_else(PoisonError::into_inner).clone();
    if known.is_some_and(|known| known.when == seen.when) {
        return false;
    }
    take(service, seen);
    Duration::from_millis(u64::try_from(ago).unwrap_or(0)) < lately
}

/// Compares from time to time, and after as many texts as are wanted, until the service ends.
pub async fn keep_watch(service: Arc<Service>, watch: Arc<Watch>) {
    let mut closing = service.closing();
    let every = service.settings.reference_every;
    let mut pause = LEAST;
    // The first comparison is that of what the store has from before.
    let mut last: Option<(Instant, u64)> = None;
    loop {
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            _ = closing.wait_for(|closing| *closing) => return,
        }
        let finished = texts_finished(&service).await;
        pause = if every == 0 { LEAST } else { COUNTED };
        if last.is_some_and(|(at, before)| !is_due(at.elapsed(), finished.abs_diff(before), every))
        {
            continue;
        }
        last = Some((Instant::now(), finished));
        if take_others(&service, if every == 0 { OFTEN } else { LEAST }).await {
            continue;
        }
        if let Err(error) = look(&service, &watch).await {
            tracing::warn!("--reference: {error:#}; recent texts could not be compared");
        }
    }
}

/// Whether there is to be a comparison, so long and so many texts after the last; `every` so many, or never for their
/// number if that is 0.
fn is_due(since: Duration, texts: u64, every: u64) -> bool {
    since >= OFTEN || (every > 0 && texts >= every && since >= LEAST)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(from: u64, to: u64, mark: &str) -> Vec<String> {
        let word = |n: u64, at: u64| {
            let random = twox_hash::XxHash3_64::oneshot_with_seed(at, &n.to_le_bytes());
            format!("word{}", (random % 40).min(random / 40 % 40))
        };
        let line = |n| (0..9).map(|at| word(n, at) + " ").collect::<String>() + mark;
        (from..to).map(line).collect()
    }

    fn watch(folder: &tempfile::TempDir, lines: &[String]) -> anyhow::Result<Watch> {
        let path = folder.path().join("reference.txt");
        std::fs::write(&path, lines.join("\n")).unwrap();
        Watch::open(&path)
    }

    #[test]
    fn texts_of_the_kind_of_the_reference_are_none_and_others_are_told() {
        let folder = tempfile::tempdir().unwrap();
        let watch = watch(&folder, &lines(0, 600, ".")).unwrap();
        let same = watch.compare(&lines(600, 1000, "."), None).unwrap().unwrap();
        assert!(!same.drift && same.low < 0.5 && same.high > 0.5, "{same:?}");
        assert_eq!((same.texts, same.lines), (400, 400));
        let other = watch.compare(&lines(600, 1000, "!"), None).unwrap().unwrap();
        assert!(other.drift && other.accuracy > 0.9, "{other:?}");
        assert_eq!(other.verdict, "strong");
        // What no file of text holds is passed over.
        let mut odd = lines(600, 1000, "!");
        odd.extend(["a\0b".to_owned(), "x".repeat(1 << 14), "\"id\",\"sentence\"".to_owned()]);
        assert!(watch.compare(&odd, None).unwrap().unwrap().drift);
    }

    #[test]
    fn a_model_tells_how_well_it_knows_both_sides() {
        let folder = tempfile::tempdir().unwrap();
        let watch = watch(&folder, &lines(0, 600, ".")).unwrap();
        let model = impute::Model::shipped().unwrap();
        let new: Vec<String> =
            (0..400).map(|n| format!("He said on day {n} that it was a mistake .")).collect();
        let known = watch.compare(&new, Some(&model)).unwrap().unwrap().known.unwrap();
        let Known { unknown, perplexity } = known;
        // The reference has no word of English.
        assert!(unknown.reference > 0.8 && unknown.recent < 0.2 && !unknown.rose, "{known:?}");
        assert!(perplexity.recent > 1.0 && perplexity.reference > 1.0, "{known:?}");
        assert_eq!(watch.compare(&new, None).unwrap().unwrap().known, None);
    }

    #[test]
    fn what_is_no_number_is_not_told() {
        let rate = |new| Rate { old: 1.0, new, change: [0.0, 1.0], rose: false };
        let familiar = |new| Familiar { unknown: rate(0.5), perplexity: rate(new) };
        assert_eq!(known(&familiar(f64::INFINITY)), None);
        let told = known(&familiar(3.0)).unwrap();
        assert_eq!((told.perplexity.recent, told.perplexity.reference), (3.0, 1.0));
    }

    #[test]
    fn a_comparison_is_due_after_so_many_texts_once_a_minute_at_most_and_after_ten_minutes() {
        let due = |seconds, texts, every| is_due(Duration::from_secs(seconds), texts, every);
        assert!(due(60, 100, 100) && due(599, 100, 100) && due(600, 0, 100));
        assert!(!due(59, 100_000, 100) && !due(599, 99, 100));
        assert!(due(600, 0, 0) && !due(599, 100_000, 0));
    }

    #[test]
    fn of_too_few_texts_or_the_same_again_and_again_nothing_is_said() {
        let folder = tempfile::tempdir().unwrap();
        let watch = watch(&folder, &lines(0, 600, ".")).unwrap();
        assert_eq!(watch.compare(&lines(0, FEWEST as u64 - 1, "."), None).unwrap(), None);
        let again: Vec<String> = (0..900).map(|n| format!("The dog {} .", n % 150)).collect();
        assert_eq!(watch.compare(&again, None).unwrap(), None);
    }

    #[test]
    fn a_reference_that_is_not_there_or_too_short_is_refused_at_once() {
        let folder = tempfile::tempdir().unwrap();
        let error = format!("{:#}", watch(&folder, &lines(0, 150, ".")).unwrap_err());
        assert!(error.contains("150 lines, fewer than 200"), "{error}");
        for path in [folder.path().join("missing"), folder.path().to_owned(), "-".into()] {
            assert!(Watch::open(&path).is_err(), "{path:?}");
        }
    }

    #[test]
    fn lines_that_differ_in_case_and_space_are_the_same() {
        assert_eq!(distinct(&["A  b .", "a b .", "a c .", "ab ."]), 2);
    }
}
