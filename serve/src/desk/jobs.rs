//! A piece of claimed jobs: answered, and written back once.

use std::sync::Arc;
use std::time::Instant;

use super::back::Back;
use crate::clock;
use crate::predict::{Model, Text};
use crate::store::{Claimed, Finished};
use crate::task::Asked;

/// A piece of claimed jobs.
#[derive(Debug)]
pub struct Jobs {
    /// What answers them, and where the results go.
    pub back: Back,
    /// What tells languages.
    pub languages: Option<Arc<Model>>,
    /// The jobs.
    pub jobs: Vec<Claimed>,
}

impl Jobs {
    /// Answers the jobs if they may `begin`; else they wait again, untried.
    pub fn end(self, begin: bool) {
        if begin {
            return self.answer();
        }
        self.back.queue.release(self.jobs);
    }

    /// Answers the jobs and writes the results; does not wait for the commit.
    pub fn answer(self) {
        let Jobs { back, languages, jobs } = self;
        let texts: Vec<Text> = jobs.iter().map(text).collect();
        let began = Instant::now();
        let outcomes = match &back.model {
            Some(model) => model.outcomes(&texts, languages.as_deref()),
            None => {
                texts.iter().map(|_| Err("there is no such model any more".to_owned())).collect()
            }
        };
        back.metrics.predicted(texts.len(), began.elapsed());
        let finished = jobs.iter().zip(outcomes).map(|(job, outcome)| Finished {
            seq: job.seq,
            id: job.id,
            task: job.task,
            model: back.name.clone(),
            version: back.version(),
            result: outcome.and_then(|outcome| {
                serde_json::to_string(&outcome).map_err(|error| error.to_string())
            }),
        });
        let finished: Vec<Finished> = finished.collect();
        let done: Vec<bool> = finished.iter().map(|job| job.result.is_ok()).collect();
        let queue = Arc::clone(&back.queue);
        queue.finish(finished, Box::new(move |written| count(&back, &jobs, &done, written)));
    }
}

/// Counts what was written. What was removed meanwhile has no result.
fn count(back: &Back, jobs: &[Claimed], done: &[bool], written: &[bool]) {
    let kept = || jobs.iter().zip(done).zip(written).filter(|(_, written)| **written);
    let done = kept().filter(|((_, done), _)| **done).count() as u64;
    let all = kept().count() as u64;
    back.metrics.results(&back.name, back.version(), done, all - done);
    let now = clock::now();
    for ((job, _), _) in kept() {
        back.metrics.finished(job.task, now - job.created);
    }
}

fn text(job: &Claimed) -> Text {
    let asked: Asked = serde_json::from_str(&job.asked).unwrap_or_default();
    Text { task: job.task, asked, text: job.text.clone() }
}
