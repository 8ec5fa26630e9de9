//! A piece of claimed jobs: answered, and written back once.

use std::sync::Arc;
use std::time::Instant;

use rusqlite::Connection;

use super::back::{Answered, Back};
use crate::clock;
use crate::store::jobs::{self, Claimed, Finished};
use crate::store::{Result, Store, Strength};
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

/// Answered jobs.
struct Outcomes {
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
            id: job.id,
            task: job.task,
            model: back.name.clone(),
            version: back.version(),
            result: outcome.and_then(|outcome| {
                serde_json::to_string(&outcome).map_err(|error| error.to_string())
            }),
        });
        let (finished, now) = (finished.collect(), clock::now());
        Arc::new(Outcomes { back, jobs, finished, now }).write();
    }
}

fn text(job: &Claimed) -> Text {
    let asked: Asked = serde_json::from_str(&job.asked).unwrap_or_default();
    Text { task: job.task, asked, text: job.text.clone() }
}

impl Answered for Outcomes {
    type Written = Vec<bool>;

    fn store(&self) -> &Store {
        &self.back.store
    }

    fn put(&self, connection: &Connection) -> Result<Vec<bool>> {
        jobs::finish(connection, &self.finished, self.now)
    }

    fn tell(&self, written: &Vec<bool>) {
        let Outcomes { back, jobs, finished, .. } = self;
        // What was removed meanwhile has given its room back already, and has no result.
        let kept = || jobs.iter().zip(finished).zip(written).filter(|(_, written)| **written);
        let done = kept().filter(|((_, job), _)| job.result.is_ok()).count() as u64;
        let all = kept().count() as u64;
        back.store.jobs.ended(all);
        back.metrics.results(&back.name, back.version(), done, all - done);
        let now = clock::now();
        for ((job, _), _) in kept() {
            back.metrics.finished(job.task, now - job.created);
        }
        back.store.watchers.tell(jobs.iter().map(|job| job.id));
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::metrics::Metrics;
    use crate::store::jobs::NewJob;
    use crate::store::{Limits, State};
    use crate::task::Task;

    fn say(store: &Store, sql: &'static str) {
        let said = move |connection: &Connection| Ok(connection.execute_batch(sql)?);
        store.writer.write_blocking(Strength::Disk, said).unwrap();
    }

    #[test]
    fn results_that_could_not_be_written_are_written_later() {
        let folder = tempfile::tempdir().unwrap();
        let limits = Limits { jobs: 9, rows: 9 };
        let opened = Store::open(&folder.path().join("x"), &["m".to_owned()], limits).unwrap();
        let (store, id) = (opened.store.clone(), Uuid::from_u128(7));
        store.jobs.take(1).unwrap().keep();
        let claimed = store.writer.write_blocking(Strength::Disk, move |connection| {
            let (task, model, text) = (Task::Impute, "m".to_owned(), "a b c".to_owned());
            let (asked, created, expires) = (String::new(), 0, i64::MAX);
            let job = NewJob { id, task, model, asked, text, created, expires, repeat: None };
            jobs::accept(connection, &job)?;
            jobs::claim(connection, "m", 9, 1, false)
        });
        let metrics = Arc::new(Metrics::new());
        let back = Back { name: "m".to_owned(), model: None, store: store.clone(), metrics };
        say(&store, "ALTER TABLE jobs RENAME TO away");
        Jobs { back, languages: None, jobs: claimed.unwrap().jobs }.answer();
        say(&store, "ALTER TABLE away RENAME TO jobs");
        let state = || store.job(id).unwrap().map(|job| job.state);
        assert_eq!((state(), store.jobs.open()), (Some(State::Running), 1));
        store.expire().unwrap();
        say(&store, "");
        assert_eq!((state(), store.jobs.open()), (Some(State::Failed), 0));
    }
}
