//! How a desk gets jobs: those that were never tried together, those that may have ended a process one by one.

use std::time::Duration;

use uuid::Uuid;

use super::claiming::Claiming;
use super::intake::Intake;
use super::records::Records;
use crate::clock;
use crate::fault;
use crate::queue::Work;
use crate::store::{Claimed, Finished, Result, TRIES};

/// The most jobs that are looked up at once, of those that were delivered before.
const LOOK_UP: usize = 256;

fn all(_: &Uuid, _: &Uuid) -> bool {
    true
}

impl<R: Records> Claiming<'_, R> {
    /// Looks up what was delivered before; whether some of it has to be tried alone.
    pub async fn look_again_at_jobs(&self) -> Result<bool> {
        let line = &self.intake.jobs;
        loop {
            let ids = line.take_again(LOOK_UP, all);
            if ids.is_empty() {
                return Ok(line.has_alone());
            }
            match self.records.waiting_jobs(&ids).await {
                Ok(open) => {
                    line.done_if_any(gone(&ids, &open).into_iter());
                    line.set_alone(open.iter().map(|(job, _)| job.id));
                }
                Err(error) => {
                    line.untake_again(ids);
                    return Err(error);
                }
            }
        }
    }

    /// Claims so many jobs that were never tried.
    pub async fn claim_jobs(&self, most: usize) -> Result<Work> {
        let line = &self.intake.jobs;
        loop {
            let ids = line.take_fresh(most, all);
            if ids.is_empty() {
                return Ok(Work::Nothing);
            }
            let open = match self.records.waiting_jobs(&ids).await {
                Ok(open) => open,
                Err(error) => {
                    line.untake_fresh(ids);
                    return Err(error);
                }
            };
            line.done_if_any(gone(&ids, &open).into_iter());
            let mut jobs = Vec::with_capacity(open.len());
            let mut alone = Vec::new();
            for (job, tries) in open {
                if tries == 0 { jobs.push(job) } else { alone.push(job.id) }
            }
            line.set_alone(alone.iter().copied());
            if !jobs.is_empty() {
                self.begun(&jobs);
                return Ok(Work::Jobs(jobs));
            }
            if !alone.is_empty() {
                return Ok(Work::Alone);
            }
        }
    }

    /// Claims the next job that is to be tried alone, with its try counted. One that was tried too often fails.
    pub async fn claim_job_alone(&self) -> Result<Work> {
        let line = &self.intake.jobs;
        while let Some(id) = line.take_alone() {
            match self.records.try_job(id).await {
                Ok(Some((job, tries))) if tries > TRIES => self.fail_job(&job),
                Ok(Some((job, _))) => {
                    self.begun(std::slice::from_ref(&job));
                    return Ok(Work::Jobs(vec![job]));
                }
                Ok(None) => line.done(std::iter::once(id)),
                Err(error) => {
                    line.untake_alone(id);
                    return Err(error);
                }
            }
        }
        Ok(Work::Nothing)
    }

    fn fail_job(&self, job: &Claimed) {
        let Intake { model, .. } = self.intake;
        let reason = format!("the process ended {TRIES} times while this text was tried");
        let failed = Finished {
            seq: job.seq,
            id: job.id,
            task: job.task,
            model: model.clone(),
            version: 0,
            result: Err(reason),
        };
        self.metrics.results(model, 0, 0, 1);
        self.results.jobs(vec![failed], Box::new(|_| ()));
    }

    fn begun(&self, jobs: &[Claimed]) {
        let now = clock::now();
        for job in jobs {
            // The clock of the database may be ahead.
            let waited = u64::try_from(now - job.created).unwrap_or(0);
            self.metrics.stage("waited", Duration::from_millis(waited));
        }
        if fault::acknowledges_before_the_commit() {
            self.intake.jobs.done(jobs.iter().map(|job| job.id));
            std::thread::sleep(Duration::from_millis(20)); // who is killed now has lost them
        }
    }
}

/// Those that are not open any more; what is open comes in the order that was asked for.
fn gone(ids: &[Uuid], open: &[(Claimed, u32)]) -> Vec<Uuid> {
    if ids.len() == open.len() {
        return Vec::new();
    }
    let mut open = open.iter().map(|(job, _)| job.id).peekable();
    ids.iter().copied().filter(|id| open.next_if_eq(id).is_none()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::task::Task;

    #[test]
    fn what_is_not_open_is_gone() {
        let job = |number| Claimed {
            seq: 0,
            id: Uuid::from_u128(number),
            task: Task::Repair,
            asked: String::new(),
            text: String::new(),
            created: 0,
        };
        let ids =
            |numbers: &[u128]| numbers.iter().copied().map(Uuid::from_u128).collect::<Vec<_>>();
        for (asked, open, expected) in [
            (&[1, 2, 3][..], &[1, 2, 3][..], &[][..]),
            (&[1, 2, 3], &[2], &[1, 3]),
            (&[1, 2, 3], &[], &[1, 2, 3]),
            (&[1, 2, 3], &[1, 3], &[2]),
        ] {
            let open: Vec<_> = open.iter().map(|&number| (job(number), 0)).collect();
            assert_eq!(gone(&ids(asked), &open), ids(expected));
        }
    }
}
