//! The way through a run: outputs opened, texts read, steps run, the report written.

use std::cell::{Cell, RefCell};
use std::path::Path;
use std::process::ExitCode;
use std::rc::Rc;

use anyhow::{Context, Result};
use impute::text::output::Output;
use tokio::task::LocalSet;

use super::address::Address;
use super::args::{Args, Way};
use super::calls::{self, Calls};
use super::collect::collect;
use super::log::Log;
use super::plan::Plan;
use super::progress::Progress;
use super::report::{Collected, Report};
use super::shared::Shared;
use super::tally::Tally;
use super::{picture, stage, table, texts};

/// The environment variable that holds the token.
pub const TOKEN: &str = "IMPUTE_SERVE_TOKEN";

/// Measures a service and prints the report; 1 if anything is missing or the run was broken off.
///
/// It has a runtime of its own, and must not be called from within another.
///
/// # Errors
/// What was typed makes no sense, a file cannot be read or written, or the service is not there.
pub fn run(args: &Args) -> Result<ExitCode> {
    let plan = Plan::new(args)?;
    // Opened before the work begins, so that a bad path fails at once.
    let open = |path: &Option<std::path::PathBuf>| {
        path.as_deref().map(|path| Output::create(Some(path))).transpose()
    };
    let (json_to, svg) = (open(&args.json_to)?, open(&args.svg)?);
    let told = block_on(told(args, plan))??;
    let json = told.json()?;
    if let Some(mut output) = json_to {
        output.write(json.as_bytes())?;
        output.finish()?;
    }
    if let (Some(mut output), Told::Run(report)) = (svg, &told) {
        output.write(picture::draw(report).as_bytes())?;
        output.finish()?;
    }
    let mut output = Output::create(None)?;
    output.write(if args.json { json } else { told.text() }.as_bytes())?;
    output.finish()?;
    Ok(if told.sound() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Runs one thread's worth of tasks to its end.
pub fn block_on<F: Future>(future: F) -> Result<F::Output> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime
        .context("the system gives no more timers or sockets: raise its limit of open files")?;
    Ok(LocalSet::new().block_on(&runtime, future))
}

/// What there is to tell.
pub enum Told {
    Run(Report),
    Log(Collected),
}

impl Told {
    fn sound(&self) -> bool {
        match self {
            Told::Run(report) => report.sound(),
            Told::Log(collected) => collected.sound(),
        }
    }

    fn text(&self) -> String {
        match self {
            Told::Run(report) => table::report(report),
            Told::Log(collected) => table::collected(collected),
        }
    }

    fn json(&self) -> Result<String> {
        let json = match self {
            Told::Run(report) => serde_json::to_string(report),
            Told::Log(collected) => serde_json::to_string(collected),
        };
        Ok(json.context("the report cannot be written as JSON")? + "\n")
    }
}

/// Does what was asked.
///
/// # Errors
/// As [`run`], without the writing of the report.
pub async fn told(args: &Args, plan: Plan) -> Result<Told> {
    let shared = Rc::new(shared(args, plan).await?);
    let mut progress = Progress::new(args.quiet);
    let told = match &args.collect {
        Some(log) => collect(&shared, log, &mut progress).await.map(Told::Log),
        None => steps(&shared, &mut progress).await.map(Told::Run),
    };
    progress.clear();
    told
}

async fn shared(args: &Args, plan: Plan) -> Result<Shared> {
    let (model, path) = (args.model.as_deref(), args.texts.as_deref());
    let bodies = match plan.way {
        _ if args.collect.is_some() => Vec::new(),
        Way::Batch => vec![texts::whole(path)?.into()],
        Way::Jobs | Way::Now => calls::bodies(&texts::read(path)?, &plan, model)?,
    };
    let address = Address::new(&args.url).await?;
    let from_environment = std::env::var(TOKEN).ok().filter(|token| !token.is_empty());
    let token = args.token.clone().or(from_environment);
    let calls = Calls::new(&address, &plan, bodies, token.as_deref(), model)?;
    let log = args.log.as_deref().map(|path: &Path| Log::open(path)).transpose()?;
    Ok(Shared {
        plan,
        address: Rc::new(address),
        calls,
        tally: RefCell::new(Tally::default()),
        log,
        stopping: Cell::new(false),
        numbers: Cell::new(0),
    })
}

async fn steps(shared: &Rc<Shared>, progress: &mut Progress) -> Result<Report> {
    let plan = &shared.plan;
    let mut report = Report {
        url: shared.address.url.clone(),
        way: plan.way,
        task: plan.task,
        clients: plan.clients,
        open: plan.open,
        texts_a_call: plan.texts_a_call,
        interrupted: false,
        fault: None,
        steps: Vec::new(),
    };
    for &stage in &plan.stages {
        let (summary, ended) = match stage::run(shared, stage, progress).await {
            Ok(done) => done,
            // What was measured before is not thrown away.
            Err(fault) if !report.steps.is_empty() => {
                report.fault = Some(format!("{fault:#}"));
                break;
            }
            Err(fault) => return Err(fault),
        };
        report.steps.push(summary);
        report.interrupted = ended.interrupted;
        report.fault = ended.fault.map(|fault| format!("{fault:#}"));
        if report.interrupted || report.fault.is_some() {
            break;
        }
    }
    Ok(report)
}
