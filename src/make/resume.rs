//! Trains the net of a model further, or gives it one; its n-grams stay.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::base::Base;
use super::finish::{self, Made};
use super::form::buffered;
use super::{describe, file, means, net};
use crate::error::{Error, Result};
use crate::kinds::language::Filter;
use crate::model::Whole;
use crate::model::format;
use crate::model::words::SPECIAL;
use crate::progress::{Progress, Quiet};
use crate::train::net::size::DEFAULT;
use crate::train::net::{NetConfig, Size};
use crate::train::{self, Config, HeldOut, Joining, Resources, Sources};

/// Which net to train further.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Resume {
    /// The model.
    pub model: Base,
    /// The texts that it was trained on.
    pub texts: Vec<PathBuf>,
    /// How many sentences the net sees.
    pub sentences: u64,
    /// About how long it is trained, in place of that number.
    pub net_time: Option<Duration>,
    /// The size of a new net, medium by default; a net that the model has must be of this size.
    pub size: Option<Size>,
    /// The seed of all random numbers.
    pub seed: u64,
    /// Which lines are held out to fit the calibration: at most as many as the model has held out.
    pub held_out: HeldOut,
    /// Whether to go on after a line that is not UTF-8.
    pub lossy: bool,
    /// What tells lines in other languages, if they are to be passed over: as in [`Config::language`].
    pub language: Option<Filter>,
    /// What to train with; lists are made in any case.
    pub resources: Resources,
}

impl Resume {
    /// This model and these texts, with defaults for the rest.
    pub fn new(model: impl Into<Base>, texts: Vec<PathBuf>) -> Self {
        Resume {
            model: model.into(),
            texts,
            sentences: DEFAULT,
            net_time: None,
            size: None,
            seed: 1,
            held_out: HeldOut::default(),
            lossy: false,
            language: None,
            resources: Resources::default(),
        }
    }
}

/// Trains the net of a model and writes the model in its own form, whole or not at all, to `output`, which
/// may be the same file.
///
/// # Errors
/// A file that is not a model, a damaged model, a net of another size, a text that cannot be read or has no
/// sentence, too little memory or disk, or an output that cannot be written.
pub fn resume(wanted: &Resume, output: &Path, progress: &dyn Progress) -> Result<Made> {
    let Resume { resources, seed, .. } = wanted;
    let sources = Sources::new(&wanted.texts, &[]);
    let mut config = Config {
        held_out: wanted.held_out,
        lossy: wanted.lossy,
        language: wanted.language.clone(),
        ..Config::default()
    };
    means::check(resources, &sources, means::Work::Lessons)?;
    let file = file::create(output)?;
    let plain = wanted.model.open_without_lists()?;
    let whole = Whole::of(&plain)?;
    let mut header = plain.header().clone();
    let own = plain.net();
    let words = plain.view().vocabulary;
    let size = wanted.size.unwrap_or(Size::Medium);
    let of_size = size.shape(words.len() - SPECIAL);
    let shape = match &own {
        Some(net) if wanted.size.is_some() && *net.shape != of_size => {
            return Err(Error::file(
                plain.name(),
                "its net has another size than the one asked for",
                "a net keeps its size: leave the size out",
            ));
        }
        Some(net) => net.shape.clone().into_owned(),
        None => of_size,
    };
    net::check_memory(&shape, resources.memory)?;
    let timed = wanted.net_time.map(|time| net::sentences_in(time, &shape, progress));
    let sentences = Some(timed.unwrap_or(wanted.sentences));
    config.net = Some(NetConfig { size, sentences, seed: *seed });
    // Only lines that the n-grams have not counted show how far to trust n-grams and net: in the same text,
    // as many as the model has held out, in the order of their hashes.
    let before = header.provenance.held_out_lines as usize;
    config.held_out.lines = config.held_out.lines.min(before);
    let Joining { lessons, held_out, summary } =
        train::lessons(sources, &config, resources, &shape, &words, progress)?;
    let hash = format!("{:016x}", summary.hash);
    let other = hash != header.provenance.text_hash;
    if other {
        progress.note(
            "this is not the text that the n-grams were counted in: if they have counted the lines held \
             out now, the net will be trusted too little",
        );
    }
    let from = own.zip(header.net.as_ref());
    let data = lessons.train(from, *seed, progress)?;
    header.net = Some(data.header.clone());
    let command = &mut header.provenance.command;
    *command += &match own.is_some() {
        true => format!(", then --resume with --net {} --seed {seed}", lessons.count),
        false => format!(", then --resume with{}", describe::net(size, lessons.count, *seed)),
    };
    *command += &format!(" --held-out {}", held_out.len());
    *command += &describe::language(wanted.language.as_ref());
    if other {
        *command += &format!(" on text {hash}, {} sentences", summary.lines);
    }
    drop(lessons);

    // With lists, the model can be tested on the held-out lines.
    let made = plain.make_lists(&Quiet(progress))?;
    let full = made.as_ref().unwrap_or(&plain);
    buffered(&file, |out| full.write_with_net(&data, header.clone(), out))?;
    // What was copied has new checksums.
    whole.confirm(progress)?;
    let fitted = finish::fit(&file, &mut header, &held_out, resources.memory, progress)?;
    if plain.view().has_lists {
        format::replace_header(file.file(), file.name(), header.clone())?;
        file.finish()?;
    } else {
        drop(file);
        let file = file::create(output)?;
        buffered(&file, |out| plain.write_with_net(&data, header.clone(), out))?;
        file.finish()?;
    }
    Ok(Made { foreign: summary.foreign, ..Made::new(output, header, fitted) })
}
