//! Trains a model on texts, with its net, and fits it to lines that were held out.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::finish::{self, Made};
use super::form::{self, Content, Form};
use super::{describe, means, net};
use crate::error::{Error, Remedy, Result, Setting};
use crate::model::build::Extras;
use crate::model::format;
use crate::progress::Progress;
use crate::text::output::NewFile;
use crate::train::memory::give_back;
use crate::train::net::NetConfig;
use crate::train::{self, Config, Resources, Sources, Trained};

/// What is to be trained.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Train {
    /// Texts, one sentence a line, spaces between tokens; `-` for standard input.
    pub texts: Vec<PathBuf>,
    /// What [`count()`](super::count()) has written.
    pub counts: Vec<PathBuf>,
    /// What is counted, and which net is trained. A net that has no number of sentences is left out where
    /// it makes no sense: without texts, without lists, and without lines held out.
    pub config: Config,
    /// How long the net is trained, about, in place of the number of sentences that [`Self::config`]
    /// gives it.
    pub net_time: Option<Duration>,
    /// The form of the file.
    pub form: Form,
    /// With what means; whether they have to suffice for lists follows from [`Self::form`].
    pub resources: Resources,
    /// Licence of the text, to be kept in the model.
    pub license: String,
    /// The day, as `YYYY-MM-DD`, to be kept in the model.
    pub date: String,
}

impl Default for Train {
    /// No text yet; a net of medium size, if the text is long enough.
    fn default() -> Self {
        Train {
            texts: Vec::new(),
            counts: Vec::new(),
            config: Config { net: Some(NetConfig::default()), ..Config::default() },
            net_time: None,
            form: Form::default(),
            resources: Resources::default(),
            license: String::new(),
            date: String::new(),
        }
    }
}

impl Train {
    /// These texts, and all else by default.
    pub fn new(texts: Vec<PathBuf>) -> Self {
        Train { texts, ..Train::default() }
    }

    /// The net that is trained, if one is.
    ///
    /// # Errors
    /// Counts alone, which have no sentences, or too little memory for any net of that size.
    fn net(&self, progress: &dyn Progress) -> Result<Option<NetConfig>> {
        let Some(net) = self.config.net else {
            return Ok(None);
        };
        if net.sentences.is_none() && self.net_time.is_none() {
            // Without posting lists a model serves other ends, and without held-out lines nothing says
            // how far the net is to be trusted.
            let lists = self.form != Form::Plain;
            let wanted = lists && self.config.held_out.lines > 0 && !self.texts.is_empty();
            return Ok(wanted.then_some(net));
        }
        if self.texts.is_empty() {
            return Err(Error::value(
                "counts have no sentences to train the net on",
                Remedy::by("add a text, or do without a net", &[Setting::Net]),
            ));
        }
        // How many words there will be is known for a trial only.
        let shape = net.size.shape(if self.net_time.is_some() { usize::MAX } else { 0 });
        net::check_memory(&shape, self.resources.memory)?;
        let timed = self.net_time.map(|time| net::sentences_in(time, &shape, progress));
        Ok(Some(NetConfig { sentences: timed.or(net.sentences), ..net }))
    }
}

/// Trains a model and writes it to `output`, whole or not at all.
///
/// The file depends on nothing but the lines of the texts, whatever their order, and on what is wanted,
/// apart from the means.
///
/// # Errors
/// An impossible configuration, a text that cannot be read or has no sentence, too little memory or disk,
/// or an output that cannot be written.
pub fn train(wanted: &Train, output: &Path, progress: &dyn Progress) -> Result<Made> {
    let (form, mut config) = (wanted.form, wanted.config.clone());
    config.check()?;
    let sources = Sources { texts: &wanted.texts, counts: &wanted.counts };
    // Lists that are not kept serve to fit the calibration all the same.
    let lists = form == Form::Lists || config.held_out.lines > 0;
    let resources = Resources { lists, ..wanted.resources.clone() };
    means::check(&resources, &sources, config.order, means::Work::Training)?;
    let mut file = NewFile::create(output)?;
    config.net = wanted.net(progress)?;
    let trained = train::train(sources, &config, &resources, progress)?;
    let Trained { words, core, mut header, held_out, lessons, classes, spilled, lists_memory } =
        trained;
    let seed = config.net.map_or(0, |net| net.seed);
    let net = lessons.map(|lessons| lessons.train(None, seed, progress));
    give_back();
    let extras = Extras { net: net.as_ref(), classes: classes.as_ref() };
    header.net = net.as_ref().map(|net| net.header.clone());
    header.classes = classes.as_ref().map(|classes| classes.header.clone());
    let provenance = &mut header.provenance;
    provenance.program = describe::PROGRAM.to_owned();
    provenance.command = describe::training(&config);
    if let (Some(NetConfig { size, seed, .. }), Some(net)) = (config.net, &header.net) {
        provenance.command += &describe::net(size, net.sentences, seed);
    }
    provenance.license = wanted.license.clone();
    provenance.date = wanted.date.clone();

    let first = match form {
        Form::Plain | Form::Compact if held_out.is_empty() => Form::Plain,
        _ => Form::Lists,
    };
    let content = Content { words: &words, core: &core, extras, header: &header };
    form::write(&content, first, lists_memory, &file, progress)?;
    // Unless the file has more in it than is wanted, it has all.
    let kept = (first != form).then_some((words, core));
    give_back();
    let memory = resources.memory;
    let fitted = finish::fit(&file, &mut header, &held_out, memory, progress)?;
    match kept {
        None => format::replace_header(file.file(), file.name(), header.clone())?,
        Some((words, core)) => {
            drop(file);
            file = NewFile::create(output)?;
            let content = Content { words: &words, core: &core, extras, header: &header };
            form::write(&content, form, 0, &file, progress)?;
        }
    }
    file.finish()?;
    Ok(Made::new(output, header, fitted, spilled))
}
