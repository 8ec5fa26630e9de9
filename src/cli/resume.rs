//! `impute train TEXT... --resume MODEL --net LENGTH -o OUT`: goes on training the net of a model.

use std::io::{BufWriter, Write};
use std::path::Path;
use std::time::Instant;

use impute::model::format;
use impute::model::words::SPECIAL;
use impute::progress::Progress;
use impute::text::output::NewFile;
use impute::train::{self, Config, Joining, Resources, Sources};

use super::args::Train;
use super::progress::Ui;
use super::trained::{calibrated, summarise};
use super::{Need, checked};

pub fn run(
    args: &Train,
    path: &Path,
    config: &Config,
    resources: &Resources,
    file: NewFile,
    ui: &Ui,
) -> anyhow::Result<()> {
    let began = Instant::now();
    let (plain, whole) = checked::open(path, Need::Ngrams)?;
    let Some(wanted) = config.net else {
        anyhow::bail!("--resume goes on training a net; say how long with --net, as --net 1M");
    };
    let mut header = plain.header().clone();
    let net = plain.net();
    let words = plain.view().vocabulary;
    let of_size = wanted.size.shape(words.len() - SPECIAL);
    let shape = match &net {
        Some(net) if args.net_size.is_some() && *net.shape != of_size => anyhow::bail!(
            "{}: its net has another size than --net-size says; leave that out",
            path.display()
        ),
        Some(net) => net.shape.clone().into_owned(),
        None => of_size,
    };
    // Only lines that the n-grams have not counted say how far n-grams and net are to be trusted, and of
    // the same text these are as many as the model has held out, in the order of their hashes.
    let mut config = config.clone();
    let before = header.provenance.held_out_lines as usize;
    config.held_out.lines = config.held_out.lines.min(before);
    let sources = Sources::new(&args.texts, &[]);
    let Joining { lessons, held_out, summary } =
        train::lessons(sources, &config, resources, &shape, &words, ui)?;
    let hash = format!("{:016x}", summary.hash);
    let other = hash != header.provenance.text_hash;
    if other {
        ui.note(
            "this is not the text that the n-grams were counted in: should they have counted the lines \
             held out now, the net will be trusted too little",
        );
    }
    let from = net.zip(header.net.as_ref());
    let data = lessons.train(from, args.seed, ui);
    header.net = Some(data.header.clone());
    let command = &mut header.provenance.command;
    *command += &match net.is_some() {
        true => format!(", then --resume with --net {} --seed {}", lessons.count, args.seed),
        false => format!(", then --resume with{}", args.net_command(lessons.count)),
    };
    *command += &format!(" --held-out {}", held_out.len());
    if other {
        *command += &format!(" on text {hash}, {} sentences", summary.lines);
    }
    drop(lessons);

    let failed = |error| impute::Error::io(file.name(), "write", error);
    // With lists, the model can be tried on the lines held out.
    let made = plain.make_lists()?;
    let full = made.as_ref().unwrap_or(&plain);
    let out = BufWriter::with_capacity(1 << 20, file.file());
    full.write_with_net(&data, header.clone(), out).map_err(failed)?;
    // What was copied has got new checksums.
    whole.confirm(ui)?;
    let header = calibrated(&file, header, &held_out, resources.memory, ui)?;
    if plain.view().has_lists {
        format::replace_header(file.file(), file.name(), header.clone())?;
        file.finish()?;
    } else {
        drop(file);
        let file = NewFile::create(&args.output)?;
        let mut out = BufWriter::with_capacity(1 << 20, file.file());
        let written = plain.write_with_net(&data, header.clone(), &mut out);
        let flushed = written.and_then(|()| out.flush());
        flushed.map_err(|error| impute::Error::io(file.name(), "write", error))?;
        drop(out);
        file.finish()?;
    }
    ui.clear();
    let size = std::fs::metadata(&args.output).map_or(0, |meta| meta.len());
    summarise(&header, size, 0, began.elapsed().as_secs_f64(), ui);
    Ok(())
}
