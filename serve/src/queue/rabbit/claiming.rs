//! A claim of a desk: jobs or pieces, and what was delivered before by itself. How each is claimed is in `jobs` and
//! `pieces`.

use super::intake::Intake;
use super::records::Records;
use super::results::Results;
use crate::metrics::Metrics;
use crate::queue::{Wanted, Work};
use crate::store::Result;

/// Where work comes from, and where results go.
#[derive(Debug, Clone, Copy)]
pub struct Claiming<'a, R> {
    /// What was delivered.
    pub intake: &'a Intake,
    /// Where the texts are.
    pub records: &'a R,
    /// Where results go.
    pub results: &'a Results,
    /// Where it is counted.
    pub metrics: &'a Metrics,
}

impl<R: Records> Claiming<'_, R> {
    /// Claims what is next.
    pub async fn claim(&self, wanted: &Wanted) -> Result<Work> {
        let alone = self.look_again_at_jobs().await? | self.look_again_at_pieces().await?;
        if wanted.alone {
            return match self.claim_job_alone().await? {
                Work::Nothing => self.claim_piece_alone().await,
                work => Ok(work),
            };
        }
        if alone {
            return Ok(Work::Alone);
        }
        if wanted.batch_first {
            return match self.claim_pieces(wanted.pieces).await? {
                Work::Nothing => self.claim_jobs(wanted.jobs).await,
                work => Ok(work),
            };
        }
        match self.claim_jobs(wanted.jobs).await? {
            Work::Nothing => self.claim_pieces(wanted.pieces).await,
            work => Ok(work),
        }
    }
}
