//! `impute evaluate --html`: the report as a page.

use std::path::{Path, PathBuf};

use impute::evaluate::examples::examples;
use impute::evaluate::learning::LearningCurve;
use impute::evaluate::measure::Measured;
use impute::evaluate::report::Report;
use impute::page::{Page, page};
use impute::solve::{Method, Solver};
use impute::task::pair::Pair;
use impute::text::input::{self, file_name};
use impute::text::output::{Output, same_file};

use super::args::Evaluate;
use super::shell::quoted;
use super::{model_file, refuse_reading_twice, refuse_replacing};

/// How many of the worst and of the best answers are shown.
const SHOWN: usize = 10;

/// Where the page goes, and what it shows from elsewhere.
pub struct Html {
    out: Output,
    curve: Option<LearningCurve>,
}

impl Html {
    /// Opens the page, if one is asked for, and reads the learning curve, before any work is done.
    pub fn open(args: &Evaluate) -> anyhow::Result<Option<Self>> {
        let Some(path) = args.html.html.as_deref() else {
            return Ok(None);
        };
        if path == Path::new("-") {
            anyhow::bail!("--html -: standard output is for the report; name a file for the page");
        }
        let curve = args.html.learning_curve.as_ref();
        let inputs = [Some(&args.input), args.solution.as_ref(), curve];
        let model = model_file(&args.model);
        for input in inputs.into_iter().chain([model.as_ref()]) {
            refuse_replacing(Some(path), input.map(PathBuf::as_path))?;
        }
        refuse_reading_twice(inputs.into_iter().flatten())?;
        if let Some(rows) = args.rows.as_deref().filter(|rows| same_file(rows, path)) {
            anyhow::bail!("{}: named by both --rows and --html; name two files", rows.display());
        }
        let curve = curve.map(|path| LearningCurve::read(input::open(path)?)).transpose()?;
        Ok(Some(Html { out: Output::create(Some(path))?, curve }))
    }

    pub fn write(
        mut self,
        args: &Evaluate,
        solver: &Solver,
        pairs: &[Pair],
        measured: &[Measured],
        methods: &[Method],
        report: &Report,
    ) -> anyhow::Result<()> {
        // The page is about the first method.
        let examples = examples(solver, pairs, measured, 0, methods[0], SHOWN);
        let model = file_name(Path::new(solver.model().name()));
        let text = page(&Page {
            report,
            model: &model,
            text: &file_name(&args.input),
            command: &command(args, &model),
            examples: &examples,
            learning: self.curve.as_ref(),
        });
        self.out.write(text.as_bytes())?;
        Ok(self.out.finish()?)
    }
}

/// The command that measures the same, with the names of the files but not their folders.
fn command(args: &Evaluate, model: &str) -> String {
    let name = |path: &Path| quoted(&file_name(path));
    let mut words = vec!["impute evaluate".to_owned(), name(&args.input)];
    match &args.solution {
        Some(solution) => words.push(name(solution)),
        None => words.push(format!("--seed {}", args.seed)),
    }
    if model_file(&args.model).is_some() {
        words.push(format!("--model {}", quoted(model)));
    }
    words.extend(args.method.map(|method| format!("--method {}", Method::from(method).name())));
    let flags = [(args.exact, "--exact"), (args.lossy, "--lossy")];
    words.extend(flags.iter().filter(|(given, _)| *given).map(|(_, flag)| flag.to_string()));
    let curve = args.html.learning_curve.as_deref();
    words.extend(curve.map(|curve| format!("--learning-curve {}", name(curve))));
    words.push("--html report.html".into());
    words.join(" ")
}
