//! A piece of claimed jobs: answered, and written back once.

use std::sync::Arc;
use std::time::Instant;

use rusqlite::Connection;

use super::back::Back;
use crate::clock;
use crate::store::Strength;
use crate::store::jobs::{self, Claimed, Finished};
use crate::task::Asked;
use crate::work::{Model, Text};

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

/// Answered jobs on their way to the store.
struct Answered {
    back: Back,
    jobs: Vec<Claimed>,
    finished: Vec<Finished>,
    now: i64,
}

impl Jobs {
    /// Answers the jobs if they may `begin`; else they wait again, untried.
    pub fn end(self, begin: bool) {
        if begin {
            return self.answer();
        }
        let claimed: Vec<i64> = self.jobs.iter().map(|job| job.seq).collect();
        let release = move |connection: &Connection| jobs::release(connection, &claimed);
        self.back.store.writer.send(Strength::Process, release, |()| (), || ());
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
            task: job.task,
            model: back.name.clone(),
            version: back.version(),
            result: outcome.and_then(|outcome| {
                serde_json::to_string(&outcome).map_err(|error| error.to_string())
            }),
        });
        let (finished, now) = (finished.collect(), clock::now());
        Arc::new(Answered { back, jobs, finished, now }).write();
    }
}

fn text(job: &Claimed) -> Text {
    let asked: Asked = serde_json::from_str(&job.asked).unwrap_or_default();
    Text { task: job.task, asked, text: job.text.clone() }
}

impl Answered {
    /// Writes the results; again by and by, where the disk does not take them.
    fn write(self: Arc<Self>) {
        let (written, told, again) = (Arc::clone(&self), Arc::clone(&self), Arc::clone(&self));
        let write =
            move |connection: &Connection| jobs::finish(connection, &written.finished, written.now);
        let failed = move || {
            let store = again.back.store.clone();
            store.later(move || again.write());
        };
        let tell = move |written: &Vec<bool>| told.tell(written);
        self.back.store.writer.send(Strength::Disk, write, tell, failed);
    }

    fn tell(&self, written: &[bool]) {
        let Answered { back, jobs, finished, .. } = self;
        // What was removed meanwhile has given its room back already.
        back.store.jobs.ended(written.iter().filter(|written| **written).count() as u64);
        let done = finished.iter().filter(|job| job.result.is_ok()).count() as u64;
        back.metrics.results(&back.name, back.version(), done, jobs.len() as u64 - done);
        let now = clock::now();
        for job in jobs {
            back.store.watchers.tell(job.id);
            back.metrics.finished(job.task, now - job.created);
        }
    }
}
