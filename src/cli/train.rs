//! `impute train TEXT... -o MODEL`: trains, fits the calibration on held-out lines, writes the model.

use std::fs::File;
use std::io::BufWriter;
use std::path::Path;
use std::time::Instant;

use impute::model::build::{self, Extras, Lists};
use impute::model::format;
use impute::model::header::Header;
use impute::text::output::NewFile;
use impute::train::{self, Sources, Trained};

use super::args::Train;
use super::progress::Ui;
use super::resources::{Work, resources};
use super::trained::{calibrated, summarise, today};
use super::{import, net, refuse_reading_twice, refuse_replacing, resume, small_form};

pub fn run(args: &Train, ui: &Ui) -> anyhow::Result<()> {
    let began = Instant::now();
    if args.output == Path::new("-") {
        anyhow::bail!("-o -: a model is mapped and needs a file; name one");
    }
    if let Some(arpa) = &args.arpa {
        return import::run(args, arpa, ui);
    }
    for text in args.texts.iter().chain(&args.counts) {
        refuse_replacing(Some(&args.output), Some(text))?;
    }
    refuse_reading_twice(args.texts.iter().chain(&args.counts))?;
    let mut config = args.config();
    config.check()?;
    // Before hours of work: can it be done, and can the model be written at all?
    let sources = Sources::new(&args.texts, &args.counts);
    let small = args.compact || args.no_lists;
    // Lists that are not kept serve to fit the calibration all the same.
    let work = Work::Training { lists: !small || args.counting.held_out > 0 };
    let resources = resources(&args.means, &sources, &config, work)?;
    let file = NewFile::create(&args.output)?;
    config.net = net::config(args, resources.memory, ui)?;
    if let Some(model) = &args.resume {
        return resume::run(args, model, &config, &resources, file, ui);
    }
    let trained = train::train(sources, &config, &resources, ui)?;
    let Trained { words, core, mut header, held_out, lessons, classes, spilled, lists_memory } =
        trained;
    let net = lessons.map(|lessons| lessons.train(None, args.seed, ui));
    train::memory::give_back();
    let mut extras = Extras::default();
    (extras.net, extras.classes) = (net.as_ref(), classes.as_ref());
    header.net = net.as_ref().map(|net| net.header.clone());
    header.classes = classes.as_ref().map(|classes| classes.header.clone());
    describe(&mut header, args);

    let name = file.name().to_owned();
    let failed = |error| impute::Error::io(&name, "write", error);
    let lists = match small && held_out.is_empty() {
        true => Lists::Without,
        false => Lists::With { memory: lists_memory },
    };
    build::write(&words, &core, extras, header.clone(), lists, buffered(file.file()), ui)
        .map_err(failed)?;
    // Unless the file has more in it than is wanted, it has all.
    let kept = (args.compact || lists != Lists::Without && small).then_some((words, core));
    train::memory::give_back();
    let header = calibrated(&file, header, &held_out, resources.memory, ui)?;
    match kept {
        None => {
            format::replace_header(file.file(), &name, header.clone())?;
            file.finish()?;
        }
        Some((words, core)) => {
            drop(file);
            let file = NewFile::create(&args.output)?;
            small_form::write(&words, &core, extras, header.clone(), args.compact, &file, ui)?;
            file.finish()?;
        }
    }
    ui.clear();
    let size = std::fs::metadata(&args.output).map_or(0, |meta| meta.len());
    summarise(&header, size, spilled, began.elapsed().as_secs_f64(), ui);
    Ok(())
}

fn buffered(file: &File) -> BufWriter<&File> {
    BufWriter::with_capacity(1 << 20, file)
}

/// Adds what only the command line knows. Nothing here depends on folders, files or threads: the same
/// lines, however they are cut into files, give the same model.
fn describe(header: &mut Header, args: &Train) {
    let provenance = &mut header.provenance;
    provenance.program = concat!("impute ", env!("CARGO_PKG_VERSION")).to_owned();
    provenance.command = args.command();
    if let Some(net) = &header.net {
        provenance.command += &args.net_command(net.sentences);
    }
    provenance.license = args.license.clone();
    provenance.date = today();
}
