//! `impute evaluate`: measures every method on sentences whose missing word is known.

use std::path::{Path, PathBuf};
use std::time::Instant;

use impute::evaluate::data::Data;
use impute::evaluate::gapped::gapped;
use impute::evaluate::measure::{Measured, measure};
use impute::evaluate::report::Report;
use impute::evaluate::signature::signature;
use impute::progress::Progress;
use impute::solve::{Method, Solver};
use impute::task::pair::Pair;
use impute::text::output::Output;
use impute::text::rows::Format;

use super::args::{Evaluate, MethodArg};
use super::html::Html;
use super::progress::Ui;
use super::{
    Need, counted, effort, model_file, open_model, pretty, print, refuse_reading_twice,
    refuse_replacing,
};

pub fn run(args: &Evaluate, ui: &Ui) -> anyhow::Result<()> {
    if args.rows.as_deref() == Some(Path::new("-")) {
        anyhow::bail!("--rows -: standard output is for the report; name a file for the rows");
    }
    if args.calibration && args.method == Some(MethodArg::MinLikelihood) {
        anyhow::bail!(
            "--calibration: min-likelihood states no confidence; leave it out, or measure posterior"
        );
    }
    refuse_reading_twice([Some(&args.input), args.solution.as_ref()].into_iter().flatten())?;
    let model = model_file(&args.model);
    for input in [Some(&args.input), args.solution.as_ref(), model.as_ref()] {
        refuse_replacing(args.rows.as_deref(), input.map(PathBuf::as_path))?;
    }
    let rows_out = args.rows.as_deref().map(|path| Output::create(Some(path))).transpose()?;
    let html = Html::open(args)?;
    let data = match &args.solution {
        Some(solution) => Data::joined(&args.input, solution, args.lossy, ui)?,
        None => Data::removed(&args.input, args.seed, args.lossy, ui)?,
    };
    data.passed_over.note().iter().for_each(|note| ui.note(note));
    if data.left_out > 0 {
        ui.note(&format!(
            "{} under three words left out",
            counted(data.left_out as u64, "sentence")
        ));
    }
    let pairs = &data.pairs;
    let (model, whole) = open_model(&args.model, Need::Lists)?;
    let methods = match args.method {
        Some(method) => vec![method.into()],
        None => vec![Method::Posterior, Method::MinLikelihood],
    };
    let effort = effort(args.exact);
    let solver = Solver::new(model)?.with_effort(effort);
    // Plain text is measured whatever it looks like; a test is always the competition's CSV.
    if args.solution.is_none()
        && data.format == Format::Kaggle
        && let Some(mean) = gapped(&solver, pairs, ui)?
    {
        anyhow::bail!(
            "{}: sentences that seem to lack a word already, with a mean probability of {mean:.2}; name the \
             solution after the test, or, if they are whole, give them as plain text",
            args.input.display()
        );
    }
    let began = Instant::now();
    let measured = measure(&solver, pairs, &methods, ui)?;
    let seconds = began.elapsed().as_secs_f64();
    whole.confirm(ui)?;
    ui.clear();
    let signature = signature(solver.model(), effort, &data);
    let report = Report::new(&measured, &methods, seconds, signature);
    if let Some(out) = rows_out {
        write_rows(out, pairs, &measured, &methods)?;
    }
    if let Some(html) = html {
        html.write(args, &solver, pairs, &measured, &methods, &report)?;
    }
    let text = match args.json {
        true => pretty(&report)?,
        false => report.to_text(args.calibration),
    };
    print(text)
}

fn write_rows(
    mut out: Output,
    pairs: &[Pair],
    measured: &[Measured],
    methods: &[Method],
) -> anyhow::Result<()> {
    let mut csv = csv::Writer::from_writer(Vec::new());
    let mut header: Vec<String> =
        ["id", "word", "gap", "considered", "unchanged"].map(String::from).into();
    for method in methods {
        let columns = [
            "distance",
            "expected",
            "gain",
            "gap_rank",
            "gap_nats",
            "word_rank",
            "gap",
            "inserted",
        ];
        header.extend(columns.map(|column| format!("{}_{column}", method.name())));
    }
    header.push("sentence".to_owned());
    csv.write_record(&header)?;
    let number = |n: Option<usize>| n.map_or(String::new(), |n| n.to_string());
    let float = |x: Option<f64>| x.map_or(String::new(), |x| format!("{x:.6}"));
    for (pair, m) in pairs.iter().zip(measured) {
        let word = m.truth.as_ref().map(|truth| String::from_utf8_lossy(&truth.word).into_owned());
        let mut row = vec![
            String::from_utf8_lossy(&pair.id).into_owned(),
            word.unwrap_or_default(),
            number(m.truth.as_ref().map(|truth| *truth.gaps.start())),
            m.considered.to_string(),
            m.unchanged.to_string(),
        ];
        for outcome in &m.outcomes {
            let insert = outcome.answer.insert.as_ref();
            row.extend([
                outcome.distance.to_string(),
                float(outcome.answer.expected),
                float(outcome.answer.gain),
                number(outcome.gap_rank),
                float(outcome.gap_nats),
                number(outcome.word_rank),
                number(insert.map(|insert| insert.gap)),
                insert.map_or(String::new(), |insert| insert.text.clone()),
            ]);
        }
        row.push(String::from_utf8_lossy(&pair.solution).into_owned());
        csv.write_record(&row)?;
    }
    out.write(&csv.into_inner()?)?;
    Ok(out.finish()?)
}
