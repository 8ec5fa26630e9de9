//! How many answers are right, as far as a random sample tells.
//!
//! Reports are left out: who is content says nothing.

use std::collections::BTreeMap;

use impute::interval::wilson::interval;
use impute::text::counted;
use uuid::Uuid;

use crate::store::Feedback;
use crate::task::{Source, Task, Verdict};

/// The labels of samples: the last of each job counts.
#[derive(Debug, Default)]
pub struct Rates {
    labels: BTreeMap<(Task, Uuid), (i64, Verdict)>,
}

/// How many labelled answers of a task are right.
#[derive(Debug, Clone, PartialEq)]
pub struct Rate {
    /// The task.
    pub task: Task,
    /// How many answers are labelled.
    pub labelled: usize,
    /// How many of them are right.
    pub right: usize,
    /// The 95 % interval of the share of all answers that are (Wilson).
    pub interval: [f64; 2],
}

impl Rates {
    /// Takes what was said, if it is the label of a sample.
    pub fn take(&mut self, said: &Feedback) {
        if said.source == Source::Sample {
            let label =
                self.labels.entry((said.task, said.job)).or_insert((i64::MIN, said.verdict));
            if said.created >= label.0 {
                *label = (said.created, said.verdict);
            }
        }
    }

    /// The rate of every task that has labels.
    pub fn rates(&self) -> Vec<Rate> {
        let rate = |task| {
            let labels = self.labels.iter().filter(|((of, _), _)| *of == task);
            let verdicts: Vec<Verdict> = labels.map(|(_, (_, verdict))| *verdict).collect();
            let (labelled, right) =
                (verdicts.len(), verdicts.iter().filter(|&&one| one == Verdict::Right).count());
            let interval = interval(right as f64 / labelled.max(1) as f64, labelled);
            (labelled > 0).then_some(Rate { task, labelled, right, interval })
        };
        Task::ALL.into_iter().filter_map(rate).collect()
    }
}

impl std::fmt::Display for Rate {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Rate { task, labelled, right, interval: [low, high] } = self;
        let percent = |share: f64| 100.0 * share;
        write!(
            formatter,
            "of {} of the task {} in the sample, {right} are right: {:.1} % \
             (95 % interval {:.1} to {:.1})",
            counted(*labelled as u64, "answer"),
            task.name(),
            percent(*right as f64 / *labelled as f64),
            percent(*low),
            percent(*high),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(job: u128, source: Source, created: i64, verdict: Verdict) -> Feedback {
        Feedback {
            seq: 0,
            job: Uuid::from_u128(job),
            source,
            created,
            verdict,
            task: Task::Impute,
            model: "english".into(),
            version: None,
            text: String::new(),
            answer: String::new(),
            word: None,
            gap: None,
            sentence: None,
        }
    }

    #[test]
    fn the_last_label_of_each_job_counts_and_reports_do_not() {
        let mut rates = Rates::default();
        for job in 0..10 {
            let verdict = if job < 7 { Verdict::Right } else { Verdict::Wrong };
            rates.take(&said(job, Source::Sample, 5, verdict));
            rates.take(&said(job, Source::Report, 9, Verdict::Wrong));
        }
        rates.take(&said(9, Source::Sample, 6, Verdict::Right));
        rates.take(&said(8, Source::Sample, 4, Verdict::Right));
        let [rate] = &rates.rates()[..] else { panic!("one task") };
        assert_eq!((rate.task, rate.labelled, rate.right), (Task::Impute, 10, 8));
        assert!(rate.interval[0] < 0.5 && rate.interval[1] > 0.9, "{:?}", rate.interval);
        assert!(
            rate.to_string().contains("8 are right: 80.0 % (95 % interval 49.0 to 94.3)"),
            "{rate}"
        );
        assert!(Rates::default().rates().is_empty());
    }
}
