//! Trains a model on texts, with its net, and fits it to held-out lines.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::finish::{Made, Room, Unfitted};
use super::form::Form;
use super::{describe, file, means, net};
use crate::error::{Error, Remedy, Result, Setting};
use crate::progress::Progress;
use crate::train::memory::give_back;
use crate::train::net::NetConfig;
use crate::train::{self, Config, Resources, Sources, Trained};

/// What to train.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Train {
    /// Texts, one sentence per line, spaces between tokens; `-` for standard input.
    pub texts: Vec<PathBuf>,
    /// Files that [`count()`](super::count()) wrote.
    pub counts: Vec<PathBuf>,
    /// Texts that net and pairs of words learn from and that are not counted: parts of what [`Self::counts`] are of,
    /// or all of it. Lines held out of the counts are not learned from. Not beside [`Self::texts`].
    pub learned: Vec<PathBuf>,
    /// What is counted, and which net is trained. A net without a number of sentences is left out if it makes
    /// no sense: without texts, lists or held-out lines.
    pub config: Config,
    /// About how long the net is trained, in place of the number of sentences in [`Self::config`].
    pub net_time: Option<Duration>,
    /// The form of the file.
    pub form: Form,
    /// Whether it gets tables in which look-ups of probabilities are several times as fast, about 10 bytes an
    /// n-gram. Not with [`Form::Compact`].
    pub tables: bool,
    /// What to train with; whether it must suffice for lists follows from [`Self::form`].
    pub resources: Resources,
    /// Licence of the text, kept in the model.
    pub license: String,
    /// The date, as `YYYY-MM-DD`, kept in the model.
    pub date: String,
}

impl Default for Train {
    /// No text yet; a net of medium size, if the text is long enough.
    fn default() -> Self {
        Train {
            texts: Vec::new(),
            counts: Vec::new(),
            learned: Vec::new(),
            config: Config { net: Some(NetConfig::default()), ..Config::default() },
            net_time: None,
            form: Form::default(),
            tables: false,
            resources: Resources::default(),
            license: String::new(),
            date: String::new(),
        }
    }
}

impl Train {
    /// These texts, with defaults for the rest.
    pub fn new(texts: Vec<PathBuf>) -> Self {
        Train { texts, ..Train::default() }
    }

    /// Whether there is anything to learn from but counts.
    fn has_sentences(&self) -> bool {
        !self.texts.is_empty() || !self.learned.is_empty()
    }

    /// The net to train, if any.
    ///
    /// # Errors
    /// Only counts, which have no sentences, or too little memory for any net of that size.
    fn net(&self, progress: &dyn Progress) -> Result<Option<NetConfig>> {
        let Some(net) = self.config.net else {
            return Ok(None);
        };
        if net.sentences.is_none() && self.net_time.is_none() {
            // Without posting lists a model has other uses, and without held-out lines nothing shows how
            // far to trust the net.
            let lists = self.form != Form::Plain;
            let wanted = lists && self.config.held_out.lines > 0 && self.has_sentences();
            return Ok(wanted.then_some(net));
        }
        if !self.has_sentences() {
            return Err(Error::value(
                "counts have no sentences to train the net on",
                Remedy::by(
                    "name a text to learn from, or do without a net",
                    &[Setting::Learned, Setting::Net],
                ),
            ));
        }
        // The number of words is not known yet: assume the most for a trial, else the fewest.
        let shape = net.size.shape(if self.net_time.is_some() { usize::MAX } else { 0 });
        net::check_memory(&shape, self.resources.memory)?;
        let timed = self.net_time.map(|time| net::sentences_in(time, &shape, progress));
        Ok(Some(NetConfig { sentences: timed.or(net.sentences), ..net }))
    }
}

/// Trains a model and writes it to `output`, whole or not at all.
///
/// The file depends only on the lines of the texts, whatever their order, and on `wanted` but its resources.
///
/// # Errors
/// An impossible configuration, a text that cannot be read or has no sentence, too little memory or disk,
/// or an output that cannot be written.
pub fn train(wanted: &Train, output: &Path, progress: &dyn Progress) -> Result<Made> {
    let (form, mut config) = (wanted.form, wanted.config.clone());
    config.check()?;
    form.check(wanted.tables)?;
    if wanted.texts.is_empty() && wanted.counts.is_empty() {
        return Err(Error::value("no text to train on", "name a text, or counts"));
    }
    let sources = Sources::new(&wanted.texts, &wanted.counts).with_learned(&wanted.learned);
    // Lists that are not kept are still needed to fit the calibration.
    let lists = form == Form::Lists || config.held_out.lines > 0;
    let tables = wanted.tables;
    // A list of words is there all the time.
    let listed = config.vocabulary.list().map_or(0, |list| list.size());
    let memory = wanted.resources.memory.saturating_sub(listed);
    let resources = Resources { lists, tables, memory, ..wanted.resources.clone() };
    means::check(&resources, &sources, means::Work::Training(config.order, config.held_out))?;
    let file = file::create(output)?;
    config.net = wanted.net(progress)?;
    let trained = train::train(sources, &config, &resources, progress)?;
    let Trained { words, core, mut header, held_out, lessons, learned, .. } = trained;
    let Trained { foreign, spilled, lists_memory, .. } = trained;
    let seed = config.net.map_or(0, |net| net.seed);
    let net = lessons.map(|lessons| lessons.train(None, seed, progress)).transpose()?;
    give_back();
    header.net = net.as_ref().map(|net| net.header.clone());
    let provenance = &mut header.provenance;
    provenance.program = describe::PROGRAM.to_owned();
    provenance.command = describe::training(&config);
    if let (Some(NetConfig { size, seed, .. }), Some(net)) = (config.net, &header.net) {
        provenance.command += &describe::net(size, net.sentences, seed);
    }
    if let Some(text) = learned {
        provenance.command += &describe::learned(&text);
    }
    provenance.license = wanted.license.clone();
    provenance.date = wanted.date.clone();

    let unfitted = Unfitted { words, core, net, header, tables: wanted.tables };
    let memory = Room { lists: lists_memory, fitting: resources.memory };
    let (file, header, fitted) = unfitted.write(file, output, form, &held_out, memory, progress)?;
    file.finish()?;
    Ok(Made { foreign, spilled, ..Made::new(output, header, fitted) })
}
