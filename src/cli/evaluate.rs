//! `impute evaluate`: measures every method on sentences whose missing word is known.

use std::hash::Hasher;
use std::path::{Path, PathBuf};
use std::time::Instant;

use impute::evaluate::measure::{Measured, measure};
use impute::evaluate::report::{Report, bootstrap_signature};
use impute::model::Model;
use impute::progress::Progress;
use impute::random::Random;
use impute::solve::{Method, Solver};
use impute::task::pair::Pair;
use impute::task::pair::join;
use impute::task::remove::remove_word;
use impute::text::input;
use impute::text::output::Output;
use impute::text::rows::RowReader;

use super::args::{Evaluate, MethodArg};
use super::html::Html;
use super::progress::Ui;
use super::{
    Need, effort, file_name, model_file, open_model, refuse_reading_twice, refuse_replacing,
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
    let pairs = read(args, ui)?;
    let (model, whole) = open_model(&args.model, Need::Lists)?;
    let methods = match args.method {
        Some(method) => vec![method.into()],
        None => vec![Method::Posterior, Method::MinLikelihood],
    };
    let solver = Solver::new(model)?.with_effort(effort(args.exact));
    let began = Instant::now();
    let measured = measure(&solver, &pairs, &methods, ui);
    let seconds = began.elapsed().as_secs_f64();
    whole.confirm(ui)?;
    ui.clear();
    let report = Report::new(&measured, &methods, seconds, signature(args, solver.model(), &pairs));
    if let Some(out) = rows_out {
        write_rows(out, &pairs, &measured, &methods)?;
    }
    if let Some(html) = html {
        html.write(args, &solver, (&pairs, &measured), &methods, &report)?;
    }
    let mut out = Output::create(None)?;
    let text = match args.json {
        true => serde_json::to_string_pretty(&report)? + "\n",
        false => report.to_text(args.calibration),
    };
    out.write(text.as_bytes())?;
    Ok(out.finish()?)
}

fn read(args: &Evaluate, ui: &Ui) -> anyhow::Result<Vec<Pair>> {
    let open = |path: &Path| RowReader::new(input::open(path)?, None, args.lossy);
    let mut tests = open(&args.input)?;
    let name = tests.name().to_owned();
    let mut left_out = 0;
    let pairs: Vec<Pair> = if let Some(solution) = &args.solution {
        join(&mut tests, &mut open(solution)?)?
    } else {
        let (mut random, rows) = (Random::new(args.seed), tests.read_all()?);
        let all = rows.len();
        let remove = |row: impute::text::rows::Row| {
            let test = remove_word(&row.sentence, &mut random)?;
            Some(Pair { id: row.id, test, solution: row.sentence })
        };
        let pairs: Vec<Pair> = rows.into_iter().filter_map(remove).collect();
        left_out = all - pairs.len();
        pairs
    };
    if pairs.is_empty() {
        anyhow::bail!("{name}: no sentence of three words or more; give it text to measure on");
    }
    if left_out > 0 {
        ui.note(&format!("{left_out} sentences under three words left out"));
    }
    Ok(pairs)
}

/// Every setting that the figures depend on.
fn signature(args: &Evaluate, model: &Model, pairs: &[Pair]) -> String {
    let header = model.header();
    let source = match &args.solution {
        Some(solution) => format!("{}+{}", file_name(&args.input), file_name(solution)),
        None => format!("{}/seed:{}", file_name(&args.input), args.seed),
    };
    let parameters = header.calibration.parameters();
    let parameters: Vec<String> = parameters.iter().map(|(_, value)| value.to_string()).collect();
    let parameters = parameters.join("/");
    let net = header.net.as_ref().map_or(String::new(), |net| {
        let shape = &net.shape;
        let (towers, layers, width) = (shape.towers.len(), shape.dilations.len(), shape.width);
        format!("|net:2x{towers}+{layers}x{width}/{}/seed:{}", net.sentences, net.seed)
    });
    let lossy = if args.lossy { "|lossy" } else { "" };
    let exact = if args.exact { "|exact" } else { "" };
    let mut hash = twox_hash::XxHash3_64::new();
    for pair in pairs {
        hash.write(&pair.test);
        hash.write(&pair.solution);
    }
    format!(
        "impute:{}|model:{}|text:{}|tokens:{}|order:{}|ngrams:{}{net}|calibration:{parameters}|data:{source}/{:016x}|sentences:{}{lossy}{exact}|{}",
        env!("CARGO_PKG_VERSION"),
        file_name(Path::new(model.name())),
        header.provenance.text_hash,
        header.provenance.tokens,
        header.order,
        header.ngrams.iter().map(u64::to_string).collect::<Vec<_>>().join("/"),
        hash.finish(),
        pairs.len(),
        bootstrap_signature()
    )
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
        csv.write_record(&row)?;
    }
    out.write(&csv.into_inner()?)?;
    Ok(out.finish()?)
}
