//! `impute generate`: sentences drawn from a model, one a line.

use std::time::Instant;

use impute::generate::{Generator, KnownLines, Settings, generate};
use impute::progress::{Progress, Unit};
use impute::text::input;
use impute::text::output::Output;

use super::args::Generate;
use super::progress::Ui;
use super::{Need, counted, model_file, open_model, refuse_replacing};

pub fn run(args: &Generate, ui: &Ui) -> anyhow::Result<()> {
    let model = model_file(&args.model);
    for input in [model.as_deref(), args.novel.as_deref()] {
        refuse_replacing(args.output.as_deref(), input)?;
    }
    let text = args.novel.as_deref().map(input::open).transpose()?;
    let mut out = Output::create(args.output.as_deref())?;
    let (model, whole) = open_model(&args.model, Need::Ngrams)?;
    let generator = Generator::new(&model, settings(args))?;
    for word in generator.unknown() {
        ui.note(&format!("{}: the model does not know this word", String::from_utf8_lossy(word)));
    }
    let known = text.map(KnownLines::read).transpose()?;
    let began = Instant::now();
    ui.stage("generate", Unit::Sentences, Some(args.count));
    let totals = generate(&generator, args.count, known.as_ref(), ui, |lines| out.write(lines))?;
    whole.confirm(ui)?;
    out.finish()?;
    ui.clear();
    let seconds = began.elapsed().as_secs_f64();
    let left_out = match totals.known {
        0 => String::new(),
        known => format!(", {known} left out as lines of the text"),
    };
    ui.note(&format!(
        "{}, {} in {seconds:.1} s ({:.0} words a second){left_out}",
        counted(totals.sentences, "sentence"),
        counted(totals.words, "word"),
        totals.words as f64 / seconds.max(1e-9)
    ));
    Ok(())
}

fn settings(args: &Generate) -> Settings {
    let mut settings = Settings::default();
    settings.order = args.order.map(usize::from);
    settings.temperature = args.temperature;
    settings.top_k = args.top_k.map(|k| k as usize);
    settings.seed = args.seed;
    settings.prompt = args.prompt.clone();
    settings.max_words = args.max_words as usize;
    settings
}
