//! `impute check SUBMISSION --against TEST`: what is wrong with a submission, and where?

use impute::progress::Progress;
use impute::submission::check::check;
use impute::submission::check::finding::{Finding, Summary};
use impute::text::input;
use impute::text::output::Output;
use impute::text::rows::RowReader;
use serde_json::{Value, json};

use super::args::Check;
use super::options;
use super::progress::Ui;
use super::{counted, pretty, refuse_reading_twice};

/// How many errors, and how many warnings, are listed without `--all`.
const LISTED: u64 = 20;

pub fn run(args: &Check, ui: &Ui) -> anyhow::Result<()> {
    refuse_reading_twice([&args.submission, &args.against].into_iter())?;
    let submission = input::open(&args.submission)?;
    let test = RowReader::new(input::open(&args.against)?, None, args.lossy)?;
    let (name, test_name) = (submission.name.clone(), test.name().to_owned());
    let mut out = Output::create(None)?;
    let (mut listed, mut findings) = ([0; 2], Vec::new());
    let mut report = |finding: &Finding| {
        let listed = &mut listed[usize::from(finding.kind.is_warning())];
        *listed += 1;
        match *listed <= LISTED || args.all {
            true if args.json => findings.push(finding.clone()),
            true => out.write(format!("{finding}{}\n", options::of(finding.remedy)).as_bytes())?,
            false => {}
        }
        Ok(())
    };
    let summary = check(submission, test, args.lossy, ui, &mut report)?;
    ui.clear();
    if args.json {
        let json = as_json(&name, &test_name, &summary, &findings);
        out.write(pretty(&json)?.as_bytes())?;
    }
    out.finish()?;
    let Summary { rows, test_rows, unchanged, spaces, words, phrases, .. } = &summary;
    ui.note(&format!("{} for {test_rows} of the test", counted(*rows, "row")));
    ui.note(&format!(
        "{} unchanged, {spaces} with an extra space, {words} with one word, \
         {phrases} with several",
        counted(*unchanged, "sentence")
    ));
    let (errors, warnings) = summary.errors_and_warnings();
    let kinds = |warnings: bool| {
        let counts = summary.findings.iter().filter(|(kind, _)| kind.is_warning() == warnings);
        let counts: Vec<String> = counts.map(|(kind, count)| format!("{kind} {count}")).collect();
        counts.join(", ")
    };
    if warnings > 0 {
        let left_out = left_out(warnings, args.all);
        ui.note(&format!("{}{left_out} ({})", counted(warnings, "warning"), kinds(true)));
    }
    if errors == 0 {
        ui.note(match warnings {
            0 => "nothing is wrong",
            _ => "no errors; it can be uploaded, if what the warnings say was meant",
        });
        return Ok(());
    }
    anyhow::bail!(
        "{name}: {errors} found wrong{} ({}); mend it before you upload",
        left_out(errors, args.all),
        kinds(false)
    )
}

fn left_out(count: u64, all: bool) -> String {
    match count > LISTED && !all {
        true => format!(", {LISTED} of them listed, --all lists all"),
        false => String::new(),
    }
}

fn as_json(name: &str, test: &str, summary: &Summary, findings: &[Finding]) -> Value {
    let (errors, warnings) = summary.errors_and_warnings();
    json!({
        "submission": name,
        "test": test,
        "right": errors == 0,
        "errors": errors,
        "warnings": warnings,
        "summary": summary,
        "findings": findings,
    })
}
