//! How all training ends: the model is fitted in its temporary file.

use std::path::Path;
use std::sync::Arc;

use super::file;
use super::form::{self, Content, Form};
use crate::error::Result;
use crate::fit::{self, calibrate::FEWEST};
use crate::model::Model;
use crate::model::build::Extras;
use crate::model::core::CoreData;
use crate::model::format;
use crate::model::header::{Calibration, Header};
use crate::model::net::NetData;
use crate::model::words::WordList;
use crate::progress::Progress;
use crate::solve::Solver;
use crate::text::output::NewFile;
use crate::train::memory::give_back;

/// What was made.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Made {
    /// The header of the model.
    pub header: Header,
    /// Whether its calibration was fitted to lines held out of this text.
    pub fitted: bool,
    /// Bytes of the file.
    pub size: u64,
    /// How many lines in other languages were passed over.
    pub foreign: u64,
    /// Bytes of the temporary files that were needed.
    pub spilled: u64,
}

impl Made {
    /// Of a complete model in a file with its final name.
    pub(super) fn new(output: &Path, header: Header, fitted: bool) -> Self {
        let size = std::fs::metadata(output).map_or(0, |meta| meta.len());
        Made { header, fitted, size, foreign: 0, spilled: 0 }
    }
}

/// A model whose calibration is still to be fitted.
pub(super) struct Unfitted {
    pub words: WordList,
    pub core: CoreData,
    pub net: Option<NetData>,
    pub header: Header,
    /// Whether the file gets tables for look-ups.
    pub tables: bool,
}

/// How much memory there is, in bytes.
#[derive(Clone, Copy)]
pub(super) struct Room {
    /// For gathering lists.
    pub lists: u64,
    /// For fitting: mapped pages count.
    pub fitting: u64,
}

impl Unfitted {
    /// Writes the model in some form, fitted to held-out lines if they are enough. Returns the complete file, its
    /// header, and whether it was fitted.
    pub fn write(
        self,
        mut file: NewFile,
        output: &Path,
        form: Form,
        held_out: &[Vec<u8>],
        memory: Room,
        progress: &dyn Progress,
    ) -> Result<(NewFile, Header, bool)> {
        let Unfitted { words, core, net, mut header, tables } = self;
        let first = match form {
            Form::Plain | Form::Compact if held_out.is_empty() => Form::Plain,
            _ => Form::Lists,
        };
        // Tables are not read until the file is complete.
        let mut extras = Extras { net: net.as_ref(), tables: tables && first == form };
        let content = Content { words: &words, core: &core, extras, header: &header };
        form::write(&content, first, memory.lists, &file, progress)?;
        // The file is written again only if it has more in it than is wanted.
        let kept = (first != form).then_some((words, core));
        give_back();
        let fitted = fit(&file, &mut header, held_out, memory.fitting, progress)?;
        match kept {
            None => format::replace_header(file.file(), file.name(), header.clone())?,
            Some((words, core)) => {
                drop(file);
                file = file::create(output)?;
                extras.tables = tables;
                let content = Content { words: &words, core: &core, extras, header: &header };
                form::write(&content, form, 0, &file, progress)?;
            }
        }
        Ok((file, header, fitted))
    }
}

/// Fits the calibration and what repairing needs, if enough lines are held out, and returns whether it did.
/// Otherwise the calibration stays as it was, but a net without a weight gets one.
pub(super) fn fit(
    file: &NewFile,
    header: &mut Header,
    held_out: &[Vec<u8>],
    memory: u64,
    progress: &dyn Progress,
) -> Result<bool> {
    if held_out.len() >= FEWEST {
        let model = Arc::new(Model::open(file.path())?);
        // Mapped pages count as memory in use.
        let most = (memory / 4) as usize;
        let release = || {
            if model.size() > most {
                model.release();
            }
        };
        let solver = Solver::new(model.clone())?;
        if let (_, Some(fitted)) = fit::fit(&solver, held_out, &release, progress)? {
            (header.calibration, header.repair) = (fitted.calibration, fitted.repair);
            header.provenance.tuned = None;
            return Ok(true);
        }
    }
    header.repair = None; // fitted with another net
    let which = match header.calibration.sentences {
        0 => "the default",
        _ => "the one that the model had before",
    };
    if header.net.is_some() && header.calibration.net_weight == 0.0 {
        let Calibration { gap_temperature, net_weight, .. } = Calibration::start(true);
        header.calibration = Calibration { gap_temperature, net_weight, ..header.calibration };
    }
    let trust = if header.net.is_some() { ", and how far to trust the net is a guess" } else { "" };
    progress.note(&format!(
        "fewer than {} lines held out: the calibration is {which}, not fitted to this text{trust}",
        FEWEST
    ));
    Ok(false)
}
