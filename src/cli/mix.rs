//! `impute mix A B... --on TEXT -o MODEL`: one model of several.

use std::path::Path;

use impute::make::{self, Base};
use impute::progress::Progress;

use super::args::Mix;
use super::models::named;
use super::progress::Ui;
use super::train::{today, told_of_calibration};
use super::{counted, refuse_reading_twice, refuse_replacing};

pub fn run(args: &Mix, ui: &Ui) -> anyhow::Result<()> {
    let output = &args.output;
    if output == Path::new("-") {
        anyhow::bail!("-o -: a model is mapped and needs a file; name one");
    }
    for input in args.models.iter().chain(&args.on) {
        refuse_replacing(Some(output), Some(input))?;
    }
    refuse_reading_twice(args.on.iter())?;
    let models: anyhow::Result<Vec<Base>> = args.models.iter().map(|model| named(model)).collect();
    let mut wanted = make::Mix::new(models?, args.on.clone());
    wanted.lines = args.lines as usize;
    wanted.lossy = args.lossy;
    wanted.form = args.form();
    wanted.date = today();
    let make::Mixed { made, weights, .. } = make::mix(&wanted, output, ui)?;
    ui.clear();
    let rows = args.models.iter().zip(&weights.weights).zip(&weights.perplexities);
    for (((model, weight), perplexity), lacking) in rows.zip(&weights.lacking) {
        let lacks = match lacking {
            0 => String::new(),
            n => format!(", without the {} that it lacks", counted(*n, "word")),
        };
        ui.note(&format!(
            "{}: weight {weight:.6}, perplexity {perplexity:.3}{lacks}",
            model.display()
        ));
    }
    let unknown = match weights.unknown {
        0 => String::new(),
        n => format!(", {} that none knows left out", counted(n, "word")),
    };
    ui.note(&format!(
        "mixture: perplexity {:.3} on {}{unknown}",
        weights.perplexity,
        counted(weights.tokens, "token")
    ));
    for (n, count) in (1..).zip(&made.header.ngrams) {
        ui.note(&format!("order {n}: {count} n-grams"));
    }
    told_of_calibration(&made, ui);
    ui.note(&format!("model: {:.1} MB", made.size as f64 / 1e6));
    Ok(())
}
