//! What every training ends with: the model, as it stands in its temporary file, is fitted.

use std::path::Path;
use std::sync::Arc;

use crate::error::Result;
use crate::fit::{alarms, calibrate};
use crate::model::Model;
use crate::model::header::{Calibration, Header};
use crate::progress::Progress;
use crate::solve::Solver;
use crate::text::output::NewFile;

/// What was made.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Made {
    /// What the model says of itself.
    pub header: Header,
    /// Whether its calibration was fitted to lines held out of this text.
    pub fitted: bool,
    /// Bytes of the file.
    pub size: u64,
    /// Bytes of the temporary files that it took.
    pub spilled: u64,
}

impl Made {
    /// The model is complete, and its file has its name.
    pub(super) fn new(output: &Path, header: Header, fitted: bool, spilled: u64) -> Self {
        let size = std::fs::metadata(output).map_or(0, |meta| meta.len());
        Made { header, fitted, size, spilled }
    }
}

/// Fits the calibration and what repairing needs, if enough lines are held out, and says whether it did.
/// Else the calibration stays what it was, but a net that has no weight yet gets one.
pub(super) fn fit(
    file: &NewFile,
    header: &mut Header,
    held_out: &[Vec<u8>],
    memory: u64,
    progress: &dyn Progress,
) -> Result<bool> {
    let start = Calibration::start(header.net.is_some());
    if held_out.len() >= calibrate::FEWEST {
        let model = Arc::new(Model::open(file.path())?);
        // What is mapped counts as memory in use.
        let most = (memory / 4) as usize;
        let release = || {
            if model.size() > most {
                model.release();
            }
        };
        let solver = Solver::new(model.clone())?.with_calibration(start);
        if let Some(calibration) = calibrate::fit(&solver, held_out, &release, progress) {
            header.calibration = calibration;
            header.provenance.tuned = None;
            let solver = solver.with_calibration(calibration);
            header.repair = alarms::fit(&solver, held_out, &release, progress);
            return Ok(true);
        }
    }
    header.repair = None; // another net says other things of a sentence that misses nothing
    let which = match header.calibration.sentences {
        0 => "the default",
        _ => "the one that the model had",
    };
    if header.net.is_some() && header.calibration.net_weight == 0.0 {
        let Calibration { gap_temperature, net_weight, .. } = start;
        header.calibration = Calibration { gap_temperature, net_weight, ..header.calibration };
    }
    let trust =
        if header.net.is_some() { ", nor does anything say how far to trust the net" } else { "" };
    progress.note(&format!(
        "fewer than {} lines held out: the calibration is {which}, not fitted to this text{trust}",
        calibrate::FEWEST
    ));
    Ok(false)
}
